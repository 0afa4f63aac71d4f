//! The model of what a capture holds: queries, executions, sessions and requests.
//!
//! An execution is 32 bytes of plain columns ([`Executions`]); its text stays in the capture and
//! is read again when somebody looks at it. Everything else here is small: one entry a query, a
//! session or a request.

mod assemble;
mod builder;
mod client;
mod endpoint;
mod executions;
mod histogram;
mod ids;
mod join;
mod occurrence;
mod plans;
mod query;
mod request;
mod runs;
mod served;
mod split;
mod tags;
mod timeline;
mod windows;

use crate::capture::{Format, Warnings};

pub use builder::{Builder, DEFAULT_GAP};
pub use endpoint::{Endpoint, endpoints};
pub use executions::{Execution, Executions, MAX_EXECUTIONS};
pub use histogram::{Histogram, RELATIVE_ERROR};
pub use ids::{ExecutionId, QueryId, RequestId, SessionId, TagsId};
pub use occurrence::{Occurrence, OccurrenceSum, sum_up};
pub use plans::Plans;
pub use query::{Query, Stats};
pub use request::{Confidence, Grouping, Request, Session, TagSource, Tags};
pub use runs::Run;
pub use served::Served;
pub use timeline::{Lane, Timeline};

/// All that a capture holds, ready to be looked at. Never changes once built.
#[derive(Clone, Debug, Default)]
pub struct Workload {
    /// Where it came from and how much was read.
    pub capture: CaptureSummary,
    /// Every execution; those of one request stand together.
    pub executions: Executions,
    /// Distinct queries, the largest total time first.
    pub queries: Vec<Query>,
    /// Sessions in the order they were first seen.
    pub sessions: Vec<Session>,
    /// Requests in the order they began.
    pub requests: Vec<Request>,
    /// What requests run again and again.
    pub runs: Vec<Run>,
    /// The requests by the application's own account.
    pub served: Vec<Served>,
    /// Tags that statements carry.
    pub tags: Vec<Tags>,
    /// Which executions have a plan in the capture.
    pub plans: Plans,
    /// What happened beside executions, in the order of time.
    pub occurrences: Vec<Occurrence>,
    /// Sum of all durations, in microseconds.
    pub db_time: u64,
    /// Sum of all parse and bind steps and later fetches, in microseconds, which durations leave out.
    pub steps: u64,
    /// When the first execution began and the last one ended, in microseconds since 1970-01-01 UTC;
    /// `None` without executions.
    pub span: Option<(i64, i64)>,
}

/// Where a workload came from and how much was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaptureSummary {
    /// The files, in the order of time.
    pub files: Vec<FileSummary>,
    /// Records read, of whatever kind.
    pub events: u64,
    /// What could not be read.
    pub warnings: Warnings,
    /// How far the zone of the capture's clock is from UTC, in seconds east.
    pub utc_offset: i32,
}

/// One file of a capture.
#[derive(Clone, Debug, PartialEq)]
pub struct FileSummary {
    /// Its path as the user gave it.
    pub path: std::path::PathBuf,
    /// What it holds.
    pub format: Format,
    /// What lies around the log, outermost first, for people: `Docker json-file`.
    pub wrappers: Vec<&'static str>,
    /// Its size in bytes, unpacked.
    pub bytes: u64,
}

impl Workload {
    /// Whether the capture tells how long executions take.
    #[must_use]
    pub fn timed(&self) -> bool {
        self.db_time > 0
    }

    /// The query named `id`.
    #[must_use]
    pub fn query(&self, id: QueryId) -> Option<&Query> {
        self.queries.get(id.index())
    }

    /// The request named `id`.
    #[must_use]
    pub fn request(&self, id: RequestId) -> Option<&Request> {
        self.requests.get(id.index())
    }

    /// The request that the execution belongs to.
    #[must_use]
    pub fn request_of(&self, execution: ExecutionId) -> Option<RequestId> {
        // Requests hold consecutive runs of executions in their own order.
        let at = self
            .requests
            .partition_point(|r| r.first.0 <= execution.0)
            .checked_sub(1)?;
        self.requests
            .get(at)
            .filter(|r| r.ids().contains(&execution.0))
            .map(|_| RequestId::at(at))
    }

    /// What the application itself tells of a request.
    #[must_use]
    pub fn served(&self, request: &Request) -> Option<&Served> {
        self.served.get(request.served? as usize)
    }

    /// How long a request took as a whole by the application's own account, in microseconds.
    #[must_use]
    pub fn elapsed(&self, request: &Request) -> Option<u64> {
        self.served(request)?.elapsed
    }

    /// The name for people of a request, where its tags or the application tell one.
    #[must_use]
    pub fn label(&self, request: &Request) -> Option<&str> {
        let served = self.served(request).map(|s| s.label.as_str());
        // The route of a tag is the same for all calls; a log has paths.
        let tags = request.tags.and_then(|t| self.tags.get(t.index()));
        tags.and_then(|t| t.label.as_deref())
            .or(served.filter(|label| !label.is_empty()))
    }

    /// What part of the sum of all durations `micros` microseconds are, 0 to 1.
    #[must_use]
    pub fn share(&self, micros: u64) -> f64 {
        part(micros, self.db_time)
    }

    /// What part of all database time, steps included, `micros` microseconds are, 0 to 1.
    #[must_use]
    pub fn share_of_cost(&self, micros: u64) -> f64 {
        part(micros, self.db_time.saturating_add(self.steps))
    }
}

fn part(micros: u64, all: u64) -> f64 {
    if all == 0 {
        0.0
    } else {
        micros as f64 / all as f64
    }
}
