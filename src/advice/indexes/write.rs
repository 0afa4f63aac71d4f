//! What keeping an index up to date costs.

/// What keeping an index up to date costs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteCost {
    /// Entries that are written to it per second, by the counters of its table; `None` where nobody knows.
    pub entries_per_second: Option<f64>,
    /// Columns of it that the load sets and that no index has now: rows changed there will need new entries in every
    /// index (the index ends HOT updates).
    pub ends_hot: Vec<String>,
}
