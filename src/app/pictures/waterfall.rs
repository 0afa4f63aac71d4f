//! The statements of one request in order, repeated ones folded.

use super::summary;
use crate::analysis::Analysis;
use crate::workload::{ExecutionId, QueryId, RequestId};

/// The most rows that are kept; a batch job may run millions of statements.
const MOST: usize = 5_000;
/// So many in a row are folded even where no rule minds.
const FOLD: usize = 5;

/// One execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tick {
    /// Microseconds after the request began.
    pub(crate) at: i64,
    /// In microseconds.
    pub(crate) duration: u64,
    /// Parse, bind and later fetches beside that, in microseconds.
    pub(crate) steps: u64,
}

/// A statement, or several of the same query folded together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) query: QueryId,
    pub(crate) name: String,
    pub(crate) ticks: Vec<Tick>,
    /// Whether a finding is about them.
    pub(crate) burst: bool,
}

/// The statements of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waterfall {
    /// From its begin to its end, in microseconds.
    pub(crate) length: u64,
    pub(crate) rows: Vec<Row>,
    /// Statements that have no row because there are too many.
    pub(crate) left_out: u64,
    /// Whether any execution has steps that its duration leaves out.
    pub(crate) steps: bool,
}

impl Waterfall {
    /// Lays out the statements of a request.
    pub(crate) fn new(analysis: &Analysis, id: RequestId) -> Self {
        let workload = &analysis.workload;
        let Some(request) = workload.request(id) else {
            return Self::default();
        };
        // Executions of a query between the first and the last of a sighting belong to its burst,
        // whatever stands between them.
        let bursts: Vec<(QueryId, ExecutionId, ExecutionId)> = analysis
            .findings_of(id)
            .filter_map(|f| analysis.findings.get(f))
            .flat_map(|f| {
                let seen = f
                    .sightings
                    .iter()
                    .filter(|s| s.request == id && s.executions > 1);
                seen.flat_map(|s| f.queries.iter().map(|q| (*q, s.first, s.last)))
                    .collect::<Vec<_>>()
            })
            .collect();
        let mut rows: Vec<Row> = Vec::new();
        let mut row_of_burst: Vec<Option<usize>> = vec![None; bursts.len()];
        let (mut left_out, mut steps) = (0, false);
        for (id, e) in workload.executions.range(request.ids()) {
            let tick = Tick {
                at: e.start.saturating_sub(request.start),
                duration: e.duration,
                steps: e.steps,
            };
            steps |= e.steps > 0;
            let burst = bursts
                .iter()
                .position(|(q, first, last)| *q == e.query && (*first..=*last).contains(&id));
            let known = burst.and_then(|b| row_of_burst.get(b).copied().flatten());
            if let Some(row) = known.and_then(|r| rows.get_mut(r)) {
                row.ticks.push(tick);
                continue;
            }
            if rows.len() >= MOST {
                left_out += 1;
                continue;
            }
            if let Some(slot) = burst.and_then(|b| row_of_burst.get_mut(b)) {
                *slot = Some(rows.len());
            }
            let name = workload
                .query(e.query)
                .map(|q| summary(q).to_owned())
                .unwrap_or_default();
            rows.push(Row {
                query: e.query,
                name,
                ticks: vec![tick],
                burst: burst.is_some(),
            });
        }
        Self {
            length: request.duration(),
            rows: folded(&rows),
            left_out,
            steps,
        }
    }
}

/// Folds long runs of the same query that no finding is about.
fn folded(rows: &[Row]) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::with_capacity(rows.len());
    for run in rows.chunk_by(|a, b| a.query == b.query && !a.burst && !b.burst) {
        match run {
            [first, rest @ ..] if run.len() >= FOLD => {
                let mut row = first.clone();
                row.ticks
                    .extend(rest.iter().flat_map(|r| r.ticks.iter().copied()));
                out.push(row);
            }
            _ => out.extend(run.iter().cloned()),
        }
    }
    out
}
