//! The thresholds of the rules about plans.

use serde::{Deserialize, Serialize};

/// Thresholds, as `[settings.plan]` of `.pgloupe.toml`. Counts are over all loops and processes; shares are parts of
/// the execution, or of what the name says, from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanSettings {
    /// The part of the execution, 0 to 1, below which a node is not worth a word.
    pub share: f64,

    /// Index entries read for rows that only one of two indexes knows from which on the two are told of.
    pub bitmap_and_rows: f64,

    /// Pairs of rows from which on a join without a condition is reported.
    pub cartesian_pairs: f64,

    /// Rows that a filter removes from which on a cast around its column is told of.
    pub cast_on_column_rows: f64,
    /// The part of the rows, 0 to 1, that it removes from which on it is told of.
    pub cast_on_column_removed: f64,

    /// Loops from which on a sub plan is run for too many rows.
    pub correlated_subplan_loops: f64,
    /// The part of the execution that it takes from which on it is reported.
    pub correlated_subplan_share: f64,

    /// Rows that are counted from which on counting a whole table is told of.
    pub count_all_rows: f64,

    /// Rows that a CTE's reader drops from which on the CTE stood in the filter's way.
    pub cte_fence_rows: f64,
    /// The part of the CTE's rows that it drops from which on.
    pub cte_fence_share: f64,

    /// Rows that a filter removes on this side from which on a foreign table's filter is told of.
    pub foreign_filter_rows: f64,
    /// The part of the rows, 0 to 1, that it removes from which on it is told of.
    pub foreign_filter_removed: f64,

    /// Milliseconds in a foreign key's trigger from which on it is reported.
    pub foreign_key_trigger_ms: f64,
    /// The part of the execution that it takes from which on.
    pub foreign_key_trigger_share: f64,

    /// Rows that a filter removes from which on a function around its column is told of.
    pub function_on_column_rows: f64,
    /// The part of the rows, 0 to 1, that it removes from which on it is told of.
    pub function_on_column_removed: f64,

    /// The part of a Gather's time, 0 to 1, that is its own from which on starting it anew is told of.
    pub gather_restarted_self: f64,

    /// Rows of an index-only scan looked up in the table from which on it is reported.
    pub heap_fetches_rows: f64,
    /// The part of its rows that were, from which on.
    pub heap_fetches_share: f64,

    /// Values in a list from which on it is long.
    pub in_list_items: f64,
    /// Milliseconds of planning and of looking for the values from which on a long list is told of.
    pub in_list_ms: f64,

    /// Rows that an index scan's filter drops from which on the index lacks a column.
    pub index_filter_rows: f64,
    /// The part of the rows found by the index that it drops from which on.
    pub index_filter_share: f64,

    /// Blocks that a node reads from outside the cache from which on it is bound by them.
    pub io_bound_blocks: f64,
    /// The part of its blocks, 0 to 1, that it reads from outside the cache from which on it is bound by them.
    pub io_bound_misses: f64,
    /// The part of a node's time, 0 to 1, that reading takes from which on it is bound by it.
    pub io_bound_time: f64,
    /// Milliseconds of a node's time for each block read, what its rows take left out, from which on it is bound by
    /// them where the server doesn't tell how long reading took: below that, no disk was asked.
    pub io_bound_block_ms: f64,

    /// Milliseconds of compiling from which on it is reported.
    pub jit_ms: f64,
    /// The part of the execution that it takes from which on.
    pub jit_share: f64,

    /// Pairs of rows that a join's filter drops from which on it is reported.
    pub join_filter_rows: f64,
    /// The part of the pairs that it drops from which on.
    pub join_filter_share: f64,

    /// Rows that a filter removes from which on searching within texts is told of.
    pub like_leading_rows: f64,
    /// The part of the rows, 0 to 1, that it removes from which on it is told of.
    pub like_leading_removed: f64,

    /// Rows that a filter removes on the way to a LIMIT from which on the index is the wrong one.
    pub limit_wrong_index_rows: f64,
    /// The part of the rows, 0 to 1, that it removes from which on the index is the wrong one.
    pub limit_wrong_index_removed: f64,

    /// Answers thrown away for each one that was found again from which on a Memoize is of no use.
    pub memoize_thrash_evictions: f64,

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

    /// Rows that a filter removes from which on OR in it is told of.
    pub or_filter_rows: f64,
    /// The part of the rows, 0 to 1, that it removes from which on it is told of.
    pub or_filter_removed: f64,

    /// Partitions that are read from which on it is told that most of them hold nothing.
    pub partitions_not_pruned_read: f64,
    /// The part of them, 0 to 1, that give no row from which on it is told.
    pub partitions_not_pruned_empty: f64,

    /// Rows that an OFFSET skips from which on it is told of.
    pub plan_offset_rows: f64,
    /// How many times as many rows as it returns.
    pub plan_offset_factor: f64,

    /// Milliseconds of planning from which on it is reported, if the execution took no longer.
    pub planning_ms: f64,

    /// Rows that a filter drops from which on reading the whole table is reported.
    pub selective_scan_rows: f64,
    /// The part of the rows read that it drops from which on.
    pub selective_scan_share: f64,

    /// The part of a table's rows, 0 to 1, that changed since it was analysed from which on its statistics are old.
    pub stale_statistics_changed: f64,
    /// How many times off an estimate has to be for old statistics to be told of.
    pub stale_statistics_factor: f64,

    /// Blocks that a node writes to temporary files from which on it is told of.
    pub temp_io_blocks: f64,

    /// Rows that are sorted for the first few of them from which on it is told of.
    pub top_n_rows: f64,
    /// The part of the execution, 0 to 1, that this takes from which on it is told of.
    pub top_n_share: f64,

    /// Milliseconds in a trigger from which on it is reported.
    pub trigger_ms: f64,
    /// The part of the execution that it takes from which on.
    pub trigger_share: f64,

    /// How many times as long as the mean of all processes the slowest takes from which on the work is shared badly.
    pub worker_skew_factor: f64,
    /// Milliseconds that it takes longer than they do from which on it is told: starting workers takes as much.
    pub worker_skew_ms: f64,
}

impl Default for PlanSettings {
    fn default() -> Self {
        Self {
            share: 0.05,
            bitmap_and_rows: 5_000.0,
            cartesian_pairs: 10_000.0,
            cast_on_column_rows: 1_000.0,
            cast_on_column_removed: 0.9,
            correlated_subplan_loops: 100.0,
            correlated_subplan_share: 0.1,
            count_all_rows: 100_000.0,
            cte_fence_rows: 10_000.0,
            cte_fence_share: 0.9,
            foreign_filter_rows: 1_000.0,
            foreign_filter_removed: 0.5,
            foreign_key_trigger_ms: 5.0,
            foreign_key_trigger_share: 0.1,
            function_on_column_rows: 1_000.0,
            function_on_column_removed: 0.9,
            gather_restarted_self: 0.3,
            heap_fetches_rows: 1_000.0,
            heap_fetches_share: 0.1,
            in_list_items: 100.0,
            in_list_ms: 1.0,
            index_filter_rows: 1_000.0,
            index_filter_share: 0.5,
            io_bound_blocks: 1_000.0,
            io_bound_misses: 0.5,
            io_bound_time: 0.3,
            io_bound_block_ms: 0.03,
            jit_ms: 5.0,
            jit_share: 0.1,
            join_filter_rows: 10_000.0,
            join_filter_share: 0.9,
            like_leading_rows: 1_000.0,
            like_leading_removed: 0.9,
            limit_wrong_index_rows: 10_000.0,
            limit_wrong_index_removed: 0.99,
            memoize_thrash_evictions: 1.0,
            misestimate_factor: 10.0,
            misestimate_ms: 1.0,
            misestimate_rows: 100.0,
            nested_loop_loops: 10_000.0,
            nested_loop_share: 0.3,
            not_in_loops: 50.0,
            or_filter_rows: 10_000.0,
            or_filter_removed: 0.9,
            partitions_not_pruned_read: 4.0,
            partitions_not_pruned_empty: 0.75,
            plan_offset_rows: 10_000.0,
            plan_offset_factor: 10.0,
            planning_ms: 5.0,
            selective_scan_rows: 10_000.0,
            selective_scan_share: 0.9,
            stale_statistics_changed: 0.1,
            stale_statistics_factor: 3.0,
            temp_io_blocks: 1_000.0,
            top_n_rows: 10_000.0,
            top_n_share: 0.2,
            trigger_ms: 5.0,
            trigger_share: 0.1,
            worker_skew_factor: 2.0,
            worker_skew_ms: 10.0,
        }
    }
}
