//! Which endpoints are listed, in which order, and how many findings each has.

use super::requests::Test;
use super::{By, Sort, all, turn};
use crate::analysis::Analysis;
use crate::app::filter::Filter;
use crate::app::name;
use crate::workload::Endpoint;

/// The endpoints that pass, ordered.
pub(super) fn rows(analysis: &Analysis, filter: &Filter, sort: Sort, findings: &[u32]) -> Vec<u32> {
    let endpoints = &analysis.endpoints;
    let test = Test::new(analysis, filter);
    let passes = |at: u32| {
        let endpoint = endpoints.get(at as usize);
        endpoint.is_some_and(|e| e.requests.iter().any(|r| test.passes(*r)))
    };
    let mut rows: Vec<u32> = all(endpoints.len())
        .filter(|&at| filter.is_empty() || passes(at))
        .collect();
    let count = |at: u32| findings.get(at as usize).copied().unwrap_or(0);
    if sort.by == By::Label {
        rows.sort_by_cached_key(|&at| {
            let name = endpoints
                .get(at as usize)
                .map(|e| name::endpoint(analysis, e));
            // Those that have only the name of a query come last.
            name.map(|(name, known)| (!known, name.into_owned()))
        });
    } else {
        let key = |at: &u32| {
            let endpoint = endpoints.get(*at as usize);
            endpoint.map_or(0.0, |e| endpoint_key(e, count(*at), sort.by))
        };
        rows.sort_by(|a, b| key(a).total_cmp(&key(b)));
    }
    turn(&mut rows, sort);
    rows
}

/// The number that an endpoint is ordered by; also the length of the bar behind it.
pub(crate) fn endpoint_key(endpoint: &Endpoint, findings: u32, by: By) -> f64 {
    match by {
        By::Requests => endpoint.requests.len() as f64,
        By::P50 => endpoint.p50,
        By::P95 => endpoint.p95,
        By::P99 => endpoint.p99,
        By::Statements => endpoint.mean_statements(),
        // What isn't known comes after all that is.
        By::Database => endpoint.database_share().unwrap_or(-1.0),
        By::DbTime => endpoint.db_time as f64,
        By::Findings => f64::from(findings),
        _ => 0.0,
    }
}

/// How many findings happen in requests of each endpoint.
pub(super) fn findings(analysis: &Analysis) -> Vec<u32> {
    let mut of_request = vec![0_usize; analysis.workload.requests.len()];
    for (at, endpoint) in analysis.endpoints.iter().enumerate() {
        for request in &endpoint.requests {
            if let Some(place) = of_request.get_mut(request.index()) {
                *place = at;
            }
        }
    }
    let mut counts = vec![0; analysis.endpoints.len()];
    let mut last = vec![usize::MAX; analysis.endpoints.len()];
    for (number, finding) in analysis.findings.iter().enumerate() {
        for sighting in &finding.sightings {
            let Some(&at) = of_request.get(sighting.request.index()) else {
                continue;
            };
            if let (Some(last), Some(count)) = (last.get_mut(at), counts.get_mut(at))
                && *last != number
            {
                *last = number;
                *count += 1;
            }
        }
    }
    counts
}
