//! PgBouncer's log: who connects, who waits for a connection and who gets none.
//!
//! A line is a record: `2026-11-21 04:10:19.773 UTC [1234] LOG C-0x55d0c8: shop/app@127.0.0.1:51874 closing because:
//! client close request (age=12s)`. Before version 1.11 there is neither a zone nor are there brackets. In syslog and
//! in the journal only what follows the level is left, behind `pgbouncer[1234]: `, or nothing at all.

mod event;
mod line;

pub(super) use event::PoolEvent;
pub(super) use line::Level;

use line::Line;

/// A record of the log.
#[derive(Debug, PartialEq)]
pub(super) struct Pooled<'a> {
    /// Where it begins, in bytes from the start of the unpacked file.
    pub offset: u64,
    /// When it was written, in microseconds since 1970-01-01 UTC; `None` in syslog and the journal. Where the line
    /// has no zone, its time is taken for UTC.
    pub time: Option<i64>,
    /// The zone it was written in, in seconds east of UTC.
    pub utc_offset: i32,
    /// The process id of the pooler; empty where unknown.
    pub process: &'a [u8],
    /// `C-0x55d0c8` for a client's connection, `S-0x…` for one to a server. Used again for another connection once
    /// this one is closed. Empty for what concerns none.
    pub socket: &'a [u8],
    /// The user, `(nouser)` before login; empty where the record names none.
    pub user: &'a [u8],
    /// The database as clients name it, `(nodb)` before login or where there is none of that name; `peer-1` for
    /// another pooler.
    pub database: &'a [u8],
    /// `Log` where the line has no level, as in syslog and the journal.
    pub level: Level,
    /// What happened.
    pub what: PoolEvent<'a>,
}

/// Whether a line is a record of PgBouncer, and of nothing else that writes logs.
pub(super) fn is_record(line: &[u8]) -> bool {
    line::line(line).is_some_and(|line| line.is_typical())
}

/// Where `block` can be cut: before its last record, and not between a client's end and the error that repeats it.
/// 0 when that is at its start.
pub(super) fn last_start(block: &[u8]) -> usize {
    let mut end = block.len();
    let mut cut = 0;
    // Of many servers' ends in a row, a few lines tell that no client's is near.
    for _ in 0..ENDS_LOOKED_AT {
        let Some(start) = record_start(block, end) else {
            return 0;
        };
        if cut == 0 {
            cut = start;
        }
        // A client's end says nothing of what was before it.
        let before = record_start(block, start).unwrap_or(0);
        if block.get(start..end).is_some_and(is_clients_end)
            || !block.get(before..start).is_some_and(is_end)
        {
            return start;
        }
        end = start;
    }
    cut
}

const ENDS_LOOKED_AT: usize = 16;

fn is_end(record: &[u8]) -> bool {
    memchr::memmem::find(record, b"closing because: ").is_some()
}

fn is_clients_end(record: &[u8]) -> bool {
    is_end(record)
        && line::line(record.trim_ascii_end()).is_some_and(|line| {
            !line.socket.starts_with(b"S-") && event::closing(line.message).is_some()
        })
}

/// Where the last record of `block` before `end` begins; `None` at the very start.
fn record_start(block: &[u8], end: usize) -> Option<usize> {
    let mut at = end.checked_sub(1)?;
    loop {
        at = memchr::memrchr(b'\n', block.get(..at)?)?;
        // Lines after a message's first begin with a tab.
        if block.get(at + 1) != Some(&b'\t') {
            return Some(at + 1);
        }
    }
}

/// Reads the lines of a block. Those after a message's first, which begin with a tab, are left out; what is no
/// record goes to `stray`.
pub(super) fn records(
    block: &[u8],
    base: u64,
    each: &mut dyn FnMut(Pooled<'_>),
    stray: &mut dyn FnMut(u64),
) {
    let mut offset = base;
    let mut closed: Option<(&[u8], &[u8])> = None;
    let mut inside = false;
    for raw in block.split_inclusive(|byte| *byte == b'\n') {
        let at = offset;
        offset += raw.len() as u64;
        let text = raw.trim_ascii_end();
        if text.is_empty() || (inside && text.starts_with(b"\t")) {
            continue;
        }
        let line = line::line(text);
        inside = line.is_some();
        let Some(line) = line else {
            stray(at);
            continue;
        };
        each(pooled(at, &line, &mut closed));
    }
}

/// Makes a record of a line. `closed` is the last client that was closed, and why.
fn pooled<'a>(
    offset: u64,
    line: &Line<'a>,
    closed: &mut Option<(&'a [u8], &'a [u8])>,
) -> Pooled<'a> {
    let is_server = line.socket.starts_with(b"S-");
    let mut what = event::event(line.level.unwrap_or_default(), is_server, line.message);
    if let Some(reason) = event::closing(line.message).map(|(reason, _)| reason) {
        // Closing a client may close its server in between.
        if !is_server {
            *closed = Some((line.socket, reason));
        }
    } else if let Some(error) = event::pooler_error(line.message)
        && closed
            .take_if(|last| *last == (line.socket, error))
            .is_some()
    {
        what = PoolEvent::Repeated;
    }
    Pooled {
        offset,
        time: line.time,
        utc_offset: line.utc_offset,
        process: line.process,
        socket: line.socket,
        user: line.user,
        database: line.database,
        level: line.level.unwrap_or_default(),
        what,
    }
}

#[cfg(test)]
mod tests;
