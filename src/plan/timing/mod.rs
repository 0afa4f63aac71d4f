//! Where the time of a plan went: what is each node's own, what stands outside the tree, and how sure that is.
//!
//! | file | what it knows |
//! |---|---|
//! | `tree` | where subtrees end, and which processes share a node |
//! | `ledger` | what is a node's own, once everybody has been charged for what they asked for |
//! | `payers` | who asked for an init plan or a CTE |
//! | `outside` | triggers, serialization, and what is left |
//! | `rows` | rows, their estimates, and who was stopped early |
//! | `skew` | how evenly processes shared the work |
//!
//! # How it is counted
//!
//! A node's time is the average of one loop, children included. Times the loops it is the time of all processes; that,
//! by the processes that shared it ([`NodeTime::processes`]), is time of the clock on the wall. Its own is what is left
//! without its children. An init plan runs within the node that first asks for its result, and a CTE within those that
//! scan it, wherever they stand: these are charged, not the node that the plan hangs it on. So every node's time is
//! taken from exactly one other, and all own times add up to the root's.
//!
//! They can add up to more, for what is below zero counts as nothing: when times are rounded, when workers ran on after
//! a Limit was content, or when foreign scans ran side by side. What that gave away is [`NodeTime::deficit_ms`] of the
//! node, and one negative entry of [`Timing::outside`] for the plan, so that the sum is still the execution's time.

mod ledger;
mod mention;
mod outside;
mod payers;
mod rows;
mod skew;
mod tree;

#[cfg(test)]
mod tests;

use super::{Plan, Usage};
use ledger::Ledger;
use tree::Tree;

/// The time of a plan, node by node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing {
    /// In the order of [`Plan::nodes`].
    pub nodes: Vec<NodeTime>,
    /// What took time but is no node's, the longest first. With all `self_ms` it adds up to `execution_ms`.
    pub outside: Vec<Outside>,
    /// Triggers that ran within a node that changes rows (`BEFORE` triggers do): they are in its `self_ms` already.
    pub inside: Vec<Outside>,
    /// The roots of CTEs that change rows and that nobody read: they ran after the root, and no node waited for them.
    pub unread: Vec<usize>,
    /// Milliseconds of the execution: `Execution Time`, else the duration in the log, else what is known to have been
    /// spent: the root's, unread CTEs', triggers' and serialization's. `None` if no node was timed, for
    /// then it has no parts.
    pub execution_ms: Option<f64>,
    /// Milliseconds of the execution that neither the tree nor anything else that is listed explains: starting and
    /// ending it, and what `JIT` did there. Below zero by more than rounding, the plan claims more than was spent.
    pub remainder_ms: Option<f64>,
}

/// The time, rows and usage of a node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeTime {
    /// Milliseconds of its own, of the clock on the wall: those of processes side by side count once. Never negative;
    /// `None` if it never ran or wasn't timed.
    pub self_ms: Option<f64>,
    /// Milliseconds of it and all that it waited for.
    pub total_ms: Option<f64>,
    /// How far `self_ms` may be off because times are rounded, in milliseconds either way: half a microsecond for each
    /// loop of itself and of all that was taken from it, as if all had been rounded the same way.
    pub uncertainty_ms: f64,
    /// Milliseconds by which that which it waited for took longer than itself, where rounding doesn't explain it.
    pub deficit_ms: f64,
    /// Processes that shared its work, leader included; a fraction where loops of a Gather had different numbers.
    pub processes: f64,
    /// Part of the execution that is its own, 0 to 1.
    pub self_share: f64,
    /// Part of the execution that is its and its subtree's, 0 to 1.
    pub total_share: f64,
    /// Rows over all loops, as averages tell; `None` if it didn't run.
    pub rows: Option<f64>,
    /// How far `rows` may be off because averages are rounded, either way, though never below zero: 0 rows in each of
    /// 1,000 loops may be 500.
    pub rows_uncertainty: f64,
    /// How many times more (`overestimated` false) or fewer (true) rows came in a loop than expected, at least 1.
    /// `None` where there is nothing to compare, and where fewer came because nobody wanted more.
    pub estimate_factor: Option<f64>,
    /// Whether the planner expected more rows than came.
    pub overestimated: bool,
    /// Whether it was stopped before its last row, by a Limit above it or a join that wants one match only.
    pub stopped_early: bool,
    /// What is its own of what was read and written, by all processes.
    pub own: Usage,
    /// The longest of its processes against their mean, with `VERBOSE`: 1 is even, `processes` is one doing it all.
    pub skew: Option<f64>,
}

/// Time that is no node's.
#[derive(Clone, Debug, PartialEq)]
pub struct Outside {
    /// What it is: `trigger orders_audit`, `start and end`, `serialization`.
    pub what: String,
    /// Milliseconds; below zero for what had been counted twice.
    pub ms: f64,
    /// How often, for triggers.
    pub calls: Option<f64>,
}

/// Works out where the time went.
#[must_use]
pub fn timing(plan: &Plan) -> Timing {
    let tree = Tree::new(plan);
    let ledger = Ledger::new(plan, &tree);
    let spent = outside::spent(plan, &ledger);
    let rows = rows::rows(plan, &tree);
    let share = |ms: Option<f64>| match (ms, spent.execution_ms) {
        (Some(ms), Some(all)) if all > 0.0 => (ms / all).clamp(0.0, 1.0),
        _ => 0.0,
    };
    let nodes = ledger.entries.iter().zip(&rows).enumerate();
    let nodes = nodes.map(|(id, (entry, rows))| {
        let own = entry.total_ms.map(|_| entry.own_ms);
        NodeTime {
            self_ms: own.map(|ms| ms.max(0.0)),
            total_ms: entry.total_ms,
            uncertainty_ms: entry.slack_ms,
            deficit_ms: own.map_or(0.0, |ms| entry.deficit(ms)),
            processes: tree.processes(id),
            self_share: share(own),
            total_share: share(entry.total_ms),
            rows: rows.all,
            rows_uncertainty: rows.uncertainty,
            estimate_factor: rows.factor,
            overestimated: rows.overestimated,
            stopped_early: rows.stopped_early,
            own: entry.usage.minus(Usage::default()),
            skew: skew::skew(plan, id, tree.processes(id)),
        }
    });
    Timing {
        nodes: nodes.collect(),
        outside: spent.outside,
        inside: spent.inside,
        unread: ledger.unread,
        execution_ms: spent.execution_ms,
        remainder_ms: spent.remainder_ms,
    }
}
