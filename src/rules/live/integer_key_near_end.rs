#![doc = include_str!("integer_key_near_end.md")]

use std::fmt::Write as _;

use super::key_end::{highest, last, owned};
use super::say::{code, finding, percent, sql};
use super::{LiveInput, LiveRule};
use crate::advice::{SuggestionKind, quoted};
use crate::catalog::{Catalog, Column, Sequence, Table};
use crate::rules::finding::count;
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "integer-key-near-end",
    title: "Integer key near its end",
    page: include_str!("integer_key_near_end.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    let owned = owned(catalog);
    let mut found = Vec::new();
    // A partition's columns are those of its parent.
    for table in catalog.tables.iter().filter(|t| t.partition_of.is_none()) {
        for column in &table.columns {
            let Some(most) = highest(&column.data_type) else {
                continue;
            };
            let sequence = owned.get(&(&table.name, column.name.as_str())).copied();
            let counted = sequence.map_or_else(|| is_key(catalog, table, column), |s| !s.cycle);
            let Some((value, by)) = last(sequence, column).filter(|_| counted) else {
                continue;
            };
            let used = value as f64 / most as f64;
            if used > input.settings.near_end {
                found.push(say(catalog, table, column, sequence, (value, used, by)));
            }
        }
    }
    found
}

/// Whether the column is the only one of a primary key.
fn is_key(catalog: &Catalog, table: &Table, column: &Column) -> bool {
    catalog.indexes_of(&table.name).iter().any(|index| {
        let [key] = index.keys.as_slice() else {
            return false;
        };
        index.primary && key.as_column() == Some(&column.name)
    })
}

fn say(
    catalog: &Catalog,
    table: &Table,
    column: &Column,
    sequence: Option<&Sequence>,
    (value, used, by): (i64, f64, &str),
) -> Finding {
    let most = highest(&column.data_type).unwrap_or_default();
    let mut change = alter(table, column);
    let mut followers = Vec::new();
    for key in catalog.references_to(&table.name) {
        let at = key.referenced.iter().position(|c| *c == column.name);
        let theirs = at.and_then(|at| key.columns.get(at));
        let Some(other) = catalog.table(&key.table) else {
            continue;
        };
        let narrow = theirs.and_then(|name| other.column(name));
        let Some(narrow) = narrow.filter(|c| highest(&c.data_type).is_some()) else {
            continue;
        };
        let follower = format!("{}.{}", key.table, narrow.name);
        if !followers.contains(&follower) {
            write!(change, "\n{}", alter(other, narrow)).unwrap_or_default();
            followers.push(follower);
        }
    }
    let mut reasons = vec![by.to_owned()];
    if !followers.is_empty() {
        reasons.push(format!(
            "what refers to it is as narrow: {}",
            followers.join(", ")
        ));
    }
    let narrow = sequence.filter(|s| highest(&s.data_type).is_some());
    if let Some(sequence) = narrow {
        write!(
            change,
            "\nALTER SEQUENCE {} AS bigint;",
            code(&sequence.name)
        )
        .unwrap_or_default();
    }
    Finding {
        reasons,
        suggestions: vec![sql(
            SuggestionKind::Maintenance,
            format!("make {} a bigint", column.name),
            change,
            "This writes the whole table and its indexes anew, and nobody reads or writes it meanwhile. For a large table: add a \
             bigint column, keep it equal with a trigger, fill it in batches, build its index CONCURRENTLY, and swap the names.",
        )],
        ..finding(
            &RULE,
            if used > 0.8 {
                Severity::High
            } else {
                Severity::Medium
            },
            Subject::Column(table.name.clone(), column.name.clone()),
            format!(
                "{}.{} has used {} of its numbers",
                table.name,
                column.name,
                percent(used.min(1.0))
            ),
            format!(
                "the highest is {}, and {} ends at {}; behind it, every insert fails",
                count(value.unsigned_abs()),
                column.data_type,
                count(most.unsigned_abs())
            ),
        )
    }
}

fn alter(table: &Table, column: &Column) -> String {
    format!(
        "ALTER TABLE {} ALTER COLUMN {} TYPE bigint;",
        code(&table.name),
        quoted(&column.name)
    )
}
