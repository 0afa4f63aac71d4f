//! One query: its latency, real examples, and the requests that ran it.

use super::lines::cut;
use super::{Example, Latency, Record, plans};
use crate::analysis::Analysis;
use crate::workload::{ExecutionId, QueryId, RequestId};

/// The most requests that are listed.
const REQUESTS: usize = 8;

/// What the detail of a query shows beyond its statistics.
#[derive(Debug, Default)]
pub(crate) struct QueryPicture {
    /// Its SQL on several lines.
    pub(crate) sql: String,
    pub(crate) latency: Latency,
    pub(crate) examples: Vec<Example>,
    /// Requests that spent the most time in it, or ran it most often, with executions and database time.
    pub(crate) requests: Vec<(RequestId, u32, u64)>,
    /// The row of an export that tells of it.
    pub(crate) row: Option<Record>,
}

impl QueryPicture {
    /// Looks at a query of an analysis.
    pub(crate) fn new(analysis: &Analysis, id: QueryId) -> Self {
        let workload = &analysis.workload;
        let Some(query) = workload.query(id) else {
            return Self::default();
        };
        let ids: Vec<ExecutionId> = workload
            .executions
            .queries()
            .iter()
            .enumerate()
            .filter(|(_, q)| **q == id)
            .map(|(i, _)| ExecutionId::at(i))
            .collect();
        let duration = |e: &ExecutionId| workload.executions.get(*e).map_or(0, |e| e.duration);
        let start = |e: &ExecutionId| workload.executions.get(*e).map_or(0, |e| e.start);
        let median = ids
            .iter()
            .min_by_key(|e| duration(e).abs_diff(median_of(query.stats.p50)));
        let last = ids.iter().max_by_key(|e| start(e));
        let planned = ids
            .iter()
            .filter(|e| plans::has_one(workload, **e))
            .max_by_key(|e| duration(e));
        // Where nothing is timed, none is slower than another.
        let timed = query.stats.timed() > 0;
        let picked = [
            ("Slowest", query.slowest.filter(|_| timed)),
            ("Median", median.copied().filter(|_| timed)),
            ("Last", last.copied()),
            ("Slowest with a plan", planned.copied()),
        ];
        let mut examples: Vec<Example> = Vec::new();
        for (name, execution) in picked {
            let Some(execution) = execution.filter(|e| examples.iter().all(|x| x.execution != *e))
            else {
                continue;
            };
            examples.extend(Example::read(analysis, name, execution));
        }
        Self {
            sql: cut(crate::sql::pretty(&query.sql)),
            latency: Latency::new(workload, id),
            examples,
            requests: heaviest(analysis, &ids),
            row: query.row.map(|place| Record::read(analysis, place)),
        }
    }
}

// A percentile of durations is a duration: positive, and far below 2^63 microseconds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn median_of(p50: f64) -> u64 {
    p50.round() as u64
}

/// The requests that spent the most time in executions `ids`, which are in order.
fn heaviest(analysis: &Analysis, ids: &[ExecutionId]) -> Vec<(RequestId, u32, u64)> {
    let workload = &analysis.workload;
    let mut requests: Vec<(RequestId, u32, u64)> = Vec::new();
    let mut until = 0;
    for id in ids {
        let duration = workload.executions.get(*id).map_or(0, |e| e.duration);
        match requests.last_mut() {
            // Executions of one request stand together.
            Some((_, n, time)) if id.0 < until => {
                *n += 1;
                *time += duration;
            }
            _ => {
                let Some(request) = workload.request_of(*id) else {
                    continue;
                };
                until = workload.request(request).map_or(0, |r| r.ids().end);
                requests.push((request, 1, duration));
            }
        }
    }
    requests.sort_by_key(|r| std::cmp::Reverse((r.2, r.1)));
    requests.truncate(REQUESTS);
    requests
}
