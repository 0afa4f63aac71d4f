#![doc = include_str!("wraparound.md")]

use super::say::{code, finding, percent, rows, sql};
use super::{LiveInput, LiveRule};
use crate::advice::SuggestionKind;
use crate::catalog::Table;
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "wraparound",
    title: "Transaction ids run out",
    page: include_str!("wraparound.md"),
    check,
};

/// How old a row may get before the server refuses to write: 2³¹ less a reserve of 3 million.
const END: f64 = 2_144_483_648.0;

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    let limit = input.settings.frozen_age_millions * 1e6;
    catalog
        .tables
        .iter()
        .filter_map(|table| {
            let transactions = table.frozen_age.map(|age| (age, "transactions"));
            let multixacts = table.multixact_age.map(|age| (age, "multixacts"));
            let (age, what) = transactions.into_iter().chain(multixacts).max()?;
            (age as f64 >= limit).then(|| say(table, age, what))
        })
        .collect()
}

fn say(table: &Table, age: u64, what: &str) -> Finding {
    let used = age as f64 / END;
    let name = code(&table.name);
    Finding {
        reasons: vec![
            "autovacuum freezes a table at 200 million by default; that it hasn't means it is held up or too slow".to_owned(),
            "old transactions, prepared transactions, replication slots and standbys hold it up".to_owned(),
        ],
        suggestions: vec![
            sql(
                SuggestionKind::Maintenance,
                format!("freeze {}", table.name),
                format!("VACUUM (FREEZE, VERBOSE) {name};"),
                "It blocks neither reading nor writing, and can't run within a transaction.",
            ),
            sql(
                SuggestionKind::Maintenance,
                "see what holds vacuum up",
                "SELECT 'session' AS what, pid::text AS name, age(backend_xmin) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL\n\
                 UNION ALL SELECT 'prepared transaction', gid, age(transaction) FROM pg_prepared_xacts\n\
                 UNION ALL SELECT 'replication slot', slot_name, greatest(age(xmin), age(catalog_xmin)) FROM pg_replication_slots\n\
                 ORDER BY 3 DESC NULLS LAST;",
                "What is older than the table's oldest row has to end first.",
            ),
        ],
        ..finding(
            &RULE,
            if used >= 0.5 { Severity::High } else { Severity::Medium },
            Subject::Table(table.name.clone()),
            format!("the oldest rows of {} are {} {what} old", table.name, rows(age)),
            format!("{} of what the server can tell apart; at the end it refuses to write", percent(used)),
        )
    }
}
