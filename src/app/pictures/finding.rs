//! One finding: its proof as a picture, and as lines of the file.

use super::lines::cut;
use super::{Latency, Line, Waterfall};
use crate::analysis::Analysis;
use crate::rules::{Finding, Sighting};
use crate::workload::{ExecutionId, RequestId};

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
    /// Sightings, those that cost the most first.
    pub(crate) sightings: Vec<Sighting>,
}

/// How many sightings the detail lists.
const SIGHTINGS: usize = 8;

impl FindingPicture {
    /// Looks at a finding of an analysis.
    pub(crate) fn new(analysis: &Analysis, at: usize) -> Self {
        let Some(finding) = analysis.findings.get(at) else {
            return Self::default();
        };
        let mut sightings = finding.sightings.clone();
        // Equal ones stay in the order of the capture.
        sightings.sort_by_key(|s| std::cmp::Reverse(s.db_time));
        let worst = sightings.first().copied();
        sightings.truncate(SIGHTINGS);
        let query = finding.queries.first().copied();
        let repeats = finding.sightings.iter().any(|s| s.executions > 1);
        Self {
            worst: worst
                .filter(|_| repeats)
                .map(|s| (s.request, Waterfall::new(analysis, s.request))),
            latency: query
                .filter(|_| !repeats)
                .map(|q| Latency::new(&analysis.workload, q)),
            sql: query
                .and_then(|q| analysis.workload.query(q))
                .map(|q| cut(crate::sql::pretty(&q.sql)))
                .unwrap_or_default(),
            lines: worst
                .map(|s| lines(analysis, finding, s))
                .unwrap_or_default(),
            sightings,
        }
    }
}

/// The first executions of a sighting that ran a query at fault.
fn lines(analysis: &Analysis, finding: &Finding, sighting: Sighting) -> Vec<Line> {
    let last = sighting.last.0.saturating_add(1);
    let executions = analysis.workload.executions.range(sighting.first.0..last);
    let ids: Vec<ExecutionId> = executions
        .filter(|(_, e)| finding.queries.contains(&e.query))
        .map(|(id, _)| id)
        .take(LINES)
        .collect();
    ids.into_iter()
        .filter_map(|id| Line::read(analysis, id))
        .collect()
}
