//! What PgBouncer's messages say happened.

use super::line::Level;

/// What a record tells.
#[derive(Debug, PartialEq)]
pub(in super::super) enum PoolEvent<'a> {
    /// A client wants to log in; whether it may is only told where it may not.
    ClientLogin,
    /// A client's connection ended. `client close request` and `client unexpected eof` are the client's own doing.
    ClientClosed {
        reason: &'a [u8],
        /// Whole seconds since it was opened.
        age_s: Option<u64>,
    },
    /// A connection to the server was opened.
    ServerConnected,
    /// A connection to the server ended.
    ServerClosed {
        reason: &'a [u8],
        /// Whole seconds since it was opened.
        age_s: Option<u64>,
    },
    /// A client was closed because it had to wait for a connection to the server longer than
    /// `query_wait_timeout`.
    WaitTimeout {
        /// Whole seconds since the client's connection was opened, which is no less than the wait.
        age_s: Option<u64>,
    },
    /// A client was turned away because there are as many as may be.
    TooManyClients,
    /// A client waited for longer than `reserve_pool_timeout`, so that a connection beyond the pool's size was
    /// opened for it.
    ReservePool,
    /// The pooler started, with its version: `1.18.0`.
    Started(&'a [u8]),
    /// The averages of the last `stats_period`, over all pools.
    Stats(Stats),
    /// Any other error that a client was told, or a record at a level above `Log`.
    Error(&'a [u8]),
    /// The error that a client was told, where the record of its end has told the reason already: nothing new.
    Repeated,
    /// Anything else.
    Other,
}

/// The averages that are written every `stats_period`, a minute unless set otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Stats {
    /// `None` before 1.8.
    pub transactions_per_s: Option<u64>,
    pub queries_per_s: u64,
    /// Microseconds of a transaction on a server's connection; `None` before 1.8.
    pub transaction_us: Option<u64>,
    /// Microseconds of a query on a server's connection.
    pub query_us: u64,
    /// Microseconds of waiting for a server's connection; `None` before 1.8. Up to 1.22 of all clients together in
    /// each second, so that a million is one client waiting all the time; from 1.23 on the average of a wait. Only
    /// 0 means the same in all versions.
    pub wait_us: Option<u64>,
}

/// Makes an event of a message that has lost what stands before it.
pub(super) fn event(level: Level, is_server: bool, message: &[u8]) -> PoolEvent<'_> {
    if let Some((reason, age_s)) = closing(message) {
        return if is_server {
            PoolEvent::ServerClosed { reason, age_s }
        } else {
            refused(reason, age_s).unwrap_or(PoolEvent::ClientClosed { reason, age_s })
        };
    }
    if let Some(reason) = pooler_error(message) {
        return refused(reason, None).unwrap_or(PoolEvent::Error(reason));
    }
    if let Some(stats) = stats(message) {
        return PoolEvent::Stats(stats);
    }
    if let Some(version) = after(message, b"process up: PgBouncer ") {
        let end = memchr::memchr2(b',', b' ', version).unwrap_or(version.len());
        return PoolEvent::Started(version.get(..end).unwrap_or(version));
    }
    if after(message, b"login attempt: ").is_some() {
        PoolEvent::ClientLogin
    } else if after(message, b"new connection to server").is_some() {
        PoolEvent::ServerConnected
    } else if after(message, b"taking connection from reserve_pool").is_some() {
        PoolEvent::ReservePool
    } else if level > Level::Log {
        PoolEvent::Error(message)
    } else {
        PoolEvent::Other
    }
}

/// Why a connection is closed, and after how many seconds: `closing because: … (age=12s)`, without the `s` up to
/// 1.9.
pub(super) fn closing(message: &[u8]) -> Option<(&[u8], Option<u64>)> {
    let told = after(message, b"closing because: ")?;
    let aged = memchr::memmem::rfind(told, b" (age=").and_then(|at| {
        let (reason, age) = told.split_at_checked(at)?;
        let age = age.strip_prefix(b" (age=")?.strip_suffix(b")")?;
        Some((reason, number(age.strip_suffix(b"s").unwrap_or(age))?))
    });
    Some(aged.map_or((told, None), |(reason, age)| (reason, Some(age))))
}

/// What a client was told before it was closed.
pub(super) fn pooler_error(message: &[u8]) -> Option<&[u8]> {
    after(message, b"pooler error: ")
}

/// Reads the averages. Their wording differs by version; what stays is `20 queries/s` and `query 123 us`.
pub(super) fn stats(message: &[u8]) -> Option<Stats> {
    let mut found = Stats::default();
    let (mut queries, mut query_us) = (None, None);
    let mut words = after(message, b"stats: ")?
        .split(|byte| matches!(byte, b' ' | b','))
        .filter(|word| !word.is_empty())
        .peekable();
    let mut name: &[u8] = b"";
    while let Some(word) = words.next() {
        let Some(value) = number(word) else {
            name = word;
            continue;
        };
        match (name, words.peek().copied()) {
            (_, Some(b"xacts/s")) => found.transactions_per_s = Some(value),
            (_, Some(b"queries/s" | b"req/s")) => queries = Some(value),
            (b"xact", Some(b"us")) => found.transaction_us = Some(value),
            (b"query", Some(b"us")) => query_us = Some(value),
            // Version 1.8 wrote `wait time 5 us`.
            (b"wait" | b"time", Some(b"us")) => found.wait_us = Some(value),
            _ => {}
        }
    }
    found.queries_per_s = queries?;
    found.query_us = query_us?;
    Some(found)
}

/// The reasons for closing a client that tell of a pool too small.
fn refused(reason: &[u8], age_s: Option<u64>) -> Option<PoolEvent<'_>> {
    if reason == b"query_wait_timeout" {
        return Some(PoolEvent::WaitTimeout { age_s });
    }
    // The last two are of 1.24 and later.
    [
        &b"(max_client_conn)"[..],
        b"(max_db_client_connections)",
        b"(max_user_client_connections)",
    ]
    .iter()
    .any(|setting| reason.ends_with(setting))
    .then_some(PoolEvent::TooManyClients)
}

/// What follows a beginning, which versions up to 1.8 write with capitals.
fn after<'a>(message: &'a [u8], beginning: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = message.split_at_checked(beginning.len())?;
    head.eq_ignore_ascii_case(beginning).then_some(rest)
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
