//! The parts of a line of PgBouncer's log.

use super::super::time;
use super::event;

/// How grave a record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Level {
    /// `DEBUG` and `NOISE`.
    Debug,
    #[default]
    Log,
    Warning,
    Error,
    Fatal,
}

/// A line taken apart. What it doesn't have is empty.
#[derive(Debug, Default)]
pub(super) struct Line<'a> {
    pub(super) time: Option<i64>,
    pub(super) utc_offset: i32,
    pub(super) process: &'a [u8],
    /// `None` in syslog and the journal.
    pub(super) level: Option<Level>,
    pub(super) socket: &'a [u8],
    pub(super) database: &'a [u8],
    pub(super) user: &'a [u8],
    pub(super) message: &'a [u8],
}

impl Line<'_> {
    /// Whether no other program would write it: others have levels such as `ERROR` too.
    pub(super) fn is_typical(&self) -> bool {
        !self.socket.is_empty()
            || event::stats(self.message).is_some()
            || (self.level == Some(Level::Log) && self.time.is_some())
    }
}

/// Takes a line apart; `None` when it isn't one of PgBouncer.
pub(super) fn line(text: &[u8]) -> Option<Line<'_>> {
    if let Some(line) = stamped(text) {
        return Some(line);
    }
    if let Some((name, process, rest)) = wrapped(text) {
        // Whatever starts PgBouncer may pass on what it writes, with a stamp of its own.
        if let Some(line) = stamped(rest) {
            return Some(line);
        }
        let line = Line {
            process,
            ..bare(rest)
        };
        let ours = memchr::memmem::find(name, b"pgbouncer").is_some();
        return (ours || line.is_typical()).then_some(line);
    }
    Some(bare(text)).filter(Line::is_typical)
}

/// `2026-11-21 04:10:19.773 UTC [1234] LOG …`, or `2026-11-21 04:10:19.773 1234 LOG …`.
fn stamped(text: &[u8]) -> Option<Line<'_>> {
    let stamp = time::stamp(text)?;
    let rest = text.get(stamp.len..)?.strip_prefix(b" ")?;
    let (process, rest) = word(rest)?;
    let bracketed = process
        .strip_prefix(b"[")
        .and_then(|process| process.strip_suffix(b"]"));
    let process = bracketed.unwrap_or(process);
    if process.is_empty() || !process.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (level, rest) = word(rest)?;
    Some(Line {
        time: Some(stamp.micros),
        utc_offset: stamp.offset,
        process,
        level: Some(level_of(level)?),
        ..bare(rest)
    })
}

/// `Nov 21 04:10:19 host pgbouncer[1234]: …` as what stands before the process, the process, and the rest.
fn wrapped(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let end = memchr::memmem::find(text, b"]: ")?;
    let (head, rest) = text.split_at_checked(end)?;
    let (name, process) = head.split_at_checked(memchr::memrchr(b'[', head)?)?;
    let process = process.strip_prefix(b"[")?;
    let plain = !process.is_empty() && process.iter().all(u8::is_ascii_digit);
    plain.then_some((name, process, rest.strip_prefix(b"]: ")?))
}

/// What follows the level: whose connection it is about, and the message.
fn bare(text: &[u8]) -> Line<'_> {
    let plain = || Line {
        message: text,
        ..Line::default()
    };
    let Some((socket, rest)) = socket(text) else {
        return plain();
    };
    let (name, message) = name(rest).unwrap_or((b"", rest));
    // Another pooler has a number instead of database and user. A slash in a database's name can't be told apart.
    let (database, user) = match memchr::memchr(b'/', name) {
        Some(at) => (name.get(..at), name.get(at + 1..)),
        None => (Some(name), None),
    };
    Line {
        socket,
        database: database.unwrap_or_default(),
        user: user.unwrap_or_default(),
        message,
        ..Line::default()
    }
}

/// `C-0x55d0c8: ` or `S-0x55d0c8: `, and what follows it.
fn socket(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (socket, rest) = word(text)?;
    let socket = socket.strip_suffix(b":")?;
    let address = socket.strip_prefix(b"C-").or(socket.strip_prefix(b"S-"))?;
    let digits = address.strip_prefix(b"0x").unwrap_or(address);
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    plain.then_some((socket, rest))
}

/// `shop/app` of `shop/app@127.0.0.1:51874 `, and what follows it.
fn name(text: &[u8]) -> Option<(&[u8], &[u8])> {
    // A user's name may hold an `@` too, a host and its port can't.
    memchr::memchr_iter(b'@', text).find_map(|at| {
        let behind = text.get(at + 1..)?;
        let near = behind.get(..LONGEST_HOST).unwrap_or(behind);
        let end =
            memchr::memchr(b' ', near).or((near.len() == behind.len()).then_some(near.len()))?;
        let host = near.get(..end)?;
        let port = host.get(memchr::memrchr(b':', host)? + 1..)?;
        let plain =
            !port.is_empty() && port.iter().all(u8::is_ascii_digit) && !host.contains(&b'@');
        let message = behind.get(end + 1..).unwrap_or_default();
        plain.then_some((text.get(..at)?, message))
    })
}

/// Longer than an address of IPv6 with its zone and port.
const LONGEST_HOST: usize = 128;

fn level_of(word: &[u8]) -> Option<Level> {
    Some(match word {
        b"LOG" => Level::Log,
        b"WARNING" => Level::Warning,
        b"ERROR" => Level::Error,
        b"FATAL" => Level::Fatal,
        b"DEBUG" | b"NOISE" => Level::Debug,
        _ => return None,
    })
}

/// The text up to the next space, and what follows it.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b' ', text)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}
