//! Events of one piece of a capture, as plain numbers with small tables beside them.

use super::place::Place;
use super::warning::Warnings;
use crate::sql::{Facts, Fingerprint, Kind};

/// The events of one piece of a file, in the order of the file.
#[derive(Debug, Default)]
pub struct Batch {
    /// What happened.
    pub events: Vec<Event>,
    /// Sessions that [`Event::session`] counts into.
    pub sessions: Vec<SessionInfo>,
    /// Tags that [`Event::tags`] counts into: the key and value pairs of a statement's comments.
    pub tags: Vec<Vec<(String, String)>>,
    /// Queries that this reader met for the first time. Another reader may have met them as well.
    pub queries: Vec<NewQuery>,
    /// Records read, of whatever kind.
    pub records: u64,
    /// What could not be read.
    pub warnings: Warnings,
    /// The zone that times were written in, in seconds east of UTC; `None` without a record.
    pub utc_offset: Option<i32>,
}

/// Something that a record says about statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When the record was written, in microseconds since 1970-01-01 UTC: the end of what it tells of.
    pub time: i64,
    /// Where it stands.
    pub place: Place,
    /// Its session, in [`Batch::sessions`].
    pub session: u32,
    /// Its tags, in [`Batch::tags`].
    pub tags: Option<u32>,
    /// What it says.
    pub kind: EventKind,
}

/// What an event says. Durations are microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A statement ran.
    Execution {
        /// Its query.
        fingerprint: Fingerprint,
        /// A hash of its constants and parameters.
        values: u64,
        /// How long it took.
        duration: u64,
    },
    /// A statement was logged before it ran; its duration may follow on the same session.
    Statement {
        /// Its query.
        fingerprint: Fingerprint,
        /// A hash of its constants and parameters.
        values: u64,
    },
    /// A duration without a statement.
    Duration {
        /// How long it took.
        duration: u64,
    },
    /// A statement failed.
    Error {
        /// Its query; `None` where the log doesn't show it.
        fingerprint: Option<Fingerprint>,
    },
}

/// Who runs a session, as far as its first record in a piece tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionInfo {
    /// The session id, else the process id.
    pub name: String,
    /// The role.
    pub user: Option<String>,
    /// The database.
    pub database: Option<String>,
    /// The `application_name`.
    pub application: Option<String>,
}

/// A query met for the first time.
#[derive(Clone, Debug)]
pub struct NewQuery {
    /// What names it.
    pub fingerprint: Fingerprint,
    /// What its statements do.
    pub kind: Kind,
    /// The text with `$n` in the place of constants.
    pub sql: String,
    /// One line that tells it from others.
    pub summary: String,
    /// What the syntax tree says; `None` where the text can't be parsed.
    pub facts: Option<Facts>,
}
