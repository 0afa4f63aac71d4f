//! An export as JSON: an object a row, wherever the rows stand.
//!
//! Programs wrap rows differently: a list, a line each, `{"rows": […]}`, a list under the query's text, or what psql
//! prints of `json_agg`. Rows have no objects inside, so that every innermost object is looked at and all around them
//! is skipped. That also keeps damage small, as a text in quotes can't hold a newline.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::column::{Column, column};
use super::row::{Builder, Totals};

/// Whether the text begins like an export: the first row, whole or not, has the keys.
pub(super) fn detect(text: &[u8]) -> bool {
    // psql may print the name of the column and a rule above the value.
    let heading = text.iter().take_while(|byte| {
        byte.is_ascii_whitespace() || byte.is_ascii_alphabetic() || b"_-+?".contains(*byte)
    });
    let start = heading.count();
    if !text
        .get(start..)
        .is_some_and(|rest| rest.starts_with(b"{") || rest.starts_with(b"["))
    {
        return false;
    }
    objects(text).any(|object| {
        let columns: Vec<_> = keys(object.text).map(|key| column(&key)).collect();
        // A long first row may go on beyond the sample.
        let begun = object.end != End::Closed && columns.contains(&Some(Column::QueryId));
        super::enough(&columns) || (begun && columns.contains(&Some(Column::Query)))
    })
}

/// Reads all objects that are rows. Others are skipped; those with one of `query` and `calls` only are broken rows.
pub(super) fn rows(
    text: &[u8],
    base: u64,
    each: &mut dyn FnMut(Totals<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    for object in objects(text) {
        let offset = base + object.at as u64;
        match object.end {
            End::Closed => match serde_json::from_str(&String::from_utf8_lossy(object.text)) {
                Ok(values) => row(values, offset, each, broken),
                Err(_) => broken(offset, "an object that isn't well-formed JSON"),
            },
            End::Damaged if keys(object.text).any(|key| column(&key) == Some(Column::Query)) => {
                broken(offset, "the row is cut off or damaged");
            }
            End::Damaged => {}
            End::CutOff => broken(offset, "the file ends inside a row or a list of them"),
        }
    }
}

fn row(
    values: Map<String, Value>,
    offset: u64,
    each: &mut dyn FnMut(Totals<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let mut row = Builder::default();
    let mut is_row = false;
    for (key, value) in values {
        let Some(column) = column(&key) else { continue };
        is_row |= matches!(column, Column::Query | Column::Calls);
        match value {
            Value::Null => {}
            Value::String(text) => row.set(column, Cow::Owned(text)),
            other => row.set(column, Cow::Owned(other.to_string())),
        }
    }
    if is_row {
        row.finish(offset, each, broken);
    }
}

/// An object without objects inside.
struct Object<'a> {
    /// Where it begins.
    at: usize,
    text: &'a [u8],
    end: End,
}

/// How an object ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    /// Where something begins that can't be inside it; it may as well be a wrapper, which is no damage.
    Damaged,
    /// With the text, where it or a list around it had to go on.
    CutOff,
}

/// All innermost objects. What is cut off at the end counts as one, with an empty text if it is none.
fn objects(text: &[u8]) -> impl Iterator<Item = Object<'_>> {
    let mut at = 0;
    // Where the object begins that is being read, and the lists around it.
    let mut open: Option<(usize, usize)> = None;
    let mut lists = 0_usize;
    let object = |from: usize, to: usize, end| Object {
        at: from,
        text: text.get(from..to).unwrap_or_default(),
        end,
    };
    std::iter::from_fn(move || {
        while let Some(&byte) = text.get(at) {
            let here = at;
            at += 1;
            match byte {
                b'"' => match string_end(text, at) {
                    Ok(end) => at = end,
                    Err(end) => {
                        at = end;
                        let from = open.take().map(|(from, _)| from);
                        if end == text.len() {
                            lists = 0;
                            return Some(object(from.unwrap_or(here), end, End::CutOff));
                        }
                        if let Some(from) = from {
                            return Some(object(from, end, End::Damaged));
                        }
                    }
                },
                b'{' => {
                    // An object with a list of objects is what rows are wrapped in.
                    if let Some((from, around)) = open.replace((here, lists))
                        && lists <= around
                    {
                        return Some(object(from, here, End::Damaged));
                    }
                }
                b'}' => {
                    if let Some((from, _)) = open.take() {
                        return Some(object(from, at, End::Closed));
                    }
                }
                b'[' => lists += 1,
                b']' => lists = lists.saturating_sub(1),
                _ => {}
            }
        }
        let listed = std::mem::take(&mut lists) > 0;
        let from = open.take().map(|(from, _)| from);
        let from = from.or(listed.then_some(text.len()))?;
        Some(object(from, text.len(), End::CutOff))
    })
}

/// Where a string that begins before `from` ends. In error, where the line does that it isn't closed in.
fn string_end(text: &[u8], from: usize) -> Result<usize, usize> {
    let mut at = from;
    while let Some(found) = text
        .get(at..)
        .and_then(|rest| memchr::memchr3(b'"', b'\\', b'\n', rest))
    {
        at += found;
        match text.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at += 2,
            _ => return Err(at),
        }
    }
    Err(text.len())
}

/// The names of an object's values, of one that isn't whole as well.
fn keys(object: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + memchr::memchr(b'"', object.get(at..)?)? + 1;
            at = string_end(object, start).ok()?;
            let rest = object.get(at..)?.trim_ascii_start();
            if rest.starts_with(b":") {
                return object.get(start..at - 1).map(String::from_utf8_lossy);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts and calls of the rows, and the number of warnings.
    fn read(text: &[u8]) -> (Vec<(String, u64)>, usize) {
        let (mut found, mut broken) = (Vec::new(), 0);
        rows(
            text,
            0,
            &mut |t| {
                assert_eq!(text.get(usize::try_from(t.offset).unwrap()), Some(&b'{'));
                found.push((t.query.into_owned(), t.calls));
            },
            &mut |_, _| broken += 1,
        );
        (found, broken)
    }

    fn check(text: &str, expected: &[(&str, u64)], broken: usize) {
        assert!(detect(text.as_bytes()), "{text}");
        let (found, warned) = read(text.as_bytes());
        let found: Vec<_> = found.iter().map(|(q, n)| (q.as_str(), *n)).collect();
        assert_eq!((found.as_slice(), warned), (expected, broken), "{text}");
    }

    const A: &str = r#"{"query":"a {\"b\": [","calls":1}"#;
    const C: &str = r#"{"Calls": "2", "userid": null, "Query": "c\nd"}"#;
    const BOTH: &[(&str, u64)] = &[("a {\"b\": [", 1), ("c\nd", 2)];

    #[test]
    fn wrappings() {
        check(&format!("[{A},{C}]"), BOTH, 0);
        check(&format!("[{A}, \n {C}]\n"), BOTH, 0);
        check(&format!("{A}\n{C}"), BOTH, 0);
        check(&format!("{A}\r\n\r\n{C}\r\n"), BOTH, 0);
        check(
            &format!("{{\"rows\":[{A},{C}],\"fields\":[{{\"name\":\"query\"}}]}}"),
            BOTH,
            0,
        );
        check(&format!("{{\"query\":\"x\",\"rows\":[{A},{C}]}}"), BOTH, 0);
        check(
            &format!("{{\"select * from pg_stat_statements\" : [{A},{C}]}}"),
            BOTH,
            0,
        );
        check(
            &format!("{{\"row_to_json\":{A}}}\n{{\"row_to_json\":{C}}}"),
            BOTH,
            0,
        );
        check(
            &format!("   json_agg    \n-----\n [{A}, +\n  {C}]\n(1 row)\n"),
            BOTH,
            0,
        );
    }

    #[test]
    fn damage_costs_its_row() {
        let bad = r#"{"query":"x","calls":"#;
        check(&format!("{A}\n{bad}\n{C}"), BOTH, 1);
        check(&format!("[{A},{bad}{C}]"), BOTH, 1);
        check(&format!("{A}\n{{\"query\":\"x\n{C}"), BOTH, 1);
        check(&format!("{A}\n{{\"query\":\"x\",\"y\n{C}"), BOTH, 1);
        check(
            &format!("{A}\n{{\"query\":\"x\"}}\n{{\"calls\":\"y\"}}\n{C}"),
            BOTH,
            2,
        );
        check(&format!("{A}\n{{\"query\":x}}\n{C}"), BOTH, 1);
        check(&format!("[{A},{C}"), BOTH, 1);
        check(&format!("[{A},{C},{bad}"), BOTH, 1);
        check(&format!("[{A},{C},{{\"que"), BOTH, 1);
    }

    #[test]
    fn other_encodings_keep_their_row() {
        let (found, broken) = read(b"[{\"query\":\"caf\xe9\",\"calls\":1}]");
        assert_eq!((found, broken), (vec![("caf\u{fffd}".to_owned(), 1)], 0));
    }

    #[test]
    fn the_first_row_may_be_longer_than_the_sample() {
        assert!(detect(br#"[{"queryid":1,"query":"SELECT"#));
        assert!(detect(br#"[{"queryid":1,"query":"SELECT", "rows"#));
        assert!(!detect(br#"[{"userid":1,"query":"SELECT", "rows"#));
        assert!(!detect(br#"{"message":"query calls","pid":7}"#));
        assert!(!detect(b""));
        assert!(!detect(
            br#"2026-11-21 {"query":"a","calls":1}"#.get(4..).unwrap()
        ));
    }
}
