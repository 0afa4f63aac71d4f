//! Wordings with fields, and reading messages by them.

use super::encoding::Encoding;
use super::number;

/// A wording, taken apart.
#[derive(Debug)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Literal(Vec<u8>),
    /// A line break; the text log has a tab behind it.
    LineBreak,
    Field(&'static str, Kind),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Whole,
    Thousandths,
    Text,
}

/// How a message and a template fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// The message is one of these.
    Whole,
    /// The message may be one, but it ends too early.
    Cut,
    /// It begins like one, but has no number where one belongs.
    NoNumber,
    No,
}

/// The values of a message's fields.
#[derive(Debug, Default)]
pub(super) struct Captures<'a> {
    values: [(&'static str, Value<'a>); MOST_FIELDS],
    len: usize,
}

#[derive(Clone, Copy, Debug, Default)]
enum Value<'a> {
    Number(u64),
    Text(&'a [u8]),
    #[default]
    None,
}

/// The most fields of a template that are read.
const MOST_FIELDS: usize = 6;

/// The longest text that a field in the middle of a message takes: names have at most a few hundred bytes, and a
/// message may be huge.
const LONGEST_FIELD: usize = 4_096;

impl Template {
    /// Takes a template of the catalog apart; its literals get the bytes of `encoding`.
    pub(super) fn new(text: &str, encoding: Encoding) -> Self {
        let mut parts = Vec::new();
        for (i, piece) in text.split('{').enumerate() {
            let mut literal = piece;
            // Every piece but the first begins with a field's name.
            if i > 0
                && let Some((name, after)) = piece.split_once('}')
            {
                let (name, kind) = field(name);
                parts.push(Part::Field(name, kind));
                literal = after;
            }
            for (j, line) in literal.split("\\n").enumerate() {
                if j > 0 {
                    parts.push(Part::LineBreak);
                }
                if !line.is_empty() {
                    parts.push(Part::Literal(encoding.encode(line)));
                }
            }
        }
        Self { parts }
    }

    /// The bytes that it begins with, empty where a field comes first.
    pub(super) fn head(&self) -> &[u8] {
        match self.parts.first() {
            Some(Part::Literal(head)) => head,
            _ => &[],
        }
    }

    /// Whether a number comes first.
    pub(super) fn begins_with_number(&self) -> bool {
        matches!(
            self.parts.first(),
            Some(Part::Field(_, Kind::Whole | Kind::Thousandths))
        )
    }

    /// How many bytes of literals it has: of two that fit, the one with more says more.
    pub(super) fn weight(&self) -> usize {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Literal(literal) => literal.len(),
                _ => 0,
            })
            .sum()
    }

    /// Reads a message from left to right; the values of its fields go to `captures`.
    pub(super) fn read<'a>(&self, message: &'a [u8], captures: &mut Captures<'a>) -> Fit {
        if !message.starts_with(self.head()) {
            return Fit::No;
        }
        captures.len = 0;
        let mut rest = message;
        let mut parts = self.parts.as_slice();
        while let Some((part, after)) = parts.split_first() {
            parts = after;
            let tail = match part {
                Part::Literal(literal) => match rest.strip_prefix(literal.as_slice()) {
                    Some(tail) => tail,
                    // A message without even the first literal is not a cut one, but another.
                    None if rest.len() < message.len() && literal.starts_with(rest) => {
                        return Fit::Cut;
                    }
                    None => return Fit::No,
                },
                Part::LineBreak => match line_break(rest) {
                    Some(tail) => tail,
                    None if rest.is_empty() => return Fit::Cut,
                    None => return Fit::No,
                },
                Part::Field(name, Kind::Text) => match text_field(rest, after) {
                    Ok((text, tail)) => {
                        captures.add(name, Value::Text(text));
                        tail
                    }
                    Err(fit) => return fit,
                },
                Part::Field(name, kind) => {
                    let read = match kind {
                        Kind::Whole => number::whole(rest),
                        _ => number::thousandths(rest),
                    };
                    let Some((number, tail)) = read else {
                        return Fit::NoNumber;
                    };
                    captures.add(name, Value::Number(number));
                    tail
                }
            };
            rest = tail;
        }
        if rest.trim_ascii().is_empty() {
            Fit::Whole
        } else {
            Fit::No
        }
    }
}

impl<'a> Captures<'a> {
    fn add(&mut self, name: &'static str, value: Value<'a>) {
        if name != UNREAD.0
            && let Some(slot) = self.values.get_mut(self.len)
        {
            *slot = (name, value);
            self.len += 1;
        }
    }

    /// The text of a field, empty where the wording has no such field.
    pub(super) fn text(&self, name: &str) -> &'a [u8] {
        match self.value(name) {
            Value::Text(text) => text,
            _ => &[],
        }
    }

    /// The number of a field, in thousandths if it has decimals; 0 where the wording has no such field.
    pub(super) fn number(&self, name: &str) -> u64 {
        match self.value(name) {
            Value::Number(number) => number,
            _ => 0,
        }
    }

    fn value(&self, name: &str) -> Value<'a> {
        self.values
            .iter()
            .take(self.len)
            .find_map(|(n, value)| (*n == name).then_some(*value))
            .unwrap_or_default()
    }
}

/// The fields that are read, and what they hold.
const FIELDS: &[(&str, Kind)] = &[
    ("ms", Kind::Thousandths),
    ("fork", Kind::Thousandths),
    ("authentication", Kind::Thousandths),
    ("write", Kind::Thousandths),
    ("sync", Kind::Thousandths),
    ("total", Kind::Thousandths),
    ("seconds", Kind::Thousandths),
    ("process", Kind::Whole),
    ("bytes", Kind::Whole),
    ("buffers", Kind::Whole),
    ("scans", Kind::Whole),
    ("apart", Kind::Whole),
    ("hours", Kind::Whole),
    ("minutes", Kind::Whole),
    ("name", Kind::Text),
    ("sql", Kind::Text),
    ("values", Kind::Text),
    ("rest", Kind::Text),
    ("host", Kind::Text),
    ("port", Kind::Text),
    ("user", Kind::Text),
    ("database", Kind::Text),
    ("application", Kind::Text),
    ("identity", Kind::Text),
    ("method", Kind::Text),
    ("mode", Kind::Text),
    ("object", Kind::Text),
    ("path", Kind::Text),
    ("reason", Kind::Text),
    ("table", Kind::Text),
    ("version", Kind::Text),
    ("value", Kind::Text),
];

/// A text that nobody reads.
const UNREAD: (&str, Kind) = ("_", Kind::Text);

fn field(name: &str) -> (&'static str, Kind) {
    FIELDS
        .iter()
        .find(|(known, _)| *known == name)
        .copied()
        .unwrap_or(UNREAD)
}

/// The text of a field that has `after` behind it, and what follows the text.
fn text_field<'a>(text: &'a [u8], after: &[Part]) -> Result<(&'a [u8], &'a [u8]), Fit> {
    let end = match after {
        [] => Some(text.len()),
        // The message ends with this literal, whatever the field holds.
        [Part::Literal(last)] => text
            .trim_ascii_end()
            .strip_suffix(last.as_slice())
            .map(<[u8]>::len),
        [Part::Literal(next), ..] => find(window(text), next),
        [Part::LineBreak, ..] => memchr::memchr2(b'\r', b'\n', window(text)),
        [Part::Field(..), ..] => None,
    };
    end.and_then(|end| text.split_at_checked(end))
        .ok_or(if text.len() <= LONGEST_FIELD {
            Fit::Cut
        } else {
            Fit::No
        })
}

/// Where a short text begins; cheaper than a searcher that has to be built first.
pub(super) fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    memchr::memchr_iter(first, text)
        .find(|at| text.get(*at..).is_some_and(|t| t.starts_with(wanted)))
}

/// The part of a text in which a field's end is searched for.
pub(super) fn window(text: &[u8]) -> &[u8] {
    text.get(..LONGEST_FIELD).unwrap_or(text)
}

fn line_break(text: &[u8]) -> Option<&[u8]> {
    let text = text.strip_prefix(b"\r").unwrap_or(text);
    let text = text.strip_prefix(b"\n")?;
    Some(text.strip_prefix(b"\t").unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, message: &str, expected: &str) {
        let template = Template::new(template, Encoding::Utf8);
        let mut captures = Captures::default();
        let got = match template.read(message.as_bytes(), &mut captures) {
            Fit::Whole => captures
                .values
                .iter()
                .take(captures.len)
                .map(|(name, value)| match value {
                    Value::Number(number) => format!("{name}={number} "),
                    Value::Text(text) => format!("{name}={} ", String::from_utf8_lossy(text)),
                    Value::None => String::new(),
                })
                .collect(),
            other => format!("{other:?}"),
        };
        assert_eq!(got.trim_end(), expected, "{message}");
    }

    #[test]
    fn messages_fit_templates() {
        let lock = "Prozess {process} erlangte {mode}-Sperre auf {object} nach {ms} ms";
        check(
            lock,
            "Prozess 7 erlangte Share-Sperre auf Tupel (0,1) nach 1000,250 ms\n",
            "process=7 mode=Share object=Tupel (0,1) ms=1000250",
        );
        check(lock, "Prozess 7 erlangte Share-Sperre auf", "Cut");
        check(lock, "Prozess x", "NoNumber");
        check(lock, "Prozess 7 verlor", "No");
        check(lock, "Proz", "No");
        check(
            "vacuum \"{table}\": {scans}\\n{rest}",
            "vacuum \"a.b.c\": 2\n\tpages: 1\n\tx",
            "table=a.b.c scans=2 rest=pages: 1\n\tx",
        );
        check(
            "{values} parametresi",
            "$1 = 'a parametresi b' parametresi",
            "values=$1 = 'a parametresi b'",
        );
        check(
            "deadlock detected",
            "deadlock detected, said a function",
            "No",
        );
    }

    #[test]
    fn a_field_in_the_middle_is_bounded() {
        let message = format!("host={} port=1", "x".repeat(LONGEST_FIELD));
        check("host={host} port={port} {_}", &message, "No");
    }
}
