//! Which table a node reads or changes, as one name for all partitions of it.

use super::{Node, Plan};

/// For each node, the one whose relation it works on: itself, or the heap scan that a bitmap is made for.
pub(super) fn tables(plan: &Plan) -> Vec<Option<usize>> {
    let mut tables: Vec<Option<usize>> = Vec::with_capacity(plan.nodes.len());
    for (id, node) in plan.nodes.iter().enumerate() {
        let is_bitmap = matches!(
            node.kind.as_str(),
            "Bitmap Index Scan" | "BitmapAnd" | "BitmapOr"
        );
        let table = if node.relation.is_some() {
            Some(id)
        } else if is_bitmap {
            node.parent
                .and_then(|parent| tables.get(parent).copied().flatten())
        } else {
            None
        };
        tables.push(table);
    }
    tables
}

/// What a scan reads, as its query calls it. The planner numbers the partitions of a table: `orders_1`, `orders_2`.
pub(super) fn name(node: &Node) -> Option<&str> {
    if let Some(alias) = &node.alias {
        let stem = alias.trim_end_matches(|c: char| c.is_ascii_digit());
        let numbered = stem.len() < alias.len();
        return Some(stem.strip_suffix('_').filter(|_| numbered).unwrap_or(alias));
    }
    source(node)
}

/// What a scan reads: a table, a CTE, a function.
pub(super) fn source(node: &Node) -> Option<&str> {
    let named = |name| node.text(name);
    node.relation
        .as_deref()
        .or_else(|| named("CTE Name"))
        .or_else(|| named("Function Name"))
        .or_else(|| named("Tuplestore Name"))
}

/// An index without the name of the table in front, which is that of a partition: `_created_idx`.
pub(super) fn index<'a>(node: &'a Node, table: Option<&'a Node>) -> Option<&'a str> {
    let index = node.index.as_deref()?;
    let table = table.and_then(|table| table.relation.as_deref());
    Some(
        table
            .and_then(|table| index.strip_prefix(table))
            .unwrap_or(index),
    )
}
