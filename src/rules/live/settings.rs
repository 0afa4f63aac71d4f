//! The thresholds of the rules about a live server.

use serde::{Deserialize, Serialize};

/// Thresholds, as `[settings.live]` of `.pgloupe.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LiveSettings {
    /// Milliseconds that a statement takes on average from which on it is slow.
    pub slow_statement_ms: f64,
    /// Calls from which on an average says something.
    pub slow_statement_calls: u64,
    /// The part of the time of all statements, 0 to 1, from which on one is heavy.
    pub heavy_share: f64,
    /// The part of blocks found in shared buffers, 0 to 1, below which the cache is too small.
    pub hit_ratio: f64,
    /// Megabytes that a statement writes to temporary files in a call from which on it spills.
    pub temp_mb: f64,
    /// Rows below which a table is small: reading all of it is no trouble, and neither is a missing index.
    pub small_table_rows: u64,
    /// Scans of a whole table from which on it is read whole as a habit.
    pub seq_scans: u64,
    /// Megabytes below which an index that isn't used is not worth a word.
    pub unused_index_mb: f64,
    /// Days that counters have to run for before they can tell that an index isn't used.
    pub unused_index_days: f64,
    /// The part of a table's rows, 0 to 1, that may change before its statistics are out of date.
    pub analyze_share: f64,
    /// Millions of transactions that the oldest row may be old.
    pub frozen_age_millions: f64,
    /// The part of its numbers, 0 to 1, that a sequence or an integer key may have used.
    pub near_end: f64,
    /// Seconds that a session may do nothing within a transaction.
    pub idle_in_transaction_s: f64,
    /// Seconds that a transaction may take.
    pub long_transaction_s: f64,
    /// Seconds that a session may wait for a lock.
    pub blocked_s: f64,
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self {
            slow_statement_ms: 20.0,
            slow_statement_calls: 100,
            heavy_share: 0.1,
            hit_ratio: 0.95,
            temp_mb: 1.0,
            small_table_rows: 10_000,
            seq_scans: 50,
            unused_index_mb: 1.0,
            unused_index_days: 14.0,
            analyze_share: 0.1,
            frozen_age_millions: 400.0,
            near_end: 0.5,
            idle_in_transaction_s: 60.0,
            long_transaction_s: 300.0,
            blocked_s: 2.0,
        }
    }
}
