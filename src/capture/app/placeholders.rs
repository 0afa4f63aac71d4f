//! Placeholders of Python's drivers, rewritten to Postgres' own `$1`, `$2` …

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::LEFT_OUT;
use super::Parameters;
use super::given::{Given, Key};
use super::scan::outside;

/// How a text marks its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `%(pk_1)s`
    Named,
    /// `%s`
    Format,
    /// `?`
    Question,
    /// `$1`
    Numbered,
    /// Not at all.
    None,
}

/// A text with `$1`, `$2` …
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rewritten<'a> {
    pub sql: Cow<'a, [u8]>,
    /// The names of `$1`, `$2` … of a text with named ones, each once.
    pub names: Vec<&'a [u8]>,
    /// How many parameters it has.
    pub count: usize,
}

/// One placeholder.
enum Placeholder<'a> {
    Named(&'a [u8]),
    Format,
    Question,
    Numbered(usize),
}

impl Placeholder<'_> {
    fn style(&self) -> Style {
        match self {
            Placeholder::Named(_) => Style::Named,
            Placeholder::Format => Style::Format,
            Placeholder::Question => Style::Question,
            Placeholder::Numbered(_) => Style::Numbered,
        }
    }
}

/// All that could be one, whatever the style: its place and length.
fn placeholders(text: &[u8]) -> impl Iterator<Item = (usize, usize, Placeholder<'_>)> {
    let mut doubled = usize::MAX;
    outside(text).filter_map(move |(at, byte)| {
        let rest = text.get(at..)?;
        match byte {
            b'%' if doubled == at => None,
            b'%' => match rest.get(1)? {
                b'%' => {
                    doubled = at + 1;
                    None
                }
                b's' if !rest.get(2).is_some_and(u8::is_ascii_alphanumeric) => {
                    Some((at, 2, Placeholder::Format))
                }
                b'(' => {
                    let near = rest.get(2..LONGEST_NAME.min(rest.len()))?;
                    let end = memchr::memchr(b')', near)?;
                    let name = near.get(..end)?;
                    (near.get(end + 1) == Some(&b's')).then_some((
                        at,
                        end + 4,
                        Placeholder::Named(name),
                    ))
                }
                _ => None,
            },
            b'?' => Some((at, 1, Placeholder::Question)),
            b'$' => {
                let digits = rest
                    .iter()
                    .skip(1)
                    .take(6)
                    .take_while(|byte| byte.is_ascii_digit());
                let (number, length) = digits.fold((0, 0), |(number, length), byte| {
                    (number * 10 + usize::from(byte - b'0'), length + 1)
                });
                (1..=MOST).contains(&number).then_some((
                    at,
                    1 + length,
                    Placeholder::Numbered(number),
                ))
            }
            _ => None,
        }
    })
}

/// The protocol counts parameters in 16 bits.
const MOST: usize = 65_535;
const LONGEST_NAME: usize = 256;

/// How a text marks its parameters.
pub(super) fn style(text: &[u8]) -> Style {
    let mut found = Style::None;
    for (_, _, placeholder) in placeholders(text) {
        found = match (placeholder.style(), found) {
            (Style::Named, _) => return Style::Named,
            (Style::Format, _) | (_, Style::Format) => Style::Format,
            (Style::Numbered, _) | (_, Style::Numbered) => Style::Numbered,
            (style, _) => style,
        };
    }
    found
}

/// The names in a text, in any order and as often as they come.
pub(super) fn names(text: &[u8]) -> Vec<&[u8]> {
    placeholders(text)
        .filter_map(|(_, _, placeholder)| match placeholder {
            Placeholder::Named(name) => Some(name),
            _ => None,
        })
        .collect()
}

/// Rewrites the placeholders of one style. `doubled` tells that `%%` stands for `%`.
pub(super) fn rewrite(text: &[u8], style: Style, doubled: bool) -> Rewritten<'_> {
    let mut numbers: FxHashMap<&[u8], usize> = FxHashMap::default();
    let mut names = Vec::new();
    let mut count = 0;
    let mut sql = Vec::new();
    let mut copied = 0;
    let mut copy = |sql: &mut Vec<u8>, to: usize, next: usize| {
        push(sql, text.get(copied..to).unwrap_or_default(), doubled);
        copied = next;
    };
    for (at, length, placeholder) in placeholders(text) {
        if placeholder.style() != style {
            continue;
        }
        let number = match placeholder {
            Placeholder::Numbered(number) => {
                count = count.max(number);
                continue;
            }
            Placeholder::Named(name) => *numbers.entry(name).or_insert_with(|| {
                names.push(name);
                names.len()
            }),
            Placeholder::Format | Placeholder::Question => count + 1,
        };
        count = count.max(number);
        copy(&mut sql, at, at + length);
        sql.extend_from_slice(format!("${number}").as_bytes());
    }
    let unchanged = style == Style::None || style == Style::Numbered || count == 0;
    let sql = if unchanged && !(doubled && memchr::memmem::find(text, b"%%").is_some()) {
        Cow::Borrowed(text)
    } else {
        copy(&mut sql, text.len(), text.len());
        Cow::Owned(sql)
    };
    Rewritten { sql, names, count }
}

fn push(sql: &mut Vec<u8>, mut text: &[u8], doubled: bool) {
    while doubled
        && let Some(at) = memchr::memmem::find(text, b"%%")
        && let Some((left, right)) = text.split_at_checked(at + 1)
    {
        sql.extend_from_slice(left);
        text = right.get(1..).unwrap_or_default();
    }
    sql.extend_from_slice(text);
}

/// The values of a statement's parameters, by what the log gives for them.
pub(super) fn values(rewritten: &Rewritten<'_>, given: Option<Given>) -> Parameters {
    if rewritten.count == 0 {
        return Parameters::InText;
    }
    let Some(given) = given else {
        return Parameters::Hidden;
    };
    let found = if rewritten.names.is_empty() {
        by_place(rewritten.count, given)
    } else {
        by_name(&rewritten.names, given)
    };
    found.map_or(Parameters::Hidden, Parameters::Values)
}

fn by_name(names: &[&[u8]], given: Given) -> Option<Vec<Option<String>>> {
    let left_out = given.left_out.is_some();
    let mut known: FxHashMap<Key, Option<String>> =
        given.keys?.into_iter().zip(given.values).collect();
    names
        .iter()
        .map(|name| {
            known
                .remove(*name)
                .or_else(|| left_out.then(|| Some(LEFT_OUT.to_owned())))
        })
        .collect()
}

fn by_place(count: usize, given: Given) -> Option<Vec<Option<String>>> {
    let mut values = if let Some(keys) = given.keys {
        // `{ "1": 5 }` or `{ "$1": 5 }`
        let mut ordered = vec![None; count];
        for (key, value) in keys.iter().zip(given.values) {
            let digits = key.strip_prefix(b"$").unwrap_or(key);
            let number: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
            *ordered.get_mut(number.checked_sub(1)?)? = value;
        }
        ordered
    } else {
        given.values
    };
    if let Some(at) = given.left_out
        && let Some(missing) = count.checked_sub(values.len())
        && at <= values.len()
    {
        let later = values.split_off(at);
        values.extend(std::iter::repeat_n(Some(LEFT_OUT.to_owned()), missing));
        values.extend(later);
    }
    (values.len() == count).then_some(values)
}
