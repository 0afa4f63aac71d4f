//! Ways about the tree that several rules about plans go.

use super::PlanContext;
use crate::plan::{Node, Plan, Role};

/// What a node reads from: its first input, neither an init plan nor a sub plan.
pub(super) fn input(plan: &Plan, id: usize) -> Option<usize> {
    inputs(plan, id).next()
}

/// All that a node reads from: both sides of a join, the members of an Append.
pub(super) fn inputs(plan: &Plan, id: usize) -> impl Iterator<Item = usize> + '_ {
    plan.subtree(id).skip(1).filter(move |at| {
        plan.nodes.get(*at).is_some_and(|node| {
            node.parent == Some(id) && !matches!(node.role, Some(Role::InitPlan | Role::SubPlan))
        })
    })
}

/// Rows that a node's filter removed over all loops.
pub(super) fn removed(node: &Node) -> f64 {
    node.number("Rows Removed by Filter").unwrap_or_default() * node.loops()
}

/// Rows that a node returned over all loops.
pub(super) fn rows(context: &PlanContext<'_>, id: usize) -> f64 {
    context.time(id).rows.unwrap_or_default()
}

/// The name that the partitions of a table share as the server numbers them: `events` for `events_3`.
pub(super) fn partition_of(node: &Node) -> Option<&str> {
    let (base, number) = node.alias.as_deref()?.rsplit_once('_')?;
    let numbered = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    // A table of that name, read under its own, is no partition.
    (numbered && node.alias != node.relation).then_some(base)
}

/// The table that partitions belong to, as far as their names tell: the plan doesn't name it, and what they share is
/// the statement's alias for it.
pub(super) fn partitioned(node: &Node) -> Option<&str> {
    let base = partition_of(node)?;
    node.relation.as_deref()?.starts_with(base).then_some(base)
}

/// Whether a scan of a table is what the node is.
pub(super) fn is_scan(node: &Node) -> bool {
    matches!(
        node.kind.as_str(),
        "Seq Scan" | "Index Scan" | "Index Only Scan" | "Bitmap Heap Scan"
    )
}
