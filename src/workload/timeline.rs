//! Database time over the span of a capture, stacked by the heaviest queries.

use super::Workload;
use super::ids::QueryId;

/// Database time in equal steps of time, for the strip above the views and for a query's own plot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Where the first step begins, in microseconds since 1970-01-01 UTC.
    pub from: i64,
    /// The length of a step in microseconds, at least 1.
    pub step: i64,
    /// The heaviest queries in order, then one lane for all others.
    pub lanes: Vec<Lane>,
}

/// One query's part of a [`Timeline`].
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The query; `None` for all others together.
    pub query: Option<QueryId>,
    /// Database time in microseconds, a step each. An execution counts where it began.
    pub micros: Vec<u64>,
}

impl Timeline {
    /// Spreads a workload over `steps` steps, with lanes for its `top` heaviest queries and one for the rest.
    #[must_use]
    pub fn new(workload: &Workload, steps: usize, top: usize) -> Self {
        let Some((from, to)) = workload.span else {
            return Self::default();
        };
        let steps = steps.max(1);
        let span = to.saturating_sub(from).max(1);
        let step = span / i64::try_from(steps).unwrap_or(i64::MAX) + 1;
        let top = top.min(workload.queries.len());
        let mut lanes: Vec<Lane> = (0..top)
            .map(|i| Lane {
                query: Some(QueryId::at(i)),
                micros: vec![0; steps],
            })
            .collect();
        lanes.push(Lane {
            query: None,
            micros: vec![0; steps],
        });
        for e in workload.executions.iter() {
            let at = usize::try_from(e.start.saturating_sub(from) / step)
                .unwrap_or(0)
                .min(steps - 1);
            // Queries are sorted by total time, so the heaviest are the first.
            if let Some(sum) = lanes
                .get_mut(e.query.index().min(top))
                .and_then(|lane| lane.micros.get_mut(at))
            {
                *sum += e.duration;
            }
        }
        Self { from, step, lanes }
    }
}
