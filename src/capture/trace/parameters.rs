//! The values that a statement was sent with, where a span gives them.
//!
//! OpenTelemetry has an attribute for each, `db.query.parameter.0`; its Node driver a list, `db.postgresql.values`; its
//! Python drivers one text, as Python shows a tuple or a dictionary. Most spans give none.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::attributes::Attributes;
use super::loose::Loose;

/// What is known about the values of a statement.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Given {
    /// In the order of their placeholders; `None` when they aren't known.
    pub(super) values: Option<Vec<Option<String>>>,
    /// How many sets of values there were, if one sees it.
    pub(super) batch: Option<u32>,
}

/// Each value of a list, under its name where it has one.
type Named<'a> = Vec<(Cow<'a, str>, Option<String>)>;

pub(super) fn parameters(all: &Attributes<'_>, sql: &str) -> Given {
    let single: Named<'_> = all
        .iter()
        .filter_map(|(key, value)| {
            let name = key.strip_prefix("db.query.parameter.")?;
            Some((Cow::Borrowed(name), value.text().map(Cow::into_owned)))
        })
        .collect();
    if !single.is_empty() {
        return Given {
            values: numbered(&single).or_else(|| named(single, sql)),
            batch: None,
        };
    }
    match all.get(&["db.postgresql.values", "db.statement.parameters"]) {
        Some(value) => match value.unwrapped() {
            Loose::List(values) => Given {
                values: Some(
                    values
                        .iter()
                        .map(|value| value.text().map(Cow::into_owned))
                        .collect(),
                ),
                batch: None,
            },
            Loose::Text(text) => shown(text, sql),
            _ => Given::default(),
        },
        None => Given::default(),
    }
}

/// The values by their numbers, which count from 0 or 1 without a gap.
fn numbered(single: &[(Cow<'_, str>, Option<String>)]) -> Option<Vec<Option<String>>> {
    let mut all = Vec::with_capacity(single.len());
    for (key, value) in single {
        all.push((key.trim_start_matches('$').parse::<usize>().ok()?, value));
    }
    all.sort_by_key(|(number, _)| *number);
    let first = all.first()?.0;
    let whole = first <= 1 && all.iter().zip(first..).all(|((n, _), at)| *n == at);
    whole.then(|| all.into_iter().map(|(_, value)| value.clone()).collect())
}

/// The values by their names, in the order in which these first stand in the statement.
fn named(single: Named<'_>, sql: &str) -> Option<Vec<Option<String>>> {
    let order = placeholders(sql);
    let mut all = Vec::with_capacity(single.len());
    for (key, value) in single {
        let name = key.trim_start_matches([':', '@', '$']);
        all.push((*order.get(name)?, value));
    }
    all.sort_by_key(|(rank, _)| *rank);
    Some(all.into_iter().map(|(_, value)| value).collect())
}

/// The names in `%(name)s`, `:name`, `@name` and `$name`, with where they first stand. What merely looks so, as in a
/// string, does no harm.
fn placeholders(sql: &str) -> FxHashMap<&str, usize> {
    let mut all = FxHashMap::default();
    let mut at = 0;
    while let Some(found) = sql
        .get(at..)
        .and_then(|rest| rest.find(['%', ':', '@', '$']))
    {
        at += found + 1;
        let rest = sql.get(at..).unwrap_or_default();
        let rest = rest.strip_prefix('(').unwrap_or(rest);
        let end = rest
            .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .unwrap_or(rest.len());
        if let Some(name) = rest.get(..end).filter(|name| !name.is_empty()) {
            all.entry(name).or_insert(at);
        }
    }
    all
}

/// The values in a text such as `('a', 3)`, `{'id': 3}` or `["a",3]`.
fn shown(text: &str, sql: &str) -> Given {
    let Some(items) = items(text) else {
        return Given::default();
    };
    // A list of tuples or dictionaries is what `executemany` takes.
    let sets = text.trim_start().starts_with('[')
        && !items.is_empty()
        && items.iter().all(|item| item.starts_with(['(', '{', '[']));
    if sets {
        return Given {
            values: None,
            batch: u32::try_from(items.len()).ok(),
        };
    }
    let values = if text.trim_start().starts_with('{') {
        let pairs: Option<Named<'_>> = items
            .iter()
            .map(|item| {
                let (key, value) = item.split_at_checked(split_end(item, b':')?)?;
                let key = literal(key.trim())?;
                Some((Cow::Owned(key), literal(value.get(1..)?.trim())))
            })
            .collect();
        pairs.and_then(|pairs| named(pairs, sql))
    } else {
        Some(items.iter().map(|item| literal(item)).collect())
    };
    Given {
        values,
        batch: None,
    }
}

/// What stands between the commas of a list in brackets; `None` when it is none, or cut off.
fn items(text: &str) -> Option<Vec<&str>> {
    let text = text.trim();
    let closing = match text.bytes().next()? {
        b'(' => ')',
        b'[' => ']',
        b'{' => '}',
        _ => return None,
    };
    let mut rest = text.get(1..)?.strip_suffix(closing)?;
    let mut all = Vec::new();
    while !rest.trim().is_empty() {
        let end = split_end(rest, b',').unwrap_or(rest.len());
        all.push(rest.get(..end)?.trim());
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    Some(all)
}

/// Where this byte first stands outside of quotes and brackets.
fn split_end(text: &str, separator: u8) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (quote, byte) {
            (Some(_), b'\\') => {
                bytes.next();
            }
            (Some(open), _) => {
                if open == byte {
                    quote = None;
                }
            }
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            (None, _) if byte == separator && depth == 0 => return Some(at),
            (None, _) => {}
        }
    }
    None
}

/// What a value stands for, `None` for null. What is neither a text nor null stays as it is.
fn literal(text: &str) -> Option<String> {
    if matches!(text, "None" | "null") {
        return None;
    }
    let quote = text
        .chars()
        .next()
        .filter(|first| matches!(first, '\'' | '"'));
    let inner = quote.and_then(|quote| text.get(1..)?.strip_suffix(quote));
    let Some(inner) = inner else {
        return Some(text.to_owned());
    };
    let mut plain = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some(other @ ('\'' | '"' | '\\' | '/')) => plain.push(other),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(attributes: &str, sql: &str, expected: Option<&[Option<&str>]>, batch: Option<u32>) {
        let all: Attributes<'_> = serde_json::from_str(attributes).unwrap();
        let got = parameters(&all, sql);
        let values: Option<Vec<Option<String>>> = expected.map(|values| {
            let owned = values.iter().map(|value| value.map(str::to_owned));
            owned.collect()
        });
        assert_eq!(got, Given { values, batch }, "{attributes}");
    }

    #[test]
    fn one_attribute_for_each_value() {
        check(
            r#"[{"key":"db.query.parameter.1","value":{"stringValue":"b"}},
                {"key":"db.query.parameter.0","value":{"intValue":"7"}}]"#,
            "SELECT ?, ?",
            Some(&[Some("7"), Some("b")]),
            None,
        );
        check(
            r#"[{"key":"db.query.parameter.1","value":"a"},{"key":"db.query.parameter.2","value":null}]"#,
            "SELECT $1, $2",
            Some(&[Some("a"), None]),
            None,
        );
        // A value between them is missing.
        check(
            r#"[{"key":"db.query.parameter.0","value":"a"},{"key":"db.query.parameter.2","value":"c"}]"#,
            "SELECT $1, $2, $3",
            None,
            None,
        );
        check(
            r#"[{"key":"db.query.parameter.@last","value":"z"},{"key":"db.query.parameter.first","value":5}]"#,
            "SELECT * FROM t WHERE a = @first AND b = @last AND c = @first",
            Some(&[Some("5"), Some("z")]),
            None,
        );
    }

    #[test]
    fn lists_of_the_drivers() {
        check(
            r#"[{"key":"db.postgresql.values","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":3}]}}}]"#,
            "",
            Some(&[Some("a"), Some("3")]),
            None,
        );
        check(
            r#"[{"key":"db.postgresql.values","value":"[\"a, b\",3,null]"}]"#,
            "",
            Some(&[Some("a, b"), Some("3"), None]),
            None,
        );
        check(
            r#"[{"key":"db.statement.parameters","value":{"stringValue":"('it\\'s', [1, 2], None, Decimal('1.50'))"}}]"#,
            "",
            Some(&[Some("it's"), Some("[1, 2]"), None, Some("Decimal('1.50')")]),
            None,
        );
        check(
            r#"[{"key":"db.statement.parameters","value":"('1',)"}]"#,
            "",
            Some(&[Some("1")]),
            None,
        );
        check(
            r#"[{"key":"db.statement.parameters","value":"{'low': 1, 'high': 9}"}]"#,
            "SELECT a::text FROM t WHERE b < %(high)s AND b > %(low)s",
            Some(&[Some("9"), Some("1")]),
            None,
        );
        check(
            r#"[{"key":"db.statement.parameters","value":"[(1, 'a'), (2, 'b')]"}]"#,
            "",
            None,
            Some(2),
        );
        check(
            r#"[{"key":"db.statement.parameters","value":"('cut"}]"#,
            "",
            None,
            None,
        );
    }
}
