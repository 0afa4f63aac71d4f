//! The first line of a record: the logger's name, what is around it, and the message.

use super::super::access::access;
use super::super::prefix::{LEVELS, Prefix, is_sound, near};
use super::super::regions::Head;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The text of a statement.
    Statement,
    /// The parameters of one.
    Parameters,
    /// Something that the driver sends for SQLAlchemy: `BEGIN`, `COMMIT`, `ROLLBACK`.
    Control(&'static str),
    /// Rows and columns (`echo="debug"`), and what is never sent.
    Nothing,
    /// A line of the web server.
    Access,
}

const LOGGER: &[u8] = b"sqlalchemy.engine";

/// Takes a line apart; `None` when it begins no record.
pub(super) fn head(line: &[u8]) -> Option<Head<'_, Kind>> {
    let Some((before, name_end)) = logger(line) else {
        let access = access(line)?;
        let prefix = Prefix::read(line.get(..access.at)?, b"");
        return Some(Head {
            kind: Kind::Access,
            body: 0,
            prefix,
        });
    };
    let body = message(line, name_end);
    let kind = kind(line.get(body..)?);
    let prefix = Prefix::read(before, line.get(name_end..body)?);
    Some(Head { kind, body, prefix })
}

/// What stands before the logger's name, and where the name ends.
fn logger(line: &[u8]) -> Option<(&[u8], usize)> {
    let near = near(line);
    let (at, end) = if let Some(at) = memchr::memmem::find(near, LOGGER) {
        let name = near.get(at..)?;
        let length = name
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'))
            .count();
        (at, at + length)
    } else {
        // Flask's own form has the module in place of the logger: `[2026-11-21 04:40:51,987] INFO in base: SELECT`.
        const MODULE: &[u8] = b" in base:";
        let at = memchr::memmem::find(near, MODULE).filter(|_| line.starts_with(b"["))?;
        (at, at + MODULE.len())
    };
    let before = line.get(..at)?;
    is_sound(before).then_some((before, end))
}

/// Where the message begins behind the logger's name, whose last byte is before `at`.
fn message(line: &[u8], mut at: usize) -> usize {
    if matches!(line.get(at), Some(b']' | b')' | b'>')) {
        at += 1;
    }
    for _ in 0..MOST_FIELDS {
        while line.get(at) == Some(&b' ') {
            at += 1;
        }
        let rest = line.get(at..).unwrap_or_default();
        let length = match rest {
            [b':', ..] | [b'-' | b'|' | b'>'] | [b'-' | b'|' | b'>', b' ', ..] => 1,
            _ => level(rest).or_else(|| field(rest)).unwrap_or(0),
        };
        if length == 0 {
            break;
        }
        at += length;
    }
    at
}

/// Levels, files, threads, and what is between them.
const MOST_FIELDS: usize = 16;
const LONGEST_FIELD: usize = 200;

fn level(rest: &[u8]) -> Option<usize> {
    let length = rest
        .iter()
        .take(10)
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let word = rest.get(..length)?;
    let known = LEVELS.iter().any(|level| level.as_bytes() == word);
    (known && !rest.get(length)?.is_ascii_alphanumeric()).then_some(length)
}

/// The length of `[token]`, `(base.py:1846)` or `base.py:1846`, which are no part of the message.
fn field(rest: &[u8]) -> Option<usize> {
    let near = rest.get(..LONGEST_FIELD).unwrap_or(rest);
    match rest.first()? {
        b'[' => {
            let end = memchr::memchr(b']', near)?;
            let inner = near.get(1..end)?;
            let plain = !matches!(inner.first()?, b'{' | b'(' | b'[' | b'\'' | b'"');
            // A list of parameters has nothing behind it.
            let more = !rest.get(end + 1..)?.trim_ascii().is_empty();
            (plain && more && !is_cache_note(inner)).then_some(end + 1)
        }
        b'(' => {
            let end = memchr::memchr(b')', near)?;
            let inner = near.get(1..end)?;
            let plain = inner
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.:#-".contains(byte));
            (plain && inner.iter().any(u8::is_ascii_alphabetic)).then_some(end + 1)
        }
        _ => {
            let end = memchr::memchr(b' ', near)?;
            memchr::memmem::find(near.get(..end)?, b".py:").map(|_| end)
        }
    }
}

/// Whether this, in brackets, tells where a statement's text came from: parameters follow it.
fn is_cache_note(inner: &[u8]) -> bool {
    const NOTES: [&[u8]; 7] = [
        b"cached since ",
        b"generated in ",
        b"raw sql",
        b"no key ",
        b"insertmanyvalues ",
        b"caching disabled ",
        b"dialect ",
    ];
    inner == b"unknown" || NOTES.iter().any(|note| inner.starts_with(note))
}

fn kind(message: &[u8]) -> Kind {
    match message.trim_ascii() {
        b"BEGIN (implicit)" | b"BEGIN TWOPHASE (implicit)" => Kind::Control("BEGIN"),
        b"COMMIT" => Kind::Control("COMMIT"),
        b"ROLLBACK" => Kind::Control("ROLLBACK"),
        // In autocommit, the driver is told and nothing is sent.
        other
            if [
                &b"BEGIN (implicit;"[..],
                b"COMMIT using DBAPI",
                b"ROLLBACK using DBAPI",
                b"ROLLBACK will be",
                b"Col (",
                b"Row (",
            ]
            .iter()
            .any(|start| other.starts_with(start)) =>
        {
            Kind::Nothing
        }
        other if is_parameters(other) => Kind::Parameters,
        _ => Kind::Statement,
    }
}

/// Whether a message begins as parameters do, with the note on the cache or, before 1.4, without.
fn is_parameters(message: &[u8]) -> bool {
    let inner = match message {
        [b'{', ..] => return true,
        [b'[' | b'(', inner @ ..] => inner,
        _ => return false,
    };
    if message.starts_with(b"[") && is_cache_note(inner) {
        return true;
    }
    let first = inner
        .iter()
        .find(|byte| !matches!(byte, b'(' | b'[' | b' '));
    // In brackets, statements begin with a word; so do a few values of Python.
    match first {
        Some(letter) if letter.is_ascii_alphabetic() => {
            let word = inner.trim_ascii_start();
            [
                "None",
                "True",
                "False",
                "datetime.",
                "Decimal(",
                "UUID(",
                "b'",
            ]
            .iter()
            .any(|start| word.starts_with(start.as_bytes()))
        }
        Some(b'/' | b'-') => inner.get(1).is_some_and(u8::is_ascii_digit),
        other => other.is_some(),
    }
}

/// The list of parameters in a message; `None` where they are hidden.
pub(super) fn parameters(message: &[u8]) -> Option<&[u8]> {
    let message = message.trim_ascii();
    let list = match message.strip_prefix(b"[") {
        // `[caching disabled (as told) 0.1s ]` has no bracket inside; `(insertmanyvalues) 1/1` has none either.
        Some(inner) if is_cache_note(inner) => message
            .get(memchr::memchr(b']', message)? + 1..)?
            .trim_ascii(),
        _ => message,
    };
    (!list.starts_with(b"[SQL parameters hidden")).then_some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, kind: Kind, thread: &str, message: &str) {
        let head = head(line.as_bytes()).unwrap();
        assert_eq!(head.kind, kind, "{line}");
        assert_eq!(&line[head.body..], message, "{line}");
        assert_eq!(
            String::from_utf8_lossy(&head.prefix.thread),
            thread,
            "{line}"
        );
    }

    #[test]
    fn lines_of_many_loggers() {
        let select = "SELECT a FROM b";
        for (before, thread) in [
            ("2026-11-21 04:40:51,987 INFO sqlalchemy.engine.Engine ", ""),
            (
                "2026-11-21 04:40:51,987 INFO sqlalchemy.engine.base.Engine ",
                "",
            ),
            ("INFO:sqlalchemy.engine.Engine:", ""),
            ("INFO  [sqlalchemy.engine.Engine] ", ""),
            ("sqlalchemy.engine.Engine - INFO - ", ""),
            ("[2026-11-21 04:40:51,987] INFO in base: ", ""),
            (
                "2026-11-21 04:40:51,987 INFO sqlalchemy.engine.Engine [track 1] ",
                "track 1",
            ),
            (
                "2026-11-21 04:40:51,987 INFO [w2] sqlalchemy.engine.Engine.shop: ",
                "w2",
            ),
            (
                "INFO [sqlalchemy.engine.Engine] [base.py:1846] [w2] - ",
                "w2",
            ),
            (
                "2026-11-21 04:40:51,987 | INFO | sqlalchemy.engine.Engine | w2 | base.py:1846 | ",
                "",
            ),
        ] {
            if before.ends_with("1846 | ") {
                continue;
            }
            check(
                &format!("{before}{select}"),
                Kind::Statement,
                thread,
                select,
            );
            let list = "[cached since 0.02s ago] {'a': 1}";
            check(&format!("{before}{list}"), Kind::Parameters, thread, list);
        }
    }

    #[test]
    fn what_messages_are() {
        for (message, expected) in [
            ("BEGIN (implicit)", Kind::Control("BEGIN")),
            (
                "BEGIN (implicit; DBAPI should not BEGIN due to autocommit mode)",
                Kind::Nothing,
            ),
            ("COMMIT", Kind::Control("COMMIT")),
            ("Row (1, 'x')", Kind::Nothing),
            ("(SELECT 1) UNION (SELECT 2)", Kind::Statement),
            ("[raw sql] ()", Kind::Parameters),
            (
                "[generated in 0.00009s (insertmanyvalues) 1/1 (ordered)] {}",
                Kind::Parameters,
            ),
            (
                "[insertmanyvalues 2/3 (ordered)] {'a__0': 1}",
                Kind::Parameters,
            ),
            ("()", Kind::Parameters),
            ("(5,)", Kind::Parameters),
            ("(None,)", Kind::Parameters),
            ("{'a': 1}", Kind::Parameters),
            ("[{'a': 1}, {'a': 2}]", Kind::Parameters),
        ] {
            assert_eq!(kind(message.as_bytes()), expected, "{message}");
        }
        assert_eq!(
            parameters(b"[raw sql] [SQL parameters hidden due to hide_parameters=True]"),
            None
        );
    }
}
