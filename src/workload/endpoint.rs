//! Requests of one kind, added up.

use std::collections::BTreeMap;

use super::Workload;
use super::ids::{QueryId, RequestId};
use super::request::Request;

/// Requests that are called the same; without a name, those that run the same queries.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// Its name, where the application tells one: `GET /books/:id`.
    pub label: Option<String>,
    /// Its requests, in the order they began.
    pub requests: Vec<RequestId>,
    /// How often it was served by the application's own account, statements or not; `None` without a request log.
    pub served: Option<u64>,
    /// Half of its requests took at most this long, in microseconds: by the application's own account where
    /// [`Endpoint::whole`] says so, else from the first statement's begin to the last one's end.
    pub p50: f64,
    /// The same for 95 % of them.
    pub p95: f64,
    /// The same for 99 % of them.
    pub p99: f64,
    /// Whether the times are those of whole requests, by the application's own account.
    pub whole: bool,
    /// All of its requests' times together, in microseconds.
    pub total: u64,
    /// The same of those alone whose statements are known.
    known: u64,
    /// Database time of its requests, in microseconds.
    pub db_time: u64,
    /// Statements of its requests.
    pub statements: u64,
    /// The most statements of one of them.
    pub most: u32,
}

impl Endpoint {
    /// The part of its requests' time that is database time, 0 to 1; `None` where no request's whole time is known.
    #[must_use]
    pub fn database_share(&self) -> Option<f64> {
        (self.whole && self.known > 0).then(|| (self.db_time as f64 / self.known as f64).min(1.0))
    }

    /// Statements of a request on average.
    #[must_use]
    pub fn mean_statements(&self) -> f64 {
        self.statements as f64 / self.requests.len().max(1) as f64
    }
}

/// What makes requests one kind.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Kind<'a> {
    Named(&'a str),
    Alike(Vec<QueryId>),
}

/// Queries beyond these tell no kinds apart.
const QUERIES: usize = 32;

/// All kinds of requests, the one that takes the most time in all first.
#[must_use]
pub fn endpoints(workload: &Workload) -> Vec<Endpoint> {
    let mut kinds: BTreeMap<Kind<'_>, Vec<RequestId>> = BTreeMap::new();
    for (number, request) in workload.requests.iter().enumerate() {
        let kind = match workload.label(request) {
            Some(label) => Kind::Named(label),
            None => Kind::Alike(queries(workload, request)),
        };
        kinds.entry(kind).or_default().push(RequestId::at(number));
    }
    let mut served: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for s in workload.served.iter().filter(|s| !s.label.is_empty()) {
        served.entry(&s.label).or_default().extend(s.elapsed);
    }
    // What never asks the database is served too.
    for label in served.keys() {
        kinds.entry(Kind::Named(label)).or_default();
    }
    let mut all: Vec<Endpoint> = kinds
        .into_iter()
        .map(|(kind, requests)| {
            let times = match kind {
                Kind::Named(label) => served.remove(label).unwrap_or_default(),
                Kind::Alike(_) => Vec::new(),
            };
            endpoint(workload, &kind, requests, times)
        })
        .collect();
    all.sort_by(|a, b| {
        let key = |e: &Endpoint| (e.total, e.requests.len());
        key(b)
            .cmp(&key(a))
            .then_with(|| a.requests.cmp(&b.requests))
    });
    all
}

/// What a request runs, each query once.
fn queries(workload: &Workload, request: &Request) -> Vec<QueryId> {
    let ids = request.first.index()..request.first.index() + request.executions as usize;
    let all = workload.executions.queries().get(ids).unwrap_or_default();
    let mut own: Vec<QueryId> = all
        .iter()
        .copied()
        .filter(|q| {
            workload
                .query(*q)
                .is_none_or(|q| !q.kind.is_transaction_control())
        })
        .collect();
    own.sort_unstable();
    own.dedup();
    own.truncate(QUERIES);
    own
}

/// One kind, with how long its requests took by the application's own account, in microseconds.
fn endpoint(
    workload: &Workload,
    kind: &Kind<'_>,
    requests: Vec<RequestId>,
    served: Vec<u64>,
) -> Endpoint {
    let label = match kind {
        Kind::Named(label) => Some((*label).to_owned()),
        Kind::Alike(_) => None,
    };
    let own = || requests.iter().filter_map(|id| workload.request(*id));
    let matched: Vec<u64> = own().filter_map(|r| workload.elapsed(r)).collect();
    // Only where the whole time of each of them is known is theirs the database's part of it.
    let whole = matched.len() == requests.len() && !(requests.is_empty() && served.is_empty());
    let times_served = served.len() as u64;
    let known = matched.iter().sum();
    let mut times: Vec<u64> = if whole {
        if served.len() > matched.len() {
            served
        } else {
            matched
        }
    } else {
        own().map(Request::duration).collect()
    };
    times.sort_unstable();
    let at = |part: f64| percentile(&times, part);
    Endpoint {
        served: (times_served > 0).then_some(times_served),
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
        whole,
        total: times.iter().sum(),
        known,
        db_time: own().map(|r| r.db_time).sum(),
        statements: own().map(|r| u64::from(r.executions)).sum(),
        most: own().map(|r| r.executions).max().unwrap_or(0),
        label,
        requests,
    }
}

/// The smallest of sorted values that at least this part of them doesn't exceed.
fn percentile(sorted: &[u64], part: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position in a list, not negative"
    )]
    let at = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(0) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_seen() {
        let values: Vec<u64> = (1..=20).collect();
        let found = [0.5, 0.95, 0.99].map(|part| percentile(&values, part).to_string());
        assert_eq!(found, ["10", "19", "20"]);
        assert_eq!(percentile(&[], 0.5).to_string(), "0");
        assert_eq!(percentile(&[7], 0.5).to_string(), "7");
    }
}
