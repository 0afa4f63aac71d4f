//! One endpoint: how long its requests take, the slowest of them, and what they run.

use std::collections::BTreeMap;

use super::Latency;
use crate::analysis::Analysis;
use crate::workload::{QueryId, Request, RequestId};

/// How many requests are listed.
const REQUESTS: usize = 8;
/// How many queries are listed.
const QUERIES: usize = 6;

/// What the detail of an endpoint shows beyond its sums.
#[derive(Debug, Default)]
pub(crate) struct EndpointPicture {
    /// How long its requests took, and when.
    pub(crate) latency: Latency,
    /// Its slowest requests with the microseconds they took.
    pub(crate) slowest: Vec<(RequestId, u64)>,
    /// The findings that happen in them, by their positions, with the number of requests.
    pub(crate) findings: Vec<(usize, u64)>,
    /// The queries that take the most database time in them; without durations, those that run most often.
    pub(crate) queries: Vec<Part>,
}

/// One query's part of the requests of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) query: QueryId,
    pub(crate) executions: u64,
    /// In microseconds.
    pub(crate) db_time: u64,
}

impl EndpointPicture {
    /// Looks at the endpoint at position `at`.
    pub(crate) fn new(analysis: &Analysis, at: u32) -> Self {
        let Some(endpoint) = analysis.endpoints.get(at as usize) else {
            return Self::default();
        };
        let w = &analysis.workload;
        let time = |r: &Request| {
            let elapsed = w.elapsed(r).filter(|_| endpoint.whole);
            elapsed.unwrap_or_else(|| r.duration())
        };
        let mut all: Vec<(RequestId, u64)> = endpoint
            .requests
            .iter()
            .filter_map(|id| Some((*id, time(w.request(*id)?))))
            .collect();
        let points: Vec<(i64, u64)> = all
            .iter()
            .filter_map(|(id, time)| Some((w.request(*id)?.start, *time)))
            .collect();
        let percentiles = [endpoint.p50, endpoint.p95, endpoint.p99];
        // A few requests are told one by one.
        let latency = if points.len() <= REQUESTS {
            Latency::default()
        } else {
            Latency::of_requests(w.span, &points, percentiles)
        };
        // Equal ones stay in the order of the capture.
        all.sort_by_key(|r| std::cmp::Reverse(r.1));
        all.truncate(REQUESTS);
        Self {
            latency,
            slowest: all,
            findings: findings(analysis, &endpoint.requests),
            queries: queries(analysis, &endpoint.requests),
        }
    }
}

/// The findings that happen in requests, which are in order.
fn findings(analysis: &Analysis, requests: &[RequestId]) -> Vec<(usize, u64)> {
    let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
    for request in requests {
        for finding in analysis.findings_of(*request) {
            *counts.entry(finding).or_default() += 1;
        }
    }
    counts.into_iter().collect()
}

fn queries(analysis: &Analysis, requests: &[RequestId]) -> Vec<Part> {
    let w = &analysis.workload;
    let mut parts: BTreeMap<QueryId, Part> = BTreeMap::new();
    for request in requests.iter().filter_map(|id| w.request(*id)) {
        for (_, e) in w.executions.range(request.ids()) {
            let part = parts.entry(e.query).or_insert(Part {
                query: e.query,
                executions: 0,
                db_time: 0,
            });
            part.executions += 1;
            part.db_time += e.duration;
        }
    }
    let mut parts: Vec<Part> = parts.into_values().collect();
    parts.sort_by_key(|p| std::cmp::Reverse((p.db_time, p.executions)));
    parts.truncate(QUERIES);
    parts
}
