#![doc = include_str!("temp_spill.md")]

use super::say::{bytes, finding, sql};
use super::statement::{concerns, cost, subject, trust, what, whole};
use super::{LiveInput, LiveRule, Statement, Statements};
use crate::advice::{Suggestion, SuggestionKind};
use crate::catalog::Catalog;
use crate::rules::finding::count;
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "temp-spill",
    title: "Writes temporary files",
    page: include_str!("temp_spill.md"),
    check,
};

const MB: f64 = 1_048_576.0;

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    match input.statements {
        Some(all) => all
            .rows
            .iter()
            .filter(|statement| concerns(statement))
            .filter_map(|statement| say(input, all, statement))
            .collect(),
        None => input.catalog.and_then(database).into_iter().collect(),
    }
}

fn say(input: &LiveInput<'_>, all: &Statements<'_>, statement: &Statement<'_>) -> Option<Finding> {
    let written = statement.values.temp_bytes()?;
    let calls = statement.values.calls().max(1.0);
    let per_call = written / calls;
    // Once in a night, a report may write files.
    if per_call < input.settings.temp_mb.max(0.008) * MB || written < 100.0 * MB {
        return None;
    }
    let (confidence, reasons) = trust(all, statement);
    Some(Finding {
        confidence,
        reasons,
        cost: cost(all, statement),
        suggestions: memory(input.catalog, per_call),
        ..finding(
            &RULE,
            if all.share(statement) >= 0.1 {
                Severity::Medium
            } else {
                Severity::Low
            },
            subject(statement),
            format!("{} writes temporary files", what(statement)),
            format!(
                "{} a call, {} in {}: a sort or a hash has too little memory",
                bytes(whole(per_call)),
                bytes(whole(written)),
                super::statement::calls(statement)
            ),
        )
    })
}

/// Memory for what a call writes. In memory it takes two to three times the room that it takes in files.
fn memory(catalog: Option<&Catalog>, per_call: f64) -> Vec<Suggestion> {
    let needed = per_call * 3.0;
    let mut megabytes = 8_u64;
    while (megabytes as f64) * MB < needed && megabytes < 1_024 {
        megabytes *= 2;
    }
    let now = catalog.and_then(|c| c.setting("work_mem")).and_then(|s| {
        let kilobytes = s.value.parse::<u64>().ok()?;
        (s.unit.as_deref() == Some("kB")).then(|| bytes(kilobytes.saturating_mul(1_024)))
    });
    let now = now.map_or_else(String::new, |now| format!("It is {now} now. "));
    let mut all = Vec::new();
    if needed <= 1_024.0 * MB {
        all.push(sql(
            SuggestionKind::Settings,
            "give it more memory, for its transaction only",
            format!("BEGIN;\nSET LOCAL work_mem = '{megabytes}MB';\n-- the statement\nCOMMIT;"),
            format!("{now}Each sort and each hash of each parallel worker may take as much: don't set it for everyone without counting."),
        ));
    }
    all.push(sql(
        SuggestionKind::Settings,
        "log what writes files, with its size",
        "ALTER SYSTEM SET log_temp_files = '10MB';\nSELECT pg_reload_conf();",
        "Often less to sort is the better way: an index in the order asked for, fewer columns, LIMIT.",
    ));
    all
}

/// Without statements, the database as a whole tells that there are some.
fn database(catalog: &Catalog) -> Option<Finding> {
    let (files, written) = (catalog.database.temp_files?, catalog.database.temp_bytes?);
    if (written as f64) < 1_024.0 * MB {
        return None;
    }
    Some(Finding {
        suggestions: vec![sql(
            SuggestionKind::Settings,
            "log what writes files, with its size",
            "ALTER SYSTEM SET log_temp_files = '10MB';\nSELECT pg_reload_conf();",
            "",
        )],
        ..finding(
            &RULE,
            Severity::Low,
            Subject::Server,
            "statements write temporary files".to_owned(),
            format!(
                "{} in {} files since the counters began",
                bytes(written),
                count(files)
            ),
        )
    })
}
