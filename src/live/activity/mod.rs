//! What goes on at this moment: sessions, what they wait for, who blocks whom, and what holds back vacuum.
//!
//! | file | what it knows |
//! |---|---|
//! | `read` | one statement for all of it, with the columns that the server has |
//! | `tree` | [`tree()`]: from "blocked by" to a forest of blockers |
//! | `concerns` | [`concerns()`]: transactions that are open for too long |

mod concerns;
mod read;
mod tree;

pub use concerns::{Concern, Limits as ConcernLimits, concerns};
pub use read::ActivityReader;
pub use tree::{Branch, Tree, tree};

/// All sessions at one moment, ours left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    /// When, in microseconds since 1970 UTC by the server's clock.
    pub taken_at: i64,
    /// The sessions, by their process numbers.
    pub sessions: Vec<Session>,
    /// What keeps old rows from being vacuumed away, the oldest first.
    pub holders: Vec<Holder>,
    /// Sessions of other roles of which all but a few things are hidden from this role.
    pub hidden: usize,
}

/// A session or process of the server. Moments are microseconds since 1970 UTC. What a role may not see is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Its process.
    pub pid: i32,
    /// The role.
    pub user: Option<String>,
    /// The database.
    pub database: Option<String>,
    /// What the application calls itself.
    pub application: Option<String>,
    /// The address that it comes from; `None` for a socket.
    pub client: Option<String>,
    /// What sort of process it is: `client backend`, `autovacuum worker`.
    pub kind: Option<String>,
    /// `active`, `idle`, `idle in transaction` and so on.
    pub state: Option<String>,
    /// What it waits for: the class and the event. A session that is idle waits for its client.
    pub wait: Option<(String, String)>,
    /// The process that it is a parallel worker of (13 and later).
    pub leader: Option<i32>,
    /// The identifier of its statement, as `pg_stat_statements` has it (14 and later).
    pub query_id: Option<i64>,
    /// What it runs or, when it is idle, has run last; cut off at `track_activity_query_size`.
    pub query: Option<String>,
    /// Since when it is connected.
    pub connected_at: Option<i64>,
    /// When its transaction began.
    pub transaction_at: Option<i64>,
    /// When its statement began.
    pub statement_at: Option<i64>,
    /// Since when it is in its state.
    pub state_at: Option<i64>,
    /// How many transactions have begun since the oldest one that its snapshot has to see as open.
    pub xmin_age: Option<i64>,
    /// The processes that it waits for; 0 is a prepared transaction, which has none.
    pub blocked_by: Vec<i32>,
    /// The lock that it waits for.
    pub lock: Option<Lock>,
    /// Whether this role may not see what it does.
    pub hidden: bool,
}

/// A lock that somebody waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// What is locked: `relation`, `transactionid`, `tuple`.
    pub kind: String,
    /// How: `AccessExclusiveLock`.
    pub mode: String,
    /// The table or index, if it is one of this database.
    pub relation: Option<String>,
    /// Since when it waits (14 and later).
    pub since: Option<i64>,
}

/// Something that keeps old rows from being vacuumed away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// What it is.
    pub kind: HolderKind,
    /// Its process, the name of the slot, or the identifier of the prepared transaction.
    pub name: String,
    /// How many transactions have begun since the oldest one that it needs.
    pub age: i64,
    /// Since when a prepared transaction is there, in microseconds since 1970 UTC.
    pub since: Option<i64>,
}

/// What can hold old rows back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HolderKind {
    /// A transaction of a session.
    Session,
    /// A replication slot.
    Slot,
    /// A replication slot, as to the rows of the catalog only.
    SlotCatalog,
    /// A prepared transaction.
    Prepared,
    /// A standby with `hot_standby_feedback`.
    Standby,
}

impl HolderKind {
    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Slot => "replication slot",
            Self::SlotCatalog => "replication slot (catalog)",
            Self::Prepared => "prepared transaction",
            Self::Standby => "standby",
        }
    }
}

impl Activity {
    /// The session of that process.
    #[must_use]
    pub fn session(&self, pid: i32) -> Option<&Session> {
        let at = self.sessions.binary_search_by_key(&pid, |s| s.pid).ok()?;
        self.sessions.get(at)
    }
}
