//! A record of a Postgres log, whichever format it was written in.

use std::borrow::Cow;

/// One record. Texts are as the file has them: in the text log, lines after the first still begin with a tab.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    /// Where it begins, in bytes from the start of the unpacked file.
    pub offset: u64,
    /// When it was written, in microseconds since 1970-01-01 UTC; `None` where the prefix has no time.
    pub time: Option<i64>,
    /// The zone it was written in, in seconds east of UTC.
    pub utc_offset: i32,
    /// Whether its zone has a name that isn't known, so that its time was taken for UTC.
    pub zone_unknown: bool,
    /// The session id, else the process id.
    pub session: Cow<'a, [u8]>,
    /// The virtual transaction id (`%v`), empty where unknown.
    pub transaction: Cow<'a, [u8]>,
    pub user: Cow<'a, [u8]>,
    pub database: Cow<'a, [u8]>,
    pub application: Cow<'a, [u8]>,
    pub severity: Severity,
    /// The five letters of its SQLSTATE, empty where unknown.
    pub sqlstate: Cow<'a, [u8]>,
    pub message: Cow<'a, [u8]>,
    pub detail: Cow<'a, [u8]>,
    pub context: Cow<'a, [u8]>,
    /// The statement that an error belongs to (`STATEMENT:`).
    pub statement: Cow<'a, [u8]>,
}

/// What a record is, by its severity field, the least important first but for `LOG`, which is no measure of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Severity {
    /// The level of statements and durations.
    #[default]
    Log,
    Debug,
    Info,
    Notice,
    Warning,
    Error,
    Fatal,
    Panic,
}

impl Severity {
    /// Whether a statement or a session ended by it.
    pub(super) fn is_error(self) -> bool {
        matches!(self, Self::Error | Self::Fatal | Self::Panic)
    }
}
