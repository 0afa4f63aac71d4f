//! Rows, what had been expected of them, and who was stopped before the last.

use super::payers::ctes;
use super::tree::Tree;
use crate::plan::{Node, Plan, Role};

/// What is known of a node's rows.
#[derive(Clone, Copy, Default)]
pub(super) struct Rows {
    pub(super) all: Option<f64>,
    pub(super) uncertainty: f64,
    pub(super) factor: Option<f64>,
    pub(super) overestimated: bool,
    pub(super) stopped_early: bool,
}

/// The rows of all nodes.
pub(super) fn rows(plan: &Plan, tree: &Tree) -> Vec<Rows> {
    let rounding = if has_fractions(plan) { 0.005 } else { 0.5 };
    let stopped = stopped_early(plan, tree);
    let nodes = plan.nodes.iter().zip(stopped);
    nodes
        .map(|(node, stopped)| of(node, rounding, stopped))
        .collect()
}

fn of(node: &Node, rounding: f64, stopped_early: bool) -> Rows {
    let (Some(rows), true) = (node.rows(), node.ran()) else {
        return Rows::default();
    };
    let loops = node.loops();
    // The server counts no rows of what only combines bitmaps: a 0 there says nothing.
    let counts = !matches!(node.kind.as_str(), "BitmapAnd" | "BitmapOr");
    let expected = node
        .estimate
        .filter(|_| counts)
        .map(|estimate| estimate.rows.max(1.0));
    let overestimated = expected.is_some_and(|expected| expected > rows.max(1.0));
    let factor = expected
        .filter(|_| !(overestimated && stopped_early))
        .map(|expected| {
            let factor = rows.max(1.0) / expected;
            if factor < 1.0 { 1.0 / factor } else { factor }
        });
    Rows {
        all: Some(rows * loops),
        // The average of a single loop is the count itself.
        uncertainty: if loops > 1.0 { rounding * loops } else { 0.0 },
        factor,
        overestimated: overestimated && factor.is_some(),
        stopped_early,
    }
}

/// Since PostgreSQL 18 averages have two decimals. Which server wrote a plan isn't said in it.
fn has_fractions(plan: &Plan) -> bool {
    plan.nodes.iter().any(|node| {
        node.rows().is_some_and(|rows| rows.fract() != 0.0) || node.get("Index Searches").is_some()
    })
}

/// Which nodes were not asked for all their rows. A Limit that got what it wanted stops all below it that give rows as
/// they find them, a CTE if all its scans are stopped. A semi join wants one match of its inner side, and so does an
/// expression of a sub plan that answers with a row.
fn stopped_early(plan: &Plan, tree: &Tree) -> Vec<bool> {
    let mut stopped = flow(plan, tree, &[]);
    let ctes: Vec<usize> = ctes(plan, tree)
        .into_iter()
        .filter(|(_, scans)| {
            let ran = |scan: &&usize| plan.nodes.get(**scan).is_some_and(Node::ran);
            let is_stopped = |scan: &usize| stopped.get(*scan).copied().unwrap_or_default();
            let mut scans = scans.iter().filter(ran).peekable();
            scans.peek().is_some() && scans.all(is_stopped)
        })
        .map(|(cte, _)| cte)
        .collect();
    if !ctes.is_empty() {
        stopped = flow(plan, tree, &ctes);
    }
    stopped
}

fn flow(plan: &Plan, tree: &Tree, ctes: &[usize]) -> Vec<bool> {
    let mut stopped: Vec<bool> = Vec::with_capacity(plan.nodes.len());
    for (id, node) in plan.nodes.iter().enumerate() {
        let parent = tree.parent(id);
        let above = parent.is_some_and(|p| stopped.get(p).copied().unwrap_or_default());
        let is_stopped = match (node.role, parent.and_then(|p| plan.nodes.get(p))) {
            _ if ctes.binary_search(&id).is_ok() => true,
            (Some(Role::InitPlan | Role::SubPlan), _) => answers_with_a_row(node),
            (_, Some(parent)) if parent.kind == "Limit" => above || is_content(parent, node),
            (Some(Role::Inner), Some(parent)) if wants_one_match(parent) => true,
            (_, Some(parent)) => above && !reads_all(parent),
            (_, None) => false,
        };
        stopped.push(is_stopped);
    }
    stopped
}

/// Whether a Limit got as many rows as it may. The planner takes a limit that it doesn't know for a tenth of the rows:
/// then any row may have been the last that was wanted.
fn is_content(limit: &Node, child: &Node) -> bool {
    let rows = |node: &Node| node.estimate.map_or(0.0, |estimate| estimate.rows);
    let is_guess = ((rows(child) / 10.0).round() - rows(limit)).abs() < 0.5 && rows(limit) > 1.0;
    limit
        .rows()
        .is_some_and(|came| came > 0.0 && (came >= rows(limit) || is_guess))
}

fn answers_with_a_row(node: &Node) -> bool {
    let is_cte = super::payers::cte_name(node).is_some();
    !is_cte && node.rows().is_some_and(|rows| (rows - 1.0).abs() < 1e-9)
}

fn wants_one_match(join: &Node) -> bool {
    join.kind == "Nested Loop"
        && (matches!(join.text("Join Type"), Some("Semi" | "Anti"))
            || join.text("Inner Unique") == Some("true"))
}

/// Whether a node reads all its input before it gives the first row.
fn reads_all(node: &Node) -> bool {
    match node.kind.as_str() {
        "Sort" | "Hash" | "Bitmap Heap Scan" | "BitmapAnd" | "BitmapOr" | "ModifyTable" => true,
        "Aggregate" | "SetOp" => node.text("Strategy") != Some("Sorted"),
        _ => false,
    }
}
