//! One request: its statements over time.

use super::Waterfall;
use crate::analysis::Analysis;
use crate::workload::RequestId;

/// What the detail of a request shows beyond its numbers.
#[derive(Debug, Default)]
pub(crate) struct RequestPicture {
    pub(crate) waterfall: Waterfall,
}

impl RequestPicture {
    /// Looks at a request of an analysis.
    pub(crate) fn new(analysis: &Analysis, id: RequestId) -> Self {
        Self {
            waterfall: Waterfall::new(analysis, id),
        }
    }
}
