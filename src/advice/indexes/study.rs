//! What there is to decide, before anybody is asked for costs.

use std::borrow::Cow;

use super::assumed;
use super::candidates::{self, Candidate};
use super::load::Load;
use super::outcome::Warning;
use super::scan::{self, Reading};
use super::settings::IndexSettings;
use crate::catalog::Catalog;

/// What there is to decide.
#[derive(Clone, Debug)]
pub struct Study<'a> {
    /// The statements.
    pub load: &'a Load,
    /// The catalog; one of assumptions where there is none.
    pub catalog: Cow<'a, Catalog>,
    /// Whether the catalog is a real one.
    pub is_known: bool,
    /// Bounds and thresholds.
    pub settings: &'a IndexSettings,
    /// What each statement asks of its tables; `None` for those that could not be read.
    pub readings: Vec<Option<Reading>>,
    /// Indexes that may be worth making.
    pub candidates: Vec<Candidate>,
    /// What could not be made sense of.
    pub warnings: Vec<Warning>,
}

/// Reads all statements of a load, and thinks of indexes for them.
#[must_use]
pub fn study<'a>(
    load: &'a Load,
    catalog: Option<&'a Catalog>,
    settings: &'a IndexSettings,
) -> Study<'a> {
    let mut warnings = Vec::new();
    let mut readings = Vec::with_capacity(load.statements.len());
    for (at, statement) in load.statements.iter().enumerate() {
        let path = statement.search_path.as_deref();
        let reading = scan::read(&statement.sql, catalog, path);
        let mut warn = |what: String| {
            warnings.push(Warning {
                statement: at,
                what,
            });
        };
        match &reading {
            Some(reading) => reading.notes.iter().cloned().for_each(&mut warn),
            None => warn(
                "the statement can't be read: it is cut off, or its syntax is not known here"
                    .to_owned(),
            ),
        }
        readings.push(reading);
    }
    let (catalog, is_known) = match catalog {
        Some(catalog) => (Cow::Borrowed(catalog), true),
        None => (Cow::Owned(assumed::catalog(&readings)), false),
    };
    let known = is_known.then_some(catalog.as_ref());
    let all = readings.iter().enumerate().filter_map(|(at, reading)| {
        let reading = reading.as_ref()?;
        let calls = load.statements.get(at)?.calls;
        Some(candidates::candidates(known, reading, at, calls, settings))
    });
    let mut found = candidates::merge(all.flatten().collect());
    found.retain(|c| candidates::existing_serves(&catalog, &c.index).is_none());
    Study {
        load,
        catalog,
        is_known,
        settings,
        readings,
        candidates: found,
        warnings,
    }
}
