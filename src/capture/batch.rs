//! Events of one piece of a capture, as plain numbers with small tables beside them.

use super::place::Place;
use std::borrow::Cow;

use super::notable::Notable;
use super::warning::Warnings;
use crate::sql::{Fingerprint, Kind};

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
    /// Requests that [`EventKind::RequestBegan`] and its kin count into, and those of request logs and traces.
    pub served: Vec<ServedEvent>,
    /// Lines of source that [`EventKind::CalledFrom`] counts into.
    pub source_lines: Vec<String>,
    /// Statements that the application's own cache answered: they never reached the server.
    pub cached: u64,
    /// What an export says of queries, without when they ran.
    pub totals: Vec<QueryTotals>,
    /// Records read, of whatever kind.
    pub records: u64,
    /// What could not be read, with its lines.
    pub warnings: Warnings,
    /// What could not be read, before its lines are known.
    pub(super) broken: Vec<Broken>,
    /// The zone that times were written in, in seconds east of UTC; `None` without a record.
    pub utc_offset: Option<i32>,
    /// Whether a record's zone has a name that isn't known, or none; its time was taken for UTC.
    pub zone_unknown: bool,
}

/// Something that could not be read: the byte of the file where it stands, if it has one, and what is wrong.
pub(super) type Broken = (Option<u64>, Cow<'static, str>);

/// Something that a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When the record was written, in microseconds since 1970-01-01 UTC: the end of what it tells of.
    /// [`UNKNOWN_TIME`] where it doesn't say.
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

/// The [`Event::time`] of a record without one: as good as the time of the event before it.
pub const UNKNOWN_TIME: i64 = i64::MIN;

/// What an event says. Durations are microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A statement ran.
    Execution {
        /// What ran.
        ran: Ran,
        /// How long it took.
        duration: u64,
        /// Whether its plan may be logged after it: so it is where a portal is closed later than it was run.
        plan_follows: bool,
    },
    /// A step of the extended protocol that is not an execution of its own.
    Part {
        /// The statement that it is a step of.
        ran: Ran,
        /// How long it took.
        duration: u64,
        /// Whether it fetched more rows of a portal, and so follows its execution; parse and bind come before.
        fetch: bool,
    },
    /// A statement was logged before it ran; its duration may follow on the same session.
    Statement {
        /// What will run.
        ran: Ran,
        /// As in [`EventKind::Execution`].
        plan_follows: bool,
    },
    /// A duration without a statement.
    Duration {
        /// How long it took.
        duration: u64,
    },
    /// `auto_explain` wrote a plan.
    Plan {
        /// What ran; `None` when a function or trigger ran it, inside of the statement that the session is at.
        ran: Option<Ran>,
        /// How long it took.
        duration: u64,
    },
    /// A statement ran, as the application's side tells it.
    Logged {
        /// What ran.
        ran: Ran,
        /// How long it took; `None` where the log doesn't tell.
        duration: Option<u64>,
    },
    /// A request begins on this session: an entry of [`Batch::served`].
    RequestBegan(u32),
    /// What handles the request that is open on this session: an entry of [`Batch::served`].
    RequestHandled(u32),
    /// The request on this session has ended: an entry of [`Batch::served`].
    RequestEnded(u32),
    /// The line of source that the last statement of this session was called from: an entry of
    /// [`Batch::source_lines`].
    CalledFrom(u32),
    /// A statement failed.
    Error {
        /// Its query; `None` where the log doesn't show it.
        fingerprint: Option<Fingerprint>,
    },
    /// The server said something else that has a type, [`EventKind::Error`] perhaps beside it.
    Notable(Notable),
}

/// Which statement, and with which constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Its query.
    pub fingerprint: Fingerprint,
    /// A hash of the constants in its text.
    pub constants: u64,
    /// A hash of its bound parameters, 0 without any.
    pub parameters: u64,
    /// How many rows its OFFSET skips; 0 without one, or where the log doesn't tell.
    pub offset: u64,
}

/// A request that an application served, as far as a record tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServedEvent {
    /// Where the record stands.
    pub place: Place,
    /// What people call it: `GET /books/:id`, `BooksController#show`. Empty where unknown.
    pub label: String,
    /// Of HTTP.
    pub status: Option<u16>,
    /// How long it took as a whole, in microseconds.
    pub elapsed: Option<u64>,
    /// When it began, in microseconds since 1970-01-01 UTC, where the record says so itself.
    pub start: Option<i64>,
    /// When it ended, in microseconds since 1970-01-01 UTC.
    pub end: Option<i64>,
    /// Whether times are whole seconds.
    pub coarse: bool,
    /// Its id.
    pub request_id: Option<String>,
    /// The id of its trace.
    pub trace_id: Option<String>,
}

/// What an export of `pg_stat_statements` says of a query. Times are microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryTotals {
    /// Its query.
    pub fingerprint: Fingerprint,
    /// The row that says it.
    pub place: Place,
    /// Executions.
    pub calls: u64,
    /// Of all executions together.
    pub total: u64,
    /// Of the quickest.
    pub min: Option<u64>,
    /// Of the slowest.
    pub max: Option<u64>,
    /// Planning of all executions together, beside `total`.
    pub planning: u64,
    /// Rows returned or changed by all executions.
    pub rows: Option<u64>,
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
}
