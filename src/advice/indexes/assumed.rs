//! A catalog of assumptions, for when nothing is known but the statements.

use std::collections::{BTreeMap, BTreeSet};

use super::scan::{Condition, Reading};
use crate::catalog::{Catalog, Column, Index, Key, Name, Table};

/// Rows that a table is taken to have: large enough for an index to matter.
const ROWS: u64 = 100_000;
/// Pages that they take, about 160 bytes a row.
const PAGES: u64 = 2_000;

/// A table of a middling size for each one that the statements name, with the columns that they name.
pub(super) fn catalog(readings: &[Option<Reading>]) -> Catalog {
    let mut tables: BTreeMap<&Name, BTreeSet<&str>> = BTreeMap::new();
    for scan in readings.iter().flatten().flat_map(|r| &r.scans) {
        let columns = tables.entry(&scan.table).or_default();
        columns.extend(scan.columns.iter().flatten().map(String::as_str));
        columns.extend(named(&scan.conditions));
        let sorted = scan.order.iter().map(|key| &key.term);
        let terms = sorted.chain(&scan.group).chain(&scan.extremes);
        columns.extend(terms.flat_map(|t| &t.columns).map(String::as_str));
    }
    let mut catalog = Catalog {
        tables: tables
            .into_iter()
            .map(|(name, columns)| Table {
                name: name.clone(),
                rows: Some(ROWS),
                pages: Some(PAGES),
                columns: columns.into_iter().map(column).collect(),
                ..Table::default()
            })
            .collect(),
        ..Catalog::default()
    };
    // Nearly every table has one, and nearly every mapper calls it so.
    let keyed = catalog.tables.iter().filter(|t| t.column("id").is_some());
    catalog.indexes = keyed
        .map(|table| Index {
            table: table.name.clone(),
            name: format!("{}_pkey", table.name.name),
            keys: vec![Key::column("id")],
            unique: true,
            primary: true,
            ..Index::default()
        })
        .collect();
    catalog.sort();
    catalog
}

fn column(name: &str) -> Column {
    Column {
        name: name.to_owned(),
        ..Column::default()
    }
}

fn named(conditions: &[Condition]) -> Vec<&str> {
    let mut found = Vec::new();
    for condition in conditions {
        match condition {
            Condition::One(comparison) => {
                let own = comparison.terms.iter().flat_map(|t| &t.columns);
                found.extend(own.map(String::as_str));
            }
            Condition::Any(branches) => {
                found.extend(branches.iter().flat_map(|branch| named(branch)));
            }
        }
    }
    found
}
