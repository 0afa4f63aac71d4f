#![doc = include_str!("slow_statement.md")]

use super::say::{finding, percent};
use super::statement::{concerns, cost, ms, plan, subject, trust, what, whole};
use super::{LiveInput, LiveRule, Statement};
use crate::live::statements::Metric;
use crate::rules::finding::count;
use crate::rules::{Finding, Severity};

pub(super) const RULE: LiveRule = LiveRule {
    name: "slow-statement",
    title: "Slow statement",
    page: include_str!("slow_statement.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(all) = input.statements else {
        return Vec::new();
    };
    let slow = all.rows.iter().filter(|s| is_slow(input, s));
    slow.map(|statement| {
        let share = all.share(statement);
        let mean = statement.values.per_call(Metric::TotalTime).unwrap_or(0.0);
        let (confidence, reasons) = trust(all, statement);
        let over = mean / input.settings.slow_statement_ms.max(0.001);
        let severity = match () {
            () if over >= 50.0 || share >= 0.2 => Severity::High,
            () if over >= 5.0 || share >= 0.05 => Severity::Medium,
            () => Severity::Low,
        };
        let slowest = statement.values.get(Metric::MaxTime);
        Finding {
            confidence,
            reasons,
            cost: cost(all, statement),
            suggestions: plan(input, statement),
            ..finding(
                &RULE,
                severity,
                subject(statement),
                format!("{} is slow", what(statement)),
                format!(
                    "{} a call on average over {} calls, {} of the time of all statements{}",
                    ms(mean),
                    count(whole(statement.values.calls())),
                    percent(share),
                    slowest.map_or_else(String::new, |max| format!(", the slowest {}", ms(max)))
                ),
            )
        }
    })
    .collect()
}

/// Whether it is slow often enough for its average to say something.
pub(super) fn is_slow(input: &LiveInput<'_>, statement: &Statement<'_>) -> bool {
    let values = statement.values;
    let mean = values.per_call(Metric::TotalTime).unwrap_or(0.0);
    concerns(statement)
        && whole(values.calls()) >= input.settings.slow_statement_calls
        && mean >= input.settings.slow_statement_ms
}
