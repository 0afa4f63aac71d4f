//! How long executions of one query took: how often, and when.

use crate::workload::{QueryId, Stats, Workload};

/// Bars of the histogram over the whole range of durations.
const BARS: usize = 40;
/// Steps of time of the density.
pub(crate) const COLUMNS: usize = 96;
/// Steps of duration of the density.
pub(crate) const LINES: usize = 20;

/// One bar of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bar {
    /// Durations in microseconds, from here …
    pub(crate) from: f64,
    /// … to here.
    pub(crate) to: f64,
    /// How many executions.
    pub(crate) count: u64,
}

/// Durations of one query: a histogram on a logarithmic scale and a density over time.
#[derive(Debug, Default)]
pub(crate) struct Latency {
    /// The ends of the scale of durations, in microseconds.
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) bars: Vec<Bar>,
    /// Names and durations of what is marked.
    pub(crate) marks: Vec<(&'static str, f64)>,
    /// The span of time of the density.
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Executions in each cell, a line of [`COLUMNS`] for each of [`LINES`], the fastest first.
    pub(crate) cells: Vec<u32>,
    /// Executions in the fullest cell.
    pub(crate) most: u32,
}

impl Latency {
    /// Looks at all executions of a query.
    pub(crate) fn new(workload: &Workload, query: QueryId) -> Self {
        let Some(stats) = workload.query(query).map(|q| &q.stats).filter(|s| s.executions > 0) else {
            return Self::default();
        };
        // A scale that covers less than a factor of four would blow up noise.
        let (mut low, mut high) = ((stats.min as f64).max(1.0), (stats.max as f64).max(1.0));
        if high / low < 4.0 {
            let middle = (low * high).sqrt();
            (low, high) = ((middle / 2.0).max(1.0), (middle * 2.0).max(4.0));
        }
        let mut latency = Self { low, high, bars: bars(stats, low, high), marks: marks(stats), ..Self::default() };
        latency.spread(workload, query);
        latency
    }

    /// Where a duration stands on the scale, 0 to 1.
    pub(crate) fn place(&self, micros: f64) -> f64 {
        place(micros, self.low, self.high)
    }

    fn spread(&mut self, workload: &Workload, query: QueryId) {
        let Some((from, to)) = workload.span else { return };
        (self.from, self.to) = (from, to.max(from + 1));
        self.cells = vec![0; COLUMNS * LINES];
        let span = (self.to - self.from) as f64;
        let executions = &workload.executions;
        for (at, _) in executions.queries().iter().enumerate().filter(|(_, q)| **q == query) {
            let Some(e) = executions.get(crate::workload::ExecutionId::at(at)) else { continue };
            let column = step((e.start - from) as f64 / span, COLUMNS);
            let line = step(self.place(e.duration as f64), LINES);
            if let Some(cell) = self.cells.get_mut(line * COLUMNS + column) {
                *cell += 1;
                self.most = self.most.max(*cell);
            }
        }
    }
}

/// The step that a part of a whole falls into.
fn step(part: f64, steps: usize) -> usize {
    // A part is between 0 and 1.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let step = (part.clamp(0.0, 1.0) * steps as f64) as usize;
    step.min(steps - 1)
}

fn place(micros: f64, low: f64, high: f64) -> f64 {
    ((micros.max(1.0) / low).ln() / (high / low).ln()).clamp(0.0, 1.0)
}

fn bars(stats: &Stats, low: f64, high: f64) -> Vec<Bar> {
    let ratio = (high / low).powf(1.0 / BARS as f64);
    let edge = |i: usize| low * ratio.powf(i as f64);
    let mut bars: Vec<Bar> = (0..BARS).map(|i| Bar { from: edge(i), to: edge(i + 1), count: 0 }).collect();
    for (from, to, count) in stats.histogram.buckets() {
        let middle = (from * to).sqrt();
        if let Some(bar) = bars.get_mut(step(place(middle, low, high), BARS)) {
            bar.count += u64::from(count);
        }
    }
    bars
}

fn marks(stats: &Stats) -> Vec<(&'static str, f64)> {
    if stats.executions < 3 {
        return Vec::new();
    }
    vec![("p50", stats.p50), ("p95", stats.p95), ("p99", stats.p99)]
}
