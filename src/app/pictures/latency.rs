//! How long executions of one query took, or requests of one endpoint: how often, and when.

use crate::app::format;
use crate::workload::{ExecutionId, Histogram, QueryId, Workload};

/// Bars of the histogram over the whole range of durations.
const BARS: usize = 40;
/// Steps of time of the density.
pub(crate) const COLUMNS: usize = 96;
/// Steps of duration of the density.
pub(crate) const LINES: usize = 20;

/// One bar of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bar {
    /// Logarithms of durations, from here …
    pub(crate) from: f64,
    /// … to here.
    pub(crate) to: f64,
    /// How many of them.
    pub(crate) count: u64,
    /// Its height as a part of the highest.
    pub(crate) part: f64,
}

/// A duration that is marked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    pub(crate) name: &'static str,
    /// The name and the duration.
    pub(crate) text: String,
    /// The logarithm of the duration.
    pub(crate) at: f64,
}

/// Neighbours on one line of the density with the same number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) line: u32,
    /// Columns, from this one …
    pub(crate) from: u32,
    /// … up to, but not with, this one.
    pub(crate) to: u32,
    /// How strong its colour is, by the logarithm of the number.
    pub(crate) strength: f32,
}

/// What the density knows of one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cell {
    pub(crate) count: u32,
    /// Logarithms of the shortest and the longest duration of the cell.
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// When it begins and ends.
    pub(crate) time: (i64, i64),
}

/// Durations: a histogram and a density over time.
///
/// Both have a scale of durations that is logarithmic: what they hold are decimal logarithms of microseconds.
#[derive(Debug, Default)]
pub(crate) struct Latency {
    /// The ends of the scale of durations.
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) bars: Vec<Bar>,
    /// Percentiles, the shortest first.
    pub(crate) marks: Vec<Mark>,
    /// The span of time of the density.
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// How many in each cell, a line of [`COLUMNS`] for each of [`LINES`], the fastest first.
    pub(crate) cells: Vec<u32>,
    /// The cells that aren't empty, ready to be drawn.
    pub(crate) runs: Vec<Run>,
    /// How many in the fullest cell.
    pub(crate) most: u32,
    /// What took so long.
    pub(crate) of: Of,
}

/// What takes the durations of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Of {
    #[default]
    Executions,
    Requests,
}

impl Of {
    /// One and many of them.
    pub(crate) fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::Executions => ("execution", "executions"),
            Self::Requests => ("request", "requests"),
        }
    }

    /// Many of them, at the begin of a sentence.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Executions => "Executions",
            Self::Requests => "Requests",
        }
    }
}

impl Latency {
    /// Looks at all executions of a query.
    pub(crate) fn new(workload: &Workload, query: QueryId) -> Self {
        let Some(stats) = workload
            .query(query)
            .map(|q| &q.stats)
            .filter(|s| s.timed() > 0)
        else {
            return Self::default();
        };
        let mut latency = Self::scaled(stats.min, stats.max, &stats.histogram);
        if stats.executions >= 3 {
            latency.marks = marks([stats.p50, stats.p95, stats.p99]);
        }
        let executions = &workload.executions;
        let own = executions.queries().iter().enumerate();
        let points = own
            .filter(|(_, q)| **q == query)
            .filter_map(|(at, _)| executions.get(ExecutionId::at(at)))
            .filter(|e| e.timed)
            .map(|e| (e.start, e.duration));
        latency.spread(workload.span, points);
        latency.runs = latency.runs();
        latency
    }

    /// Looks at requests, each with its begin and its duration in microseconds, within the span of the capture.
    pub(crate) fn of_requests(
        span: Option<(i64, i64)>,
        points: &[(i64, u64)],
        percentiles: [f64; 3],
    ) -> Self {
        let durations = || points.iter().map(|p| p.1);
        let (Some(min), Some(max)) = (durations().min(), durations().max()) else {
            return Self::default();
        };
        if max == 0 {
            return Self::default();
        }
        let mut histogram = Histogram::default();
        durations().for_each(|d| histogram.record(d));
        let mut latency = Self::scaled(min, max, &histogram);
        latency.of = Of::Requests;
        if points.len() >= 3 {
            latency.marks = marks(percentiles);
        }
        latency.spread(span, points.iter().copied());
        latency.runs = latency.runs();
        latency
    }

    /// A picture of a histogram alone.
    fn scaled(min: u64, max: u64, histogram: &Histogram) -> Self {
        // A scale that covers less than a factor of four would blow up noise.
        let (mut low, mut high) = ((min as f64).max(1.0), (max as f64).max(1.0));
        if high / low < 4.0 {
            let middle = (low * high).sqrt();
            (low, high) = ((middle / 2.0).max(1.0), (middle * 2.0).max(4.0));
        }
        let (low, high) = (low.log10(), high.log10());
        Self {
            low,
            high,
            bars: bars(histogram, low, high),
            ..Self::default()
        }
    }

    /// The cell at a time in microseconds after the first, and at the logarithm of a duration.
    pub(crate) fn cell(&self, after: f64, log: f64) -> Option<Cell> {
        let span = self.to - self.from;
        let (column, line) = (
            step(after / span.max(1) as f64, COLUMNS),
            step(self.place(log), LINES),
        );
        let edge = |c: usize| {
            self.from + span * i64::try_from(c).unwrap_or(0) / i64::try_from(COLUMNS).unwrap_or(1)
        };
        let low = |l: usize| self.low + (self.high - self.low) * l as f64 / LINES as f64;
        let time = (edge(column), edge(column + 1).max(edge(column) + 1));
        let count = self.cells.get(line * COLUMNS + column).copied()?;
        Some(Cell {
            count,
            low: low(line),
            high: low(line + 1),
            time,
        })
    }

    /// Where the logarithm of a duration stands on the scale, 0 to 1.
    fn place(&self, log: f64) -> f64 {
        place(log, self.low, self.high)
    }

    /// The more executions, the stronger the colour; cells of one kind beside each other are one rectangle.
    fn runs(&self) -> Vec<Run> {
        let most = f64::from(self.most.max(1)).ln_1p();
        let mut runs: Vec<Run> = Vec::new();
        for (line, cells) in (0..).zip(self.cells.chunks(COLUMNS)) {
            let mut last = 0;
            for (column, count) in (0..).zip(cells) {
                match runs.last_mut() {
                    Some(run) if *count > 0 && *count == last && run.line == line => {
                        run.to = column + 1;
                    }
                    _ if *count > 0 => {
                        // A part of a whole.
                        #[allow(clippy::cast_possible_truncation)]
                        let strength = (0.3 + 0.7 * f64::from(*count).ln_1p() / most) as f32;
                        runs.push(Run {
                            line,
                            from: column,
                            to: column + 1,
                            strength,
                        });
                    }
                    _ => {}
                }
                last = *count;
            }
        }
        runs
    }

    /// Counts begins and durations in cells.
    fn spread(&mut self, span: Option<(i64, i64)>, points: impl Iterator<Item = (i64, u64)>) {
        let Some((from, to)) = span else {
            return;
        };
        (self.from, self.to) = (from, to.max(from + 1));
        self.cells = vec![0; COLUMNS * LINES];
        let span = (self.to - self.from) as f64;
        for (start, duration) in points {
            let column = step((start - from) as f64 / span, COLUMNS);
            let line = step(self.place(log(duration as f64)), LINES);
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

/// The logarithm of a duration; shorter than a microsecond is nothing.
fn log(micros: f64) -> f64 {
    micros.max(1.0).log10()
}

fn place(log: f64, low: f64, high: f64) -> f64 {
    ((log - low) / (high - low)).clamp(0.0, 1.0)
}

fn bars(histogram: &Histogram, low: f64, high: f64) -> Vec<Bar> {
    let edge = |i: usize| low + (high - low) * i as f64 / BARS as f64;
    let mut bars: Vec<Bar> = (0..BARS)
        .map(|i| Bar {
            from: edge(i),
            to: edge(i + 1),
            count: 0,
            part: 0.0,
        })
        .collect();
    for (from, to, count) in histogram.buckets() {
        let middle = log((from * to).sqrt());
        if let Some(bar) = bars.get_mut(step(place(middle, low, high), BARS)) {
            bar.count += u64::from(count);
        }
    }
    let most = bars.iter().map(|b| b.count).max().unwrap_or(0).max(1);
    for bar in &mut bars {
        bar.part = bar.count as f64 / most as f64;
    }
    bars
}

/// Of p50, p95 and p99.
fn marks([p50, p95, p99]: [f64; 3]) -> Vec<Mark> {
    let mark = |(name, micros)| Mark {
        name,
        text: format!("{name}  {}", format::duration(micros)),
        at: log(micros),
    };
    [("p50", p50), ("p95", p95), ("p99", p99)].map(mark).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_neighbours_are_drawn_as_one() {
        let mut cells = vec![0; COLUMNS * LINES];
        for (at, count) in [
            (0, 3),
            (1, 3),
            (2, 1),
            (4, 1),
            (COLUMNS - 1, 2),
            (COLUMNS, 2),
        ] {
            cells[at] = count;
        }
        let latency = Latency {
            cells,
            most: 3,
            ..Latency::default()
        };
        let runs: Vec<(u32, u32, u32)> = latency
            .runs()
            .iter()
            .map(|r| (r.line, r.from, r.to))
            .collect();
        assert_eq!(
            runs,
            [(0, 0, 2), (0, 2, 3), (0, 4, 5), (0, 95, 96), (1, 0, 1)]
        );
    }

    #[test]
    fn a_cell_is_found_where_it_is_drawn() {
        let mut cells = vec![0; COLUMNS * LINES];
        cells[COLUMNS * 10 + 48] = 7;
        let latency = Latency {
            low: 2.0,
            high: 4.0,
            from: 1_000,
            to: 97_000,
            cells,
            most: 7,
            ..Latency::default()
        };
        let cell = latency.cell(48_500.0, 3.05);
        assert_eq!(
            cell,
            Some(Cell {
                count: 7,
                low: 3.0,
                high: 3.1,
                time: (49_000, 50_000)
            })
        );
    }
}
