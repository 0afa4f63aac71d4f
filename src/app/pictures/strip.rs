//! Database time over the whole capture, stacked by the heaviest queries; without durations, executions.

use crate::workload::{Lane, QueryId, Timeline, Workload};

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
    /// The heaviest queries and then the rest: the name for people, and microseconds of database time a step or, where
    /// no durations are known, executions.
    pub(crate) lanes: Vec<(Option<QueryId>, String, Vec<u64>)>,
    /// What the fullest step has of that.
    pub(crate) most: u64,
    /// Whether it is time.
    pub(crate) timed: bool,
}

impl Strip {
    /// Spreads a workload over its span.
    pub(crate) fn new(workload: &Workload) -> Self {
        let timed = workload.timed();
        let mut timeline = Timeline::new(workload, STEPS, TOP);
        if !timed {
            timeline.lanes = counted(workload, &timeline);
        }
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
            timed,
        }
    }

    /// Where the last step ends.
    pub(crate) fn to(&self) -> i64 {
        self.from.saturating_add(
            self.step
                .saturating_mul(i64::try_from(self.steps).unwrap_or(i64::MAX)),
        )
    }

    /// What a step has in all.
    pub(crate) fn total(&self, step: usize) -> u64 {
        self.lanes
            .iter()
            .filter_map(|(_, _, micros)| micros.get(step))
            .sum()
    }
}

/// Executions in the steps of a timeline, with a lane each for the queries that run most often.
fn counted(workload: &Workload, timeline: &Timeline) -> Vec<Lane> {
    let steps = timeline.lanes.first().map_or(0, |l| l.micros.len());
    let mut ranked: Vec<usize> = (0..workload.queries.len()).collect();
    let often = |at: &usize| workload.queries.get(*at).map_or(0, |q| q.stats.executions);
    ranked.sort_by_key(|at| std::cmp::Reverse(often(at)));
    ranked.truncate(TOP);
    let mut lane_of = vec![ranked.len(); workload.queries.len()];
    for (lane, query) in ranked.iter().enumerate() {
        if let Some(place) = lane_of.get_mut(*query) {
            *place = lane;
        }
    }
    let queries = ranked.iter().map(|at| Some(QueryId::at(*at)));
    let mut lanes: Vec<Lane> = queries
        .chain([None])
        .map(|query| Lane {
            query,
            micros: vec![0; steps],
        })
        .collect();
    for e in workload.executions.iter() {
        let at = e.start.saturating_sub(timeline.from) / timeline.step.max(1);
        let lane = lane_of.get(e.query.index()).and_then(|l| lanes.get_mut(*l));
        let place = usize::try_from(at).ok().zip(lane);
        if let Some(sum) = place.and_then(|(at, lane)| lane.micros.get_mut(at)) {
            *sum += 1;
        }
    }
    lanes
}
