//! One query of the report.

use serde::Serialize;

use super::values::{file_name, is_none_of_them, ms, rounded_ms, share};
use crate::analysis::Analysis;
use crate::capture::{CaptureError, Place};
use crate::workload::Query;

#[derive(Serialize)]
pub(super) struct QueryRow<'a> {
    fingerprint: String,
    sql: &'a str,
    executions: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_ms: Option<f64>,
    /// Executions whose duration the capture doesn't tell; they are in no time.
    #[serde(skip_serializing_if = "is_none_of_them")]
    untimed: u64,
    /// Parse and bind steps and later fetches, beside `total_ms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    steps_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    times: Option<Times>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    errors: u64,
    sessions: u32,
    requests: u32,
    /// Lines of source that called it, the commonest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    called_from: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<Example>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names of the report")]
struct Times {
    mean_ms: f64,
    min_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p95_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_ms: Option<f64>,
    max_ms: f64,
}

#[derive(Serialize)]
struct Example {
    sql: String,
    file: String,
    line: u64,
}

pub(super) fn query<'a>(
    analysis: &'a Analysis,
    query: &'a Query,
) -> Result<QueryRow<'a>, CaptureError> {
    let stats = &query.stats;
    let slowest = query.slowest;
    let example = match slowest.and_then(|id| analysis.workload.executions.get(id)) {
        Some(e) => Some(example(analysis, e.place)?),
        None => query
            .row
            .map(|row| row_of(analysis, query, row))
            .transpose()?,
    };
    let percentile = |micros| stats.has_percentiles().then(|| rounded_ms(micros));
    Ok(QueryRow {
        fingerprint: query.fingerprint.to_string(),
        sql: &query.sql,
        executions: stats.executions,
        total_ms: (stats.timed() > 0 || stats.executions == 0).then(|| ms(stats.total)),
        untimed: stats.untimed,
        steps_ms: (stats.steps > 0).then(|| ms(stats.steps)),
        share: (stats.timed() > 0 || stats.executions == 0)
            .then(|| share(analysis.workload.share(stats.total))),
        times: stats.mean().map(|mean| Times {
            mean_ms: rounded_ms(mean),
            min_ms: ms(stats.min),
            p50_ms: percentile(stats.p50),
            p95_ms: percentile(stats.p95),
            p99_ms: percentile(stats.p99),
            max_ms: ms(stats.max),
        }),
        rows: stats.rows,
        errors: stats.errors,
        sessions: stats.sessions,
        requests: stats.requests,
        called_from: query.called_from.iter().map(|c| c.0.as_str()).collect(),
        example,
    })
}

/// The row of an export that tells of a query.
fn row_of(analysis: &Analysis, query: &Query, row: Place) -> Result<Example, CaptureError> {
    Ok(Example {
        sql: query.sql.clone(),
        file: file_name(analysis, row.file.into()),
        line: analysis.sources.line(row)?,
    })
}

fn example(analysis: &Analysis, place: Place) -> Result<Example, CaptureError> {
    let statement = analysis.sources.statement(place)?;
    Ok(Example {
        sql: statement.bound(),
        file: file_name(analysis, place.file.into()),
        line: statement.line,
    })
}
