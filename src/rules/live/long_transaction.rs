#![doc = include_str!("long_transaction.md")]

use super::idle_in_transaction::is_idle;
use super::say::{duration, finding};
use super::session::{cancel, holds_up, name, seconds, statement};
use super::{LiveInput, LiveRule};
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "long-transaction",
    title: "Long transaction",
    page: include_str!("long_transaction.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(activity) = input.activity else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for session in &activity.sessions {
        // Autovacuum and the like take their time, and hold nobody up.
        let client = session
            .kind
            .as_deref()
            .is_none_or(|kind| kind == "client backend");
        let open = seconds(activity.taken_at, session.transaction_at);
        let Some(open) = open.filter(|s| *s >= input.settings.long_transaction_s) else {
            continue;
        };
        if !client || session.leader.is_some() || is_idle(session) {
            continue;
        }
        let mut reasons = Vec::new();
        reasons.extend(holds_up(session));
        reasons.extend(statement(session).map(|s| format!("it runs: {s}")));
        found.push(Finding {
            reasons,
            suggestions: vec![cancel(session)],
            ..finding(
                &RULE,
                if open >= 3_600.0 { Severity::High } else { Severity::Medium },
                Subject::Session(session.pid),
                format!("{} has had a transaction open for {}", name(session), duration(open)),
                format!(
                    "what it runs began {} ago: its locks stay until the end, and vacuum has to keep what it might still read",
                    duration(seconds(activity.taken_at, session.statement_at).unwrap_or(open))
                ),
            )
        });
    }
    found
}
