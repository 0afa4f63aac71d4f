//! What HypoPG's costs leave out.

use crate::plan::{Node, Plan};

/// What the planner charges for going down a B-tree of two levels: 50 operators a level and the leaf, at 0.0025 each
/// (`btcostestimate` in the server's `selfuncs.c`). It charges nothing for hypothetical ones, whose height isn't known.
const DESCENT: f64 = 50.0 * 0.0025 * 3.0;

/// The cost of a plan with the descents into hypothetical indexes; `None` when the plan has no costs.
pub(super) fn corrected(plan: &Plan, is_made: &dyn Fn(&str) -> bool) -> Option<f64> {
    let total = plan.root()?.estimate.as_ref()?.total_cost;
    let descents: f64 = plan
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.index.as_deref().is_some_and(is_made))
        .map(|(at, _)| loops(plan, at))
        .sum();
    Some(total + descents * DESCENT)
}

/// How often a node is expected to run: as often as the outer sides of the nested loops around it have rows.
fn loops(plan: &Plan, at: usize) -> f64 {
    let mut loops = 1.0;
    let mut below = at;
    while let Some(above) = plan.nodes.get(below).and_then(|node| node.parent) {
        let is_loop = plan
            .nodes
            .get(above)
            .is_some_and(|n| n.kind == "Nested Loop");
        let children: Vec<usize> = plan.children(above).collect();
        if is_loop
            && children.get(1) == Some(&below)
            && let Some(outer) = children.first().and_then(|c| plan.nodes.get(*c))
        {
            loops *= rows(outer).max(1.0);
        }
        below = above;
    }
    loops
}

fn rows(node: &Node) -> f64 {
    node.estimate.as_ref().map_or(1.0, |e| e.rows)
}
