//! The report that programs read. A field is added but never renamed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::{ReportError, request_id};
use crate::advice::Suggestion;
use crate::analysis::Analysis;
use crate::capture::{CaptureError, Format, Place, Unit};
use crate::rules::{Finding, Sighting, Suppressed};
use crate::sql::FINGERPRINT_VERSION;
use crate::workload::{self, Endpoint, ExecutionId, FileSummary, OccurrenceSum, Query, QueryId};

/// Warnings that are written out with their text.
const WARNINGS: usize = 100;

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
}

/// What `.pgloupe.toml` and comments in statements keep from the findings.
#[derive(Serialize)]
struct SuppressedRow {
    findings: usize,
    requests: usize,
}

/// Requests of one name, or of one kind where they have none.
#[derive(Serialize)]
struct EndpointRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    requests: usize,
    /// How often it was served by the application's own account.
    #[serde(skip_serializing_if = "Option::is_none")]
    served: Option<u64>,
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    /// `whole` where the times are the application's, `statements` from the first statement to the last.
    times: &'static str,
    statements_per_request: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    db_time_ms: Option<f64>,
    /// The part of the requests' time that is database time, where their whole times are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    db_share: Option<f64>,
    findings: usize,
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

#[derive(Serialize)]
struct Capture<'a> {
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

#[derive(Serialize)]
struct QueryRow<'a> {
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

#[derive(Serialize)]
struct FindingRow<'a> {
    rule: &'static str,
    severity: &'static str,
    title: &'a str,
    detail: &'a str,
    fingerprints: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    confidence: &'static str,
    reasons: &'a [String],
    cost: CostRow,
    saving: SavingRow,
    requests: Vec<RequestRow<'a>>,
    suggestions: Vec<SuggestionRow<'a>>,
}

#[derive(Serialize)]
struct CostRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    db_time_ms: Option<f64>,
    executions: u64,
    /// What the round trips take beside that, by the setting for one.
    round_trips_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
}

#[derive(Serialize)]
struct SavingRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    db_time_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    executions: Option<u64>,
    known_by: &'static str,
}

#[derive(Serialize)]
struct RequestRow<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    /// How its statements were found to belong together.
    grouping: &'static str,
    fingerprint: String,
    executions: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    db_time_ms: Option<f64>,
    file: String,
    first_line: u64,
    last_line: u64,
}

#[derive(Serialize)]
struct SuggestionRow<'a> {
    kind: &'static str,
    #[serde(rename = "for")]
    target: &'static str,
    title: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    /// Names in the code that were made up from tables and columns by convention.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    guessed: &'a [String],
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
    };
    let written = serde_json::to_writer_pretty(&mut out, &report);
    if let Some(error) = failure.take() {
        return Err(error.into());
    }
    written.map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn capture(analysis: &Analysis) -> Result<Capture<'_>, CaptureError> {
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

fn suppressed(analysis: &Analysis) -> Option<SuppressedRow> {
    let Suppressed {
        findings,
        sightings,
    } = analysis.suppressed;
    (sightings > 0).then_some(SuppressedRow {
        findings,
        requests: sightings,
    })
}

fn endpoint<'a>(analysis: &Analysis, endpoint: &'a Endpoint) -> EndpointRow<'a> {
    let mut findings: Vec<usize> = endpoint
        .requests
        .iter()
        .flat_map(|id| analysis.findings_of(*id))
        .collect();
    findings.sort_unstable();
    findings.dedup();
    EndpointRow {
        label: endpoint.label.as_deref(),
        requests: endpoint.requests.len(),
        served: endpoint.served,
        p50_ms: rounded_ms(endpoint.p50),
        p95_ms: rounded_ms(endpoint.p95),
        p99_ms: rounded_ms(endpoint.p99),
        times: if endpoint.whole {
            "whole"
        } else {
            "statements"
        },
        statements_per_request: (endpoint.mean_statements() * 100.0).round() / 100.0,
        db_time_ms: analysis.workload.timed().then(|| ms(endpoint.db_time)),
        db_share: endpoint.database_share().map(share),
        findings: findings.len(),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_none_of_them(n: &u64) -> bool {
    *n == 0
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

fn query<'a>(analysis: &'a Analysis, query: &'a Query) -> Result<QueryRow<'a>, CaptureError> {
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

fn finding<'a>(
    analysis: &'a Analysis,
    finding: &'a Finding,
) -> Result<FindingRow<'a>, CaptureError> {
    let name = |id: &QueryId| {
        analysis
            .workload
            .query(*id)
            .map(|q| q.fingerprint.to_string())
    };
    let timed = analysis.workload.timed();
    Ok(FindingRow {
        rule: finding.rule,
        severity: finding.severity.word(),
        title: &finding.title,
        detail: &finding.detail,
        fingerprints: finding.queries.iter().filter_map(name).collect(),
        parent: finding.parent.as_ref().and_then(name),
        confidence: finding.confidence.word(),
        reasons: &finding.reasons,
        cost: CostRow {
            db_time_ms: timed.then(|| ms(finding.cost.db_time)),
            executions: finding.cost.executions,
            round_trips_ms: ms(finding.cost.round_trips),
            share: timed.then(|| share(finding.cost.share)),
        },
        saving: SavingRow {
            db_time_ms: finding.saving.db_time.map(ms),
            executions: finding.saving.executions,
            known_by: finding.saving.known_by.word(),
        },
        requests: finding
            .sightings
            .iter()
            .map(|s| request(analysis, s))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect(),
        suggestions: finding.suggestions.iter().map(suggestion).collect(),
    })
}

fn request<'a>(
    analysis: &'a Analysis,
    sighting: &Sighting,
) -> Result<Option<RequestRow<'a>>, CaptureError> {
    let workload = &analysis.workload;
    let place = |id: ExecutionId| workload.executions.get(id).map(|e| e.place);
    let (Some(request), Some(first), Some(last)) = (
        workload.request(sighting.request),
        place(sighting.first),
        place(sighting.last),
    ) else {
        return Ok(None);
    };
    Ok(Some(RequestRow {
        id: request_id(analysis, request),
        label: workload.label(request),
        grouping: request.grouping.name(),
        fingerprint: workload
            .query(sighting.query)
            .map(|q| q.fingerprint.to_string())
            .unwrap_or_default(),
        executions: sighting.executions,
        db_time_ms: workload.timed().then(|| ms(sighting.db_time)),
        file: file_name(analysis, first.file.into()),
        first_line: analysis.sources.line(first)?,
        last_line: analysis.sources.line(last)?,
    }))
}

fn suggestion(suggestion: &Suggestion) -> SuggestionRow<'_> {
    SuggestionRow {
        kind: suggestion.kind.name(),
        target: suggestion.target.name(),
        title: &suggestion.title,
        code: &suggestion.code,
        note: suggestion.note.as_deref(),
        guessed: &suggestion.guessed,
    }
}

/// A file by its own name; by its path where two files of the capture have the same name.
fn file_name(analysis: &Analysis, number: usize) -> String {
    let files = &analysis.workload.capture.files;
    let Some(file) = files.get(number) else {
        return String::new();
    };
    let name = file.path.file_name();
    let alone = files.iter().filter(|f| f.path.file_name() == name).count() == 1;
    match name {
        Some(name) if alone => name.to_string_lossy().into_owned(),
        _ => file.path.to_string_lossy().into_owned(),
    }
}

/// Microseconds since 1970-01-01 as RFC 3339.
fn instant(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .map(|t| t.to_string())
        .unwrap_or_default()
}

/// Whole microseconds as milliseconds.
fn ms(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}

/// Fractional microseconds as milliseconds, rounded to the microsecond.
fn rounded_ms(micros: f64) -> f64 {
    micros.round() / 1_000.0
}

fn share(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}
