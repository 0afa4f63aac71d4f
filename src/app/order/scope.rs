//! Which requests a filter for one endpoint leaves.

use crate::analysis::Analysis;
use crate::app::filter::Filter;
use crate::workload::RequestId;

/// The requests that are looked at.
pub(super) struct Scope {
    /// Those of one endpoint, in order; `None` for all.
    requests: Option<Vec<RequestId>>,
}

impl Scope {
    /// Those that a filter leaves.
    pub(super) fn new(analysis: &Analysis, filter: &Filter) -> Self {
        let of = |rank: usize| {
            let at = rank.checked_sub(1)?;
            Some(analysis.endpoints.get(at)?.requests.clone())
        };
        Self {
            requests: filter.endpoint.map(|rank| of(rank).unwrap_or_default()),
        }
    }

    /// Whether a request is among them.
    pub(super) fn has(&self, request: RequestId) -> bool {
        self.requests
            .as_ref()
            .is_none_or(|own| own.binary_search(&request).is_ok())
    }

    /// Whether any of these is among them; also where there are none while all requests are looked at.
    pub(super) fn has_any(&self, mut requests: impl Iterator<Item = RequestId>) -> bool {
        self.requests.is_none() || requests.any(|r| self.has(r))
    }

    /// Which queries they run, a place each; `None` where all requests are looked at.
    pub(super) fn queries(&self, analysis: &Analysis) -> Option<Vec<bool>> {
        let w = &analysis.workload;
        let mut ran = vec![false; w.queries.len()];
        for request in self.requests.as_ref()? {
            let Some(request) = w.request(*request) else {
                continue;
            };
            for (_, e) in w.executions.range(request.ids()) {
                if let Some(place) = ran.get_mut(e.query.index()) {
                    *place = true;
                }
            }
        }
        Some(ran)
    }
}
