//! What a server tells about itself and its sessions.

/// An event with the numbers that its message has. Times are in microseconds; texts are as the server wrote them,
/// and those of `mode`, `object` and `reason` in its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum LogEvent<'a> {
    ConnectionReceived {
        host: &'a [u8],
        port: &'a [u8],
    },
    ConnectionAuthenticated {
        identity: &'a [u8],
        method: &'a [u8],
    },
    /// `database` is empty for a physical replication connection.
    ConnectionAuthorized {
        user: &'a [u8],
        database: &'a [u8],
        application: &'a [u8],
    },
    /// How long it took to set a session up, in parts (PostgreSQL 18).
    ConnectionReady {
        setup: u64,
        fork: u64,
        authentication: u64,
    },
    Disconnection {
        session: u64,
        user: &'a [u8],
        database: &'a [u8],
    },
    ConnectionLost,
    TooManyConnections,
    /// `user` is empty where the wording has none.
    AuthenticationFailed {
        user: &'a [u8],
    },
    /// A process waited for a lock for `waited`, which is 0 where it refused to wait.
    LockWait {
        process: u64,
        mode: &'a [u8],
        object: &'a [u8],
        waited: u64,
        outcome: LockOutcome,
    },
    /// The error of the session that gave way.
    DeadlockDetected,
    /// `NOWAIT` or the like: `object` is a table's name.
    LockNotAvailable {
        object: &'a [u8],
    },
    SerializationFailure,
    StatementTimeout,
    LockTimeout,
    TransactionTimeout,
    IdleInTransactionTimeout,
    IdleSessionTimeout,
    UserCancel,
    AdministratorCommand,
    /// A standby ended a statement (or the whole session) to go on with recovery.
    RecoveryConflict {
        session_ended: bool,
    },
    /// Recovery waits (or has waited) for sessions of a standby.
    RecoveryWait {
        waited: u64,
        reason: &'a [u8],
        over: bool,
    },
    AutovacuumCanceled,
    TemporaryFile {
        path: &'a [u8],
        bytes: u64,
    },
    CheckpointStarting {
        reason: &'a [u8],
        restartpoint: bool,
    },
    CheckpointComplete {
        buffers: u64,
        write: u64,
        sync: u64,
        total: u64,
        restartpoint: bool,
    },
    CheckpointsTooFrequent {
        seconds: u64,
    },
    /// `table` is `database.schema.table`.
    Autovacuum {
        table: &'a [u8],
        index_scans: u64,
        tuples_removed: Option<u64>,
        elapsed: Option<u64>,
        wraparound: bool,
    },
    /// `table` is `database.schema.table`.
    Autoanalyze {
        table: &'a [u8],
        elapsed: Option<u64>,
    },
    /// `version` as in `15.4 on x86_64-pc-linux-gnu, compiled by …`.
    ServerStarting {
        version: &'a [u8],
    },
    ServerReady,
    ShutdownRequested,
    ServerShutdown,
    /// A server process crashed and took all sessions along.
    ServerCrashed,
    /// The server starts after it was not shut down properly.
    ServerRecovering,
    ConfigurationReloaded,
    /// `value` is empty where the setting went back to its default.
    SettingChanged {
        name: &'a [u8],
        value: &'a [u8],
    },
    /// A call of the protocol's function interface.
    FunctionCall {
        micros: u64,
        name: &'a [u8],
    },
}

/// How the wait for a lock went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum LockOutcome {
    /// It goes on.
    Waiting,
    Acquired,
    Failed,
    /// The server changed the order of those who wait.
    DeadlockAvoided,
    DeadlockDetected,
    /// It was not to be waited for (PostgreSQL 18, `log_lock_failures`).
    Refused,
}
