#![doc = include_str!("foreign_key_without_index.md")]

use super::say::{code, finding, list, rows, sql};
use super::{LiveInput, LiveRule};
use crate::advice::SuggestionKind;
use crate::catalog::{Catalog, ForeignKey, Index, Table, TableKind, bare};
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "foreign-key-without-index",
    title: "Foreign key without an index",
    page: include_str!("foreign_key_without_index.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    let small = input.settings.small_table_rows;
    let mut found: Vec<Finding> = Vec::new();
    for key in &catalog.foreign_keys {
        let Some(table) = catalog.table(&key.table) else {
            continue;
        };
        let rows = rows_of(catalog, table);
        let served = catalog
            .indexes_of(&key.table)
            .iter()
            .any(|index| serves(index, key));
        if !served && rows.is_none_or(|rows| rows >= small) {
            found.push(say(catalog, table, key, rows));
        }
    }
    found
}

/// A table's rows; those of its partitions where it is partitioned.
fn rows_of(catalog: &Catalog, table: &Table) -> Option<u64> {
    if table.kind != TableKind::Partitioned {
        // Before the first ANALYZE the counters tell.
        return table.rows.or(table.counters.as_ref().map(|c| c.live));
    }
    let parts = catalog
        .tables
        .iter()
        .filter(|part| part.partition_of.as_ref() == Some(&table.name));
    parts.map(|part| rows_of(catalog, part)).sum()
}

/// Whether the rows that a foreign key leads from can be found by the index: its columns come first, in any order.
fn serves(index: &Index, key: &ForeignKey) -> bool {
    let sorted = index.method == "btree" || (index.method == "hash" && key.columns.len() == 1);
    let first = index.keys.get(..key.columns.len()).unwrap_or_default();
    let all = !first.is_empty()
        && first.iter().all(|part| {
            let column = part.as_column();
            key.columns.iter().any(|c| Some(c.as_str()) == column)
        });
    index.valid && sorted && all && index.predicate.as_deref().is_none_or(leaves_out_nulls)
}

/// Whether a condition leaves out no row that a foreign key leads from: those with NULL in it lead nowhere.
fn leaves_out_nulls(predicate: &str) -> bool {
    let lower = bare(predicate).to_ascii_lowercase();
    lower.ends_with(" is not null") && !lower.contains(" or ") && !lower.contains(" and ")
}

fn say(catalog: &Catalog, table: &Table, key: &ForeignKey, known: Option<u64>) -> Finding {
    let target = catalog.table(&key.references);
    let counters = target.and_then(|t| t.counters.as_ref());
    let deleted = counters.map(|c| c.deleted);
    let severity = match (known, deleted) {
        (Some(rows), Some(1..)) if rows >= 1_000_000 => Severity::High,
        (Some(rows), Some(1..)) if rows >= 100_000 => Severity::Medium,
        (Some(1_000_000..), _) => Severity::Medium,
        _ => Severity::Low,
    };
    let mut reasons = Vec::new();
    match deleted {
        Some(0) => reasons.push(format!(
            "no row of {} was deleted since the counters began",
            key.references
        )),
        Some(n) => reasons.push(format!(
            "{} rows of {} were deleted since the counters began, each of which searched {}",
            rows(n),
            key.references,
            key.table
        )),
        None => {}
    }
    if known.is_none() {
        reasons.push(format!("how many rows {} has isn't known", key.table));
    }
    let columns = list(&key.columns);
    let (words, note) = if table.kind == TableKind::Partitioned {
        (
            "CREATE INDEX",
            "It blocks writing while it is built; to avoid that, build it CONCURRENTLY on each partition first and attach these.",
        )
    } else {
        (
            "CREATE INDEX CONCURRENTLY",
            "It can't run within a transaction; in a migration, switch its transaction off. If it fails, drop the invalid index that it leaves.",
        )
    };
    Finding {
        reasons,
        suggestions: vec![sql(
            SuggestionKind::Index,
            format!("index the foreign key {}", key.name),
            format!("{words} ON {} ({columns});", code(&key.table)),
            note,
        )],
        ..finding(
            &RULE,
            severity,
            Subject::Table(key.table.clone()),
            format!(
                "{} has no index for its foreign key to {}",
                key.table, key.references
            ),
            format!(
                "deleting a row of {}, or changing its key, reads {} to find rows by ({})",
                key.references,
                known.map_or_else(
                    || format!("all of {}", key.table),
                    |n| format!("all {} rows of {}", rows(n), key.table)
                ),
                key.columns.join(", ")
            ),
        )
    }
}
