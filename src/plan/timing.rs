//! Where the time of a plan went: what is each node's own, what stands outside the tree, and how sure that is.

use super::{Plan, Usage};

/// The time of a plan, node by node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing {
    /// In the order of [`Plan::nodes`].
    pub nodes: Vec<NodeTime>,
    /// What took time but is no node's, the longest first. With all `self_ms` it adds up to `execution_ms`.
    pub outside: Vec<Outside>,
    /// Milliseconds of the execution: `Execution Time`, else the duration in the log, else the root's.
    pub execution_ms: Option<f64>,
}

/// The time, rows and usage of a node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeTime {
    /// Milliseconds of its own, of the clock on the wall: those of processes side by side count once. Never negative.
    pub self_ms: Option<f64>,
    /// Milliseconds of it and all that it waited for.
    pub total_ms: Option<f64>,
    /// How far `self_ms` may be off because times are rounded, in milliseconds either way.
    pub uncertainty_ms: f64,
    /// Milliseconds by which its children took longer than itself, beyond what rounding explains.
    pub deficit_ms: f64,
    /// Processes that shared its work, leader included.
    pub processes: f64,
    /// Part of the execution that is its own, 0 to 1.
    pub self_share: f64,
    /// Part of the execution that is its and its subtree's, 0 to 1.
    pub total_share: f64,
    /// Rows over all loops, as averages tell; `None` if it didn't run.
    pub rows: Option<f64>,
    /// How far `rows` may be off because averages are rounded, either way.
    pub rows_uncertainty: f64,
    /// How many times more (`over` false) or fewer (`over` true) rows came than expected, at least 1.
    pub estimate_factor: Option<f64>,
    /// Whether the planner expected more rows than came.
    pub overestimated: bool,
    /// What is its own of what was read and written.
    pub own: Usage,
    /// The longest of its workers against their mean, with `VERBOSE`: 1 is even.
    pub skew: Option<f64>,
}

/// Time that is no node's.
#[derive(Clone, Debug, PartialEq)]
pub struct Outside {
    /// What it is: `trigger orders_audit`, `start and end`, `serialization`.
    pub what: String,
    /// Milliseconds.
    pub ms: f64,
    /// How often, for triggers.
    pub calls: Option<f64>,
}

/// Works out where the time went.
#[must_use]
pub fn timing(_plan: &Plan) -> Timing {
    Timing::default()
}
