#![doc = include_str!("idle_in_transaction.md")]

use super::say::{duration, finding, sql};
use super::session::{holds_up, name, seconds, statement, terminate};
use super::{LiveInput, LiveRule};
use crate::advice::SuggestionKind;
use crate::live::activity::{Activity, Session};
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "idle-in-transaction",
    title: "Idle in a transaction",
    page: include_str!("idle_in_transaction.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(activity) = input.activity else {
        return Vec::new();
    };
    let idle = activity.sessions.iter().filter(|s| is_idle(s));
    idle.filter_map(|session| {
        let idle = seconds(activity.taken_at, session.state_at)?;
        (idle >= input.settings.idle_in_transaction_s).then(|| say(activity, session, idle))
    })
    .collect()
}

/// Whether a transaction is open in which nothing goes on.
pub(super) fn is_idle(session: &Session) -> bool {
    let state = session.state.as_deref().unwrap_or_default();
    session.leader.is_none() && state.starts_with("idle in transaction")
}

fn say(activity: &Activity, session: &Session, idle: f64) -> Finding {
    let waiting = activity
        .sessions
        .iter()
        .filter(|s| s.blocked_by.contains(&session.pid))
        .count();
    let mut reasons = Vec::new();
    if waiting > 0 {
        let sessions = if waiting == 1 {
            "session waits"
        } else {
            "sessions wait"
        };
        reasons.push(format!("{waiting} {sessions} for what it has locked"));
    }
    reasons.extend(holds_up(session));
    reasons.extend(statement(session).map(|s| format!("the last that it ran was: {s}")));
    Finding {
        reasons,
        suggestions: vec![
            sql(
                SuggestionKind::Settings,
                "let the server end such sessions",
                "ALTER SYSTEM SET idle_in_transaction_session_timeout = '60s';\nSELECT pg_reload_conf();",
                "The better way is in the application: no call to another service, and no waiting for people, within a transaction.",
            ),
            terminate(session),
        ],
        ..finding(
            &RULE,
            match () {
                () if waiting > 0 || idle >= 3_600.0 => Severity::High,
                () if idle >= 600.0 => Severity::Medium,
                () => Severity::Low,
            },
            Subject::Session(session.pid),
            format!("{} does nothing within a transaction", name(session)),
            format!(
                "for {}: its locks stay, and vacuum has to keep what it might still read",
                duration(idle)
            ),
        )
    }
}
