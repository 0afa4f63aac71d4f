#![doc = include_str!("needs_analyze.md")]

use super::say::{autovacuums, code, finding, percent, rows, sql};
use super::{LiveInput, LiveRule};
use crate::advice::SuggestionKind;
use crate::catalog::{Catalog, Counters, Table};
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "needs-analyze",
    title: "Statistics are out of date",
    page: include_str!("needs_analyze.md"),
    check,
};

/// Below this many changed rows the planner is hardly misled.
const FEW: u64 = 1_000;

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    let stored = catalog.tables.iter().filter(|t| t.kind.stores_rows());
    stored
        .filter_map(|table| {
            let counters = table.counters.as_ref()?;
            let all = table.rows.unwrap_or(0).max(counters.live).max(1);
            let part = counters.changed_since_analyze as f64 / all as f64;
            let never = table.rows.is_none() && analyzed(counters).is_none();
            if never && counters.live >= FEW {
                return Some(say(catalog, table, never, part));
            }
            let changed = counters.changed_since_analyze >= FEW;
            (changed && part > input.settings.analyze_share)
                .then(|| say(catalog, table, never, part))
        })
        .collect()
}

fn analyzed(counters: &Counters) -> Option<i64> {
    counters.last_analyze.max(counters.last_autoanalyze)
}

fn say(catalog: &Catalog, table: &Table, never: bool, part: f64) -> Finding {
    let counters = table.counters.clone().unwrap_or_default();
    let mut reasons = Vec::new();
    if !autovacuums(catalog, table) {
        reasons.push("autovacuum, which would do it, is switched off for it".to_owned());
    }
    let (title, detail) = if never {
        (
            format!("{} was never analysed", table.name),
            format!(
                "the planner guesses at the content of about {} rows",
                rows(counters.live)
            ),
        )
    } else {
        (
            format!("the statistics of {} are out of date", table.name),
            format!(
                "{} rows changed since they were made, {} of all",
                rows(counters.changed_since_analyze),
                percent(part)
            ),
        )
    };
    Finding {
        reasons,
        suggestions: vec![sql(
            SuggestionKind::Maintenance,
            format!("analyse {}", table.name),
            format!("ANALYZE {};", code(&table.name)),
            "It reads a sample and blocks neither reading nor writing.",
        )],
        ..finding(
            &RULE,
            if never || part >= 0.5 {
                Severity::Medium
            } else {
                Severity::Low
            },
            Subject::Table(table.name.clone()),
            title,
            detail,
        )
    }
}
