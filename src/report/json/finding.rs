//! One finding of the report, and what is suppressed.

use serde::Serialize;

use super::super::request_id;
use super::suggestion::{SuggestionRow, suggestion};
use super::values::{file_name, ms, share};
use crate::analysis::Analysis;
use crate::capture::CaptureError;
use crate::rules::{Finding, Sighting, Subject, Suppressed};
use crate::workload::{ExecutionId, QueryId};

#[derive(Serialize)]
pub(super) struct FindingRow<'a> {
    rule: &'static str,
    severity: &'static str,
    title: &'a str,
    detail: &'a str,
    fingerprints: Vec<String>,
    /// What of a live server it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
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

/// What `.pgloupe.toml` and comments in statements keep from the findings.
#[derive(Serialize)]
pub(super) struct SuppressedRow {
    findings: usize,
    requests: usize,
}

pub(super) fn finding<'a>(
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
        subject: finding.subject.as_ref().map(subject),
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

/// `table public.orders`, `session 4711`.
fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Server => "server".to_owned(),
        Subject::Table(name) => format!("table {name}"),
        Subject::Index(name) => format!("index {name}"),
        Subject::Column(table, column) => format!("column {column} of {table}"),
        Subject::Sequence(name) => format!("sequence {name}"),
        Subject::Statement(fingerprint) => format!("statement {fingerprint}"),
        Subject::Session(pid) => format!("session {pid}"),
    }
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

pub(super) fn suppressed(analysis: &Analysis) -> Option<SuppressedRow> {
    let Suppressed {
        findings,
        sightings,
    } = analysis.suppressed;
    (sightings > 0).then_some(SuppressedRow {
        findings,
        requests: sightings,
    })
}
