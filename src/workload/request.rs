//! Requests, sessions and tags: who caused the executions.

use super::ids::{ExecutionId, SessionId, TagsId};

/// One server process's connection, as far as the capture saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session id (`%c`) where the capture has it, else the process id.
    pub name: String,
    /// The role that connected.
    pub user: Option<String>,
    /// The database.
    pub database: Option<String>,
    /// The `application_name`.
    pub application: Option<String>,
    /// Whether it ran, prepared or failed at a statement; processes of the server itself don't.
    pub active: bool,
}

/// What the comments of a statement say about its origin (sqlcommenter, marginalia, Rails query logs).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tags {
    /// The trace id of a `traceparent`, else a request id; what tells one request from all others.
    pub request: Option<String>,
    /// What kind of id that is.
    pub source: TagSource,
    /// A name for people: the route, or controller and action.
    pub label: Option<String>,
    /// The framework or driver, as written.
    pub framework: Option<String>,
    /// The rule that is to be silent about the statement; empty for all of them.
    pub ignore: Option<String>,
}

/// Where the id of a request comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TagSource {
    /// A request id in the statement's comment or in its line of the log.
    #[default]
    RequestId,
    /// A trace id.
    Trace,
    /// The lines that an application writes when a request begins and ends.
    Lines,
    /// The time at which the request was served.
    Window,
}

/// How the executions of a request were found to belong together, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grouping {
    /// They carry the same trace id.
    Trace,
    /// They carry the same request id.
    RequestId,
    /// They stand between the lines that an application writes when a request begins and ends.
    Lines,
    /// They ran while no other request was served, by the application's own account.
    Window,
    /// They stand between `BEGIN` and its `COMMIT` or `ROLLBACK`.
    Transaction,
    /// They follow what the application asks first in every request.
    Anchor,
    /// They follow each other on one session, with pauses that are much shorter than those around them.
    Pause,
    /// They follow each other on one session, and nothing tells where a request ends.
    Run,
}

impl Grouping {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace-id",
            Self::RequestId => "request-id",
            Self::Lines => "request-lines",
            Self::Window => "request-log",
            Self::Transaction => "transaction",
            Self::Anchor => "anchor",
            Self::Pause => "pause",
            Self::Run => "none",
        }
    }

    /// How sure it is that the executions are one request, and all of it.
    #[must_use]
    pub fn confidence(self) -> Confidence {
        match self {
            Self::Trace | Self::RequestId | Self::Lines | Self::Window => Confidence::High,
            Self::Transaction | Self::Anchor | Self::Pause => Confidence::Medium,
            Self::Run => Confidence::Low,
        }
    }
}

/// How sure something is that a capture doesn't say in so many words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// It may well be otherwise.
    Low,
    /// Likely.
    Medium,
    /// As good as certain.
    High,
}

impl Confidence {
    /// The word for it, in lower case.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The unit of work of the application that caused some executions.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// How it was found.
    pub grouping: Grouping,
    /// The session of its first execution.
    pub session: SessionId,
    /// Counts the requests of that session from 1; part of the id where nothing better is known.
    pub ordinal: u32,
    /// Its tags, where its statements carry any.
    pub tags: Option<TagsId>,
    /// What the application itself tells of it: an entry of [`super::Workload::served`].
    pub served: Option<u32>,
    /// First of its executions.
    pub first: ExecutionId,
    /// How many executions it has.
    pub executions: u32,
    /// When it began, in microseconds since 1970-01-01 UTC.
    pub start: i64,
    /// When its last execution ended, in microseconds since 1970-01-01 UTC.
    pub end: i64,
    /// Sum of its executions' durations, in microseconds.
    pub db_time: u64,
}

impl Request {
    /// The ids of its executions, in the order they began.
    #[must_use]
    pub fn ids(&self) -> std::ops::Range<u32> {
        self.first.0..self.first.0.saturating_add(self.executions)
    }

    /// From its first execution's begin to its last one's end, in microseconds.
    #[must_use]
    pub fn duration(&self) -> u64 {
        u64::try_from(self.end.saturating_sub(self.start)).unwrap_or(0)
    }
}
