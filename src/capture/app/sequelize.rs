//! What Sequelize hands to its `logging` function: `Executing (default): SELECT …;`, in a transaction with its id in
//! place of `default`, with `benchmark` as `Executed (default): SELECT …; Elapsed time: 3ms`.

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

/// Records that may stand between a statement's two lines, where both are written (`DEBUG=sequelize:*`).
const WINDOW: usize = 32;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Executing,
    Executed,
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
    let log = log(block);
    for (at, region) in log.regions.iter().enumerate() {
        let offset = base + region.start as u64;
        let partner = log.partner(at);
        match region.head.kind {
            Kind::Access => {
                if let Some(access) = access(first_line(&region.body(block))) {
                    access.tell(&region.head.prefix, offset, each);
                }
            }
            Kind::Executed if partner.is_some() => {}
            Kind::Executing | Kind::Executed => {
                let body = region.body(block);
                let Some(message) = message(&body, region.head.kind) else {
                    broken(offset, "a statement without its end");
                    continue;
                };
                let ended = partner.map(|partner| partner.body(block));
                let ended = ended
                    .as_deref()
                    .and_then(|body| self::message(body, Kind::Executed));
                let elapsed = message.elapsed.or(ended.and_then(|ended| ended.elapsed));
                statement(&region.head.prefix, &message, elapsed, offset, each);
            }
        }
    }
}

/// Where a block can be cut: where no statement's second line may still come.
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
            Kind::Executing => Role::Opens,
            Kind::Executed => Role::Closes,
            Kind::Access => Role::Alone,
        })
        .collect();
    let partners = pair(&roles, WINDOW, |open, closing| {
        let closing = regions.get(closing).filter(|_| !open.is_empty())?;
        let closing_body = closing.body(block);
        let ended = message(&closing_body, Kind::Executed)?;
        open.iter().position(|at| {
            regions.get(*at).is_some_and(|opening| {
                opening.head.prefix.thread == closing.head.prefix.thread
                    && message(&opening.body(block), Kind::Executing)
                        .is_some_and(|began| began.text == ended.text)
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
    let start = near(line);
    for (word, kind) in [
        ("Executing (", Kind::Executing),
        ("Executed (", Kind::Executed),
    ] {
        let Some(at) = memchr::memmem::find(start, word.as_bytes()) else {
            continue;
        };
        let inner = line.get(at + word.len()..)?;
        let id = inner.get(..memchr::memmem::find(near(inner), b"):")?)?;
        // Of a statement that begins in the next line, the blank is cut off.
        let body = (at + word.len() + id.len() + 3).min(line.len());
        let before = line.get(..at)?;
        let text = line.get(body..)?;
        if id.contains(&b' ') || !is_sound(before) || !(text.is_empty() || is_statement(text)) {
            return None;
        }
        let mut prefix = Prefix::read(before, b"").with_id_only();
        if prefix.thread.is_empty() && id != b"default" {
            prefix.thread = Cow::Borrowed(id);
        }
        return Some(Head { kind, body, prefix });
    }
    let access = access(line)?;
    let prefix = Prefix::read(line.get(..access.at)?, b"").with_id_only();
    Some(Head {
        kind: Kind::Access,
        body: 0,
        prefix,
    })
}

/// A record's message: the statement and what is printed behind it.
struct Message<'a> {
    text: &'a [u8],
    given: Option<Given>,
    /// In microseconds.
    elapsed: Option<u64>,
}

/// Takes a message apart; `None` when it is cut off.
fn message(body: &[u8], kind: Kind) -> Option<Message<'_>> {
    let extent = extent(body, Rule::LikeSql);
    if extent.open {
        return None;
    }
    let (text, elapsed) = timed(body.get(..extent.end)?, kind);
    let mut message = Message {
        text,
        given: None,
        elapsed,
    };
    // Parameters follow the `;` that ends the statement. There may be one between statements, and one in a value.
    let mut ends = outside(text).filter_map(|(at, byte)| (byte == b';').then_some(at));
    let ends = [ends.next(), ends.last()];
    let found = ends.into_iter().flatten().find_map(|at| {
        let list = text.get(at + 1..)?.trim_ascii();
        Some((at, given(list, text.get(..at)?)?))
    });
    if let Some((at, given)) = found {
        message.text = text.get(..at)?;
        message.given = Some(given);
    }
    message.text = trimmed(message.text);
    Some(message)
}

/// Takes away ` Elapsed time: 3ms`, the ` 3` of a logger that prints its second argument too, and ` +3ms` that the
/// package `debug` adds.
fn timed(text: &[u8], kind: Kind) -> (&[u8], Option<u64>) {
    const ELAPSED: &[u8] = b"Elapsed time: ";
    let Some(space) = memchr::memrchr(b' ', text) else {
        return (text, None);
    };
    let (before, last) = text.split_at_checked(space).unwrap_or((text, b""));
    let last = last.trim_ascii();
    let number = last.strip_suffix(b"ms").unwrap_or_default();
    if let Some(before) = text
        .get(..=space)
        .and_then(|text| text.strip_suffix(ELAPSED))
    {
        return (before.trim_ascii_end(), micros(number, 1_000.0));
    }
    let is_number = !last.is_empty() && last.iter().all(u8::is_ascii_digit);
    if kind == Kind::Executed && is_number && is_whole(before.trim_ascii_end()) {
        return (before.trim_ascii_end(), micros(last, 1_000.0));
    }
    let since = last.strip_prefix(b"+").unwrap_or_default();
    let digits = since
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let unit = since.get(digits..).unwrap_or_default();
    if digits > 0 && [&b"ms"[..], b"s", b"m", b"h"].contains(&unit) {
        return (before.trim_ascii_end(), None);
    }
    (text, None)
}

/// Whether a number behind this text is no part of it. The only parameter of a statement may be one.
fn is_whole(text: &[u8]) -> bool {
    match text.last() {
        Some(b'\'' | b'"' | b')' | b']' | b'}' | b'0'..=b'9') => true,
        Some(b';') => placeholders::style(text) != placeholders::Style::Numbered,
        _ => false,
    }
}

/// The parameters that `list` shows, if it shows some: `5, "x"`, `{ "$1": 5 }`, `[ 5 ]`, `with parameters [ 5 ]`.
fn given(list: &[u8], statement: &[u8]) -> Option<Given> {
    let named = list.strip_prefix(b"with parameters ");
    let list = named.unwrap_or(list);
    let begins = matches!(list.first()?, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9')
        || [&b"null"[..], b"true", b"false"]
            .iter()
            .any(|word| list.starts_with(word));
    if !begins {
        return None;
    }
    let whole = given::one(list).filter(|given| given.end == list.len());
    let is_array = list.starts_with(b"[")
        && named.is_none()
        && whole.is_some()
        && memchr::memmem::find(statement, b"ANY").is_some();
    match whole {
        Some(given) if !is_array => Some(given),
        _ => given::bare(list),
    }
}

fn statement(
    prefix: &Prefix<'_>,
    message: &Message<'_>,
    elapsed: Option<u64>,
    offset: u64,
    each: &mut dyn FnMut(AppRecord<'_>),
) {
    let style = placeholders::style(message.text);
    let rewritten = placeholders::rewrite(message.text, placeholders::Style::Numbered, false);
    let parameters = match style {
        placeholders::Style::Numbered => placeholders::values(&rewritten, message.given.clone()),
        _ => super::Parameters::InText,
    };
    let what = AppEvent::Statement {
        sql: Cow::Borrowed(message.text),
        parameters,
        duration: elapsed.filter(|micros| *micros > 0),
        sets: 1,
        cached: false,
    };
    each(prefix.record(offset, what));
}
