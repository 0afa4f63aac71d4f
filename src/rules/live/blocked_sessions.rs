#![doc = include_str!("blocked_sessions.md")]

use super::idle_in_transaction::is_idle;
use super::say::{duration, finding, sql};
use super::session::{cancel, name, seconds, statement, terminate};
use super::{LiveInput, LiveRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::live::activity::{Activity, Branch, Session, tree};
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "blocked-sessions",
    title: "Sessions wait for a lock",
    page: include_str!("blocked_sessions.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(activity) = input.activity else {
        return Vec::new();
    };
    let tree = tree(activity);
    // Each root with those behind it.
    let groups = tree.branches.chunk_by(|_, next| next.depth > 0);
    groups
        .filter_map(|group| {
            let (root, waiting) = group.split_first()?;
            let longest = waiting
                .iter()
                .filter_map(|branch| waits(activity, branch))
                .fold(0.0, f64::max);
            (longest >= input.settings.blocked_s).then(|| say(activity, root, waiting, longest))
        })
        .collect()
}

/// Seconds that a session waits: since it began to, or, before 14, at most since its statement began.
fn waits(activity: &Activity, branch: &Branch) -> Option<f64> {
    let session = activity.session(branch.pid)?;
    let since = session.lock.as_ref().and_then(|lock| lock.since);
    seconds(activity.taken_at, since.or(session.statement_at))
}

fn say(activity: &Activity, root: &Branch, waiting: &[Branch], longest: f64) -> Finding {
    let blocker = activity.session(root.pid);
    let mut reasons = Vec::new();
    if root.circle {
        reasons.push("they wait for each other: the server ends one of them soon".to_owned());
    }
    if let Some(text) = blocker.and_then(statement) {
        let words = if blocker.is_some_and(is_idle) {
            "the last that it ran was"
        } else {
            "it runs"
        };
        reasons.push(format!("{words}: {text}"));
    }
    let relation = waiting.iter().find_map(|branch| {
        let lock = activity.session(branch.pid)?.lock.as_ref()?;
        Some(format!("{} on {}", lock.mode, lock.relation.as_deref()?))
    });
    reasons.extend(relation.map(|lock| format!("waited for: {lock}")));
    let count = waiting.len();
    let words = if count == 1 {
        "one session waits".to_owned()
    } else {
        format!("{count} sessions wait")
    };
    let who = blocker.map_or_else(|| "a prepared transaction".to_owned(), name);
    Finding {
        reasons,
        suggestions: blocker.map_or_else(prepared, ways),
        ..finding(
            &RULE,
            if longest >= 30.0 || count >= 5 {
                Severity::High
            } else {
                Severity::Medium
            },
            blocker.map_or(Subject::Server, |s| Subject::Session(s.pid)),
            format!("{words} for {who}"),
            format!("the longest for {}", duration(longest)),
        )
    }
}

/// A prepared transaction stays until somebody ends it by its name.
fn prepared() -> Vec<Suggestion> {
    vec![sql(
        SuggestionKind::Pool,
        "see which transactions are prepared",
        "SELECT gid, prepared, owner, database FROM pg_prepared_xacts ORDER BY prepared;",
        "Then COMMIT PREPARED or ROLLBACK PREPARED with its gid, as whoever prepared it decides.",
    )]
}

fn ways(blocker: &Session) -> Vec<Suggestion> {
    if is_idle(blocker) {
        vec![terminate(blocker)]
    } else {
        vec![cancel(blocker), terminate(blocker)]
    }
}
