//! The report that programs read. A field is added but never renamed.

mod capture;
mod endpoint;
mod finding;
mod plans;
mod query;
mod suggestion;
mod values;

pub(super) use suggestion::{SuggestionRow, suggestion};

use std::cell::RefCell;
use std::io::{self, Write};

use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use self::capture::{Capture, capture};
use self::endpoint::{EndpointRow, endpoint};
use self::finding::{SuppressedRow, finding, suppressed};
use self::plans::{PlansRow, plans};
use self::query::query;
use super::ReportError;
use crate::analysis::Analysis;
use crate::capture::CaptureError;
use crate::rules::Finding;
use crate::sql::FINGERPRINT_VERSION;
use crate::workload::Query;

#[derive(Serialize)]
struct Report<'a> {
    pgloupe: &'static str,
    fingerprint_version: u32,
    capture: Capture<'a>,
    queries: Rows<'a, Query>,
    findings: Rows<'a, Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<SuppressedRow>,
    endpoints: Vec<EndpointRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plans: Option<PlansRow>,
}

/// A list whose rows are made while they are written: a capture may have hundreds of thousands of queries.
struct Rows<'a, T> {
    analysis: &'a Analysis,
    of: &'a [T],
    /// What went wrong while a row was made.
    failure: &'a RefCell<Option<CaptureError>>,
}

impl<T> Rows<'_, T> {
    fn write<'a, S: Serializer, R: Serialize>(
        &'a self,
        serializer: S,
        row: fn(&'a Analysis, &'a T) -> Result<R, CaptureError>,
    ) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.of.len()))?;
        for item in self.of {
            match row(self.analysis, item) {
                Ok(row) => list.serialize_element(&row)?,
                Err(error) => {
                    *self.failure.borrow_mut() = Some(error);
                    return Err(S::Error::custom("a row can't be made"));
                }
            }
        }
        list.end()
    }
}

impl Serialize for Rows<'_, Query> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(serializer, query)
    }
}

impl Serialize for Rows<'_, Finding> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(serializer, finding)
    }
}

/// The report as JSON text, with a newline at its end. Reads the capture for line numbers and examples.
///
/// # Errors
/// [`CaptureError::Read`] or [`CaptureError::Changed`] when the capture can't be read again.
pub fn json(analysis: &Analysis) -> Result<String, CaptureError> {
    let mut text = Vec::new();
    match write_json(analysis, &mut text) {
        Err(ReportError::Capture(error)) => Err(error),
        // Memory takes all, and JSON is UTF-8.
        _ => Ok(String::from_utf8(text).unwrap_or_default()),
    }
}

/// Writes the report as JSON, with a newline at its end. Reads the capture for line numbers and examples.
///
/// # Errors
/// [`ReportError::Capture`] when the capture can't be read again, [`ReportError::Write`] when `out` takes no more.
pub fn write_json(analysis: &Analysis, mut out: impl Write) -> Result<(), ReportError> {
    let failure = RefCell::new(None);
    let report = Report {
        pgloupe: env!("CARGO_PKG_VERSION"),
        fingerprint_version: FINGERPRINT_VERSION,
        capture: capture(analysis)?,
        queries: Rows {
            analysis,
            of: &analysis.workload.queries,
            failure: &failure,
        },
        findings: Rows {
            analysis,
            of: &analysis.findings,
            failure: &failure,
        },
        suppressed: suppressed(analysis),
        endpoints: analysis
            .endpoints
            .iter()
            .map(|e| endpoint(analysis, e))
            .collect(),
        plans: plans(analysis)?,
    };
    let written = serde_json::to_writer_pretty(&mut out, &report);
    if let Some(error) = failure.take() {
        return Err(error.into());
    }
    written.map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}
