//! An export as CSV: a header with the names of the columns, then rows.

use std::borrow::Cow;

use super::column::{Column, column};
use super::row::{Builder, Totals};

/// Whether the text begins with the header of an export.
pub(super) fn detect(text: &[u8], separator: u8) -> bool {
    let mut fields = Vec::new();
    split(text.trim_ascii_start(), separator, &mut fields);
    // Logs as CSV begin with a time stamp; no column's name begins with a digit.
    let logged = fields
        .first()
        .is_some_and(|field| field.first().is_some_and(u8::is_ascii_digit));
    !logged && super::enough(&columns(&fields))
}

/// Reads the rows below the header, which `text` begins with.
///
/// A row whose quotes or number of fields are wrong costs as many lines as it takes until the rows fit again, and is
/// one warning with them.
pub(super) fn rows(
    text: &[u8],
    base: u64,
    separator: u8,
    each: &mut dyn FnMut(Totals<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let mut fields = Vec::with_capacity(64);
    let mut at = text.len() - text.trim_ascii_start().len();
    let header = text.get(at..).unwrap_or_default();
    at += split(header, separator, &mut fields).taken;
    let columns = columns(&fields);

    let mut inside_damage = false;
    // A quote too many makes a row of all that follows. Reading on from the next line must not add up to a
    // quadratic time, so that it is given up once the file has been read several times.
    let mut patience = text.len().saturating_mul(4);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let offset = base + at as u64;
        let row = split(rest, separator, &mut fields);
        let fits = row.closed && fields.len() == columns.len();
        let empty = row.closed && fields.iter().all(|field| field.is_empty());
        if fits || empty {
            at += row.taken;
            if !empty {
                inside_damage = false;
                build(&columns, &fields).finish(offset, each, broken);
            }
            continue;
        }
        if !inside_damage {
            broken(
                offset,
                if row.closed {
                    "a row that has more or fewer fields than the header"
                } else {
                    "the row is cut off: a quote is not closed"
                },
            );
        }
        inside_damage = true;
        let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        at += if patience > 0 {
            line
        } else {
            row.taken.max(line)
        };
        patience = patience.saturating_sub(row.taken);
    }
}

fn columns(header: &[Cow<'_, [u8]>]) -> Vec<Option<Column>> {
    header
        .iter()
        .map(|name| column(&String::from_utf8_lossy(name)))
        .collect()
}

fn build<'a>(columns: &[Option<Column>], fields: &'a [Cow<'_, [u8]>]) -> Builder<'a> {
    let mut row = Builder::default();
    for (column, field) in columns.iter().zip(fields) {
        if let Some(column) = column {
            row.set(*column, String::from_utf8_lossy(field));
        }
    }
    row
}

/// What the splitting of a row found.
struct Row {
    /// The bytes it takes, with the newline.
    taken: usize,
    /// Whether its quotes are closed.
    closed: bool,
}

/// Takes the row apart that `text` begins with. A field that goes on behind its closing quote makes the row end
/// with its line, without fields.
fn split<'a>(text: &'a [u8], separator: u8, fields: &mut Vec<Cow<'a, [u8]>>) -> Row {
    fields.clear();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let (field, taken) = if rest.first() == Some(&b'"') {
            let Some(found) = quoted(rest) else {
                return Row {
                    taken: text.len(),
                    closed: false,
                };
            };
            found
        } else {
            let end = memchr::memchr2(separator, b'\n', rest).unwrap_or(rest.len());
            let field = rest.get(..end).unwrap_or_default();
            let ends_line = rest.get(end) != Some(&separator);
            let bare = field.strip_suffix(b"\r").filter(|_| ends_line);
            (Cow::Borrowed(bare.unwrap_or(field)), end)
        };
        fields.push(field);
        at += taken;
        let closed = |taken| Row {
            taken,
            closed: true,
        };
        match text.get(at..).unwrap_or_default() {
            [first, ..] if *first == separator => at += 1,
            [b'\r', b'\n', ..] => return closed(at + 2),
            [b'\n', ..] => return closed(at + 1),
            [] | [b'\r'] => return closed(text.len()),
            rest => {
                fields.clear();
                fields.push(Cow::Borrowed(rest));
                let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
                return closed(at + line);
            }
        }
    }
}

/// A field in quotes, with doubled quotes made single, and the bytes it takes. `None` when it isn't closed.
fn quoted(text: &[u8]) -> Option<(Cow<'_, [u8]>, usize)> {
    let body = text.get(1..)?;
    let mut value = Cow::Borrowed(&b""[..]);
    let mut from = 0;
    loop {
        let quote = from + memchr::memchr(b'"', body.get(from..)?)?;
        let part = body.get(from..quote)?;
        if value.is_empty() {
            value = Cow::Borrowed(part);
        } else {
            value.to_mut().extend_from_slice(part);
        }
        if body.get(quote + 1) != Some(&b'"') {
            return Some((value, quote + 2));
        }
        value.to_mut().push(b'"');
        from = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts and calls of the rows, and the lines (from 0) that have a warning.
    fn read(text: &str, separator: u8) -> (Vec<(String, u64)>, Vec<usize>) {
        let (mut found, mut broken) = (Vec::new(), Vec::new());
        rows(
            text.as_bytes(),
            0,
            separator,
            &mut |t| found.push((t.query.into_owned(), t.calls)),
            &mut |at, _| {
                let before = text.get(..usize::try_from(at).unwrap()).unwrap();
                broken.push(before.matches('\n').count());
            },
        );
        (found, broken)
    }

    fn check(text: &str, separator: u8, expected: &[(&str, u64)], broken: &[usize]) {
        assert!(detect(text.as_bytes(), separator), "{text}");
        let (found, warned) = read(text, separator);
        let found: Vec<_> = found.iter().map(|(q, n)| (q.as_str(), *n)).collect();
        assert_eq!(
            (found.as_slice(), warned.as_slice()),
            (expected, broken),
            "{text}"
        );
    }

    #[test]
    fn separators_quotes_and_newlines() {
        check(
            "query,calls\na,1\n\"b\",2\n",
            b',',
            &[("a", 1), ("b", 2)],
            &[],
        );
        check(
            "\"Query\";\"Calls\"\r\n\"a;\r\nb\";\"1\"\r\n\r\n",
            b';',
            &[("a;\r\nb", 1)],
            &[],
        );
        check(
            "calls\tuserid\tquery\n1\t10\ta \"b\"\n",
            b'\t',
            &[("a \"b\"", 1)],
            &[],
        );
        check(
            "\n\ncalls,query\n1,\"\"\"a\"\" || \"\"\"\"\"\n",
            b',',
            &[("\"a\" || \"\"", 1)],
            &[],
        );
        check(
            "calls,query\n1,\"\"\n2,\n3,\"a\"",
            b',',
            &[("", 1), ("", 2), ("a", 3)],
            &[],
        );
        check("calls,query\r\n1,a\r", b',', &[("a", 1)], &[]);
        check("query,calls", b',', &[], &[]);
    }

    #[test]
    fn damage_costs_its_lines() {
        // Cut off, without and with an open quote.
        check("calls,query\n1,a\n2", b',', &[("a", 1)], &[2]);
        check("calls,query\n1,a\n2,\"b", b',', &[("a", 1)], &[2]);
        // Text behind the closing quote; a quote that swallows the rest.
        check("calls,query\n1,\"a\"b\n2,c\n", b',', &[("c", 2)], &[1]);
        check(
            "calls,query\n1,\"a\n2,b\n3,c\n",
            b',',
            &[("b", 2), ("c", 3)],
            &[1],
        );
        // A field too many or too few; several lines of damage are one.
        check(
            "calls,query\n1,a,b\n2,c\n3\n4,d\n",
            b',',
            &[("c", 2), ("d", 4)],
            &[1, 3],
        );
        check(
            "calls,query\n1,a,b\nx\ny,z,\n2,c\n",
            b',',
            &[("c", 2)],
            &[1],
        );
        // Numbers that are none.
        check("calls,query\nx,a\n,b\n2,c\n", b',', &[("c", 2)], &[1, 2]);
    }

    #[test]
    fn other_files_are_none() {
        for text in [
            "",
            "query\n",
            "calls,total_time\n",
            "a,b\nquery,calls\n",
            "\"query,calls\n",
        ] {
            assert!(!detect(text.as_bytes(), b','), "{text}");
        }
        assert!(!detect(b"query,calls\n", b';'));
    }

    #[test]
    fn quotes_that_never_close_take_linear_time() {
        let text = "calls,query\n".to_owned() + &"1,\"x\"\"\n".repeat(200_000);
        let (found, broken) = read(&text, b',');
        assert!(found.is_empty());
        assert!(!broken.is_empty());
    }
}
