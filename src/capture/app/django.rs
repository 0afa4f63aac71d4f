//! What Django's logger `django.db.backends` writes with `DEBUG`: `(0.003) SELECT … ; args=('site_name',);
//! alias=default`, behind whatever a formatter adds, and between the lines of its development server.

use std::borrow::Cow;

use super::access::{access, micros};
use super::given;
use super::placeholders::{self, Style};
use super::prefix::{Prefix, is_sound, near};
use super::regions::{self, Head, Region, first_line};
use super::scan::outside;
use super::words::{is_statement, trimmed};
use super::{AppEvent, AppRecord, Parameters};

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A statement, and how long it took in microseconds.
    Query(Option<u64>),
    /// A line of the web server.
    Access,
}

/// Whether no other program would write this line.
pub(super) fn is_typical(line: &[u8]) -> bool {
    head(line).is_some_and(|head| head.kind != Kind::Access)
}

/// Reads the records of a block.
pub(super) fn records(
    block: &[u8],
    base: u64,
    each: &mut dyn FnMut(AppRecord<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    for region in regions::regions(block, head) {
        let offset = base + region.start as u64;
        match region.head.kind {
            Kind::Query(duration) => {
                if !statement(block, &region, duration, offset, each) {
                    broken(offset, "a statement without its end");
                }
            }
            Kind::Access => {
                if let Some(access) = access(first_line(&region.body(block))) {
                    access.tell(&region.head.prefix, offset, each);
                }
            }
        }
    }
}

/// Where a block can be cut: before its last record.
pub(super) fn last_start(block: &[u8]) -> usize {
    regions::last(block, head, |_| true)
}

/// Takes a line apart; `None` when it begins no record.
fn head(line: &[u8]) -> Option<Head<'_, Kind>> {
    if let Some(head) = query(line) {
        return Some(head);
    }
    let access = access(line)?;
    Some(Head {
        kind: Kind::Access,
        body: 0,
        prefix: Prefix::read(line.get(..access.at)?, b""),
    })
}

/// `… (0.003) SELECT …`
fn query(line: &[u8]) -> Option<Head<'_, Kind>> {
    memchr::memchr_iter(b'(', near(line)).find_map(|at| {
        let inner = line.get(at + 1..)?;
        let digits = inner
            .iter()
            .take(8)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let fraction = inner.get(digits..)?.strip_prefix(b".")?;
        let [a, b, c, b')', b' ', text @ ..] = fraction else {
            return None;
        };
        let sound = digits > 0
            && [a, b, c].iter().all(|byte| byte.is_ascii_digit())
            && (is_statement(text) || text.starts_with(b"None; args="));
        let before = line.get(..at).filter(|before| sound && is_sound(before))?;
        // Rounded to nothing, it isn't known.
        let duration = micros(inner.get(..digits + 4)?, 1_000_000.0).filter(|micros| *micros > 0);
        Some(Head {
            kind: Kind::Query(duration),
            body: at + digits + 7,
            prefix: Prefix::read(before, b""),
        })
    })
}

/// Tells a statement. `false` when its end is missing.
fn statement(
    block: &[u8],
    region: &Region<'_, Kind>,
    duration: Option<u64>,
    offset: u64,
    each: &mut dyn FnMut(AppRecord<'_>),
) -> bool {
    const ARGUMENTS: &[u8] = b"; args=";
    let body = region.body(block);
    let end = outside(&body)
        .find(|(at, byte)| {
            *byte == b';'
                && body
                    .get(*at..)
                    .is_some_and(|rest| rest.starts_with(ARGUMENTS))
        })
        .map(|(at, _)| at)
        // Quotes that aren't understood must not cost the statement.
        .or_else(|| memchr::memmem::find(&body, ARGUMENTS));
    let Some((text, rest)) = end.and_then(|end| body.split_at_checked(end)) else {
        return false;
    };
    // The driver doesn't tell what it sent.
    if text == b"None" {
        return true;
    }
    let arguments = first_line(rest.get(ARGUMENTS.len()..).unwrap_or_default());
    let (sql, parameters, sets) = bound(text, arguments);
    let what = AppEvent::Statement {
        sql: Cow::Borrowed(trimmed(&sql)),
        parameters,
        duration,
        sets,
        cached: false,
    };
    each(region.head.prefix.record(offset, what));
    true
}

/// The text with its parameters. Mostly the driver has put them into the text, and they are repeated behind it.
fn bound<'a>(text: &'a [u8], arguments: &[u8]) -> (Cow<'a, [u8]>, Parameters, u32) {
    let plain = (Cow::Borrowed(text), Parameters::InText, 1);
    let style = placeholders::style(text);
    if !matches!(style, Style::Named | Style::Format) || arguments.starts_with(b"None") {
        return plain;
    }
    let rewritten = placeholders::rewrite(text, style, true);
    let Some(given) = given::many(arguments) else {
        return (rewritten.sql, Parameters::Hidden, 1);
    };
    let sets = given.sets;
    match placeholders::values(&rewritten, Some(given)) {
        values @ Parameters::Values(_) => (rewritten.sql, values, sets),
        // What looked like a placeholder is an operator and a name.
        Parameters::InText | Parameters::Hidden => plain,
    }
}
