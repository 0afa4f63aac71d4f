//! Which nodes of a plan name which: whose columns stand in whose conditions.

use std::ops::Range;

use super::words::{alias, name};
use crate::advice::quoted;
use crate::plan::{Node, Plan, Role, Value};

/// The names that columns of a subtree's tables are qualified with.
pub(super) fn aliases(plan: &Plan, nodes: Range<usize>) -> Vec<&str> {
    let mut found: Vec<&str> = nodes.filter_map(|id| alias(plan.nodes.get(id)?)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether anything written about the nodes names a column of one of the tables.
pub(super) fn mentions_any(plan: &Plan, nodes: Range<usize>, tables: &[&str]) -> bool {
    let prefixes = prefixes(tables);
    nodes.filter_map(|id| plan.nodes.get(id)).any(|node| {
        node.properties
            .iter()
            .any(|p| value_mentions(&p.value, &prefixes))
    })
}

/// Whether a text names a column of one of the tables.
pub(super) fn text_mentions_any(text: &str, tables: &[&str]) -> bool {
    prefixes(tables).iter().any(|p| names(text, p))
}

/// The children of a join that are its two sides.
pub(super) fn sides(plan: &Plan, join: usize) -> Option<(usize, usize)> {
    let side = |role| {
        plan.children(join)
            .find(|id| plan.nodes.get(*id).is_some_and(|n| n.role == Some(role)))
    };
    Some((side(Role::Outer)?, side(Role::Inner)?))
}

/// The nodes above a node, the nearest first.
pub(super) fn above(plan: &Plan, id: usize) -> impl Iterator<Item = usize> + '_ {
    std::iter::successors(plan.nodes.get(id).and_then(|n| n.parent), |up| {
        plan.nodes.get(*up).and_then(|n| n.parent)
    })
}

/// What a side is called: by its table, or else by the first in it.
pub(super) fn called(plan: &Plan, side: usize) -> &str {
    let mut nodes = plan.subtree(side).filter_map(|n| plan.nodes.get(n));
    let named = nodes.find(|n| n.relation.is_some() || n.alias.is_some());
    named.map_or("one side", name)
}

/// Whether a node joins two sides.
pub(super) fn is_join(node: &Node) -> bool {
    matches!(
        node.kind.as_str(),
        "Nested Loop" | "Hash Join" | "Merge Join"
    )
}

/// Whether a node is nothing but a step on the way of rows, which fetches none by itself.
pub(super) fn passes_rows_on(node: &Node) -> bool {
    matches!(
        node.kind.as_str(),
        "Materialize"
            | "Memoize"
            | "Hash"
            | "Sort"
            | "Incremental Sort"
            | "Gather"
            | "Gather Merge"
            | "Result"
            | "Subquery Scan"
            | "Unique"
    )
}

/// The node that a node's rows come from, past those that only pass them on.
pub(super) fn source(plan: &Plan, mut id: usize) -> usize {
    while plan.nodes.get(id).is_some_and(passes_rows_on) {
        let inputs = |child: &usize| {
            plan.nodes
                .get(*child)
                .is_some_and(|n| !matches!(n.role, Some(Role::InitPlan | Role::SubPlan)))
        };
        match plan.children(id).find(inputs) {
            Some(child) => id = child,
            None => break,
        }
    }
    id
}

fn prefixes(tables: &[&str]) -> Vec<String> {
    tables.iter().map(|t| format!("{}.", quoted(t))).collect()
}

fn value_mentions(value: &Value, prefixes: &[String]) -> bool {
    match value {
        Value::Text(text) => prefixes.iter().any(|p| names(text, p)),
        Value::List(items) => items.iter().any(|v| value_mentions(v, prefixes)),
        Value::Group(parts) => parts.iter().any(|p| value_mentions(&p.value, prefixes)),
    }
}

/// Whether `prefix`, a table's name and a dot, stands in `text` as a name of its own and not as the end of a longer one.
fn names(text: &str, prefix: &str) -> bool {
    text.match_indices(prefix).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '"' | '.')))
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_stand_alone() {
        assert!(names("(id = t.customer_id)", "t."));
        assert!(!names("(id = ticket.customer_id)", "t."));
        assert!(!names("(id = \"a t\".customer_id)", "t."));
        assert!(names("(id = \"a t\".customer_id)", "\"a t\"."));
    }
}
