//! Distinct queries and what their executions add up to.

use super::histogram::Histogram;
use super::ids::ExecutionId;
use crate::sql::{Facts, Fingerprint, Kind};

/// All statements with one fingerprint.
#[derive(Clone, Debug)]
pub struct Query {
    /// What names it, in every capture alike.
    pub fingerprint: Fingerprint,
    /// What its statements do, by their first words.
    pub kind: Kind,
    /// The text with `$n` in the place of constants.
    pub sql: String,
    /// One line that tells it from others: tables and conditions.
    pub summary: String,
    /// What the syntax tree says; `None` where the text can't be parsed.
    pub facts: Option<Facts>,
    /// What its executions add up to.
    pub stats: Stats,
    /// Its slowest execution; `None` when it only failed.
    pub slowest: Option<ExecutionId>,
}

/// Sums and percentiles over the executions of one query. Durations are microseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// Executions with a known duration.
    pub executions: u64,
    /// Statements that ended in an error; they are not among the executions.
    pub errors: u64,
    /// Sum of all durations.
    pub total: u64,
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
    /// Mean duration in microseconds; `None` without executions.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.executions > 0).then(|| self.total as f64 / self.executions as f64)
    }

    /// Counts one execution of `micros` microseconds.
    pub(super) fn record(&mut self, micros: u64) {
        self.min = if self.executions == 0 {
            micros
        } else {
            self.min.min(micros)
        };
        self.max = self.max.max(micros);
        self.executions += 1;
        self.total = self.total.saturating_add(micros);
        self.histogram.record(micros);
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
