//! Lines that may begin records, and how well a prefix explains them.

use super::super::phrases::{self, Level};
use super::super::time::Stamp;
use super::field::{Field, Part};
use super::names;
use super::read::{self, Sink};

/// A line that may begin a record or one of its details: it has a level.
pub(super) struct Start<'a> {
    pub line: &'a [u8],
    /// Where levels stand. The first is most often the one; an application's name may hold one too.
    pub levels: Vec<usize>,
}

/// No prefix is longer than this.
const LONGEST_HEAD: usize = 600;
const MOST_LEVELS: usize = 3;

/// The lines that have a level and don't begin with a tab.
pub(super) fn starts<'a>(lines: &[&'a [u8]]) -> Vec<Start<'a>> {
    let of = |line: &&'a [u8]| {
        let levels = levels(line);
        (!line.starts_with(b"\t") && !levels.is_empty()).then_some(Start { line, levels })
    };
    lines.iter().filter_map(of).collect()
}

fn levels(line: &[u8]) -> Vec<usize> {
    let window = line.get(..LONGEST_HEAD).unwrap_or(line);
    let begins = |at: &usize| {
        // Levels are in capitals, or in letters of other alphabets than the Latin one.
        window
            .get(*at)
            .is_some_and(|b| b.is_ascii_uppercase() || *b >= 0xc0)
            && line.get(*at..).and_then(phrases::level_at).is_some()
    };
    (0..window.len()).filter(begins).take(MOST_LEVELS).collect()
}

/// At most so many of the lines, evenly spread.
pub(super) fn spread<'s, 'a>(starts: &'s [Start<'a>], most: usize) -> Vec<&'s Start<'a>> {
    starts
        .iter()
        .step_by(starts.len().div_ceil(most).max(1))
        .collect()
}

/// How well a prefix explains lines. More is better, the first that differs decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    /// What the shapes and literals tell that fit, in bits, less what is lost with lines that don't.
    pub told: i64,
    /// Lines whose names are plain ones.
    pub plain: usize,
    pub explained: usize,
}

/// What a line that isn't explained costs: about what one that is tells.
const LOST: i64 = 40;

pub(super) fn score<'s, 'a: 's>(
    parts: &[Part],
    starts: impl IntoIterator<Item = &'s Start<'a>>,
) -> Score {
    let mut score = Score {
        told: 0,
        plain: 0,
        explained: 0,
    };
    for start in starts {
        let Some(row) = row(parts, start.line) else {
            score.told -= 2 * LOST;
            continue;
        };
        score.explained += 1;
        let session_less = row.is_session_less(parts);
        let mut plain = true;
        // A label before a name and a sign behind it leave no doubt where it begins, whatever it holds.
        let mut labelled = false;
        for (part, value) in parts.iter().zip(&row.values) {
            match part {
                Part::SessionOnly if session_less => break,
                Part::SessionOnly => {}
                Part::Literal(literal) => {
                    labelled = literal.ends_with(b"=");
                    score.told += literal.iter().map(|b| weight(*b)).sum::<i64>();
                }
                Part::Field(field) | Part::Padded(field, _) => {
                    score.told += bits(*field, value);
                    plain &= !field.is_text() || labelled || names::is_plain(value);
                }
            }
        }
        score.plain += usize::from(plain);
    }
    score
}

/// In half bits.
fn weight(literal: u8) -> i64 {
    match literal {
        b' ' => 1,
        b if b.is_ascii_alphanumeric() => 4,
        _ => 3,
    }
}

/// What it tells that a value has the shape of this field, in half bits.
fn bits(field: Field, value: &[u8]) -> i64 {
    match field {
        _ if field.is_text() => -1,
        _ if value.is_empty() => 0,
        Field::Time | Field::Start => 60,
        Field::Epoch | Field::SessionId => 50,
        Field::Transaction => 16,
        Field::Host | Field::HostPort if names::is_address(value) => 16,
        Field::Host | Field::HostPort => -1,
        Field::SqlState => 10,
        _ => 8,
    }
}

/// What a line holds, part by part.
pub(super) struct Row<'a> {
    /// One for each part, empty for literals.
    pub values: Vec<&'a [u8]>,
    pub level: Option<Level>,
    pub message: &'a [u8],
}

pub(super) fn row<'a>(parts: &[Part], line: &'a [u8]) -> Option<Row<'a>> {
    let mut row = Row {
        values: vec![b""; parts.len()],
        level: None,
        message: b"",
    };
    read::columns(parts, line, &mut row).then_some(row)
}

impl Row<'_> {
    /// Whether the line was written by a process without a session, so that it ends at `%q`.
    pub(super) fn is_session_less(&self, parts: &[Part]) -> bool {
        let columns = parts.iter().zip(&self.values);
        let mut behind = columns.skip_while(|(part, _)| **part != Part::SessionOnly);
        behind.next().is_some() && behind.all(|(_, value)| value.is_empty())
    }
}

impl<'a> Sink<'a> for Row<'a> {
    fn put(&mut self, _: Field, value: &'a [u8], after: usize) {
        if let Some(column) = self.values.iter_mut().rev().nth(after) {
            *column = value;
        }
    }

    fn time(&mut self, _: Stamp, value: &'a [u8], after: usize) {
        self.put(Field::Time, value, after);
    }

    fn end(&mut self, level: Level, message: &'a [u8]) {
        self.level = Some(level);
        self.message = message;
    }
}
