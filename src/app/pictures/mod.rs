//! What pictures are drawn from, worked out on workers: plain numbers and text, no pixels.

mod chain;
mod compare;
mod endpoint;
mod event;
mod finding;
mod latency;
mod lines;
mod overview;
mod plan;
mod plans;
mod query;
mod request;
mod strip;
mod waterfall;

pub(crate) use compare::{Compared, PairRow};
pub(crate) use endpoint::EndpointPicture;
pub(crate) use event::EventPicture;
pub(crate) use finding::FindingPicture;
pub(crate) use latency::{Bar, COLUMNS, LINES, Latency};
pub(crate) use lines::{Example, Line, Record};
pub(crate) use overview::Overview;
pub(crate) use plan::{
    Drawn, PlanPicture, SumRow, TreeRow, blocks as plan_blocks, rows as plan_rows,
    time as plan_time,
};
pub(crate) use plans::Planned;
pub(crate) use query::QueryPicture;
pub(crate) use request::RequestPicture;
pub(crate) use strip::Strip;
pub(crate) use waterfall::{Row, Tick, Waterfall};

use crate::analysis::Analysis;
use crate::app::model::View;
use crate::workload::{Query, QueryId, RequestId};

/// What the detail of a selected row shows beyond what the capture holds in memory.
#[derive(Debug)]
pub(crate) enum Picture {
    Finding(Box<FindingPicture>),
    Query(Box<QueryPicture>),
    Endpoint(Box<EndpointPicture>),
    Request(Box<RequestPicture>),
    Event(Box<EventPicture>),
    Plan(Box<PlanPicture>),
    /// The plan that is shown beside the pinned one.
    Compared(Box<Compared>, usize),
    Nothing,
}

impl Picture {
    /// Looks at the entry at position `at` of the table of `view`.
    /// `part` tells which of a group of plans.
    pub(crate) fn new(analysis: &Analysis, view: View, at: u32, part: u32) -> Self {
        match view {
            View::Findings => Self::Finding(Box::new(FindingPicture::new(analysis, at as usize))),
            View::Queries => Self::Query(Box::new(QueryPicture::new(analysis, QueryId(at)))),
            View::Endpoints => Self::Endpoint(Box::new(EndpointPicture::new(analysis, at))),
            View::Requests => Self::Request(Box::new(RequestPicture::new(analysis, RequestId(at)))),
            View::Events => Self::Event(Box::new(EventPicture::new(analysis, at))),
            View::Plans => Self::Plan(Box::new(PlanPicture::new(analysis, at, part))),
            // Their details need no picture.
            View::Indexes | View::Activity | View::Tables => Self::Nothing,
        }
    }
}

/// What a query is called where there is room for one line.
pub(crate) fn summary(query: &Query) -> &str {
    if query.summary.is_empty() {
        &query.sql
    } else {
        &query.summary
    }
}
