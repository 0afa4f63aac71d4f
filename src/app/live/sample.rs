//! One look at what goes on, with all that is worked out of it: the window only draws it.

use rustc_hash::FxHashMap;

use crate::live::activity::{Activity, Branch, Concern, ConcernLimits, Session, concerns, tree};
use crate::sql::{Digester, Fingerprint, summary};

/// What goes on at one moment.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(crate) activity: Activity,
    /// The processes in an order of their own: who holds others up with those that wait below, then what is open for
    /// long, then what runs, then what rests.
    pub(crate) order: Vec<i32>,
    /// Where those stand that wait for locks or are waited for.
    pub(crate) branches: FxHashMap<i32, Branch>,
    /// What is worth a word.
    pub(crate) concerns: Vec<Concern>,
    pub(crate) sums: Sums,
    /// What is told of each session, in their order.
    told: Vec<Told>,
}

/// How many sessions do what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) clients: usize,
    pub(crate) active: usize,
    /// Of the active ones, those that wait for a lock that another session has.
    pub(crate) blocked: usize,
    /// Of the active ones, those that wait for something else.
    pub(crate) waiting: usize,
    pub(crate) in_transaction: usize,
    pub(crate) idle: usize,
}

/// What is told of a session beside what the server says.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) doing: Doing,
    /// Its statement on one line.
    pub(crate) summary: String,
    /// What names its statement in captures and statistics.
    pub(crate) fingerprint: Option<Fingerprint>,
    /// Whether it is doing nothing, or has a transaction open, for longer than is good.
    pub(crate) long: bool,
}

/// What a session does, in the order of how much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doing {
    /// It waits for a lock that another session has.
    Blocked,
    Active,
    /// It does nothing while its transaction failed, or goes on.
    Failed,
    InTransaction,
    Idle,
    /// What this role may not see.
    Hidden,
    /// A process of the server itself.
    Background,
}

impl Doing {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Blocked => "Blocked",
            Self::Active => "Active",
            Self::Failed => "Failed transaction",
            Self::InTransaction => "Idle in transaction",
            Self::Idle => "Idle",
            Self::Hidden => "Hidden",
            Self::Background => "Background",
        }
    }
}

impl Sample {
    /// Works out what there is to know.
    pub(crate) fn new(activity: Activity) -> Self {
        let branches = tree(&activity).branches;
        let mut concerns = concerns(&activity, &ConcernLimits::default());
        // Whoever waits for a lock is not to blame for how long that takes.
        let waits = |pid: i32| {
            activity
                .session(pid)
                .is_some_and(|s| !s.blocked_by.is_empty())
        };
        concerns.retain(|c| !matches!(c, Concern::LongTransaction(pid, _) if waits(*pid)));
        let mut digester = Digester::default();
        let told: Vec<Told> = activity
            .sessions
            .iter()
            .map(|s| told(s, &concerns, &mut digester))
            .collect();
        let mut sums = Sums::default();
        for (session, told) in activity.sessions.iter().zip(&told) {
            sums.add(session, told.doing);
        }
        let order = order(&activity, &told, &branches);
        Self {
            order,
            concerns,
            sums,
            told,
            branches: branches.into_iter().map(|b| (b.pid, b)).collect(),
            activity,
        }
    }

    /// A session with what is told of it.
    pub(crate) fn session(&self, pid: i32) -> Option<(&Session, &Told)> {
        let sessions = &self.activity.sessions;
        let at = sessions.binary_search_by_key(&pid, |s| s.pid).ok()?;
        sessions.get(at).zip(self.told.get(at))
    }

    /// How long ago something was, in microseconds.
    pub(crate) fn since(&self, at: Option<i64>) -> Option<i64> {
        Some(self.activity.taken_at.saturating_sub(at?).max(0))
    }
}

impl Sums {
    fn add(&mut self, session: &Session, doing: Doing) {
        match doing {
            Doing::Blocked => self.blocked += 1,
            Doing::Active if waits(session) => self.waiting += 1,
            Doing::InTransaction | Doing::Failed => self.in_transaction += 1,
            Doing::Idle => self.idle += 1,
            Doing::Background => return,
            Doing::Active | Doing::Hidden => {}
        }
        self.active += usize::from(matches!(doing, Doing::Blocked | Doing::Active));
        self.clients += 1;
    }
}

/// Whether it waits for something that isn't its client.
pub(crate) fn waits(session: &Session) -> bool {
    let class = session.wait.as_ref().map(|(class, _)| class.as_str());
    class.is_some_and(|class| !matches!(class, "Client" | "Activity"))
}

/// The role and database of a session, or what sort of process it is.
pub(crate) fn who(session: &Session) -> String {
    match (&session.user, &session.database) {
        (Some(user), Some(database)) => format!("{user}@{database}"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => String::new(),
    }
}

fn told(session: &Session, concerns: &[Concern], digester: &mut Digester) -> Told {
    let text = session.query.as_deref();
    let doing = doing(session);
    let long = concerns.iter().any(|concern| match concern {
        Concern::IdleInTransaction(pid, _) | Concern::LongTransaction(pid, _) => {
            *pid == session.pid
        }
        Concern::OldRows(..) => false,
    });
    Told {
        summary: match text {
            Some(text) => summary(text),
            None if doing == Doing::Background => session.kind.clone().unwrap_or_default(),
            None => String::new(),
        },
        fingerprint: text.map(|text| digester.digest(text.as_bytes()).fingerprint),
        doing,
        long,
    }
}

fn doing(session: &Session) -> Doing {
    if !session.blocked_by.is_empty() {
        return Doing::Blocked;
    }
    match session.state.as_deref() {
        Some("active" | "fastpath function call") => Doing::Active,
        Some("idle in transaction") => Doing::InTransaction,
        Some("idle in transaction (aborted)") => Doing::Failed,
        Some("idle") => Doing::Idle,
        // Even of those that are hidden it is known whose they are, unless they are nobody's.
        _ if session.hidden && session.user.is_some() => Doing::Hidden,
        _ if session.hidden => Doing::Background,
        _ if session
            .kind
            .as_deref()
            .is_none_or(|k| k == "client backend") =>
        {
            Doing::Idle
        }
        _ => Doing::Background,
    }
}

fn order(activity: &Activity, told: &[Told], branches: &[Branch]) -> Vec<i32> {
    let mut order: Vec<i32> = branches.iter().map(|b| b.pid).collect();
    let placed: rustc_hash::FxHashSet<i32> = order.iter().copied().collect();
    let mut others: Vec<_> = activity
        .sessions
        .iter()
        .zip(told)
        .filter(|(s, _)| !placed.contains(&s.pid))
        .map(|(session, told)| {
            let since = match told.doing {
                Doing::Idle => session.state_at,
                _ => session.transaction_at.or(session.statement_at),
            };
            // What has gone on for longest is first; of what rests, what rested least.
            let since = since.unwrap_or(i64::MAX);
            let since = if told.doing == Doing::Idle {
                since.saturating_neg()
            } else {
                since
            };
            ((!told.long, told.doing, since, session.pid), session.pid)
        })
        .collect();
    others.sort_unstable();
    order.extend(others.into_iter().map(|(_, pid)| pid));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_is_first_and_the_sums_add_up() {
        let now = 1_000_000_000;
        let session = |pid, state: Option<&str>, open_s: i64| Session {
            pid,
            state: state.map(str::to_owned),
            kind: state.map_or(Some("checkpointer".to_owned()), |_| None),
            transaction_at: Some(now - open_s * 1_000_000),
            state_at: Some(now - open_s * 1_000_000),
            query: state.map(|_| "select * from orders where id = 1".to_owned()),
            ..Session::default()
        };
        let sample = Sample::new(Activity {
            taken_at: now,
            sessions: vec![
                session(1, None, 0),
                session(2, Some("idle"), 1),
                session(3, Some("active"), 2),
                session(4, Some("idle in transaction"), 90),
                Session {
                    blocked_by: vec![6],
                    transaction_at: Some(now - 900_000_000),
                    wait: Some(("Lock".to_owned(), "relation".to_owned())),
                    ..session(5, Some("active"), 3)
                },
                session(6, Some("idle in transaction"), 4),
                session(7, Some("idle in transaction"), 5),
                Session {
                    wait: Some(("IO".to_owned(), "DataFileRead".to_owned())),
                    ..session(8, Some("active"), 9)
                },
            ],
            ..Activity::default()
        });
        assert_eq!(sample.order, [6, 5, 4, 8, 3, 7, 2, 1]);
        let sums = Sums {
            clients: 7,
            active: 3,
            blocked: 1,
            waiting: 1,
            in_transaction: 3,
            idle: 1,
        };
        assert_eq!(sample.sums, sums);
        let (_, told) = sample.session(4).expect("a session");
        assert!(told.long && told.fingerprint.is_some());
        assert_eq!(sample.concerns, [Concern::IdleInTransaction(4, 90_000_000)]);
        assert_eq!(
            sample.session(1).map(|(_, t)| t.summary.as_str()),
            Some("checkpointer")
        );
        assert!(sample.session(9).is_none());
    }
}
