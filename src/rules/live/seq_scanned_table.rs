#![doc = include_str!("seq_scanned_table.md")]

use super::say::{bytes, finding, number, rows};
use super::statement::{concerns, plan, what};
use super::{LiveInput, LiveRule, Statement};
use crate::catalog::{Catalog, Counters, Table};
use crate::rules::finding::count;
use crate::rules::{Finding, Severity, Subject};
use crate::sql::facts;
use crate::workload::Confidence;

pub(super) const RULE: LiveRule = LiveRule {
    name: "seq-scanned-table",
    title: "Table is read whole",
    page: include_str!("seq_scanned_table.md"),
    check,
};

/// A scan that reads this part of the table or more reads most of it.
const MOST: f64 = 0.5;
/// Below this many rows in all no time is lost.
const FEW: u64 = 1_000_000;
/// Statements that are looked at: a server may keep 10,000, and what takes time is among the first.
const LOOKED_AT: usize = 200;
/// Statements that are named.
const NAMED: usize = 3;

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    let stored = catalog.tables.iter().filter(|t| t.kind.stores_rows());
    let read = stored.filter_map(|table| {
        let counters = table.counters.as_ref()?;
        let size = table.rows.unwrap_or(counters.live);
        let each = counters.seq_rows as f64 / counters.seq_scans.max(1) as f64;
        let whole = size >= input.settings.small_table_rows
            && counters.seq_scans >= input.settings.seq_scans
            && counters.seq_rows >= FEW
            && each * processes(catalog, table) >= size as f64 * MOST;
        whole.then(|| say(input, catalog, table, counters, size))
    });
    read.collect()
}

/// How many processes share a scan of the table, each of which counts as a scan.
fn processes(catalog: &Catalog, table: &Table) -> f64 {
    let pages = table.pages.unwrap_or(0) as f64;
    if pages < number(catalog, table, "min_parallel_table_scan_size", 1_024.0) {
        return 1.0;
    }
    1.0 + number(catalog, table, "max_parallel_workers_per_gather", 2.0)
}

fn say(
    input: &LiveInput<'_>,
    catalog: &Catalog,
    table: &Table,
    counters: &Counters,
    size: u64,
) -> Finding {
    let heap = table
        .bytes
        .map_or_else(String::new, |b| format!(" ({})", bytes(b.heap)));
    let readers = readers(input, catalog, table);
    let mut reasons: Vec<String> = readers
        .iter()
        .map(|statement| format!("{} may be what reads it", what(statement)))
        .collect();
    reasons.push("backups and reports read tables whole too, and no index helps them".to_owned());
    Finding {
        confidence: Confidence::Medium,
        reasons,
        suggestions: readers.first().map(|s| plan(input, s)).unwrap_or_default(),
        ..finding(
            &RULE,
            match counters.seq_rows {
                1_000_000_000.. => Severity::High,
                100_000_000.. => Severity::Medium,
                _ => Severity::Low,
            },
            Subject::Table(table.name.clone()),
            format!("{} is often read whole", table.name),
            format!(
                "{} scans read {} rows of its {}{heap}, index scans {} rows",
                count(counters.seq_scans),
                rows(counters.seq_rows),
                rows(size),
                rows(counters.index_rows)
            ),
        )
    }
}

/// Statements that name the table and have a condition, the costliest first.
fn readers<'a>(input: &LiveInput<'a>, catalog: &Catalog, table: &Table) -> Vec<Statement<'a>> {
    let all = input.statements.map_or(&[][..], |all| all.rows.as_slice());
    let database = input.statements.and_then(|all| all.database);
    let here = all
        .iter()
        .filter(|s| database.is_none_or(|database| s.key.database == database) && concerns(s));
    let costly = here.take(LOOKED_AT).filter(|statement| {
        let Some(text) = statement.text else {
            return false;
        };
        let names = text
            .sql
            .to_ascii_lowercase()
            .contains(&table.name.name.to_ascii_lowercase());
        names
            && facts(&text.sql).is_some_and(|facts| {
                facts.tables.iter().any(|t| {
                    let schema = t.schema.as_ref().map(crate::sql::Name::as_str);
                    let found = catalog.find(schema, t.name.as_str());
                    found.is_some_and(|found| found.name == table.name)
                })
            })
    });
    costly.take(NAMED).copied().collect()
}
