//! Wrappers: what containers, journals, syslog and clouds put around each line or record of a PostgreSQL log.
//!
//! [`detect()`] finds out which wrappers lie around a log. An [`Unwrapper`] takes them off: out comes what PostgreSQL
//! wrote (the text log with its prefix, csvlog or jsonlog), which the readers of those formats read, and for each line
//! where in the wrapped file it stands. One file a wrapper; each says where its form comes from.
//!
//! ```text
//! blocks ──lines, values, blocks, rows──▶ items ──layer (each wrapper)──▶ entries ──order──▶ assemble ──▶ Unwrapped
//! ```

mod assemble;
mod azure;
mod blocks;
mod cloudsql;
mod cloudwatch;
mod compose;
mod cri;
mod detect;
mod docker;
mod entry;
mod generic;
mod head;
mod heroku;
mod journal;
mod layer;
mod lines;
mod object;
mod operator;
mod order;
mod pieces;
mod pod;
mod rows;
mod stamped;
mod supabase;
mod syslog;
mod unwrapper;
mod values;

#[cfg(test)]
mod tests;

pub(super) use detect::detect;
pub(super) use unwrapper::Unwrapper;

/// What lies around each line or record of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrapper {
    /// Docker's `json-file` driver.
    Docker,
    /// Kubernetes' container runtime interface.
    Cri,
    /// An ISO time stamp before each line.
    Stamped,
    /// `[pod/name/container]` before each line.
    Pod,
    /// `service  | ` before each line.
    Compose,
    /// `journalctl -o export`.
    JournalExport,
    /// `journalctl -o json`.
    JournalJson,
    /// A file of syslog with BSD or ISO stamps, also `journalctl -o short`.
    Syslog,
    /// Syslog as RFC 5424 has it.
    Syslog5424,
    /// Heroku's logplex.
    Heroku,
    /// `aws logs tail`.
    CloudWatchTail,
    /// The events of `aws logs filter-log-events` and `get-log-events`.
    CloudWatchEvents,
    /// Log entries of Cloud SQL and AlloyDB.
    CloudSql,
    /// Azure's diagnostic logs.
    Azure,
    /// CloudNativePG's log.
    Operator,
    /// Rows of Supabase's logs explorer as JSON.
    Supabase,
    /// The same as CSV.
    SupabaseCsv,
    /// JSON of another collector, with the line in one of its fields.
    Json,
}

impl Wrapper {
    /// Whether the first line of a file says what the others mean.
    pub(super) fn has_header(self) -> bool {
        self == Self::SupabaseCsv
    }

    /// Its name for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Docker => "Docker json-file",
            Self::Cri => "Kubernetes container log",
            Self::Stamped => "time stamp before each line",
            Self::Pod => "kubectl logs --prefix",
            Self::Compose => "docker compose logs",
            Self::JournalExport => "systemd journal export",
            Self::JournalJson => "systemd journal JSON",
            Self::Syslog => "syslog",
            Self::Syslog5424 => "syslog (RFC 5424)",
            Self::Heroku => "Heroku logplex",
            Self::CloudWatchTail => "aws logs tail",
            Self::CloudWatchEvents => "CloudWatch events",
            Self::CloudSql => "Google Cloud log entries",
            Self::Azure => "Azure diagnostic log",
            Self::Operator => "CloudNativePG log",
            Self::Supabase => "Supabase logs explorer",
            Self::SupabaseCsv => "Supabase logs explorer CSV",
            Self::Json => "JSON of a log collector",
        }
    }

    /// Whether its records may come in another order than they were written.
    fn is_out_of_order(self) -> bool {
        matches!(
            self,
            Self::Stamped
                | Self::CloudWatchTail
                | Self::CloudWatchEvents
                | Self::CloudSql
                | Self::Azure
                | Self::Supabase
                | Self::SupabaseCsv
                | Self::Json
        )
    }

    /// Whether its items are JSON objects.
    pub(super) fn is_json(self) -> bool {
        matches!(
            self,
            Self::Docker
                | Self::JournalJson
                | Self::CloudWatchEvents
                | Self::CloudSql
                | Self::Azure
                | Self::Operator
                | Self::Supabase
                | Self::Json
        )
    }
}

/// What came out of a wrapped file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unwrapped {
    /// Lines of a plain log, each with a newline at its end.
    pub bytes: Vec<u8>,
    /// Where they come from, by ascending `at`; a line without an origin of its own has that of the line before.
    pub origins: Vec<Origin>,
    /// Where in the file something stands that the wrapper's reader can't read, and what.
    pub broken: Vec<(u64, &'static str)>,
    /// Lines and records of other programs.
    pub left_out: u64,
}

/// Where a run of output bytes came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// Where the run begins in [`Unwrapped::bytes`].
    pub at: usize,
    /// Byte of the file where the wrapped line begins.
    pub offset: u64,
    /// When it was written by the wrapper, in microseconds since 1970-01-01 UTC.
    pub time: Option<i64>,
    /// Process id by the wrapper (syslog, journal), 0 unknown.
    pub process: u32,
}
