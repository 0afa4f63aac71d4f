//! One finding: its proof as a picture, and as lines of the file.

use super::lines::cut;
use super::{Latency, Line, Waterfall};
use crate::analysis::Analysis;
use crate::rules::{Finding, Sighting};
use crate::workload::{ExecutionId, QueryId, RequestId};

/// How many executions are shown as lines of the file.
const LINES: usize = 3;

/// What the detail of a finding shows beyond its text.
#[derive(Debug, Default)]
pub(crate) struct FindingPicture {
    /// The request where it cost the most, where the finding is about repetition.
    pub(crate) worst: Option<(RequestId, Waterfall)>,
    /// The latency of the query, where the finding is about one execution at a time.
    pub(crate) latency: Option<Latency>,
    /// The SQL of the main query, on several lines.
    pub(crate) sql: String,
    pub(crate) lines: Vec<Line>,
    /// The requests it was seen in, those that it costs the most first.
    pub(crate) seen: Vec<Seen>,
}

/// What a finding costs in one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) request: RequestId,
    pub(crate) executions: u64,
    /// In microseconds.
    pub(crate) db_time: u64,
}

/// How many requests the detail lists.
const SEEN: usize = 8;

impl FindingPicture {
    /// Looks at a finding of an analysis.
    pub(crate) fn new(analysis: &Analysis, at: usize) -> Self {
        let Some(finding) = analysis.findings.get(at) else {
            return Self::default();
        };
        let own = finding.sightings.chunk_by(|a, b| a.request == b.request);
        let mut seen: Vec<Seen> = own.filter_map(seen).collect();
        // Equal ones stay in the order of the capture.
        seen.sort_by_key(|s| std::cmp::Reverse((s.db_time, s.executions)));
        let worst = seen.first().copied();
        seen.truncate(SEEN);
        let query = finding.queries.first().copied();
        let repeats = finding.sightings.iter().any(|s| s.executions > 1);
        Self {
            worst: worst
                .filter(|_| repeats)
                .map(|s| (s.request, Waterfall::new(analysis, s.request))),
            latency: query
                .filter(|q| !repeats && spreads(analysis, *q))
                .map(|q| Latency::new(&analysis.workload, q)),
            sql: query
                .and_then(|q| analysis.workload.query(q))
                .map(|q| cut(crate::sql::pretty(&q.sql)))
                .unwrap_or_default(),
            lines: worst
                .map(|s| lines(analysis, finding, s.request))
                .unwrap_or_default(),
            seen,
        }
    }
}

/// Whether single executions are known: an export only adds them up.
fn spreads(analysis: &Analysis, query: QueryId) -> bool {
    let query = analysis.workload.query(query);
    query.is_some_and(|q| q.stats.has_percentiles())
}

/// What stands together of one request, added up.
fn seen(own: &[Sighting]) -> Option<Seen> {
    Some(Seen {
        request: own.first()?.request,
        executions: own.iter().map(|s| u64::from(s.executions)).sum(),
        db_time: own.iter().map(|s| s.db_time).sum(),
    })
}

/// The first executions in a request that ran a query at fault.
fn lines(analysis: &Analysis, finding: &Finding, request: RequestId) -> Vec<Line> {
    let own = || finding.sightings.iter().filter(|s| s.request == request);
    let first = own().map(|s| s.first.0).min().unwrap_or(0);
    let last = own().map(|s| s.last.0.saturating_add(1)).max().unwrap_or(0);
    let executions = analysis.workload.executions.range(first..last);
    let ids: Vec<ExecutionId> = executions
        .filter(|(_, e)| finding.queries.contains(&e.query))
        .map(|(id, _)| id)
        .take(LINES)
        .collect();
    ids.into_iter()
        .filter_map(|id| Line::read(analysis, id))
        .collect()
}
