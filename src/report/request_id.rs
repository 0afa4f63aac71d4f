//! What a request is called outside of one analysis.

use crate::analysis::Analysis;
use crate::workload::{Request, TagSource};

/// The request's trace or request id where it has one, else `session:transaction` as the capture names them, else
/// `session:n` for the `n`-th request of the session. Reads one record of the capture.
#[must_use]
pub fn request_id(analysis: &Analysis, request: &Request) -> String {
    let workload = &analysis.workload;
    let tagged = request
        .tags
        .and_then(|t| workload.tags.get(t.index()))
        .filter(|t| matches!(t.source, TagSource::RequestId | TagSource::Trace))
        .and_then(|t| t.request.as_deref())
        .or_else(|| workload.served(request)?.id.as_deref());
    if let Some(id) = tagged {
        return id.to_owned();
    }
    let session = workload
        .sessions
        .get(request.session.index())
        .map_or("?", |s| s.name.as_str());
    let place = workload.executions.get(request.first).map(|e| e.place);
    let statement = place.and_then(|place| analysis.sources.statement(place).ok());
    // Outside of a transaction, the server calls it 3/0.
    match statement
        .and_then(|s| s.transaction)
        .filter(|t| !t.ends_with("/0"))
    {
        Some(transaction) => format!("{session}:{transaction}"),
        None => format!("{session}:{}", request.ordinal),
    }
}
