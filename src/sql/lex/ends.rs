//! Where lexemes end, found from where they begin.

use crate::sql::lex::bytes;
use crate::sql::lex::word::Key;

/// Where the name at `start` ends, and its key.
#[inline]
pub(in crate::sql) fn name(sql: &[u8], start: usize) -> (usize, Key) {
    let eight = bytes::load_tail(sql, start);
    let count = bytes::first_marked(bytes::not_name(eight));
    if count < 8 {
        let name = bytes::keep(eight, count);
        if !bytes::any_high(name) {
            return (start + count, Key::short(name, count));
        }
    } else if !bytes::any_high(eight) {
        let next = bytes::load_tail(sql, start + 8);
        let count = bytes::first_marked(bytes::not_name(next));
        if count < 8 && !bytes::any_high(bytes::keep(next, count)) {
            let end = start + 8 + count;
            let last = bytes::load(sql, end - 8).unwrap_or_default();
            return (end, Key::long(eight, last, 8 + count));
        }
    }
    let end = name_end(sql, start);
    (end, Key::of(sql, start, end))
}

pub(in crate::sql) fn name_end(sql: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(eight) = bytes::load(sql, at) {
        let count = bytes::first_marked(bytes::not_name(eight));
        if bytes::any_high(bytes::keep(eight, count)) {
            return name_end_slow(sql, at);
        }
        at += count;
        if count < 8 {
            return at;
        }
    }
    name_end_slow(sql, at)
}

/// Byte by byte: near the end of the text, and where a no-break space may end the name.
fn name_end_slow(sql: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = sql.get(at) {
        if !is_name(byte) || (byte >= 0x80 && foreign_space(sql, at) > 0) {
            break;
        }
        at += 1;
    }
    at
}

/// The length of the white space that begins at `at` with a byte outside ASCII, or 0.
pub(in crate::sql) fn foreign_space(sql: &[u8], at: usize) -> usize {
    let rest = sql.get(at..).unwrap_or_default();
    match rest {
        [0xc2, 0xa0, ..] => 2,
        // Byte order mark, zero-width space, ideographic space, narrow no-break space.
        [0xef, 0xbb, 0xbf, ..] | [0xe2, 0x80, 0x8b | 0xaf, ..] | [0xe3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

#[inline]
pub(in crate::sql) fn space_end(sql: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(b' ' | b'\t'..=b'\r' | 0) = sql.get(at) {
        at += 1;
    }
    at
}

pub(in crate::sql) fn line_end(sql: &[u8], start: usize) -> usize {
    let rest = sql.get(start..).unwrap_or_default();
    memchr::memchr2(b'\n', b'\r', rest).map_or(sql.len(), |at| start + at)
}

pub(in crate::sql) fn comment_end(sql: &[u8], start: usize) -> usize {
    let mut depth = 1_usize;
    let mut at = start;
    while let Some(found) = memchr::memchr2(b'*', b'/', sql.get(at..).unwrap_or_default()) {
        at += found;
        match (sql.get(at), sql.get(at + 1)) {
            (Some(b'*'), Some(b'/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            (Some(b'/'), Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    sql.len()
}

/// Past the closing quote; a doubled quote stands for itself.
#[inline]
pub(in crate::sql) fn quoted_end(sql: &[u8], start: usize, quote: u8) -> usize {
    quoted(sql, start, quote).0
}

/// As `quoted_end`, and whether there were doubled quotes.
#[inline]
pub(in crate::sql) fn quoted(sql: &[u8], start: usize, quote: u8) -> (usize, bool) {
    match find(sql, start, quote) {
        Some(found) if sql.get(found + 1) != Some(&quote) => (found + 1, false),
        Some(found) => (doubled_end(sql, found + 2, quote), true),
        None => (sql.len(), false),
    }
}

#[cold]
fn doubled_end(sql: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start;
    while let Some(found) = find(sql, at, quote) {
        at = found + 1;
        if sql.get(at) != Some(&quote) {
            return at;
        }
        at += 1;
    }
    sql.len()
}

/// The next place of a byte. Most are near, where calling for help takes longer than looking.
#[inline]
fn find(sql: &[u8], start: usize, byte: u8) -> Option<usize> {
    let mut at = start;
    for _ in 0..4 {
        let Some(eight) = bytes::load(sql, at) else {
            break;
        };
        let found = bytes::equal(eight, byte);
        if found != 0 {
            return Some(at + bytes::first_marked(found));
        }
        at += 8;
    }
    memchr::memchr(byte, sql.get(at..)?).map(|found| at + found)
}

/// As `quoted_end` for `E'…'`, where a backslash takes the next byte with it.
pub(in crate::sql) fn escaped_end(sql: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = memchr::memchr2(b'\'', b'\\', sql.get(at..).unwrap_or_default()) {
        at += found;
        if sql.get(at) == Some(&b'\\') {
            at += 2;
            continue;
        }
        at += 1;
        if sql.get(at) != Some(&b'\'') {
            return at;
        }
        at += 1;
    }
    sql.len()
}

pub(in crate::sql) fn tag_end(sql: &[u8], start: usize) -> usize {
    let rest = sql.get(start..).unwrap_or_default();
    let length = rest.iter().position(|&b| b == b'$' || !is_name(b));
    start + length.unwrap_or(rest.len())
}

pub(in crate::sql) fn digits_end(sql: &[u8], start: usize) -> usize {
    let rest = sql.get(start..).unwrap_or_default();
    let length = rest.iter().position(|b| !b.is_ascii_digit());
    start + length.unwrap_or(rest.len())
}

#[inline]
pub(in crate::sql) fn number_end(sql: &[u8], start: usize) -> usize {
    let rest = sql.get(start..).unwrap_or_default();
    let digits = |mut at: usize, digit: fn(&u8) -> bool| {
        while let Some(byte) = rest.get(at) {
            let grouped = *byte == b'_' && rest.get(at + 1).is_some_and(digit);
            if !digit(byte) && !grouped {
                break;
            }
            at += 1;
        }
        at
    };
    let based: Option<fn(&u8) -> bool> = match rest {
        [b'0', b'x' | b'X', ..] => Some(u8::is_ascii_hexdigit),
        [b'0', b'o' | b'O' | b'b' | b'B', ..] => Some(u8::is_ascii_digit),
        _ => None,
    };
    if let Some(digit) = based {
        let end = digits(2, digit);
        if end > 2 {
            return start + end;
        }
    }
    let mut end = digits(0, u8::is_ascii_digit);
    // `1..10` of PL/pgSQL is a range, not `1.` and `.10`.
    if rest.get(end) == Some(&b'.') && rest.get(end + 1) != Some(&b'.') {
        end = digits(end + 1, u8::is_ascii_digit);
    }
    if let Some(b'e' | b'E') = rest.get(end) {
        let signed = matches!(rest.get(end + 1), Some(b'+' | b'-'));
        let first = end + 1 + usize::from(signed);
        if rest.get(first).is_some_and(u8::is_ascii_digit) {
            end = digits(first, u8::is_ascii_digit);
        }
    }
    start + end
}

pub(in crate::sql) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

pub(in crate::sql) fn is_name(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || byte == b'$'
}
