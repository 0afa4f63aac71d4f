//! One request: its statements over time.

use super::{Planned, Waterfall, plans};
use crate::analysis::Analysis;
use crate::workload::{Endpoint, RequestId};

/// What the detail of a request shows beyond its numbers.
#[derive(Debug, Default)]
pub(crate) struct RequestPicture {
    pub(crate) waterfall: Waterfall,
    /// The slowest executions that have a plan in the log.
    pub(crate) plans: Vec<Planned>,
    /// How many executions have one.
    pub(crate) planned: u64,
    /// The endpoint that it is one of.
    pub(crate) endpoint: Option<u32>,
}

impl RequestPicture {
    /// Looks at a request of an analysis.
    pub(crate) fn new(analysis: &Analysis, id: RequestId) -> Self {
        let (plans, planned) = plans::of_request(analysis, id);
        let of = |e: &Endpoint| e.requests.binary_search(&id).is_ok();
        let endpoint = analysis.endpoints.iter().position(of);
        Self {
            endpoint: endpoint.and_then(|e| u32::try_from(e).ok()),
            waterfall: Waterfall::new(analysis, id),
            plans,
            planned,
        }
    }
}
