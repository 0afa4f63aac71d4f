//! What a catalog, where there is one, adds to a plan.

use super::PlanContext;
use super::order::Key;
use super::words;
use crate::advice::quoted;
use crate::catalog::{Index, KeyOf};
use crate::plan::Node;

/// Whether the table of a node has a B-tree that begins with these columns, named without quotes: then none has to be
/// made, and it is another reason that it isn't used.
pub(super) fn is_indexed(context: &PlanContext<'_>, node: &Node, columns: &[&str]) -> bool {
    indexes(context, node).iter().any(|index| {
        let names = index.keys.iter().map(|key| match &key.of {
            KeyOf::Column(name) => Some(name.as_str()),
            KeyOf::Expression(_) => None,
        });
        index.method == "btree"
            && index.valid
            && index.predicate.is_none()
            && index.keys.len() >= columns.len()
            && names
                .zip(columns)
                .all(|(name, column)| name == Some(*column))
    })
}

/// What a node's index scan is ordered by; `None` if nobody knows, or if it isn't all by columns.
pub(super) fn order(context: &PlanContext<'_>, node: &Node) -> Option<Vec<Key>> {
    let name = node.index.as_deref()?;
    let index = indexes(context, node).iter().find(|i| i.name == name)?;
    let backward =
        node.title.contains("Backward") || node.text("Scan Direction") == Some("Backward");
    let keys = index.keys.iter().map(|key| {
        let KeyOf::Column(name) = &key.of else {
            return None;
        };
        Some(Key {
            expression: quoted(name),
            table: words::alias(node).map(str::to_owned),
            name: Some(name.clone()),
            descending: key.descending != backward,
            rest: String::new(),
        })
    });
    keys.collect()
}

fn indexes<'a>(context: &PlanContext<'a>, node: &Node) -> &'a [Index] {
    let found = context.catalog.and_then(|catalog| {
        let table = catalog.find(node.schema.as_deref(), node.relation.as_deref()?)?;
        Some(catalog.indexes_of(&table.name))
    });
    found.unwrap_or_default()
}
