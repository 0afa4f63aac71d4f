//! Distinct queries and what their executions add up to.

use std::sync::OnceLock;

use super::histogram::Histogram;
use super::ids::ExecutionId;
use crate::capture::{Place, QueryTotals};
use crate::sql::{self, Facts, Fingerprint, Kind};

/// All statements with one fingerprint.
#[derive(Clone, Debug)]
pub struct Query {
    /// What names it, in every capture alike.
    pub fingerprint: Fingerprint,
    /// What its statements do, by their first words.
    pub kind: Kind,
    /// The lines of source that it was called from with how often, the commonest first, where a log tells.
    pub called_from: Vec<(String, u64)>,
    /// The rules that a comment in its statements tells to be silent about it; an empty name means all.
    pub ignored: Vec<String>,
    /// The text with `$n` in the place of constants.
    pub sql: String,
    /// One line that tells it from others: tables and conditions.
    pub summary: String,
    /// What the syntax tree says, once somebody has asked.
    pub(super) facts: OnceLock<Option<Facts>>,
    /// What its executions add up to.
    pub stats: Stats,
    /// Its slowest execution; `None` when it only failed.
    pub slowest: Option<ExecutionId>,
    /// The row of an export that tells of it, where there is one.
    pub row: Option<Place>,
}

impl Query {
    /// What the syntax tree says; `None` where the text can't be parsed.
    ///
    /// It is read when somebody asks for the first time: a capture may have hundreds of thousands of queries, of which
    /// rules look at a few.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        self.facts.get_or_init(|| sql::facts(&self.sql)).as_ref()
    }
}

/// Sums and percentiles over the executions of one query. Durations are microseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// Executions with a known duration.
    pub executions: u64,
    /// Those of them whose duration the capture doesn't tell.
    pub untimed: u64,
    /// Statements that ended in an error; they are not among the executions.
    pub errors: u64,
    /// Sum of all durations.
    pub total: u64,
    /// Sum of all parse and bind steps and later fetches, which durations leave out.
    pub steps: u64,
    /// The shortest duration.
    pub min: u64,
    /// The longest duration.
    pub max: u64,
    /// Half of the executions took at most this long, within [`super::RELATIVE_ERROR`].
    pub p50: f64,
    /// 95 % of the executions took at most this long, within [`super::RELATIVE_ERROR`].
    pub p95: f64,
    /// 99 % of the executions took at most this long, within [`super::RELATIVE_ERROR`].
    pub p99: f64,
    /// Rows returned or changed by all executions; `None` where the capture doesn't say.
    pub rows: Option<u64>,
    /// Sessions that ran it.
    pub sessions: u32,
    /// Requests that ran it.
    pub requests: u32,
    /// All durations.
    pub histogram: Histogram,
}

impl Stats {
    /// All the time that its executions took the server, in microseconds: durations and steps.
    #[must_use]
    pub fn cost(&self) -> u64 {
        self.total.saturating_add(self.steps)
    }

    /// Executions whose duration is known.
    #[must_use]
    pub fn timed(&self) -> u64 {
        self.executions.saturating_sub(self.untimed)
    }

    /// Mean duration in microseconds; `None` where no duration is known.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let timed = self.timed();
        (timed > 0).then(|| self.total as f64 / timed as f64)
    }

    /// Counts an execution whose duration isn't known.
    pub(super) fn count(&mut self) {
        self.executions += 1;
        self.untimed += 1;
    }

    /// Counts one execution of `micros` microseconds, with `steps` microseconds beside them.
    pub(super) fn record(&mut self, micros: u64, steps: u64) {
        self.steps = self.steps.saturating_add(steps);
        self.min = if self.timed() == 0 {
            micros
        } else {
            self.min.min(micros)
        };
        self.max = self.max.max(micros);
        self.executions += 1;
        self.total = self.total.saturating_add(micros);
        self.histogram.record(micros);
    }

    /// Adds what an export says.
    pub(super) fn add(&mut self, totals: &QueryTotals) {
        let first = self.executions == 0;
        let mean = totals.total.checked_div(totals.calls).unwrap_or(0);
        let (min, max) = (totals.min.unwrap_or(mean), totals.max.unwrap_or(mean));
        self.min = if first { min } else { self.min.min(min) };
        self.max = self.max.max(max);
        self.executions = self.executions.saturating_add(totals.calls);
        self.total = self.total.saturating_add(totals.total);
        self.steps = self.steps.saturating_add(totals.planning);
        if let Some(rows) = totals.rows {
            self.rows = Some(self.rows.unwrap_or(0).saturating_add(rows));
        }
    }

    /// Whether single executions were seen, without which there are no percentiles.
    #[must_use]
    pub fn has_percentiles(&self) -> bool {
        self.histogram.percentile(0.5).is_some()
    }

    /// Fills in the percentiles, once all is recorded. They never leave what was really seen.
    pub(super) fn settle(&mut self) {
        let at = |p| {
            self.histogram
                .percentile(p)
                .unwrap_or(0.0)
                .clamp(self.min as f64, self.max as f64)
        };
        (self.p50, self.p95, self.p99) = (at(0.5), at(0.95), at(0.99));
    }
}
