//! Rows of one table that point to each other, read as a whole.

use super::{beside, parent_key};
use crate::advice::loading::Loading;
use crate::advice::relation::RelationKind;
use crate::sql::quoted;

/// All rows below one: `table` as the statement names it, the columns `id` and `parent`, and the id of that row.
pub(in crate::advice) fn descendants(table: &str, id: &str, parent: &str, value: &str) -> String {
    let tree = beside(table, "tree");
    let (id, parent) = (quoted(id), quoted(parent));
    format!(
        "WITH RECURSIVE {tree} AS (\n  SELECT * FROM {table} WHERE {parent} = {value}\n  UNION ALL\n  SELECT child.* FROM {table} AS child JOIN {tree} ON child.{parent} = {tree}.{id}\n)\nSELECT * FROM {tree}"
    )
}

/// A row and all rows above it; as [`descendants`].
pub(in crate::advice) fn ancestors(table: &str, id: &str, parent: &str, value: &str) -> String {
    let above = beside(table, "ancestors");
    let (id, parent) = (quoted(id), quoted(parent));
    format!(
        "WITH RECURSIVE {above} AS (\n  SELECT * FROM {table} WHERE {id} = {value}\n  UNION ALL\n  SELECT parent.* FROM {table} AS parent JOIN {above} ON parent.{id} = {above}.{parent}\n)\nSELECT * FROM {above}"
    )
}

/// The tree of rows that a loading walks, above or below one row, whose key is `value` in the framework's words.
pub(in crate::advice) fn recursive(loading: &Loading<'_>, value: &str) -> String {
    let sql = match loading.relation.kind {
        RelationKind::Ancestors => ancestors,
        _ => descendants,
    };
    sql(
        &quoted(&loading.relation.child),
        &loading.key.name,
        &parent_key(loading),
        value,
    )
}
