#![doc = include_str!("needs_vacuum.md")]

use super::say::{autovacuums, code, finding, number, percent, rows, sql};
use super::{LiveInput, LiveRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::catalog::{Catalog, Counters, Table};
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "needs-vacuum",
    title: "Table needs vacuum",
    page: include_str!("needs_vacuum.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    let stored = catalog.tables.iter().filter(|t| t.kind.stores_rows());
    stored
        .filter_map(|table| {
            let counters = table.counters.as_ref()?;
            let mut finding =
                dead(catalog, table, counters).or_else(|| inserted(catalog, table, counters))?;
            finding.reasons.extend(held_up(input));
            Some(finding)
        })
        .collect()
}

/// Dead rows, by the formula that autovacuum goes by.
fn dead(catalog: &Catalog, table: &Table, counters: &Counters) -> Option<Finding> {
    let due = vacuum_due(catalog, table, counters);
    let over = counters.dead as f64 / due.max(1.0);
    if counters.dead < 1_000 || over <= 1.0 {
        return None;
    }
    let part = counters.dead as f64 / (counters.dead + counters.live).max(1) as f64;
    let auto = autovacuums(catalog, table);
    Some(Finding {
        reasons: reasons(auto, counters),
        suggestions: suggestions(table, counters, auto),
        ..finding(
            &RULE,
            match over {
                o if o >= 5.0 || !auto => Severity::High,
                o if o >= 2.0 => Severity::Medium,
                _ => Severity::Low,
            },
            Subject::Table(table.name.clone()),
            format!("{} holds many dead rows", table.name),
            format!(
                "{} dead rows, {} of all; autovacuum is due at {}",
                rows(counters.dead),
                percent(part),
                rows(whole(due))
            ),
        )
    })
}

/// From how many dead rows on autovacuum is due. Version 18 caps the number for very large tables.
fn vacuum_due(catalog: &Catalog, table: &Table, counters: &Counters) -> f64 {
    let threshold = number(catalog, table, "autovacuum_vacuum_threshold", 50.0);
    let scale = number(catalog, table, "autovacuum_vacuum_scale_factor", 0.2);
    let due = threshold + scale * table.rows.unwrap_or(counters.live) as f64;
    let most = number(catalog, table, "autovacuum_vacuum_max_threshold", -1.0);
    if most >= 0.0 { due.min(most) } else { due }
}

/// Rows that were only ever inserted, from version 13 on: index-only scans and freezing wait for a vacuum.
fn inserted(catalog: &Catalog, table: &Table, counters: &Counters) -> Option<Finding> {
    let inserted = counters.inserted_since_vacuum?;
    let threshold = number(
        catalog,
        table,
        "autovacuum_vacuum_insert_threshold",
        1_000.0,
    );
    let scale = number(catalog, table, "autovacuum_vacuum_insert_scale_factor", 0.2);
    let due = threshold + scale * table.rows.unwrap_or(counters.live) as f64;
    // Below 0 it is switched off.
    if threshold < 0.0 || inserted < 10_000 || inserted as f64 <= 2.0 * due {
        return None;
    }
    let auto = autovacuums(catalog, table);
    Some(Finding {
        reasons: reasons(auto, counters),
        suggestions: suggestions(table, counters, auto),
        ..finding(
            &RULE,
            Severity::Low,
            Subject::Table(table.name.clone()),
            format!("{} was not vacuumed since many rows came", table.name),
            format!(
                "{} rows were inserted since, autovacuum is due at {}: index-only scans have to look these rows up",
                rows(inserted),
                rows(whole(due))
            ),
        )
    })
}

fn reasons(auto: bool, counters: &Counters) -> Vec<String> {
    let vacuumed = counters.last_vacuum.is_some() || counters.last_autovacuum.is_some();
    let mut reasons = Vec::new();
    if !auto {
        reasons.push("autovacuum is switched off for it".to_owned());
    }
    if !vacuumed {
        reasons.push("it was never vacuumed since the counters began".to_owned());
    }
    if auto {
        reasons.push("a vacuum may be at work on it, or held up by an old transaction".to_owned());
    }
    reasons
}

/// What keeps vacuum from taking rows away, where it is old enough to matter.
fn held_up(input: &LiveInput<'_>) -> Option<String> {
    let oldest = input
        .activity?
        .holders
        .iter()
        .max_by_key(|holder| holder.age)?;
    let age = u64::try_from(oldest.age).ok().filter(|age| *age >= OLD)?;
    Some(format!(
        "the {} {} keeps what the last {} transactions have left",
        oldest.kind.name(),
        oldest.name,
        rows(age)
    ))
}

/// Transactions after which what is held back matters.
const OLD: u64 = 100_000;

fn suggestions(table: &Table, counters: &Counters, auto: bool) -> Vec<Suggestion> {
    let name = code(&table.name);
    let vacuum = sql(
        SuggestionKind::Maintenance,
        format!("vacuum {}", table.name),
        format!("VACUUM (ANALYZE) {name};"),
        "It blocks neither reading nor writing, and can't run within a transaction. It frees room for new rows, and does not shrink the file.",
    );
    let mut all = vec![vacuum];
    if !auto && table.options.contains_key("autovacuum_enabled") {
        all.insert(
            0,
            sql(
                SuggestionKind::Settings,
                "let autovacuum take care of it",
                format!("ALTER TABLE {name} RESET (autovacuum_enabled);"),
                "",
            ),
        );
    } else if counters.live >= 1_000_000 {
        all.push(sql(
            SuggestionKind::Settings,
            "vacuum it earlier, with less to do each time",
            format!(
                "ALTER TABLE {name} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);"
            ),
            "For a large table a fifth of its rows is much. It takes a short lock that waits for vacuums of the table.",
        ));
    }
    all
}

/// A count out of a formula.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and for people to read"
)]
fn whole(n: f64) -> u64 {
    n.max(0.0) as u64
}
