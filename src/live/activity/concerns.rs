//! Transactions that are open for too long, and what else holds back vacuum.

use super::{Activity, Holder, HolderKind};

/// What is worth a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// The session of this process does nothing inside a transaction, for so many microseconds.
    IdleInTransaction(i32, i64),
    /// The session of this process has a transaction open, for so many microseconds.
    LongTransaction(i32, i64),
    /// What stands at this place of [`Activity::holders`] keeps rows of so many transactions ago.
    OldRows(usize, i64),
}

/// From when on something is worth a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Microseconds of doing nothing inside a transaction.
    pub idle_in_transaction: i64,
    /// Microseconds that a transaction is open.
    pub transaction: i64,
    /// Transactions that began since.
    pub xmin_age: i64,
}

impl Default for Limits {
    /// A minute without doing anything, five of work, a million transactions.
    fn default() -> Self {
        Self {
            idle_in_transaction: 60_000_000,
            transaction: 300_000_000,
            xmin_age: 1_000_000,
        }
    }
}

/// What is worth a word: sessions in their order, then what holds old rows back.
#[must_use]
pub fn concerns(activity: &Activity, limits: &Limits) -> Vec<Concern> {
    let since = |at: Option<i64>| at.map(|at| activity.taken_at.saturating_sub(at));
    let mut found = Vec::new();
    for session in activity
        .sessions
        .iter()
        .filter(|session| session.leader.is_none())
    {
        let state = session.state.as_deref().unwrap_or_default();
        let idle = since(session.state_at).filter(|micros| {
            state.starts_with("idle in transaction") && *micros >= limits.idle_in_transaction
        });
        let open = since(session.transaction_at).filter(|micros| *micros >= limits.transaction);
        if let Some(micros) = idle {
            found.push(Concern::IdleInTransaction(session.pid, micros));
        } else if let Some(micros) = open {
            found.push(Concern::LongTransaction(session.pid, micros));
        }
    }
    let old =
        |holder: &&Holder| holder.age >= limits.xmin_age && holder.kind != HolderKind::Session;
    for (at, holder) in activity.holders.iter().enumerate().filter(|(_, h)| old(h)) {
        found.push(Concern::OldRows(at, holder.age));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::Session;
    use super::*;

    #[test]
    fn what_is_open_for_too_long() {
        const SECOND: i64 = 1_000_000;
        let now = 1_000 * SECOND;
        let session = |pid, state: &str, state_for: i64, open_for: i64| Session {
            pid,
            state: Some(state.to_owned()),
            state_at: Some(now - state_for * SECOND),
            transaction_at: Some(now - open_for * SECOND),
            ..Session::default()
        };
        let holder = |kind, age| Holder {
            kind,
            name: "x".to_owned(),
            age,
            since: None,
        };
        let activity = Activity {
            taken_at: now,
            sessions: vec![
                session(1, "active", 1, 2),
                session(2, "active", 1, 400),
                session(3, "idle in transaction", 61, 400),
                session(4, "idle in transaction (aborted)", 60, 70),
                session(5, "idle in transaction", 59, 299),
                Session {
                    transaction_at: None,
                    ..session(6, "idle", 900, 0)
                },
                Session {
                    leader: Some(2),
                    ..session(7, "active", 400, 400)
                },
                Session {
                    pid: 8,
                    ..Session::default()
                },
            ],
            holders: vec![
                holder(HolderKind::Session, 5_000_000),
                holder(HolderKind::Slot, 2_000_000),
                holder(HolderKind::Prepared, 10),
            ],
            hidden: 1,
        };
        assert_eq!(
            concerns(&activity, &Limits::default()),
            [
                Concern::LongTransaction(2, 400 * SECOND),
                Concern::IdleInTransaction(3, 61 * SECOND),
                Concern::IdleInTransaction(4, 60 * SECOND),
                Concern::OldRows(1, 2_000_000),
            ]
        );
    }
}
