//! What sessions are called, and the ways to end them.

use super::say::sql;
use crate::advice::{Suggestion, SuggestionKind};
use crate::live::activity::Session;

/// A session for people: `session 123 of app (worker)`.
pub(super) fn name(session: &Session) -> String {
    let mut name = format!("session {}", session.pid);
    if let Some(user) = session.user.as_deref().filter(|user| !user.is_empty()) {
        name.push_str(" of ");
        name.push_str(user);
    }
    if let Some(application) = session.application.as_deref().filter(|a| !a.is_empty()) {
        name.push_str(" (");
        name.push_str(application);
        name.push(')');
    }
    name
}

/// What it runs, or has run last, on one line.
pub(super) fn statement(session: &Session) -> Option<String> {
    let query = session
        .query
        .as_deref()
        .map(str::trim)
        .filter(|q| !q.is_empty())?;
    Some(crate::sql::summary(query))
}

/// What vacuum can't do for its sake.
pub(super) fn holds_up(session: &Session) -> Option<String> {
    let age = u64::try_from(session.xmin_age?)
        .ok()
        .filter(|age| *age > 0)?;
    Some(format!(
        "vacuum can't take away what the last {} transactions have left",
        crate::rules::finding::count(age)
    ))
}

/// Seconds since a moment.
pub(super) fn seconds(now: i64, at: Option<i64>) -> Option<f64> {
    at.map(|at| now.saturating_sub(at).max(0) as f64 / 1e6)
}

/// Ends a session and with it its transaction.
pub(super) fn terminate(session: &Session) -> Suggestion {
    sql(
        SuggestionKind::Pool,
        format!("end session {}", session.pid),
        format!("SELECT pg_terminate_backend({});", session.pid),
        "What its transaction has done is lost, and the application loses its connection.",
    )
}

/// Ends what a session runs.
pub(super) fn cancel(session: &Session) -> Suggestion {
    sql(
        SuggestionKind::Pool,
        format!("cancel what session {} runs", session.pid),
        format!("SELECT pg_cancel_backend({});", session.pid),
        "Its statement fails; the connection stays.",
    )
}
