//! What a logger writes before a message, in whatever order: the time, a level, names, and what tells one thread or
//! request from another.

use std::borrow::Cow;

use super::clock;
use super::{AppEvent, AppRecord};

/// What is known of a line but for its message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Prefix<'a> {
    /// Microseconds since 1970-01-01 UTC.
    pub time: Option<i64>,
    /// The zone of the time, in seconds east of UTC.
    pub utc_offset: i32,
    /// Whether the time has no zone and was taken for UTC.
    pub zone_unknown: bool,
    /// See [`AppRecord::thread`].
    pub thread: Cow<'a, [u8]>,
}

/// Longer than what a logger writes before a message. Behind so many bytes, none is looked for.
pub(super) const LONGEST: usize = 320;

/// The start of a line, in which a message may begin.
pub(super) fn near(line: &[u8]) -> &[u8] {
    line.get(..LONGEST).unwrap_or(line)
}

/// Whether this may stand before a message: it is neither JSON nor a server's log that shows a statement.
pub(super) fn is_sound(before: &[u8]) -> bool {
    before.len() <= LONGEST
        && memchr::memchr2(b'\'', b'"', before).is_none()
        && !before.trim_ascii_start().starts_with(b"{")
        && memchr::memmem::find(before, b":  ").is_none_or(|at| {
            // Postgres writes its levels so; others fill up `INFO:     `.
            before
                .get(at..)
                .is_some_and(|rest| rest.starts_with(b":   "))
        })
}

impl<'a> Prefix<'a> {
    /// Reads what stands before a message and, where a logger puts its name first, between name and message.
    pub(super) fn read(before: &'a [u8], between: &'a [u8]) -> Self {
        let mut prefix = Self::default();
        let mut pieces: Vec<&'a [u8]> = Vec::new();
        for part in [before, between] {
            let mut rest = part;
            while let Some(found) = clock::find(rest) {
                if prefix.time.is_none() {
                    prefix.time = Some(found.micros);
                    prefix.utc_offset = found.offset;
                    prefix.zone_unknown = !found.known;
                }
                split(rest.get(..found.place.0).unwrap_or_default(), &mut pieces);
                rest = rest.get(found.place.1..).unwrap_or_default();
            }
            split(rest, &mut pieces);
        }
        prefix.thread = match (pieces.iter().find(|piece| is_id(piece)), &*pieces) {
            (Some(id), _) => Cow::Borrowed(id),
            (None, []) => Cow::Borrowed(b""),
            (None, [one]) => Cow::Borrowed(one),
            (None, many) => Cow::Owned(many.join(&b' ')),
        };
        prefix
    }

    /// As it is, but for a thread that is no id: one thread of Node does the work of all requests.
    pub(super) fn with_id_only(mut self) -> Self {
        if !is_id(&self.thread) {
            self.thread = Cow::Borrowed(b"");
        }
        self
    }

    /// The same, of text that is kept.
    pub(super) fn into_owned(self) -> Prefix<'static> {
        Prefix {
            thread: Cow::Owned(self.thread.into_owned()),
            time: self.time,
            utc_offset: self.utc_offset,
            zone_unknown: self.zone_unknown,
        }
    }

    /// A record of what stood behind it.
    pub(super) fn record<'b>(&'b self, offset: u64, what: AppEvent<'b>) -> AppRecord<'b> {
        AppRecord {
            offset,
            time: self.time,
            utc_offset: self.utc_offset,
            zone_unknown: self.zone_unknown,
            thread: Cow::Borrowed(&self.thread),
            what,
        }
    }
}

/// The parts of a prefix that may name a thread or a request.
fn split<'a>(part: &'a [u8], pieces: &mut Vec<&'a [u8]>) {
    for piece in part.split(|byte| b" \t|[](){}<>,;\"".contains(byte)) {
        let mut piece = without_level(trimmed(piece));
        if let Some(at) = memchr::memchr(b'=', piece) {
            let (key, value) = piece.split_at_checked(at).unwrap_or_default();
            if NO_THREADS_KEYS.iter().any(|known| known.as_bytes() == key) {
                continue;
            }
            piece = trimmed(value);
        }
        if !piece.is_empty() && !is_known(piece) && !is_number_of_dots(piece) {
            pieces.push(piece);
        }
    }
}

/// `werkzeug` of `INFO:werkzeug`.
fn without_level(piece: &[u8]) -> &[u8] {
    let level = memchr::memchr(b':', piece).and_then(|at| piece.split_at_checked(at));
    match level {
        Some((level, rest)) if is_level(level) => rest.get(1..).unwrap_or_default(),
        _ => piece,
    }
}

fn is_level(word: &[u8]) -> bool {
    LEVELS
        .iter()
        .any(|level| level.as_bytes().eq_ignore_ascii_case(word))
}

fn trimmed(mut piece: &[u8]) -> &[u8] {
    while let [b':' | b'-' | b'=' | b'#' | b'.' | b'*', rest @ ..]
    | [rest @ .., b':' | b'-' | b'=' | b'#' | b'.' | b'*'] = piece
    {
        piece = rest;
    }
    piece
}

/// What a logger says about a record that differs from line to line of one thread, or tells nothing.
const NO_THREADS_KEYS: [&str; 14] = [
    "level",
    "levelname",
    "severity",
    "time",
    "ts",
    "timestamp",
    "asctime",
    "logger",
    "name",
    "line",
    "lineno",
    "pathname",
    "filename",
    "trace_sampled",
];

/// Names of loggers and of modules in which they are called.
const LOGGERS: [&str; 17] = [
    "sqlalchemy",
    "django",
    "werkzeug",
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "daphne",
    "sequelize",
    "TypeORM",
    "Nest",
    "base",
    "log",
    "utils",
    "basehttp",
    "_internal",
    "root",
    "in",
];

pub(super) const LEVELS: [&str; 13] = [
    "TRACE", "DEBUG", "LOG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL",
    "VERBOSE", "SILLY", "HTTP",
];

fn is_known(piece: &[u8]) -> bool {
    let first = piece.split(|byte| matches!(byte, b'.' | b':')).next();
    piece.len() == 1 && piece.iter().all(u8::is_ascii_uppercase)
        || is_level(piece)
        || matches!(piece, b"AM" | b"PM")
        || LOGGERS.iter().any(|name| Some(name.as_bytes()) == first)
        || memchr::memmem::find(piece, b".py").is_some()
}

/// Times, dates and addresses: digits with something in between.
fn is_number_of_dots(piece: &[u8]) -> bool {
    piece
        .iter()
        .all(|byte| byte.is_ascii_digit() || b".:/-+".contains(byte))
        && !piece.iter().all(u8::is_ascii_digit)
}

/// Whether this names a request or a trace, and not a thread: 16 hexadecimal digits or more, dashes or none.
fn is_id(piece: &[u8]) -> bool {
    let digits = piece.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    digits >= 16
        && piece
            .iter()
            .all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
        && !piece.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, between: &str, time: bool, thread: &str) {
        let prefix = Prefix::read(before.as_bytes(), between.as_bytes());
        let expected = time.then_some(1_795_234_219_987_000);
        assert_eq!(prefix.time, expected, "{before}{between}");
        let got = String::from_utf8_lossy(&prefix.thread).into_owned();
        assert_eq!(got, thread, "{before}{between}");
    }

    #[test]
    fn threads_of_many_loggers() {
        let id = "97b54fa378545d92b22d24ccd7cf5f42";
        check("2026-11-21 04:10:19,987 INFO ", "", true, "");
        check("INFO:", "", false, "");
        check("INFO  [", "", false, "");
        check("2026-11-21 04:10:19,987 INFO [w2] ", "", true, "w2");
        check(
            "2026-11-21 04:10:19,987 INFO [Thread-1 (process_request_thread)] ",
            "",
            true,
            "Thread-1 process_request_thread",
        );
        check(
            &format!("2026-11-21 04:10:19,987 INFO [w2] [{id}] "),
            "",
            true,
            id,
        );
        check(
            "2026-11-21 04:10:19,987 INFO [",
            &format!(" [base.py:1846] [trace_id={id} span_id=af3] - "),
            true,
            id,
        );
        check(
            "[2026-11-21 04:10:19,987: INFO/MainProcess] ",
            "",
            true,
            "INFO/MainProcess",
        );
        check(
            "D, [2026-11-21T04:10:19.987000 #71] DEBUG -- : ",
            "",
            true,
            "71",
        );
        check(
            "D, [2026-11-21T04:10:19.987000 #71] DEBUG -- : [10.0.0.1] [e8a5731b-1c2d-4e5f-8a9b-0c1d2e3f4a5b] ",
            "",
            true,
            "e8a5731b-1c2d-4e5f-8a9b-0c1d2e3f4a5b",
        );
        check(
            "DEBUG 2026-11-21 04:10:19,987 utils 123 1402134 ",
            "",
            true,
            "123 1402134",
        );
        check("level=info thread=w2 ", "", false, "w2");
    }

    #[test]
    fn what_may_stand_before_a_message() {
        assert!(is_sound(b"INFO:     "));
        assert!(is_sound(b"2026-11-21 04:10:19,987 INFO "));
        assert!(!is_sound(
            b"2026-11-21 04:10:19.987 UTC [7] LOG:  statement: "
        ));
        assert!(!is_sound(b"{\"message\": "));
        assert!(!is_sound(b"INSERT INTO logs VALUES ('"));
    }
}
