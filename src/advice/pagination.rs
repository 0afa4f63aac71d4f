//! Reading a page at a time instead of all rows.

use super::names::{class_name, quoted};
use super::{Suggestion, SuggestionKind, Target};
use crate::workload::Query;

/// Rows of a page in suggestions.
const PAGE: u32 = 100;

/// A keyset page of the query for each target, in their order; empty when its table isn't known.
#[must_use]
pub fn pagination(query: &Query, targets: &[Target]) -> Vec<Suggestion> {
    let Some(facts) = query.facts() else {
        return Vec::new();
    };
    let Some(table) = facts.tables.first().map(|t| t.name.as_str()) else {
        return Vec::new();
    };
    let key = key(query, table);
    let title = format!("Read {PAGE} rows at a time, each page after the last {key}");
    let class = class_name(table);
    let code = |target: Target| match target {
        Target::SqlAlchemy => {
            format!(
                "select({class}).where({class}.{key} > last_{key}).order_by({class}.{key}).limit({PAGE})"
            )
        }
        Target::Django => {
            format!("{class}.objects.filter({key}__gt=last_{key}).order_by(\"{key}\")[:{PAGE}]")
        }
        Target::Rails => format!("{class}.in_batches(of: {PAGE})"),
        Target::Sql => {
            let column = format!("{}.{}", quoted(table), quoted(&key));
            format!(
                "{}\nWHERE {column} > $1  -- the last {key} of the page before\nORDER BY {column}\nLIMIT {PAGE}",
                head(&query.sql)
            )
        }
    };
    let suggestion = |target| Suggestion {
        kind: SuggestionKind::Pagination,
        target,
        title: title.clone(),
        code: code(target),
    };
    targets.iter().map(|t| suggestion(*t)).collect()
}

/// The column to page by: `id`, else the table's own key, else the first column that is selected.
fn key(query: &Query, table: &str) -> String {
    let columns: Vec<&str> = query
        .facts()
        .into_iter()
        .flat_map(|f| f.selected.iter())
        .filter_map(|s| s.column())
        .map(|c| c.name.as_str())
        .collect();
    let own = format!("{}_id", super::names::singular(table));
    let best = columns
        .iter()
        .find(|c| **c == "id")
        .or_else(|| columns.iter().find(|c| **c == own))
        .or(columns.first());
    best.map_or_else(|| "id".to_owned(), |c| (*c).to_owned())
}

/// The query without its ORDER BY, which the page brings itself.
fn head(sql: &str) -> &str {
    let end = sql
        .to_ascii_uppercase()
        .rfind(" ORDER BY ")
        .unwrap_or(sql.len());
    sql.get(..end).unwrap_or(sql)
}
