//! What a record's message says about statements.

use std::borrow::Cow;

use super::record::{Record, Severity};

/// What a record means for the workload.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning<'a> {
    /// A statement ran and took `micros` microseconds.
    Execution {
        micros: u64,
        sql: &'a [u8],
        parameters: &'a [u8],
    },
    /// A statement was logged before it ran (`log_statement`); its duration may follow.
    Statement { sql: &'a [u8], parameters: &'a [u8] },
    /// A duration alone (`log_duration`).
    Duration { micros: u64 },
    /// The parse or bind step of the extended protocol, which is not an execution of its own.
    Part { micros: u64 },
    /// A statement failed.
    Error { sql: &'a [u8] },
    /// Anything else.
    Other,
    /// It begins like a duration, but can't be read to its end.
    Broken(&'static str),
}

/// Reads a record's message. The texts are those of `exec_simple_query` and its like in PostgreSQL's `postgres.c`.
pub(super) fn interpret<'a>(record: &'a Record<'_>) -> Meaning<'a> {
    let parameters = parameters(&record.detail);
    match record.severity {
        Severity::Error => Meaning::Error {
            sql: &record.statement,
        },
        // Notices come from functions (`RAISE`) and extensions; a statement's own record is always LOG.
        Severity::Notice => Meaning::Other,
        // So is a LOG record with a context: a function's RAISE LOG may print anything, even a duration.
        Severity::Log if !record.context.is_empty() => Meaning::Other,
        Severity::Log => {
            let message = without_sqlstate(&record.message);
            if let Some(rest) = message.strip_prefix(b"duration: ") {
                duration(rest, parameters)
            } else if let Some(sql) = message.strip_prefix(b"statement: ") {
                Meaning::Statement { sql, parameters }
            } else if let Some(rest) = message.strip_prefix(b"execute ") {
                after_name(rest)
                    .map_or(Meaning::Other, |sql| Meaning::Statement { sql, parameters })
            } else {
                Meaning::Other
            }
        }
    }
}

/// The list in `parameters: $1 = '5', $2 = NULL`, empty when the detail is another.
pub(super) fn parameters(detail: &[u8]) -> &[u8] {
    detail
        .strip_prefix(b"parameters: ")
        .or_else(|| detail.strip_prefix(b"Parameters: "))
        .unwrap_or_default()
}

/// The values of a parameter list in the order of their numbers: `$1 = 'it''s', $2 = NULL`.
///
/// A value that was cut off by `log_parameter_max_length` ends in `...` as the server wrote it.
pub(super) fn parameter_values(list: &str) -> Vec<Option<String>> {
    let mut values: Vec<Option<String>> = Vec::new();
    let mut rest = list;
    while let Some(after) = rest.trim_start_matches([',', ' ', '\n']).strip_prefix('$') {
        let Some((number, value)) = after.split_once(" = ") else {
            break;
        };
        let Ok(number) = number.parse::<usize>() else {
            break;
        };
        let (value, tail) = parameter_value(value);
        // Numbers count up from 1; anything else is not a list that the server wrote.
        if number != values.len() + 1 {
            break;
        }
        values.push(value);
        rest = tail;
    }
    values
}

fn parameter_value(text: &str) -> (Option<String>, &str) {
    let Some(quoted) = text.strip_prefix('\'') else {
        let end = text.find(", $").unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return ((value.trim_end() != "NULL").then(|| value.to_owned()), rest);
    };
    let mut value = String::new();
    let mut rest = quoted;
    while let Some((part, tail)) = rest.split_once('\'') {
        value.push_str(part);
        match tail.strip_prefix('\'') {
            Some(tail) => {
                value.push('\'');
                rest = tail;
            }
            None => return (Some(value), tail),
        }
    }
    value.push_str(rest);
    (Some(value), "")
}

/// `log_error_verbosity = verbose` puts `00000: ` before the message.
fn without_sqlstate(message: &[u8]) -> &[u8] {
    match message.split_first_chunk::<7>() {
        Some((head, rest))
            if head.ends_with(b": ")
                && head[..5]
                    .iter()
                    .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) =>
        {
            rest
        }
        _ => message,
    }
}

fn duration<'a>(text: &'a [u8], parameters: &'a [u8]) -> Meaning<'a> {
    let Some((micros, rest)) = milliseconds(text) else {
        return Meaning::Broken("the line is cut off: no duration");
    };
    if rest.trim_ascii().is_empty() {
        return Meaning::Duration { micros };
    }
    let Some(rest) = rest.strip_prefix(b"  ") else {
        return Meaning::Other;
    };
    if let Some(sql) = rest.strip_prefix(b"statement: ") {
        return Meaning::Execution {
            micros,
            sql,
            parameters,
        };
    }
    if rest.starts_with(b"parse ") || rest.starts_with(b"bind ") {
        return Meaning::Part { micros };
    }
    // A portal that is fetched from in steps is one execution: the later steps are parts of it.
    if rest.starts_with(b"execute fetch from ") {
        return Meaning::Part { micros };
    }
    if let Some(named) = rest.strip_prefix(b"execute ") {
        return match after_name(named) {
            Some(sql) => Meaning::Execution {
                micros,
                sql,
                parameters,
            },
            None => Meaning::Broken("the line is cut off: no statement after its duration"),
        };
    }
    if KINDS.iter().any(|kind| kind.starts_with(rest)) {
        return Meaning::Broken("the line is cut off: no statement after its duration");
    }
    Meaning::Other
}

/// What may follow a duration.
const KINDS: [&[u8]; 5] = [b"statement: ", b"parse ", b"bind ", b"execute ", b"plan:"];

/// What follows the name of a prepared statement or portal: the name ends at the first colon and space,
/// names of drivers hold colons (`py:0x7f31_0`).
fn after_name(text: &[u8]) -> Option<&[u8]> {
    let at = memchr::memmem::find(text, b": ")?;
    text.get(at + 2..)
}

/// `0.461 ms` in microseconds, and what follows.
fn milliseconds(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = memchr::memmem::find(text.get(..text.len().min(32))?, b" ms")?;
    let (number, rest) = text.split_at_checked(end)?;
    let mut parts = number.splitn(2, |b| *b == b'.');
    let whole = integer(parts.next()?)?;
    let fraction = parts.next().unwrap_or(b"000");
    // The server prints exactly three decimals.
    let micros = if fraction.len() == 3 {
        integer(fraction)?
    } else {
        return None;
    };
    Some((
        whole.checked_mul(1_000)?.checked_add(micros)?,
        rest.get(3..)?,
    ))
}

fn integer(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |n, b| {
        if b.is_ascii_digit() {
            n.checked_mul(10)?.checked_add(u64::from(b - b'0'))
        } else {
            None
        }
    })
}

/// A text of the text log without the tabs that the server puts before continued lines.
pub(super) fn untabbed(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\n', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    for (i, line) in text.split(|b| *b == b'\n').enumerate() {
        if i > 0 {
            out.push(b'\n');
        }
        out.extend_from_slice(if i > 0 {
            line.strip_prefix(b"\t").unwrap_or(line)
        } else {
            line
        });
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(message: &str) -> Record<'_> {
        Record {
            message: Cow::Borrowed(message.as_bytes()),
            ..Record::default()
        }
    }

    fn check(message: &str, expected: &Meaning<'_>) {
        assert_eq!(&interpret(&log(message)), expected, "{message}");
    }

    #[test]
    fn durations() {
        check(
            "duration: 0.095 ms  statement: BEGIN",
            &Meaning::Execution {
                micros: 95,
                sql: b"BEGIN",
                parameters: b"",
            },
        );
        check(
            "duration: 10.461 ms  execute py:0x7f_0: SELECT 1",
            &Meaning::Execution {
                micros: 10_461,
                sql: b"SELECT 1",
                parameters: b"",
            },
        );
        check(
            "00000: duration: 1.184 ms  statement: S",
            &Meaning::Execution {
                micros: 1_184,
                sql: b"S",
                parameters: b"",
            },
        );
        check(
            "duration: 0.1 ms  statement: S",
            &Meaning::Broken("the line is cut off: no duration"),
        );
        check("duration: 0.353 ms", &Meaning::Duration { micros: 353 });
        check("duration: 0.353 ms\r", &Meaning::Duration { micros: 353 });
        check(
            "duration: 1.000 ms  bind <unnamed>: S",
            &Meaning::Part { micros: 1_000 },
        );
        check(
            "duration: 1.000 ms  execute fetch from c: S",
            &Meaning::Part { micros: 1_000 },
        );
        check(
            "duration: 1.000 ms  plan:\n\tQuery Text: S",
            &Meaning::Other,
        );
        check(
            "duration: 1.000 ms  exec",
            &Meaning::Broken("the line is cut off: no statement after its duration"),
        );
        check(
            "duration: 1.0",
            &Meaning::Broken("the line is cut off: no duration"),
        );
        check(
            "duration: 99999999999999999999.000 ms",
            &Meaning::Broken("the line is cut off: no duration"),
        );
    }

    #[test]
    fn statements_that_wait_for_their_duration() {
        check(
            "statement: BEGIN",
            &Meaning::Statement {
                sql: b"BEGIN",
                parameters: b"",
            },
        );
        check(
            "execute a/b: SELECT 1",
            &Meaning::Statement {
                sql: b"SELECT 1",
                parameters: b"",
            },
        );
        check(
            "raised: duration: 77.000 ms  statement: nope",
            &Meaning::Other,
        );
    }

    #[test]
    fn a_raised_duration_is_not_an_execution() {
        let mut record = log("duration: 77.000 ms  statement: nope");
        record.context = Cow::Borrowed(b"PL/pgSQL function f() line 1 at RAISE");
        assert_eq!(interpret(&record), Meaning::Other);
    }

    #[test]
    fn parameters_are_read_by_their_quotes() {
        let list = "$1 = 'it''s', $2 = NULL, $3 = 'a, $4 = ''x''', $4 = 'NULL', $5 = 'zzz...'";
        let values = parameter_values(list);
        let texts: Vec<Option<&str>> = values.iter().map(Option::as_deref).collect();
        assert_eq!(
            texts,
            [
                Some("it's"),
                None,
                Some("a, $4 = 'x'"),
                Some("NULL"),
                Some("zzz...")
            ]
        );
    }
}
