//! Messages about statements, and what else a message may say.

use std::sync::LazyLock;

use super::event::LogEvent;
use super::index::Index;
use super::meaning::{self, Meaning};
use super::template::{self, Captures, Fit};
use super::{number, position};

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Phrase<'a> {
    /// A duration alone (`log_duration`), in microseconds.
    Duration { micros: u64 },
    /// A statement of the simple protocol ran for `micros` microseconds.
    Ran { micros: u64, sql: &'a [u8] },
    /// A step of the extended protocol took `micros` microseconds. The name is that of the prepared statement,
    /// and of the portal behind a `/` where it has one.
    Step {
        micros: u64,
        step: Step,
        name: &'a [u8],
        sql: &'a [u8],
    },
    /// `auto_explain`'s plan of a statement that ran for `micros` microseconds.
    Plan { micros: u64, plan: &'a [u8] },
    /// A statement of the simple protocol is about to run (`log_statement`).
    Statement { sql: &'a [u8] },
    /// A statement of the extended protocol is about to run (`log_statement`).
    Execute {
        step: Step,
        name: &'a [u8],
        sql: &'a [u8],
    },
    /// It begins like a duration, but can't be read to its end: why.
    Broken(&'static str),
    /// Anything else that is known.
    Event(LogEvent<'a>),
}

/// A step of the extended protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Step {
    Parse,
    Bind,
    Execute,
    /// A further part of the rows of a portal that was executed before.
    Fetch,
}

/// Reads a message, without a SQLSTATE before it, in any language; `None` for one that is not known.
///
/// A function may print anything: only the caller can tell from level and context that the server speaks.
#[inline]
pub(in super::super) fn phrase(message: &[u8]) -> Option<Phrase<'_>> {
    english(message).or_else(|| other(message))
}

/// Kept out of line, as most messages never get here.
#[inline(never)]
fn other(message: &[u8]) -> Option<Phrase<'_>> {
    translated(message).or_else(|| translated(position::strip(message)?))
}

/// The messages that nearly all of a log consists of, without the tables.
fn english(message: &[u8]) -> Option<Phrase<'_>> {
    if let Some(rest) = message.strip_prefix(b"duration: ") {
        english_duration(rest)
    } else if let Some(sql) = message.strip_prefix(b"statement: ") {
        Some(Phrase::Statement { sql })
    } else if let Some(rest) = message.strip_prefix(b"execute ") {
        let (step, rest) = execute_or_fetch(rest);
        let (name, sql) = named(rest)?;
        Some(Phrase::Execute { step, name, sql })
    } else {
        None
    }
}

fn english_duration(text: &[u8]) -> Option<Phrase<'_>> {
    let (micros, rest) = number::thousandths(text)?;
    let rest = rest.strip_prefix(b" ms")?;
    let Some(rest) = rest.strip_prefix(b"  ") else {
        return rest
            .trim_ascii()
            .is_empty()
            .then_some(Phrase::Duration { micros });
    };
    if let Some(sql) = rest.strip_prefix(b"statement: ") {
        return Some(Phrase::Ran { micros, sql });
    }
    if let Some(plan) = rest.strip_prefix(b"plan:") {
        let plan = plan.strip_prefix(b"\r").unwrap_or(plan);
        let plan = plan.strip_prefix(b"\n").unwrap_or(plan);
        return Some(Phrase::Plan { micros, plan });
    }
    let (step, rest) = if let Some(rest) = rest.strip_prefix(b"execute ") {
        execute_or_fetch(rest)
    } else if let Some(rest) = rest.strip_prefix(b"bind ") {
        (Step::Bind, rest)
    } else {
        (Step::Parse, rest.strip_prefix(b"parse ")?)
    };
    let (name, sql) = named(rest)?;
    Some(Phrase::Step {
        micros,
        step,
        name,
        sql,
    })
}

fn execute_or_fetch(text: &[u8]) -> (Step, &[u8]) {
    text.strip_prefix(b"fetch from ")
        .map_or((Step::Execute, text), |rest| (Step::Fetch, rest))
}

/// A name and what follows it: it ends at the first colon and space, names of drivers hold colons (`py:0x7f31_0`).
fn named(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = template::find(template::window(text), b": ")?;
    let (name, rest) = text.split_at_checked(end)?;
    Some((name, rest.get(2..)?))
}

fn translated(message: &[u8]) -> Option<Phrase<'_>> {
    let mut captures = Captures::default();
    let mut broken = None;
    for item in PHRASES.candidates(message) {
        match item.template.read(message, &mut captures) {
            Fit::Whole => return Some((item.value.build)(&captures)),
            Fit::Cut if item.value.duration => {
                broken = Some("the line is cut off: no statement after its duration");
            }
            Fit::NoNumber if item.value.duration && broken.is_none() => {
                broken = Some("the line is cut off: no duration");
            }
            _ => {}
        }
    }
    broken.map(Phrase::Broken)
}

static PHRASES: LazyLock<Index<Meaning>> = LazyLock::new(|| Index::new(meaning::templates()));
