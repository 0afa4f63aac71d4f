//! The thresholds of the rules, which a user can change.

use serde::{Deserialize, Serialize};

use super::Suppression;
use super::live::LiveSettings;
use super::plan::PlanSettings;
use crate::advice::indexes::IndexSettings;

/// Thresholds. Every result is shown beside the ones it was made with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Executions of one query in one request from which on they are an N+1 burst; at least 3.
    pub n_plus_one_executions: u32,
    /// Inserts, updates or upserts in one request from which on they are a loop.
    pub loop_executions: u32,
    /// Executions in one request from which on it is chatty, those that other findings explain left out.
    pub chatty_executions: u32,
    /// Rows that an OFFSET skips from which on it is deep.
    pub deep_offset_rows: u64,
    /// The part of all requests, 0 to 1, that ask the same from which on an answer is worth keeping.
    pub cache_share: f64,
    /// Milliseconds from which on an execution is slow.
    pub slow_ms: f64,
    /// Milliseconds from which on reading a whole table without a limit is a full load. The log tells no row
    /// counts; a table of a few rows is read faster than this.
    pub full_load_ms: f64,
    /// Milliseconds that a statement takes on its way to the server and back, which no log of the server tells.
    pub round_trip_ms: f64,
    /// Milliseconds of pause that end a request where neither tags, transactions nor the pauses themselves tell.
    /// Applies when a capture is read.
    pub request_gap_ms: f64,
    /// The framework that fixes are written for first, by its name in reports; `None` recognises it.
    pub orm: Option<String>,
    /// Thresholds of the rules about plans.
    pub plan: PlanSettings,
    /// Thresholds of the rules about a live server.
    pub live: LiveSettings,
    /// Bounds of advice on indexes.
    pub indexes: IndexSettings,
    /// What is not to be told of.
    pub ignore: Vec<Suppression>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            n_plus_one_executions: 3,
            loop_executions: 5,
            chatty_executions: 50,
            deep_offset_rows: 1_000,
            cache_share: 0.5,
            slow_ms: 100.0,
            full_load_ms: 0.8,
            round_trip_ms: 0.5,
            request_gap_ms: 50.0,
            orm: None,
            plan: PlanSettings::default(),
            live: LiveSettings::default(),
            indexes: IndexSettings::default(),
            ignore: Vec::new(),
        }
    }
}

impl Settings {
    /// [`Settings::request_gap_ms`] in microseconds.
    #[must_use]
    pub fn request_gap_us(&self) -> i64 {
        micros(self.request_gap_ms)
    }

    /// [`Settings::slow_ms`] in microseconds.
    #[must_use]
    pub fn slow_us(&self) -> u64 {
        micros(self.slow_ms).unsigned_abs()
    }

    /// [`Settings::full_load_ms`] in microseconds.
    #[must_use]
    pub fn full_load_us(&self) -> u64 {
        micros(self.full_load_ms).unsigned_abs()
    }

    /// [`Settings::round_trip_ms`] in microseconds.
    #[must_use]
    pub fn round_trip_us(&self) -> u64 {
        micros(self.round_trip_ms).unsigned_abs()
    }
}

/// Milliseconds as microseconds, at least 0 and at most a day: what a person typed may be anything.
#[expect(clippy::cast_possible_truncation, reason = "clamped to a day")]
fn micros(ms: f64) -> i64 {
    if ms.is_nan() {
        0
    } else {
        (ms * 1_000.0).clamp(0.0, 86_400e6) as i64
    }
}
