//! What requests and endpoints are called where there is room for one line.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::pictures::summary;
use crate::analysis::Analysis;
use crate::workload::{Endpoint, Request};

/// More statements than these are not looked at for a name.
const LOOKED_AT: u32 = 50;

/// What a request is called, and whether the application said so.
pub(crate) fn request<'a>(analysis: &'a Analysis, request: &Request) -> (Cow<'a, str>, bool) {
    let w = &analysis.workload;
    if let Some(label) = w.label(request) {
        return (Cow::Borrowed(label), true);
    }
    let ids = request.ids();
    let ids = ids.start..ids.end.min(ids.start.saturating_add(LOOKED_AT));
    let named = w
        .executions
        .range(ids)
        .filter_map(|(_, e)| Some((e.duration, w.query(e.query)?)));
    // Nobody knows a request by its COMMIT, however long that took. Without durations, what few requests run tells the
    // most; the first of it, as others follow from it.
    let telling = named.min_by_key(|(duration, query)| {
        let control = query.kind.is_transaction_control();
        (control, Reverse(*duration), query.stats.requests)
    });
    let name = telling.map_or("No statements", |(_, q)| summary(q));
    (Cow::Borrowed(name), false)
}

/// What an endpoint is called, and whether the application said so; without a name, by its first request.
pub(crate) fn endpoint<'a>(analysis: &'a Analysis, endpoint: &'a Endpoint) -> (Cow<'a, str>, bool) {
    if let Some(label) = &endpoint.label {
        return (Cow::Borrowed(label), true);
    }
    let first = endpoint.requests.first();
    first
        .and_then(|id| analysis.workload.request(*id))
        .map_or((Cow::Borrowed("No statements"), false), |r| {
            request(analysis, r)
        })
}
