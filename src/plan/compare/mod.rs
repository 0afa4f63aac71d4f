//! Which nodes of two plans do the same work, and what became of it.
//!
//! | file | what it knows |
//! |---|---|
//! | `mark` | what a node works on, whatever it is called and wherever it stands |
//! | `pair` | which nodes have the same marks |
//! | `change` | what is different about two nodes that do the same work |

mod change;
mod mark;
mod pair;

#[cfg(test)]
mod tests;

pub use change::Change;

use super::{Plan, Timing, Usage, timing};

/// Two plans side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// All nodes of both, in the order of the second plan; nodes that only the first has stand behind those that they
    /// stood behind there.
    pub pairs: Vec<Pair>,
    /// Milliseconds of the execution.
    pub execution_ms: Sides,
    /// Milliseconds of planning.
    pub planning_ms: Sides,
    /// Blocks that were found or read, of all kinds.
    pub blocks: Sides,
    /// Blocks of temporary files that were written.
    pub temp_written: Sides,
}

/// A node before and after, or one that only one plan has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pair {
    /// The node in the first plan.
    pub before: Option<usize>,
    /// The node in the second.
    pub after: Option<usize>,
    /// What is different about them, figures aside. Nothing for a node that only one plan has.
    pub changes: Vec<Change>,
    /// Milliseconds of its own.
    pub self_ms: Sides,
    /// Milliseconds with all that it waited for.
    pub total_ms: Sides,
    /// Rows over all loops.
    pub rows: Sides,
    /// Rows that had been expected of one loop.
    pub plan_rows: Sides,
    /// How often it ran.
    pub loops: Sides,
    /// Blocks that were found or read, of all kinds, its own.
    pub blocks: Sides,
}

/// A figure before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sides {
    /// In the first plan.
    pub before: Option<f64>,
    /// In the second.
    pub after: Option<f64>,
}

impl Sides {
    /// How much more it became; less if below zero. `None` unless both are known.
    #[must_use]
    pub fn difference(self) -> Option<f64> {
        Some(self.after? - self.before?)
    }
}

/// Lays two plans side by side.
#[must_use]
pub fn compare(before: &Plan, after: &Plan) -> Comparison {
    let (old, new) = (Side::new(before), Side::new(after));
    let pairs = pair::pairs(before, after);
    let all = |plan: &Plan, timing: &Timing, figure: fn(&Usage) -> f64| {
        let nodes = timing.nodes.iter();
        plan.is_analyzed()
            .then(|| nodes.map(|node| figure(&node.own)).sum())
    };
    let sides = |figure: fn(&Usage) -> f64| Sides {
        before: all(before, &old.timing, figure),
        after: all(after, &new.timing, figure),
    };
    Comparison {
        pairs: pairs
            .into_iter()
            .map(|(a, b)| pair_of(&old, a, &new, b))
            .collect(),
        execution_ms: Sides {
            before: old.timing.execution_ms.or(before.execution_ms),
            after: new.timing.execution_ms.or(after.execution_ms),
        },
        planning_ms: Sides {
            before: before.planning_ms,
            after: after.planning_ms,
        },
        blocks: sides(blocks),
        temp_written: sides(|usage| usage.temp.written),
    }
}

struct Side<'a> {
    plan: &'a Plan,
    timing: Timing,
}

#[derive(Default)]
struct Figures {
    self_ms: Option<f64>,
    total_ms: Option<f64>,
    rows: Option<f64>,
    plan_rows: Option<f64>,
    loops: Option<f64>,
    blocks: Option<f64>,
}

impl<'a> Side<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            timing: timing(plan),
        }
    }

    fn figures(&self, id: Option<usize>) -> Figures {
        let node = id.and_then(|id| self.plan.nodes.get(id));
        let time = id.and_then(|id| self.timing.nodes.get(id));
        let (Some(node), Some(time)) = (node, time) else {
            return Figures::default();
        };
        Figures {
            self_ms: time.self_ms,
            total_ms: time.total_ms,
            rows: time.rows,
            plan_rows: node.estimate.map(|estimate| estimate.rows),
            loops: node.rows().map(|_| node.loops()),
            blocks: node.rows().map(|_| blocks(&time.own)),
        }
    }
}

fn pair_of(old: &Side<'_>, before: Option<usize>, new: &Side<'_>, after: Option<usize>) -> Pair {
    let nodes = (
        before.and_then(|id| old.plan.nodes.get(id)),
        after.and_then(|id| new.plan.nodes.get(id)),
    );
    let (a, b) = (old.figures(before), new.figures(after));
    let sides = |before, after| Sides { before, after };
    Pair {
        before,
        after,
        changes: match nodes {
            (Some(before), Some(after)) => change::changes(before, after),
            _ => Vec::new(),
        },
        self_ms: sides(a.self_ms, b.self_ms),
        total_ms: sides(a.total_ms, b.total_ms),
        rows: sides(a.rows, b.rows),
        plan_rows: sides(a.plan_rows, b.plan_rows),
        loops: sides(a.loops, b.loops),
        blocks: sides(a.blocks, b.blocks),
    }
}

fn blocks(usage: &Usage) -> f64 {
    let Usage {
        shared,
        local,
        temp,
        ..
    } = usage;
    [shared, local, temp].iter().map(|b| b.hit + b.read).sum()
}
