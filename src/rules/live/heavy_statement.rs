#![doc = include_str!("heavy_statement.md")]

use super::say::{finding, percent};
use super::slow_statement::is_slow;
use super::statement::{calls, concerns, cost, ms, plan, subject, trust, what, whole};
use super::{LiveInput, LiveRule};
use crate::advice::SuggestionKind;
use crate::live::statements::Metric;
use crate::rules::{Finding, Severity};

pub(super) const RULE: LiveRule = LiveRule {
    name: "heavy-statement",
    title: "Heavy statement",
    page: include_str!("heavy_statement.md"),
    check,
};

/// Below this many milliseconds of all statements the server has nothing to do, and shares say nothing.
const IDLE_MS: f64 = 1_000.0;

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(all) = input.statements.filter(|all| all.total_ms >= IDLE_MS) else {
        return Vec::new();
    };
    let heavy = all.rows.iter().filter(|statement| {
        concerns(statement)
            && all.share(statement) >= input.settings.heavy_share
            && !is_slow(input, statement)
    });
    heavy
        .map(|statement| {
            let share = all.share(statement);
            let many = whole(statement.values.calls());
            let mean = statement.values.per_call(Metric::TotalTime).unwrap_or(0.0);
            let (confidence, mut reasons) = trust(all, statement);
            let mut suggestions = plan(input, statement);
            if many >= 1_000 && mean < 1.0 {
                reasons.push("each call is quick: fewer calls save more than a faster plan".to_owned());
                // What calls it so often is seen where it was logged.
                suggestions.push(super::say::sql(
                    SuggestionKind::Rewrite,
                    "log it for a while, to see which requests repeat it",
                    "ALTER SYSTEM SET log_min_duration_sample = 0;\nALTER SYSTEM SET log_statement_sample_rate = 0.01;\n\
                     SELECT pg_reload_conf();",
                    "One in a hundred statements is logged (13 and later). Open the log here; switch it off with ALTER SYSTEM RESET.",
                ));
            }
            Finding {
                confidence,
                reasons,
                cost: cost(all, statement),
                suggestions,
                ..finding(
                    &RULE,
                    if share >= 0.3 { Severity::High } else { Severity::Medium },
                    subject(statement),
                    format!("{} takes {} of the time", what(statement), percent(share)),
                    format!("{} of {} on average", calls(statement), ms(mean)),
                )
            }
        })
        .collect()
}
