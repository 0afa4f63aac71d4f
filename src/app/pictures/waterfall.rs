//! The statements of one request in order, repeated ones folded, and what hangs together folded once more.

use super::chain::{Chain, chains};
use super::summary;
use crate::analysis::Analysis;
use crate::workload::{Execution, QueryId, RequestId, Workload};

/// The most rows that are kept; a batch job may run millions of statements.
const MOST: usize = 5_000;
/// So many in a row are folded even where no rule minds.
const FOLD: usize = 5;

/// One execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tick {
    /// Microseconds after the request began.
    pub(crate) at: i64,
    /// In microseconds; `None` where the capture doesn't tell.
    pub(crate) duration: Option<u64>,
    /// Parse, bind and later fetches beside that, in microseconds.
    pub(crate) steps: u64,
}

/// A statement, or several folded together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The query; of several, the first.
    pub(crate) query: QueryId,
    pub(crate) name: String,
    /// In the order they began.
    pub(crate) ticks: Vec<Tick>,
    /// Whether a finding is about them.
    pub(crate) burst: bool,
    /// A row each for the queries that are folded together here; empty where there is only one.
    pub(crate) members: Vec<Row>,
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
    /// Whether any execution's duration is known.
    pub(crate) timed: bool,
}

impl Waterfall {
    /// Lays out the statements of a request.
    pub(crate) fn new(analysis: &Analysis, id: RequestId) -> Self {
        let workload = &analysis.workload;
        let Some(request) = workload.request(id) else {
            return Self::default();
        };
        let chains = chains(analysis, id);
        let mut row_of_chain: Vec<Option<usize>> = vec![None; chains.len()];
        let mut rows: Vec<Row> = Vec::new();
        let mut whole = Self {
            length: request.duration(),
            ..Self::default()
        };
        for (id, e) in workload.executions.range(request.ids()) {
            let tick = tick(&e, request.start);
            whole.steps |= e.steps > 0;
            whole.timed |= e.timed;
            let place = chains
                .iter()
                .enumerate()
                .find_map(|(at, chain)| Some((at, chain, chain.member(e.query, id)?)));
            if rows.len() >= MOST {
                let known = place.is_some_and(|(at, ..)| row_of_chain.get(at) != Some(&None));
                if !known {
                    whole.left_out += 1;
                    continue;
                }
            }
            let Some((at, chain, member)) = place else {
                rows.push(row(workload, e.query, tick, false));
                continue;
            };
            let slot = row_of_chain.get_mut(at);
            let known = slot.as_ref().and_then(|s| **s);
            if let Some(row) = known.and_then(|r| rows.get_mut(r)) {
                row.ticks.push(tick);
                if let Some(row) = row.members.get_mut(member) {
                    row.ticks.push(tick);
                }
                continue;
            }
            if let Some(slot) = slot {
                *slot = Some(rows.len());
            }
            rows.push(begun(workload, chain, member, e.query, tick));
        }
        // What a chain has nowhere in this request takes no row.
        for row in &mut rows {
            row.members.retain(|m| !m.ticks.is_empty());
        }
        whole.rows = folded(&rows);
        whole
    }
}

fn tick(e: &Execution, start: i64) -> Tick {
    Tick {
        at: e.start.saturating_sub(start),
        duration: e.timed.then_some(e.duration),
        steps: e.steps,
    }
}

fn row(workload: &Workload, query: QueryId, tick: Tick, burst: bool) -> Row {
    Row {
        query,
        name: workload
            .query(query)
            .map(|q| summary(q).to_owned())
            .unwrap_or_default(),
        ticks: vec![tick],
        burst,
        members: Vec::new(),
    }
}

/// The row of a chain whose first execution this is.
fn begun(workload: &Workload, chain: &Chain, member: usize, query: QueryId, tick: Tick) -> Row {
    let whole = row(workload, query, tick, true);
    if chain.members.len() < 2 {
        return whole;
    }
    let members = chain.members.iter().enumerate().map(|(at, m)| {
        let mut own = row(workload, m.query, tick, true);
        if at != member {
            own.ticks.clear();
        }
        own
    });
    Row {
        members: members.collect(),
        name: chain.name.clone(),
        ..whole
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
