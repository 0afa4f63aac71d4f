//! What a record's message says about statements.

use std::borrow::Cow;

use super::explained::explained;
use super::notable::{Class, Notable, notable};
use super::phrases::{self, Detail, Phrase, Step};
use super::prepared;
use super::record::{Record, Severity};

/// What a record means for the workload. Durations are microseconds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning<'a> {
    /// A statement ran.
    Execution {
        micros: u64,
        text: Text<'a>,
        plan_follows: bool,
    },
    /// A step of the extended protocol that is not an execution of its own.
    Part {
        micros: u64,
        text: Text<'a>,
        fetch: bool,
    },
    /// A statement was logged before it ran (`log_statement`); its duration may follow.
    Statement { text: Text<'a>, plan_follows: bool },
    /// A duration alone (`log_duration`).
    Duration { micros: u64 },
    /// A plan of `auto_explain`.
    Plan {
        micros: u64,
        text: Text<'a>,
        nested: bool,
    },
    /// A statement failed, or a session did.
    Error { sql: &'a [u8], what: Notable },
    /// Something else that has a type.
    Notable(Notable),
    /// Anything else.
    Other,
    /// It begins like a duration, but can't be read to its end.
    Broken(&'static str),
}

/// A statement's text and its bound parameters, as the log has them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text<'a> {
    pub sql: Cow<'a, [u8]>,
    pub parameters: Cow<'a, [u8]>,
}

/// Reads a record's message.
pub(super) fn interpret<'a>(record: &'a Record<'_>) -> Meaning<'a> {
    let (message, sqlstate) = split_sqlstate(record);
    let found = phrases::phrase(message);
    let nested = !record.context.is_empty();
    if record.severity.is_error() {
        return Meaning::Error {
            sql: &record.statement,
            what: failure(record.severity, found, sqlstate),
        };
    }
    // The server tells no statement beside its own records of statements and plans, but beside what an application
    // raises: and that may look like anything.
    let raised = !record.statement.is_empty() || is_raised(&record.context);
    match found {
        // auto_explain.log_level may be any level.
        Some(Phrase::Plan { micros, plan }) if !raised => plan_of(micros, plan, nested),
        Some(Phrase::Event(event)) => {
            notable(&event, sqlstate).map_or(Meaning::Other, Meaning::Notable)
        }
        // A statement's own record is always LOG and has no context.
        Some(phrase) if record.severity == Severity::Log && !nested && !raised => {
            of_statement(phrase, &record.detail)
        }
        _ if record.severity == Severity::Warning => Meaning::Notable(Notable {
            class: Class::Warning,
            amount: 0,
            sqlstate,
        }),
        _ => Meaning::Other,
    }
}

fn of_statement<'a>(phrase: Phrase<'a>, detail: &'a [u8]) -> Meaning<'a> {
    match phrase {
        Phrase::Ran { micros, sql } => Meaning::Execution {
            micros,
            text: simple(sql, detail),
            // A cursor's plan is written when it is closed.
            plan_follows: begins_with(sql, b"DECLARE"),
        },
        Phrase::Step {
            micros, step, sql, ..
        } => {
            let text = bound(prepared::without_name(sql), detail);
            match step {
                Step::Execute => Meaning::Execution {
                    micros,
                    text,
                    plan_follows: true,
                },
                Step::Parse | Step::Bind | Step::Fetch => Meaning::Part {
                    micros,
                    text,
                    fetch: step == Step::Fetch,
                },
            }
        }
        Phrase::Statement { sql } => Meaning::Statement {
            text: simple(sql, detail),
            plan_follows: begins_with(sql, b"DECLARE"),
        },
        Phrase::Execute {
            step: Step::Execute,
            sql,
            ..
        } => Meaning::Statement {
            text: bound(prepared::without_name(sql), detail),
            plan_follows: true,
        },
        Phrase::Duration { micros } => Meaning::Duration { micros },
        Phrase::Broken(what) => Meaning::Broken(what),
        _ => Meaning::Other,
    }
}

/// A simple statement; `EXECUTE name (…)` stands for the statement that was prepared, which its detail shows.
fn simple<'a>(sql: &'a [u8], detail: &'a [u8]) -> Text<'a> {
    if detail.is_empty() {
        return Text {
            sql: Cow::Borrowed(sql),
            parameters: Cow::Borrowed(b""),
        };
    }
    match phrases::detail(detail) {
        Detail::Prepare(text) => match prepared::body(text) {
            Some(body) => Text {
                sql: Cow::Borrowed(body),
                parameters: Cow::Owned(prepared::parameters(sql)),
            },
            None => bound(sql, b""),
        },
        _ => bound(sql, detail),
    }
}

fn bound<'a>(sql: &'a [u8], detail: &'a [u8]) -> Text<'a> {
    Text {
        sql: Cow::Borrowed(sql),
        parameters: Cow::Borrowed(parameters(detail)),
    }
}

fn plan_of(micros: u64, plan: &[u8], nested: bool) -> Meaning<'_> {
    match explained(plan) {
        Some(e) => Meaning::Plan {
            micros,
            text: Text {
                sql: executed(e.sql),
                parameters: e.parameters,
            },
            nested,
        },
        None => Meaning::Broken("the plan names no statement, or is cut off"),
    }
}

/// The statement that `EXECUTE` ran: its plan shows the text that prepared it.
fn executed(sql: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    if !begins_with(&sql, b"PREPARE") {
        return sql;
    }
    match sql {
        Cow::Borrowed(text) => Cow::Borrowed(prepared::body(text).unwrap_or(text)),
        Cow::Owned(text) => match prepared::body(&text) {
            Some(body) => Cow::Owned(body.to_vec()),
            None => Cow::Owned(text),
        },
    }
}

/// What an error is about, by its message, else by its SQLSTATE (PostgreSQL documentation, appendix A).
fn failure(severity: Severity, found: Option<Phrase<'_>>, sqlstate: Option<[u8; 5]>) -> Notable {
    if let Some(Phrase::Event(event)) = found
        && let Some(known) = notable(&event, sqlstate)
    {
        return known;
    }
    let class = match sqlstate.as_ref() {
        Some(b"40P01") => Class::Deadlock,
        Some(b"40001") => Class::SerializationFailure,
        Some(b"55P03") => Class::LockNotAvailable,
        Some(b"25P03") => Class::IdleInTransactionTimeout,
        Some(b"53300") => Class::TooManyConnections,
        _ if severity == Severity::Error => Class::Error,
        _ => Class::Fatal,
    };
    Notable {
        class,
        amount: 0,
        sqlstate,
    }
}

/// Whether a function's `RAISE` has printed the message: the first line of the context says so in every language.
fn is_raised(context: &[u8]) -> bool {
    let end = memchr::memchr(b'\n', context).unwrap_or(context.len());
    let innermost = context.get(..end).unwrap_or(context).trim_ascii_end();
    innermost.ends_with(b"RAISE")
}

/// The list in `parameters: $1 = '5', $2 = NULL`, empty when the detail is another.
pub(super) fn parameters(detail: &[u8]) -> &[u8] {
    if detail.is_empty() {
        return b"";
    }
    match phrases::detail(detail) {
        Detail::Parameters(list) => list,
        _ => b"",
    }
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

/// Values as the server's log lists them: the reverse of [`parameter_values`].
pub(super) fn parameter_list(values: &[Option<String>]) -> String {
    let mut list = String::new();
    for (number, value) in (1_usize..).zip(values) {
        if number > 1 {
            list.push_str(", ");
        }
        list.push('$');
        list.push_str(&number.to_string());
        match value {
            Some(value) => {
                list.push_str(" = '");
                list.push_str(&value.replace('\'', "''"));
                list.push('\'');
            }
            None => list.push_str(" = NULL"),
        }
    }
    list
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

/// The message without the SQLSTATE that `log_error_verbosity = verbose` puts before it, and the SQLSTATE.
fn split_sqlstate<'a>(record: &'a Record<'_>) -> (&'a [u8], Option<[u8; 5]>) {
    // Successful completion says nothing.
    let telling = |state: Option<[u8; 5]>| state.filter(|s| s != b"00000");
    let known = telling(state(&record.sqlstate));
    let before = record.message.split_at_checked(5);
    match before.and_then(|(word, rest)| Some((state(word)?, rest.strip_prefix(b": ")?))) {
        Some((state, rest)) => (rest, telling(Some(state))),
        None => (&record.message, known),
    }
}

fn state(text: &[u8]) -> Option<[u8; 5]> {
    let state: [u8; 5] = text.try_into().ok()?;
    state
        .iter()
        .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        .then_some(state)
}

fn begins_with(sql: &[u8], word: &[u8]) -> bool {
    let sql = sql.trim_ascii_start();
    sql.get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// The duration in microseconds and the plan of a record of `auto_explain`, and on how many lines of the record the
/// plan has not begun yet.
pub(super) fn planned<'a>(record: &'a Record<'_>) -> Option<(u64, &'a [u8], u64)> {
    let message = split_sqlstate(record).0;
    match phrases::phrase(message)? {
        Phrase::Plan { micros, plan } => {
            let before = message.len().saturating_sub(plan.len());
            let before = message.get(..before).unwrap_or_default();
            let lines = memchr::memchr_iter(b'\n', before).count();
            Some((micros, plan, lines as u64))
        }
        _ => None,
    }
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

    fn text(sql: &str) -> Text<'_> {
        Text {
            sql: Cow::Borrowed(sql.as_bytes()),
            parameters: Cow::Borrowed(b""),
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
                text: text("BEGIN"),
                plan_follows: false,
            },
        );
        check(
            "duration: 10.461 ms  execute py:0x7f_0: SELECT 1",
            &Meaning::Execution {
                micros: 10_461,
                text: text("SELECT 1"),
                plan_follows: true,
            },
        );
        check(
            "00000: duration: 1.184 ms  statement: DECLARE c CURSOR FOR SELECT 1",
            &Meaning::Execution {
                micros: 1_184,
                text: text("DECLARE c CURSOR FOR SELECT 1"),
                plan_follows: true,
            },
        );
        check("duration: 0.353 ms", &Meaning::Duration { micros: 353 });
        for (step, fetch) in [
            ("parse a", false),
            ("bind <unnamed>", false),
            ("execute fetch from c", true),
        ] {
            check(
                &format!("duration: 1.000 ms  {step}: S"),
                &Meaning::Part {
                    micros: 1_000,
                    text: text("S"),
                    fetch,
                },
            );
        }
        check(
            "duration: 1.000 ms  plan:\n\tQuery Text: S\n\tResult  (cost=0.00..1.00 rows=1 width=4)",
            &Meaning::Plan {
                micros: 1_000,
                text: text("S"),
                nested: false,
            },
        );
        for cut in [
            "duration: 1.0",
            "duration: 0.1 ms  statement: S",
            "duration: 99999999999999999999.000 ms",
            "duration: 1.000 ms  exec",
        ] {
            assert!(matches!(interpret(&log(cut)), Meaning::Broken(_)), "{cut}");
        }
    }

    #[test]
    fn statements_that_wait_for_their_duration() {
        check(
            "statement: BEGIN",
            &Meaning::Statement {
                text: text("BEGIN"),
                plan_follows: false,
            },
        );
        check(
            "execute a/b: SELECT 1",
            &Meaning::Statement {
                text: text("SELECT 1"),
                plan_follows: true,
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
        // With log_error_verbosity = terse there is no context.
        let mut record = log("duration: 77.000 ms  statement: nope");
        record.statement = Cow::Borrowed(b"SELECT f()");
        assert_eq!(interpret(&record), Meaning::Other);
        let mut record = log(
            "duration: 1.000 ms  plan:\n\tQuery Text: S\n\tResult  (cost=0.00..1.00 rows=1 width=4)",
        );
        record.context = Cow::Borrowed("Fonction PL/pgSQL f(), ligne 1, à RAISE\n\tz".as_bytes());
        record.severity = Severity::Notice;
        assert_eq!(interpret(&record), Meaning::Other);
        let mut record = log("duration: 77.000 ms  statement: nope");
        record.severity = Severity::Warning;
        assert!(matches!(interpret(&record), Meaning::Notable(_)));
    }

    #[test]
    fn execute_stands_for_what_was_prepared() {
        let mut record = log("duration: 1.000 ms  statement: EXECUTE pp(1, 'it''s')");
        record.detail = Cow::Borrowed(b"prepare: PREPARE pp(int, text) AS SELECT $1, $2");
        let expected = Text {
            sql: Cow::Borrowed(b"SELECT $1, $2"),
            parameters: Cow::Borrowed(b"$1 = '1', $2 = 'it''s'"),
        };
        assert_eq!(
            interpret(&record),
            Meaning::Execution {
                micros: 1_000,
                text: expected,
                plan_follows: false,
            }
        );
    }

    #[test]
    fn a_plan_of_execute_is_that_of_what_was_prepared() {
        check(
            "duration: 1.000 ms  plan:\n\tQuery Text: prepare p(int) AS S\n\tResult  (cost=0.00..1.00 rows=1 width=4)",
            &Meaning::Plan {
                micros: 1_000,
                text: text("S"),
                nested: false,
            },
        );
    }

    #[test]
    fn errors_have_a_class() {
        for (message, class, state) in [
            ("42601: syntax error", Class::Error, Some(*b"42601")),
            ("40P01: x", Class::Deadlock, Some(*b"40P01")),
            ("division by zero", Class::Error, None),
        ] {
            let record = Record {
                severity: Severity::Error,
                ..log(message)
            };
            let what = Notable {
                class,
                amount: 0,
                sqlstate: state,
            };
            assert_eq!(interpret(&record), Meaning::Error { sql: b"", what });
        }
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
