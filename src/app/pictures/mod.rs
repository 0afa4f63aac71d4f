//! What pictures are drawn from, worked out on workers: plain numbers and text, no pixels.

mod finding;
mod latency;
mod lines;
mod query;
mod request;
mod strip;
mod waterfall;

pub(crate) use finding::FindingPicture;
pub(crate) use latency::{Bar, COLUMNS, LINES, Latency};
pub(crate) use lines::{Example, Line};
pub(crate) use query::QueryPicture;
pub(crate) use request::RequestPicture;
pub(crate) use strip::Strip;
pub(crate) use waterfall::{Row, Tick, Waterfall};

use crate::workload::Query;

/// What a query is called where there is room for one line.
pub(crate) fn summary(query: &Query) -> &str {
    if query.summary.is_empty() {
        &query.sql
    } else {
        &query.summary
    }
}
