//! What PostgreSQL gives to syslog: a message in pieces of at most 900 bytes, one for each line or part of a line
//! (postgres/postgres, `write_syslog` in `src/backend/utils/error/elog.c`).
//!
//! `[5-2] ` is the second piece of a process' fifth message, unless `syslog_sequence_numbers` is off. Lines are cut
//! between words, which loses nothing: the blank stays at the start of the next piece. Syslog writes a tab as `#011`
//! and, where `syslog_split_messages` is off, a newline as `#012`.

use memchr::memmem;

use super::entry::{Entry, Join, split_once};
use super::head::{Head, head};

/// The entry that a piece of a message is. `text` is what follows the header of syslog, in which tabs are `escaped` or
/// not.
pub(super) fn piece<'a>(
    header: Entry<'a>,
    text: &'a [u8],
    escaped: bool,
    scratch: &'a mut Vec<u8>,
) -> Entry<'a> {
    let number = sequence(text);
    let text = number.map_or(text, |(_, rest)| rest);
    let text = if escaped {
        unescape(text, scratch)
    } else {
        text
    };
    let join = match (number, head(text)) {
        (Some((1, _)), _) => Join::Fresh,
        (_, Head::Tab) => Join::Line,
        (Some(_), Head::Detail(_)) => Join::Part,
        (Some(_), _) => Join::Glue,
        (None, Head::Other) => Join::Piece,
        (None, _) => Join::Tell,
    };
    Entry {
        join,
        ..header.inside(text)
    }
}

/// Whether a text is numbered as PostgreSQL numbers its messages.
pub(super) fn is_numbered(text: &[u8]) -> bool {
    sequence(text).is_some()
}

/// The number of a piece within its message, and what follows `[5-2] `.
fn sequence(text: &[u8]) -> Option<(u32, &[u8])> {
    let (numbers, rest) = split_once(text.get(..40).unwrap_or(text).strip_prefix(b"[")?, b']')?;
    let (message, piece) = split_once(numbers, b'-')?;
    let all_digits = |n: &[u8]| !n.is_empty() && n.iter().all(u8::is_ascii_digit);
    if !all_digits(message) || !all_digits(piece) || !matches!(rest.first(), Some(b' ') | None) {
        return None;
    }
    let number = piece.iter().try_fold(0_u32, |n, b| {
        n.checked_mul(10)?.checked_add(u32::from(b - b'0'))
    })?;
    let rest = text.get(numbers.len() + 2..)?;
    Some((number, rest.strip_prefix(b" ").unwrap_or(rest)))
}

/// Takes back syslog's escapes of tabs and line ends.
fn unescape<'a>(text: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    if memmem::find(text, b"#01").is_none() {
        return text;
    }
    scratch.clear();
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'#', rest) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, b""));
        scratch.extend_from_slice(before);
        let letter = match after.get(..4) {
            Some(b"#011") => b'\t',
            Some(b"#012") => b'\n',
            Some(b"#015") => b'\r',
            _ => {
                scratch.push(b'#');
                rest = after.get(1..).unwrap_or_default();
                continue;
            }
        };
        scratch.push(letter);
        rest = after.get(4..).unwrap_or_default();
    }
    scratch.extend_from_slice(rest);
    scratch
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, join: Join) {
        let header = Entry {
            text: b"",
            offset: 0,
            time: None,
            process: 0,
            stream: 0,
            join: Join::Tell,
            partial: false,
        };
        let mut scratch = Vec::new();
        let piece = piece(header, text.as_bytes(), true, &mut scratch);
        assert_eq!(
            (String::from_utf8_lossy(piece.text).as_ref(), piece.join),
            (expected, join),
            "{text}"
        );
    }

    #[test]
    fn pieces_say_how_they_go_on() {
        check("[5-1] u@d LOG:  x", "u@d LOG:  x", Join::Fresh);
        check("[5-2] #011FROM #1 #011b", "\tFROM #1 \tb", Join::Line);
        check("[5-2]  AND b = 1", " AND b = 1", Join::Glue);
        check("[5-12] u@d DETAIL:  x", "u@d DETAIL:  x", Join::Part);
        check("LOG:  a#012#011b", "LOG:  a\n\tb", Join::Tell);
        check("some piece", "some piece", Join::Piece);
        check("[5-2]", "", Join::Glue);
        check("[5] [6-1] LOG:  x", "[5] [6-1] LOG:  x", Join::Tell);
    }
}
