//! Advice on indexes for a capture, for a server's statements, or for a few texts: reads what is needed, asks whoever
//! can be asked.

mod load;
mod server;
mod texts;

pub use load::{Lines, of_capture, of_lines};
pub use server::statements_of;

use std::collections::BTreeMap;

use super::Analysis;
use crate::advice::indexes::{
    Estimates, IndexAdvice, Load, Planner, Progress, Proof, advise, study,
};
use crate::catalog::Catalog;
use crate::live::Session;
use crate::live::catalog::{Options, read_catalog};
use crate::live::hypothetical::{Support, support};
use crate::rules::Settings;

/// How far the work has come, and whether to go on.
pub type Watch<'a> = dyn FnMut(Progress) -> bool + 'a;

/// What is advised on indexes for the statements of a load.
///
/// With a session, its planner is asked where HypoPG is there, and its catalog is read where `catalog` is `None`.
/// Otherwise statistics of the catalog tell; without any catalog, the statements alone.
///
/// # Errors
///
/// When the server went away, or `watch` ended it: a sentence for people.
pub fn advise_on_indexes(
    load: Load,
    catalog: Option<&Catalog>,
    mut session: Option<&mut Session>,
    settings: &Settings,
    watch: &mut Watch<'_>,
) -> Result<IndexAdvice, String> {
    let read = match (&mut session, catalog) {
        (Some(session), None) => {
            let read = read_catalog(session, &Options { values: true });
            Some(read.map_err(|error| error.to_string())?)
        }
        _ => None,
    };
    let catalog = catalog.or(read.as_ref());
    let study = study(&load, catalog, &settings.indexes);
    let days = settings.live.unused_index_days;
    let mut notes = Vec::new();
    let mut plans = BTreeMap::new();
    let planner = match session {
        Some(session) => match support(session).map_err(|error| error.to_string())? {
            Support::Ready { .. } => {
                Some(Planner::new(session, &study).map_err(|e| e.to_string())?)
            }
            other => {
                notes.push(other.to_string());
                None
            }
        },
        None => None,
    };
    let advised = if let Some(mut planner) = planner {
        let mut advised = advise(&study, &mut planner, Proof::Planner, days, watch);
        if let Ok(advice) = &mut advised {
            advice.warnings.extend(planner.refused());
            plans = planner.plans(advice).map_err(|error| error.to_string())?;
            planner.mark_used(advice);
        }
        advised
    } else {
        let mut estimates = Estimates::new(&study.catalog, &study.readings);
        let proof = if study.is_known {
            Proof::Estimate
        } else {
            notes.push(NO_CATALOG.to_owned());
            Proof::Advice
        };
        advise(&study, &mut estimates, proof, days, watch)
    };
    let mut advice = advised.map_err(|stopped| stopped.to_string())?;
    advice.notes.splice(0..0, notes);
    Ok(IndexAdvice {
        load,
        advice,
        queries: Vec::new(),
        plans,
    })
}

const NO_CATALOG: &str = "nothing is known of the tables: indexes that are there already may be among these, and \
    tables too small to need one. Connect to the server, or open a catalog (pgloupe catalog URL > catalog.json)";

impl Analysis {
    /// Advice on indexes for this capture; see [`advise_on_indexes()`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn advise_on_indexes(
        &self,
        catalog: Option<&Catalog>,
        session: Option<&mut Session>,
        watch: &mut Watch<'_>,
    ) -> Result<IndexAdvice, String> {
        let load = of_capture(self);
        let catalog = catalog.or(self.catalog.as_deref());
        let advice = advise_on_indexes(load, catalog, session, &self.settings, watch)?;
        Ok(advice.met_with(&self.workload))
    }
}
