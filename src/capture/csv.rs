//! Postgres' csvlog: one record a row, with quoted fields that may hold newlines.

use std::borrow::Cow;

use super::phrases::severity;
use super::record::Record;
use super::time;

/// Columns by their place, the same in every version (PostgreSQL documentation, table 20.3 "csvlog").
mod column {
    pub(super) const TIME: usize = 0;
    pub(super) const USER: usize = 1;
    pub(super) const DATABASE: usize = 2;
    pub(super) const PROCESS_ID: usize = 3;
    pub(super) const SESSION_ID: usize = 5;
    pub(super) const TRANSACTION: usize = 9;
    pub(super) const SEVERITY: usize = 11;
    pub(super) const SQLSTATE: usize = 12;
    pub(super) const MESSAGE: usize = 13;
    pub(super) const DETAIL: usize = 14;
    pub(super) const CONTEXT: usize = 18;
    pub(super) const STATEMENT: usize = 19;
    pub(super) const APPLICATION: usize = 22;
    /// PostgreSQL 9.0 to 12 have 23 columns, later ones more.
    pub(super) const LEAST: usize = 23;
}

/// Whether a line looks like the start of a row: a time stamp, a comma, the user's field.
pub(super) fn is_record_start(line: &[u8]) -> bool {
    let plain = line.strip_prefix(b"\"").unwrap_or(line);
    time::stamp(plain).is_some_and(|stamp| {
        let rest = plain.get(stamp.len..).unwrap_or_default();
        rest.starts_with(b",") || rest.starts_with(b"\",")
    })
}

/// Where the last row of `block` that ends in it ends. The block begins at a row's start. 0 when none ends.
pub(super) fn last_end(block: &[u8]) -> usize {
    // A newline ends a row when the quotes before it pair up.
    let mut inside = memchr::memchr_iter(b'"', block).count() % 2 == 1;
    let mut end = block.len();
    while let Some(at) = memchr::memrchr2(b'"', b'\n', block.get(..end).unwrap_or_default()) {
        if block.get(at) == Some(&b'"') {
            inside = !inside;
        } else if !inside {
            return at + 1;
        }
        end = at;
    }
    0
}

/// Reads the rows of a block that begins at a row's start. A row that can't be read goes to `broken` with the
/// reason; reading goes on at the next line that looks like a row.
pub(super) fn records<'a>(
    block: &'a [u8],
    base: u64,
    each: &mut dyn FnMut(Record<'a>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let mut at = 0;
    let mut fields = Vec::with_capacity(32);
    while let Some(rest) = block.get(at..).filter(|rest| !rest.is_empty()) {
        let offset = base + at as u64;
        let (taken, closed) = row(rest, &mut fields);
        match record(&fields, offset) {
            Some(record) if closed => {
                at += taken;
                each(record);
            }
            _ => {
                let text = rest.get(..taken).unwrap_or(rest);
                if !text.trim_ascii().is_empty() {
                    broken(
                        offset,
                        if closed {
                            "not a row of a csvlog"
                        } else {
                            "the row is cut off: a quote is not closed"
                        },
                    );
                }
                // A stray quote would swallow all that follows: go on with the next line that begins a row.
                at += next_start(rest).unwrap_or(rest.len());
            }
        }
    }
}

/// Takes one row apart: how many bytes it takes, and whether its quotes are closed.
fn row<'a>(text: &'a [u8], fields: &mut Vec<Cow<'a, [u8]>>) -> (usize, bool) {
    fields.clear();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let (field, taken) = if rest.first() == Some(&b'"') {
            let Some((field, taken)) = quoted(rest) else {
                return (text.len(), false);
            };
            (field, taken)
        } else {
            let end = memchr::memchr2(b',', b'\n', rest).unwrap_or(rest.len());
            let field = rest.get(..end).unwrap_or_default();
            (
                Cow::Borrowed(field.strip_suffix(b"\r").unwrap_or(field)),
                end,
            )
        };
        fields.push(field);
        at += taken;
        match text.get(at) {
            Some(b',') => at += 1,
            Some(b'\r') if text.get(at + 1) == Some(&b'\n') => return (at + 2, true),
            Some(b'\n') => return (at + 1, true),
            None => return (at, true),
            // A quoted field that goes on behind its quote is not what the server writes.
            Some(_) => {
                let end = memchr::memchr(b'\n', text.get(at..).unwrap_or_default())
                    .map_or(text.len(), |n| at + n + 1);
                fields.clear();
                return (end, true);
            }
        }
    }
}

/// A field in quotes, with doubled quotes made single, and the bytes it takes. `None` when it isn't closed.
fn quoted(text: &[u8]) -> Option<(Cow<'_, [u8]>, usize)> {
    let body = text.get(1..)?;
    let mut owned: Option<Vec<u8>> = None;
    let mut from = 0;
    loop {
        let quote = from + memchr::memchr(b'"', body.get(from..)?)?;
        let doubled = body.get(quote + 1) == Some(&b'"');
        let part = body.get(from..quote + usize::from(doubled))?;
        match &mut owned {
            Some(value) => value.extend_from_slice(part),
            None if doubled => owned = Some(part.to_vec()),
            None => return Some((Cow::Borrowed(part), quote + 2)),
        }
        if !doubled {
            return owned.map(|value| (Cow::Owned(value), quote + 2));
        }
        from = quote + 2;
    }
}

fn record<'a>(fields: &[Cow<'a, [u8]>], offset: u64) -> Option<Record<'a>> {
    if fields.len() < column::LEAST {
        return None;
    }
    let field = |n: usize| fields.get(n).cloned().unwrap_or_default();
    let stamp = time::stamp(&field(column::TIME))?;
    let session = field(column::SESSION_ID);
    Some(Record {
        offset,
        time: Some(stamp.micros),
        utc_offset: stamp.offset,
        zone_unknown: !stamp.known,
        session: if session.is_empty() {
            field(column::PROCESS_ID)
        } else {
            session
        },
        transaction: field(column::TRANSACTION),
        user: field(column::USER),
        database: field(column::DATABASE),
        application: field(column::APPLICATION),
        severity: severity(&field(column::SEVERITY))?,
        sqlstate: field(column::SQLSTATE),
        message: field(column::MESSAGE),
        detail: field(column::DETAIL),
        context: field(column::CONTEXT),
        statement: field(column::STATEMENT),
    })
}

/// The next line after the first that looks like a row.
fn next_start(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', text)
        .map(|n| n + 1)
        .find(|&at| text.get(at..).is_some_and(is_record_start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row_text(message: &str) -> String {
        format!(
            "2026-11-21 04:40:59.078 UTC,\"postgres\",\"shop\",28850,\"127.0.0.1:35574\",6b0120db.70b2,1,\"BEGIN\",\
             2026-11-21 04:40:59 UTC,2/20083,0,LOG,00000,\"{message}\",,,,,,,,,\"shop-web\",\"client backend\",,1\n"
        )
    }

    fn read(block: &str) -> (Vec<String>, Vec<u64>) {
        let (mut messages, mut broken) = (Vec::new(), Vec::new());
        records(
            block.as_bytes(),
            0,
            &mut |r| messages.push(String::from_utf8_lossy(&r.message).into_owned()),
            &mut |at, _| broken.push(at),
        );
        (messages, broken)
    }

    #[test]
    fn rows_with_quotes_and_newlines() {
        let block =
            row_text("a \"\"b\"\"\nc") + &row_text("\"\"") + &row_text("d").replace('\n', "\r\n");
        assert_eq!(
            read(&block),
            (
                vec!["a \"b\"\nc".to_owned(), "\"".to_owned(), "d".to_owned()],
                vec![]
            )
        );
    }

    #[test]
    fn damage_costs_its_row_only() {
        let good = row_text("good");
        let bad = row_text("bad \" quote");
        let (messages, broken) = read(&format!(
            "{good}{bad}{good}half a row\n{good}2026-11-21 04:40:59.078 UTC,\"po"
        ));
        assert_eq!(messages, ["good", "good", "good"]);
        assert_eq!(broken.len(), 3);
    }

    #[test]
    fn blocks_end_behind_a_row() {
        let block = row_text("a\nb") + "2026-11-21 04:40:59.078 UTC,\"x\ny";
        assert_eq!(last_end(block.as_bytes()), row_text("a\nb").len());
        assert_eq!(last_end(b"\"a\nb"), 0);
    }
}
