//! What was read, and how it was understood.

use std::collections::BTreeMap;

use serde::Serialize;

use super::values::{file_name, instant, is_zero, ms, share};
use crate::analysis::Analysis;
use crate::capture::{CaptureError, Format, Unit};
use crate::workload::{self, FileSummary, OccurrenceSum};

/// Warnings that are written out with their text.
const WARNINGS: usize = 100;

#[derive(Serialize)]
pub(super) struct Capture<'a> {
    files: Vec<String>,
    formats: Vec<&'static str>,
    /// How each file was understood.
    sources: Vec<SourceRow<'a>>,
    bytes: u64,
    events: u64,
    executions: usize,
    sessions: usize,
    requests: usize,
    /// How many of them were told apart in which way.
    grouping: BTreeMap<&'static str, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    db_time_ms: Option<f64>,
    /// Parse and bind steps and later fetches, beside `db_time_ms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    steps_ms: Option<f64>,
    /// Plans of `auto_explain` that belong to executions.
    #[serde(skip_serializing_if = "is_zero")]
    plans: usize,
    /// What the server said beside executions, added up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notable: Vec<NotableRow>,
    warnings: WarningList<'a>,
}

#[derive(Serialize)]
struct SourceRow<'a> {
    file: String,
    format: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    wrappers: &'a [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<&'a str>,
    /// Which share of the first lines an inferred prefix explains, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    explained: Option<f64>,
}

#[derive(Serialize)]
struct NotableRow {
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<String>,
    count: u64,
    /// The amounts added up and the largest, in the unit that the name ends with.
    #[serde(flatten)]
    amount: Option<Amount>,
    file: String,
    first_line: u64,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Amount {
    Time { total_ms: f64, max_ms: f64 },
    Size { total_bytes: u64, max_bytes: u64 },
    Pause { max_seconds: u64 },
}

#[derive(Serialize)]
struct WarningList<'a> {
    total: u64,
    first: Vec<WarningRow<'a>>,
}

#[derive(Serialize)]
struct WarningRow<'a> {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    what: &'a str,
}

pub(super) fn capture(analysis: &Analysis) -> Result<Capture<'_>, CaptureError> {
    let workload = &analysis.workload;
    let summary = &workload.capture;
    let mut formats: Vec<&'static str> = summary.files.iter().map(|f| f.format.name()).collect();
    formats.dedup();
    let warnings = summary.warnings.first().iter().take(WARNINGS);
    Ok(Capture {
        files: (0..summary.files.len())
            .map(|n| file_name(analysis, n))
            .collect(),
        formats,
        sources: (0..)
            .zip(&summary.files)
            .map(|(n, file)| source(analysis, n, file))
            .collect(),
        bytes: summary.files.iter().map(|f| f.bytes).sum(),
        events: summary.events,
        executions: workload.executions.len(),
        sessions: workload.sessions.iter().filter(|s| s.active).count(),
        requests: workload.requests.len(),
        grouping: grouping(analysis),
        from: workload.span.map(|s| instant(s.0)),
        to: workload.span.map(|s| instant(s.1)),
        db_time_ms: (workload.timed() || workload.executions.is_empty())
            .then(|| ms(workload.db_time)),
        steps_ms: (workload.steps > 0).then(|| ms(workload.steps)),
        plans: workload.plans.len(),
        notable: workload::sum_up(&workload.occurrences)
            .iter()
            .map(|sum| notable(analysis, sum))
            .collect::<Result<_, _>>()?,
        warnings: WarningList {
            total: summary.warnings.total(),
            first: warnings
                .map(|w| WarningRow {
                    file: file_name(analysis, w.file.into()),
                    line: w.line,
                    what: &w.what,
                })
                .collect(),
        },
    })
}

/// How many requests were told apart in which way.
fn grouping(analysis: &Analysis) -> BTreeMap<&'static str, usize> {
    let mut ways = BTreeMap::new();
    for request in &analysis.workload.requests {
        *ways.entry(request.grouping.name()).or_default() += 1;
    }
    ways
}

fn source<'a>(analysis: &Analysis, number: usize, file: &'a FileSummary) -> SourceRow<'a> {
    let (prefix, explained) = match &file.format {
        Format::Stderr {
            prefix, explained, ..
        } => (Some(prefix.as_str()), *explained),
        _ => (None, None),
    };
    SourceRow {
        file: file_name(analysis, number),
        format: file.format.name(),
        wrappers: &file.wrappers,
        prefix,
        explained: explained.map(share),
    }
}

fn notable(analysis: &Analysis, sum: &OccurrenceSum) -> Result<NotableRow, CaptureError> {
    Ok(NotableRow {
        class: sum.class.name(),
        sqlstate: sum
            .sqlstate
            .map(|state| String::from_utf8_lossy(&state).into_owned()),
        count: sum.count,
        amount: sum.class.unit().map(|unit| match unit {
            Unit::Microseconds => Amount::Time {
                total_ms: ms(sum.amount),
                max_ms: ms(sum.most),
            },
            Unit::Bytes => Amount::Size {
                total_bytes: sum.amount,
                max_bytes: sum.most,
            },
            Unit::Seconds => Amount::Pause {
                max_seconds: sum.most,
            },
        }),
        file: file_name(analysis, sum.first.file.into()),
        first_line: analysis.sources.line(sum.first)?,
    })
}
