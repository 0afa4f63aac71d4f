//! What a server or a pool says that is not about a statement's time: typed, for rules and for the list of events.

use super::phrases::{LockOutcome, LogEvent};

/// Something worth noting that a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notable {
    /// What it is.
    pub class: Class,
    /// How much of it: the unit is the class's.
    pub amount: u64,
    /// The SQLSTATE of an error, as five ASCII letters or digits; `None` where the log doesn't have it.
    pub sqlstate: Option<[u8; 5]>,
}

/// What a [`Notable`] is about, and what its amount counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A client connected and was let in. No amount.
    Connection,
    /// A client left; the session's length in microseconds.
    Disconnection,
    /// A session has waited for a lock longer than `deadlock_timeout`; microseconds until now.
    LockWait,
    /// A session got the lock that it waited for; microseconds that it waited.
    LockAcquired,
    /// Sessions waited for each other, and one was cancelled. No amount.
    Deadlock,
    /// A sort or hash went to disk; bytes of the temporary file.
    TemporaryFile,
    /// A checkpoint or restartpoint began. No amount.
    CheckpointStart,
    /// A checkpoint or restartpoint was done; microseconds in all.
    Checkpoint,
    /// Checkpoints come too often; seconds between them.
    CheckpointsTooFrequent,
    /// A table was vacuumed by autovacuum; microseconds.
    Autovacuum,
    /// A table was analysed by autovacuum; microseconds.
    Autoanalyze,
    /// A standby cancelled a statement for what it replays. No amount.
    ReplicationConflict,
    /// A statement ran into `statement_timeout`. No amount.
    StatementTimeout,
    /// A statement ran into `lock_timeout`. No amount.
    LockTimeout,
    /// A session was idle in a transaction for too long. No amount.
    IdleInTransactionTimeout,
    /// A person or program cancelled a statement. No amount.
    Cancelled,
    /// No connection was free. No amount.
    TooManyConnections,
    /// The server started. No amount.
    Started,
    /// The server was told to stop. No amount.
    Stopped,
    /// The configuration was read again. No amount.
    Reloaded,
    /// A client could not prove who it is. No amount.
    AuthenticationFailed,
    /// A client went away without a word. No amount.
    ConnectionLost,
    /// A session would not wait for a lock. No amount.
    LockNotAvailable,
    /// A transaction could not be put in a row with others. No amount.
    SerializationFailure,
    /// A session ran into `transaction_timeout`. No amount.
    TransactionTimeout,
    /// A session was idle for too long. No amount.
    IdleSessionTimeout,
    /// An administrator ended a session. No amount.
    Terminated,
    /// Autovacuum gave way to a session. No amount.
    AutovacuumCancelled,
    /// A server process crashed, or the server starts after a crash. No amount.
    Crashed,
    /// Any other `ERROR`. No amount.
    Error,
    /// Any other `FATAL` or `PANIC`. No amount.
    Fatal,
    /// A `WARNING`. No amount.
    Warning,
    /// A pool's client waited for a server connection longer than it may. No amount.
    PoolWaitTimeout,
    /// A pool's own statistics; microseconds that its clients together waited for a server connection in each second.
    PoolWait,
}

impl Class {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Disconnection => "disconnection",
            Self::LockWait => "lock-wait",
            Self::LockAcquired => "lock-acquired",
            Self::Deadlock => "deadlock",
            Self::TemporaryFile => "temporary-file",
            Self::CheckpointStart => "checkpoint-start",
            Self::Checkpoint => "checkpoint",
            Self::CheckpointsTooFrequent => "checkpoints-too-frequent",
            Self::Autovacuum => "autovacuum",
            Self::Autoanalyze => "autoanalyze",
            Self::ReplicationConflict => "replication-conflict",
            Self::StatementTimeout => "statement-timeout",
            Self::LockTimeout => "lock-timeout",
            Self::IdleInTransactionTimeout => "idle-in-transaction-timeout",
            Self::Cancelled => "cancelled",
            Self::TooManyConnections => "too-many-connections",
            Self::Started => "started",
            Self::Stopped => "stopped",
            Self::Reloaded => "reloaded",
            Self::AuthenticationFailed => "authentication-failed",
            Self::ConnectionLost => "connection-lost",
            Self::LockNotAvailable => "lock-not-available",
            Self::SerializationFailure => "serialization-failure",
            Self::TransactionTimeout => "transaction-timeout",
            Self::IdleSessionTimeout => "idle-session-timeout",
            Self::Terminated => "terminated",
            Self::AutovacuumCancelled => "autovacuum-cancelled",
            Self::Crashed => "crashed",
            Self::Error => "error",
            Self::Fatal => "fatal",
            Self::Warning => "warning",
            Self::PoolWaitTimeout => "pool-wait-timeout",
            Self::PoolWait => "pool-wait",
        }
    }

    /// What its amount counts; `None` where it has none.
    #[must_use]
    pub fn unit(self) -> Option<Unit> {
        match self {
            Self::Disconnection
            | Self::LockWait
            | Self::LockAcquired
            | Self::Checkpoint
            | Self::Autovacuum
            | Self::Autoanalyze
            | Self::PoolWait => Some(Unit::Microseconds),
            Self::TemporaryFile => Some(Unit::Bytes),
            Self::CheckpointsTooFrequent => Some(Unit::Seconds),
            _ => None,
        }
    }
}

/// What the amount of a [`Notable`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Millionths of a second.
    Microseconds,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
}

/// What an event of a server's log is; `None` for those that add nothing to another.
pub(super) fn notable(event: &LogEvent<'_>, sqlstate: Option<[u8; 5]>) -> Option<Notable> {
    let (class, amount) = match *event {
        LogEvent::ConnectionAuthorized { .. } => (Class::Connection, 0),
        LogEvent::Disconnection { session, .. } => (Class::Disconnection, session),
        LogEvent::ConnectionLost => (Class::ConnectionLost, 0),
        LogEvent::TooManyConnections => (Class::TooManyConnections, 0),
        LogEvent::AuthenticationFailed { .. } => (Class::AuthenticationFailed, 0),
        LogEvent::LockWait {
            waited, outcome, ..
        } => match outcome {
            LockOutcome::Acquired => (Class::LockAcquired, waited),
            LockOutcome::Refused => (Class::LockNotAvailable, 0),
            _ => (Class::LockWait, waited),
        },
        LogEvent::DeadlockDetected => (Class::Deadlock, 0),
        LogEvent::LockNotAvailable { .. } => (Class::LockNotAvailable, 0),
        LogEvent::SerializationFailure => (Class::SerializationFailure, 0),
        LogEvent::StatementTimeout => (Class::StatementTimeout, 0),
        LogEvent::LockTimeout => (Class::LockTimeout, 0),
        LogEvent::TransactionTimeout => (Class::TransactionTimeout, 0),
        LogEvent::IdleInTransactionTimeout => (Class::IdleInTransactionTimeout, 0),
        LogEvent::IdleSessionTimeout => (Class::IdleSessionTimeout, 0),
        LogEvent::UserCancel => (Class::Cancelled, 0),
        LogEvent::AdministratorCommand => (Class::Terminated, 0),
        LogEvent::RecoveryConflict { .. } => (Class::ReplicationConflict, 0),
        LogEvent::AutovacuumCanceled => (Class::AutovacuumCancelled, 0),
        LogEvent::TemporaryFile { bytes, .. } => (Class::TemporaryFile, bytes),
        LogEvent::CheckpointStarting { .. } => (Class::CheckpointStart, 0),
        LogEvent::CheckpointComplete { total, .. } => (Class::Checkpoint, total),
        LogEvent::CheckpointsTooFrequent { seconds } => (Class::CheckpointsTooFrequent, seconds),
        LogEvent::Autovacuum { elapsed, .. } => (Class::Autovacuum, elapsed.unwrap_or(0)),
        LogEvent::Autoanalyze { elapsed, .. } => (Class::Autoanalyze, elapsed.unwrap_or(0)),
        LogEvent::ServerReady => (Class::Started, 0),
        LogEvent::ShutdownRequested => (Class::Stopped, 0),
        LogEvent::ServerCrashed | LogEvent::ServerRecovering => (Class::Crashed, 0),
        LogEvent::ConfigurationReloaded => (Class::Reloaded, 0),
        LogEvent::ConnectionReceived { .. }
        | LogEvent::ConnectionAuthenticated { .. }
        | LogEvent::ConnectionReady { .. }
        | LogEvent::RecoveryWait { .. }
        | LogEvent::ServerStarting { .. }
        | LogEvent::ServerShutdown
        | LogEvent::SettingChanged { .. }
        | LogEvent::FunctionCall { .. } => return None,
    };
    Some(Notable {
        class,
        amount,
        sqlstate,
    })
}
