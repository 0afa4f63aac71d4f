//! One request: its statements over time.

use super::{Planned, Waterfall, plans};
use crate::analysis::Analysis;
use crate::workload::RequestId;

/// What the detail of a request shows beyond its numbers.
#[derive(Debug, Default)]
pub(crate) struct RequestPicture {
    pub(crate) waterfall: Waterfall,
    /// The slowest executions that have a plan in the log.
    pub(crate) plans: Vec<Planned>,
    /// How many executions have one.
    pub(crate) planned: u64,
}

impl RequestPicture {
    /// Looks at a request of an analysis.
    pub(crate) fn new(analysis: &Analysis, id: RequestId) -> Self {
        let (plans, planned) = plans::of_request(analysis, id);
        Self {
            waterfall: Waterfall::new(analysis, id),
            plans,
            planned,
        }
    }
}
