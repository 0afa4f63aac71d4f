//! The thresholds of the rules about plans.

use serde::{Deserialize, Serialize};

/// Thresholds, as `[settings.plan]` of `.pgloupe.toml`. Counts are over all loops and processes; shares are parts of
/// the execution, or of what the name says, from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanSettings {
    /// The part of the execution, 0 to 1, below which a node is not worth a word.
    pub share: f64,

    /// Pairs of rows from which on a join without a condition is reported.
    pub cartesian_pairs: f64,

    /// Loops from which on a sub plan is run for too many rows.
    pub correlated_subplan_loops: f64,
    /// The part of the execution that it takes from which on it is reported.
    pub correlated_subplan_share: f64,

    /// Rows that a CTE's reader drops from which on the CTE stood in the filter's way.
    pub cte_fence_rows: f64,
    /// The part of the CTE's rows that it drops from which on.
    pub cte_fence_share: f64,

    /// Milliseconds in a foreign key's trigger from which on it is reported.
    pub foreign_key_trigger_ms: f64,
    /// The part of the execution that it takes from which on.
    pub foreign_key_trigger_share: f64,

    /// Rows of an index-only scan looked up in the table from which on it is reported.
    pub heap_fetches_rows: f64,
    /// The part of its rows that were, from which on.
    pub heap_fetches_share: f64,

    /// Rows that an index scan's filter drops from which on the index lacks a column.
    pub index_filter_rows: f64,
    /// The part of the rows found by the index that it drops from which on.
    pub index_filter_share: f64,

    /// Milliseconds of compiling from which on it is reported.
    pub jit_ms: f64,
    /// The part of the execution that it takes from which on.
    pub jit_share: f64,

    /// Pairs of rows that a join's filter drops from which on it is reported.
    pub join_filter_rows: f64,
    /// The part of the pairs that it drops from which on.
    pub join_filter_share: f64,

    /// How many times more or fewer rows than expected make a misestimate.
    pub misestimate_factor: f64,
    /// Milliseconds that what relied on the estimate took from which on it is reported.
    pub misestimate_ms: f64,
    /// By how many rows of one loop the estimate has to be wrong.
    pub misestimate_rows: f64,

    /// Loops of its inner side from which on a nested loop is reported.
    pub nested_loop_loops: f64,
    /// The part of the execution that the loop and its inner side take from which on.
    pub nested_loop_share: f64,

    /// Loops from which on a `NOT IN` without a hash table is reported.
    pub not_in_loops: f64,

    /// Milliseconds of planning from which on it is reported, if the execution took no longer.
    pub planning_ms: f64,

    /// Rows that a filter drops from which on reading the whole table is reported.
    pub selective_scan_rows: f64,
    /// The part of the rows read that it drops from which on.
    pub selective_scan_share: f64,

    /// Milliseconds in a trigger from which on it is reported.
    pub trigger_ms: f64,
    /// The part of the execution that it takes from which on.
    pub trigger_share: f64,
}

impl Default for PlanSettings {
    fn default() -> Self {
        Self {
            share: 0.05,
            cartesian_pairs: 10_000.0,
            correlated_subplan_loops: 100.0,
            correlated_subplan_share: 0.1,
            cte_fence_rows: 10_000.0,
            cte_fence_share: 0.9,
            foreign_key_trigger_ms: 5.0,
            foreign_key_trigger_share: 0.1,
            heap_fetches_rows: 1_000.0,
            heap_fetches_share: 0.1,
            index_filter_rows: 1_000.0,
            index_filter_share: 0.5,
            jit_ms: 5.0,
            jit_share: 0.1,
            join_filter_rows: 10_000.0,
            join_filter_share: 0.9,
            misestimate_factor: 10.0,
            misestimate_ms: 1.0,
            misestimate_rows: 100.0,
            nested_loop_loops: 10_000.0,
            nested_loop_share: 0.3,
            not_in_loops: 50.0,
            planning_ms: 5.0,
            selective_scan_rows: 10_000.0,
            selective_scan_share: 0.9,
            trigger_ms: 5.0,
            trigger_share: 0.1,
        }
    }
}
