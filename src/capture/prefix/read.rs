//! Reading the prefix of a line: every field takes what its shape allows, text the least that lets the rest fit.

use super::super::phrases::{self, Level};
use super::super::record::Severity;
use super::super::time::{self, Stamp};
use super::field::{Field, Part};
use super::{Line, names};

/// Reads a line that begins with these parts and a level.
#[inline]
pub(super) fn line<'a>(parts: &[Part], line: &'a [u8]) -> Option<Line<'a>> {
    let (mut found, mut tries) = (Line::empty(), TRIES);
    rest(parts, line, &mut found, &mut tries).then_some(found)
}

/// As [`line()`], for whoever wants the text of each part.
pub(super) fn columns<'a>(parts: &[Part], line: &'a [u8], found: &mut impl Sink<'a>) -> bool {
    let mut tries = TRIES;
    rest(parts, line, found, &mut tries)
}

/// Takes what is read, part by part.
pub(super) trait Sink<'a> {
    /// The text of a field without its padding, and how many parts follow it. The last call for a part counts.
    fn put(&mut self, field: Field, value: &'a [u8], after: usize);
    /// As [`Self::put`], for a time that has been read already.
    fn time(&mut self, stamp: Stamp, value: &'a [u8], after: usize);
    /// The level and the message: the line has been read.
    fn end(&mut self, level: Level, message: &'a [u8]);
}

/// So many ends of texts are tried per line: a line of a record needs few, and one that fits nowhere must end.
const TRIES: u32 = 4_096;

/// The longest text of a field: names have at most 63 bytes, hosts a few more.
const LONGEST_TEXT: usize = 512;

/// Matches the parts still to come against the text still to come.
fn rest<'a, S: Sink<'a>>(
    mut parts: &[Part],
    mut text: &'a [u8],
    found: &mut S,
    tries: &mut u32,
) -> bool {
    while let Some((part, after)) = parts.split_first() {
        let taken = match part {
            Part::Literal(literal) => {
                if !begins_with(text, literal) {
                    return false;
                }
                literal.len()
            }
            Part::SessionOnly => {
                return rest(after, text, found, tries) || session_less(after, text, found);
            }
            Part::Padded(field, width) => {
                return padded(*field, *width, after, text, found, tries);
            }
            Part::Field(field @ (Field::Time | Field::Start)) => {
                let Some(stamp) = stamp(after, text) else {
                    return false;
                };
                if *field == Field::Start || is_ambiguous(&stamp, text) {
                    return time(*field, stamp, after, text, found, tries);
                }
                found.time(
                    stamp,
                    text.get(..stamp.len).unwrap_or_default(),
                    after.len(),
                );
                stamp.len
            }
            Part::Field(Field::Host) => return host(false, after, text, found, tries),
            Part::Field(Field::HostPort) => return host(true, after, text, found, tries),
            Part::Field(Field::Phrase) => return phrase(after, text, found, tries),
            Part::Field(field) if field.is_text() => {
                return any_text(*field, 0, after, text, found, tries);
            }
            Part::Field(field) => {
                let Some(taken) = shaped(*field, text) else {
                    return false;
                };
                found.put(*field, text.get(..taken).unwrap_or_default(), after.len());
                if next_byte(after).is_some_and(|b| b.is_ascii_digit()) {
                    return glued(*field, taken, after, text, found, tries);
                }
                taken
            }
        };
        text = text.get(taken..).unwrap_or_default();
        parts = after;
    }
    end(text, found)
}

/// Most literals differ in their first byte, so that nothing has to be called.
fn begins_with(text: &[u8], literal: &[u8]) -> bool {
    match literal {
        [only] => text.first() == Some(only),
        [first, ..] => text.first() == Some(first) && text.starts_with(literal),
        [] => true,
    }
}

/// `LOG:  ` and its like, right after the prefix.
fn end<'a>(text: &'a [u8], found: &mut impl Sink<'a>) -> bool {
    if let Some(message) = text.strip_prefix(b"LOG:  ") {
        found.end(Level::Severity(Severity::Log), message);
        return true;
    }
    other_level(text, found)
}

/// Any level, in any language.
#[inline(never)]
fn other_level<'a>(text: &'a [u8], found: &mut impl Sink<'a>) -> bool {
    // Who copies a prefix by hand easily loses the blank that it ends with.
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let Some((level, taken)) = phrases::level_at(text) else {
        return false;
    };
    found.end(level, text.get(taken..).unwrap_or_default());
    true
}

/// The level right after `%q`. What was read in vain behind it is taken back.
fn session_less<'a>(after: &[Part], text: &'a [u8], found: &mut impl Sink<'a>) -> bool {
    for (at, part) in after.iter().rev().enumerate() {
        if let Some(field) = part.field() {
            found.put(field, b"", at);
        }
    }
    end(text, found)
}

/// A time, with the zone that lets what follows match where that begins with a sign.
fn stamp(after: &[Part], text: &[u8]) -> Option<Stamp> {
    if matches!(next_byte(after), Some(b'+' | b'-' | b':')) {
        time::stamp_in_plain_zone(text)
    } else {
        time::stamp(text)
    }
}

/// What follows a time may look like a part of its zone, and a word after it like a zone. Where the zone is a name
/// that is known, with no sign behind it, there is but one way to read it.
fn is_ambiguous(stamp: &Stamp, text: &[u8]) -> bool {
    let last = stamp.len.checked_sub(1).and_then(|at| text.get(at));
    !stamp.known
        || last.is_some_and(u8::is_ascii_digit)
        || matches!(text.get(stamp.len), Some(b'+' | b'-' | b':'))
}

/// A time that may be read in several ways: the first that lets the rest match.
#[cold]
fn time<'a>(
    field: Field,
    stamp: Stamp,
    after: &[Part],
    text: &'a [u8],
    found: &mut impl Sink<'a>,
    tries: &mut u32,
) -> bool {
    time_at(stamp, field, after, text, found, tries)
        || [
            time::stamp,
            time::stamp_in_plain_zone,
            time::stamp_without_zone,
        ]
        .iter()
        .filter_map(|read| read(text))
        .filter(|other| other.len != stamp.len)
        .any(|other| time_at(other, field, after, text, found, tries))
}

fn time_at<'a>(
    stamp: Stamp,
    field: Field,
    after: &[Part],
    text: &'a [u8],
    found: &mut impl Sink<'a>,
    tries: &mut u32,
) -> bool {
    let Some((value, tail)) = text.split_at_checked(stamp.len) else {
        return false;
    };
    if field == Field::Time {
        found.time(stamp, value, after.len());
    } else {
        found.put(field, value, after.len());
    }
    rest(after, tail, found, tries)
}

/// A known name of several words, else anything.
fn phrase<'a>(after: &[Part], text: &'a [u8], found: &mut impl Sink<'a>, tries: &mut u32) -> bool {
    if let Some((value, tail)) = names::phrase_len(text).and_then(|len| text.split_at_checked(len))
        && rest(after, tail, found, tries)
    {
        found.put(Field::Phrase, value, after.len());
        return true;
    }
    any_text(Field::Phrase, 0, after, text, found, tries)
}

/// How much of the text a field takes that isn't text.
fn shaped(field: Field, text: &[u8]) -> Option<usize> {
    match field {
        Field::Time | Field::Start => time::stamp(text).map(|stamp| stamp.len),
        Field::Epoch => time::epoch(text).map(|(_, taken)| taken),
        Field::ProcessId | Field::LineNumber => {
            let digits = run(text, u8::is_ascii_digit);
            (digits > 0).then_some(digits)
        }
        Field::SessionId => {
            let start = run(text, u8::is_ascii_hexdigit);
            let process = text.get(start..)?.strip_prefix(b".")?;
            let process = run(process, u8::is_ascii_hexdigit);
            // Eight digits for a time since 1978; an epoch has ten.
            (start == 8 && process > 0).then_some(start + 1 + process)
        }
        Field::Transaction => Some(run(text, |b| b.is_ascii_digit() || *b == b'/')),
        Field::Number => {
            let sign = usize::from(text.first() == Some(&b'-'));
            let digits = run(text.get(sign..)?, u8::is_ascii_digit);
            (digits > 0).then_some(sign + digits)
        }
        Field::MaybeNumber => Some(run(text, u8::is_ascii_digit)),
        Field::SqlState => text
            .first_chunk::<5>()?
            .iter()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
            .then_some(5),
        Field::Host | Field::HostPort => Some(run(text, |b| !b.is_ascii_whitespace())),
        Field::User | Field::Database | Field::Application | Field::Phrase | Field::Text => None,
    }
}

/// A number with digits of the prefix right behind it: the most digits that let the rest match.
fn glued<'a>(
    field: Field,
    most: usize,
    after: &[Part],
    text: &'a [u8],
    found: &mut impl Sink<'a>,
    tries: &mut u32,
) -> bool {
    (1..=most).rev().any(|taken| {
        let Some((value, tail)) = text.split_at_checked(taken) else {
            return false;
        };
        found.put(field, value, after.len());
        spend(tries) && rest(after, tail, found, tries)
    })
}

/// A field with blanks before or after it, up to a width.
fn padded<'a>(
    field: Field,
    width: i32,
    after: &[Part],
    text: &'a [u8],
    found: &mut impl Sink<'a>,
    tries: &mut u32,
) -> bool {
    let least = width.unsigned_abs() as usize;
    if field.is_text() || matches!(field, Field::Host | Field::HostPort) {
        return any_text(field, least, after, text, found, tries);
    }
    let blanks = run(text, |b| *b == b' ').min(least);
    let skipped = if width > 0 { blanks } else { 0 };
    let inner = text.get(skipped..).unwrap_or_default();
    let taken = match shaped(field, inner) {
        Some(taken) => taken,
        // A process that has no such thing writes blanks.
        None if blanks == least => 0,
        None => return false,
    };
    let whole = taken.max(least);
    let fits = if width > 0 {
        skipped == whole - taken
    } else {
        text.get(taken..whole)
            .is_some_and(|padding| padding.iter().all(|b| *b == b' '))
    };
    found.put(field, inner.get(..taken).unwrap_or_default(), after.len());
    fits && text
        .get(whole..)
        .is_some_and(|tail| rest(after, tail, found, tries))
}

/// An address, `[local]`, or a name, perhaps with a port, else anything.
fn host<'a>(
    port: bool,
    after: &[Part],
    text: &'a [u8],
    found: &mut impl Sink<'a>,
    tries: &mut u32,
) -> bool {
    let field = if port { Field::HostPort } else { Field::Host };
    let four = run(text, |b| b.is_ascii_digit() || *b == b'.');
    if four > 6 && host_at(four, field, after, text, found, tries) {
        return true;
    }
    let bracketed = match text.first() {
        Some(b'[') => memchr::memchr(b']', text.get(..16).unwrap_or(text)).map_or(0, |end| end + 1),
        _ => 0,
    };
    let six = run(text, |b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'));
    let colons = memchr::memchr_iter(b':', text.get(..six).unwrap_or_default()).count();
    let scope = match text.get(six) {
        Some(b'%') => {
            six + 1
                + run(
                    text.get(six + 1..).unwrap_or_default(),
                    u8::is_ascii_alphanumeric,
                )
        }
        _ => 0,
    };
    let name = run(text, |b| {
        b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')
    });
    // The colon after an address may look like a part of it, and the first letters of a name after that.
    let six = (3..=six).rev().filter(|_| colons > 1);
    let mut ends = [bracketed, scope].into_iter().chain(six).chain([name]);
    ends.any(|end| end > 0 && host_at(end, field, after, text, found, tries))
        || any_text(field, 0, after, text, found, tries)
}

/// A host of this length, and a port if there is one.
fn host_at<'a>(
    end: usize,
    field: Field,
    after: &[Part],
    text: &'a [u8],
    found: &mut impl Sink<'a>,
    tries: &mut u32,
) -> bool {
    let port = if field == Field::HostPort {
        port_len(text.get(end..))
    } else {
        0
    };
    let Some((value, tail)) = text.split_at_checked(end + port) else {
        return false;
    };
    found.put(field, value, after.len());
    spend(tries) && rest(after, tail, found, tries)
}

/// The length of `(5432)`, 0 for anything else.
fn port_len(text: Option<&[u8]>) -> usize {
    let Some(inner) = text.and_then(|text| text.strip_prefix(b"(")) else {
        return 0;
    };
    let digits = run(inner, u8::is_ascii_digit);
    if digits > 0 && inner.get(digits) == Some(&b')') {
        digits + 2
    } else {
        0
    }
}

/// A field that may hold anything, even what the prefix has behind it: the shortest text that lets the rest match.
fn any_text<'a>(
    field: Field,
    least: usize,
    after: &[Part],
    text: &'a [u8],
    found: &mut impl Sink<'a>,
    tries: &mut u32,
) -> bool {
    let window = text.get(..text.len().min(LONGEST_TEXT)).unwrap_or(text);
    let mut from = least;
    // What comes next begins with a known byte, or else every length has to be tried.
    let next = next_byte(after);
    // Where any text follows the literal, that one takes what this one leaves: a later end could match no better.
    let one_end = matches!(after, [Part::Literal(_), Part::Field(field), ..] if field.is_text());
    while from < window.len() {
        let end = match next {
            Some(byte) => match window.get(from..).and_then(|w| memchr::memchr(byte, w)) {
                Some(at) => from + at,
                None => return false,
            },
            None => from,
        };
        from = end + 1;
        let Some((value, tail)) = text.split_at_checked(end) else {
            return false;
        };
        if let Some(Part::Literal(literal)) = after.first()
            && !begins_with(tail, literal)
        {
            continue;
        }
        if !spend(tries) {
            return false;
        }
        if rest(after, tail, found, tries) {
            let value = if least > 0 { value.trim_ascii() } else { value };
            found.put(field, value, after.len());
            return true;
        }
        if one_end {
            return false;
        }
    }
    false
}

/// The byte that follows a field, where the prefix tells.
fn next_byte(after: &[Part]) -> Option<u8> {
    match after.first() {
        Some(Part::Literal(literal)) => literal.first().copied(),
        _ => None,
    }
}

fn spend(tries: &mut u32) -> bool {
    *tries = tries.saturating_sub(1);
    *tries > 0
}

fn run(text: &[u8], is: impl Fn(&u8) -> bool) -> usize {
    text.iter().take_while(|b| is(b)).count()
}

impl Line<'_> {
    fn empty() -> Self {
        Self {
            time: None,
            utc_offset: 0,
            zone_known: true,
            process_id: b"",
            session_id: b"",
            line_number: None,
            user: b"",
            database: b"",
            application: b"",
            host: b"",
            transaction: b"",
            sqlstate: b"",
            level: Level::Severity(Severity::Log),
            message: b"",
        }
    }
}

impl<'a> Sink<'a> for Line<'a> {
    fn put(&mut self, field: Field, value: &'a [u8], after: usize) {
        match field {
            Field::ProcessId => self.process_id = value,
            Field::SessionId => self.session_id = value,
            Field::User => self.user = value,
            Field::Database => self.database = value,
            Field::Application => self.application = value,
            Field::Host | Field::HostPort => self.host = value,
            Field::Transaction => self.transaction = value,
            Field::SqlState => self.sqlstate = value,
            Field::LineNumber => {
                self.line_number = std::str::from_utf8(value).ok().and_then(|n| n.parse().ok());
            }
            Field::Epoch => self.time = time::epoch(value).map(|(micros, _)| micros),
            Field::Time => {
                self.time = None;
                if let Some(stamp) = time::stamp(value) {
                    self.time(stamp, value, after);
                }
            }
            Field::Start | Field::Number | Field::MaybeNumber | Field::Phrase | Field::Text => {}
        }
    }

    fn time(&mut self, stamp: Stamp, _: &'a [u8], _: usize) {
        self.time = Some(stamp.micros);
        self.utc_offset = stamp.offset;
        self.zone_known = stamp.known;
    }

    fn end(&mut self, level: Level, message: &'a [u8]) {
        self.level = level;
        self.message = message;
    }
}
