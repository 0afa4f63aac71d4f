//! Database time over the whole capture, stacked by the heaviest queries.

use crate::workload::{QueryId, Timeline, Workload};

/// How many steps of time the strip has; a step is two pixels or so.
const STEPS: usize = 480;
/// How many queries have a colour of their own.
const TOP: usize = 7;

/// The strip, ready to be drawn.
#[derive(Debug, Default)]
pub(crate) struct Strip {
    /// Where the first step begins, in microseconds since 1970-01-01 UTC.
    pub(crate) from: i64,
    /// The length of a step in microseconds.
    pub(crate) step: i64,
    /// How many steps there are.
    pub(crate) steps: usize,
    /// The heaviest queries and then the rest: the name for people and database time a step.
    pub(crate) lanes: Vec<(Option<QueryId>, String, Vec<u64>)>,
    /// Database time of the fullest step.
    pub(crate) most: u64,
}

impl Strip {
    /// Spreads a workload over its span.
    pub(crate) fn new(workload: &Workload) -> Self {
        let timeline = Timeline::new(workload, STEPS, TOP);
        let steps = timeline
            .lanes
            .iter()
            .map(|l| l.micros.len())
            .max()
            .unwrap_or(0);
        let most = (0..steps)
            .map(|s| {
                timeline
                    .lanes
                    .iter()
                    .filter_map(|l| l.micros.get(s))
                    .sum::<u64>()
            })
            .max()
            .unwrap_or(0);
        let lanes = timeline
            .lanes
            .into_iter()
            .map(|lane| {
                let query = lane.query.and_then(|q| workload.query(q));
                let name = query
                    .map_or("All other queries", |q| super::summary(q))
                    .to_owned();
                (lane.query, name, lane.micros)
            })
            .collect();
        Self {
            from: timeline.from,
            step: timeline.step.max(1),
            steps,
            lanes,
            most,
        }
    }

    /// Where the last step ends.
    pub(crate) fn to(&self) -> i64 {
        self.from.saturating_add(
            self.step
                .saturating_mul(i64::try_from(self.steps).unwrap_or(i64::MAX)),
        )
    }

    /// The database time of a step.
    pub(crate) fn total(&self, step: usize) -> u64 {
        self.lanes
            .iter()
            .filter_map(|(_, _, micros)| micros.get(step))
            .sum()
    }
}
