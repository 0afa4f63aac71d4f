//! One kind of requests of the report.

use serde::Serialize;

use super::values::{ms, rounded_ms, share};
use crate::analysis::Analysis;
use crate::workload::Endpoint;

/// Requests of one name, or of one kind where they have none.
#[derive(Serialize)]
pub(super) struct EndpointRow<'a> {
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

pub(super) fn endpoint<'a>(analysis: &Analysis, endpoint: &'a Endpoint) -> EndpointRow<'a> {
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
