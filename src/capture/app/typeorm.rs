//! What TypeORM prints with `logging: true`: `query: SELECT … -- PARAMETERS: [12,"x"]`, and again when it fails or is
//! slow. Its `ormlogs.log` has `[2026-11-21T04:10:19.773Z][QUERY]: SELECT …`.

use std::borrow::Cow;

use super::access::{access, micros};
use super::extent::{Rule, extent};
use super::given::{self, Given};
use super::pairs::{Log, Role, pair};
use super::placeholders;
use super::prefix::{Prefix, is_sound, near};
use super::regions::{Head, first_line, regions};
use super::scan::outside;
use super::words::{is_statement, trimmed};
use super::{AppEvent, AppRecord};

/// Records that may stand between a query and the line that says that it failed or was slow.
const WINDOW: usize = 32;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Query,
    /// The same query again: it failed.
    Failed,
    /// The same query again: it was slow.
    Slow,
    /// An error, or something about the schema.
    Other,
    /// A line of the web server.
    Access,
}

/// What stands before a message, in the console and in the file.
const MARKS: [(&str, Kind); 11] = [
    ("query: ", Kind::Query),
    ("query failed: ", Kind::Failed),
    ("query is slow: ", Kind::Slow),
    ("[QUERY]: ", Kind::Query),
    ("[FAILED QUERY]: ", Kind::Failed),
    ("[SLOW QUERY: ", Kind::Slow),
    ("[QUERY ERROR]: ", Kind::Other),
    ("[INFO]: ", Kind::Other),
    ("[WARN]: ", Kind::Other),
    ("[LOG]: ", Kind::Other),
    ("error: ", Kind::Other),
];

/// Whether no other program would write this line.
pub(super) fn is_typical(line: &[u8]) -> bool {
    head(line).is_some_and(|head| {
        !matches!(head.kind, Kind::Other | Kind::Access) && line.len() > head.body
    })
}

/// Reads the records of a block.
pub(super) fn records(
    block: &[u8],
    base: u64,
    each: &mut dyn FnMut(AppRecord<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let log = log(block);
    for (at, region) in log.regions.iter().enumerate() {
        let offset = base + region.start as u64;
        let partner = log.partner(at);
        let body = match (region.head.kind, partner.map(|partner| partner.head.kind)) {
            (Kind::Query, None | Some(Kind::Slow)) | (Kind::Slow, None) => region.body(block),
            (Kind::Access, _) => {
                if let Some(access) = access(first_line(&region.body(block))) {
                    access.tell(&region.head.prefix, offset, each);
                }
                continue;
            }
            _ => continue,
        };
        let Some(message) = message(&body) else {
            broken(offset, "a statement without its end");
            continue;
        };
        let slow = partner.or(Some(region).filter(|region| region.head.kind == Kind::Slow));
        let elapsed = slow.and_then(|slow| elapsed(slow.raw(block)));
        statement(&region.head.prefix, &message, elapsed, offset, each);
    }
}

/// Where a block can be cut: where no more can be said of what is before it.
pub(super) fn last_start(block: &[u8]) -> usize {
    let log = log(block);
    log.last_start(|_| true)
}

/// The records of a block, paired.
fn log(block: &[u8]) -> Log<'_, Kind> {
    let regions = regions(block, head);
    let roles: Vec<Role> = regions
        .iter()
        .map(|region| match region.head.kind {
            Kind::Query => Role::Opens,
            Kind::Failed | Kind::Slow => Role::Closes,
            Kind::Other | Kind::Access => Role::Alone,
        })
        .collect();
    let partners = pair(&roles, WINDOW, |open, closing| {
        let body = regions
            .get(closing)
            .filter(|_| !open.is_empty())?
            .body(block);
        let again = message(&body)?;
        // Nothing else was said of the last.
        open.iter().rposition(|at| {
            regions.get(*at).is_some_and(|opening| {
                message(&opening.body(block))
                    .is_some_and(|first| first.text == again.text && first.given == again.given)
            })
        })
    });
    Log {
        regions,
        roles,
        partners,
        window: WINDOW,
    }
}

/// Takes a line apart; `None` when it begins no record.
fn head(line: &[u8]) -> Option<Head<'_, Kind>> {
    if let Some(head) = MARKS
        .iter()
        .find_map(|(mark, kind)| marked(line, mark, *kind))
    {
        return Some(head);
    }
    let access = access(line)?;
    let prefix = Prefix::read(line.get(..access.at)?, b"").with_id_only();
    Some(Head {
        kind: Kind::Access,
        body: 0,
        prefix,
    })
}

fn marked<'a>(line: &'a [u8], mark: &str, kind: Kind) -> Option<Head<'a, Kind>> {
    // A statement that begins in the next line leaves no blank behind the mark.
    let at = memchr::memmem::find(near(line), mark.trim_ascii_end().as_bytes())?;
    let begins = match at.checked_sub(1).and_then(|before| line.get(before)) {
        None => true,
        Some(b']' | b' ' | b'|') => kind != Kind::Other || mark.starts_with('['),
        _ => false,
    };
    let before = line.get(..at).filter(|before| begins && is_sound(before))?;
    let mut body = at + mark.trim_ascii_end().len();
    if mark.starts_with("[SLOW") {
        body += memchr::memmem::find(near(line.get(body..)?), b"]: ")? + 2;
    }
    let blanks = line.get(body..)?.iter().take_while(|byte| **byte == b' ');
    body += blanks.count();
    let text = line.get(body..)?;
    let sound = kind == Kind::Other || text.is_empty() || is_statement(text);
    sound.then(|| Head {
        kind,
        body,
        prefix: Prefix::read(before, b"").with_id_only(),
    })
}

/// A record's message: the statement, and the parameters behind it.
struct Message<'a> {
    text: &'a [u8],
    given: Option<Given>,
}

/// Takes a message apart; `None` when it is cut off.
fn message(body: &[u8]) -> Option<Message<'_>> {
    const PARAMETERS: &[u8] = b"-- PARAMETERS: ";
    let extent = extent(body, Rule::LikeSql);
    if extent.open {
        return None;
    }
    let text = body.get(..extent.end)?;
    let found = outside(text).find(|(at, byte)| {
        *byte == b'-'
            && text
                .get(*at..)
                .is_some_and(|rest| rest.starts_with(PARAMETERS))
    });
    let Some((sql, list)) = found.and_then(|(at, _)| text.split_at_checked(at)) else {
        return Some(Message {
            text: trimmed(text),
            given: None,
        });
    };
    let list = first_line(list.get(PARAMETERS.len()..)?);
    Some(Message {
        text: trimmed(sql),
        given: given::one(list),
    })
}

/// How long a slow query took, in microseconds: `[SLOW QUERY: 1500 ms]` before it, or `execution time: 1500` behind.
fn elapsed(raw: &[u8]) -> Option<u64> {
    let text = super::ansi::stripped(raw);
    let number = [&b"[SLOW QUERY: "[..], b"execution time:"]
        .iter()
        .find_map(|mark| {
            let at = memchr::memmem::rfind(&text, mark)?;
            text.get(at + mark.len()..)
        })?
        .trim_ascii_start();
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit());
    micros(number.get(..digits.count())?, 1_000.0)
}

fn statement(
    prefix: &Prefix<'_>,
    message: &Message<'_>,
    elapsed: Option<u64>,
    offset: u64,
    each: &mut dyn FnMut(AppRecord<'_>),
) {
    if message.text.is_empty() || !is_statement(message.text) {
        return;
    }
    let rewritten = placeholders::rewrite(message.text, placeholders::Style::Numbered, false);
    let what = AppEvent::Statement {
        sql: Cow::Borrowed(message.text),
        parameters: placeholders::values(&rewritten, message.given.clone()),
        duration: elapsed.filter(|micros| *micros > 0),
        sets: 1,
        cached: false,
    };
    each(prefix.record(offset, what));
}
