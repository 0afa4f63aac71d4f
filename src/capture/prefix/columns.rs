//! What a template's fields hold, line by line, and what has been told of them.

use super::Prefix;
use super::candidates::Row;
use super::field::{Field, Part};
use super::template::push_literal;

/// A template with the values of all lines that it explains.
pub(super) struct Columns<'r, 'a> {
    pub parts: Vec<Part>,
    /// The escape of each part that has been told.
    pub escapes: Vec<Option<char>>,
    pub rows: &'r [Row<'a>],
}

impl<'r, 'a> Columns<'r, 'a> {
    pub(super) fn values(&self, at: usize) -> impl Iterator<Item = &'a [u8]> + use<'r, 'a> {
        self.rows
            .iter()
            .filter_map(move |row| row.values.get(at).copied())
    }

    /// The values of lines that have one.
    pub(super) fn filled(&self, at: usize) -> impl Iterator<Item = &'a [u8]> + use<'r, 'a> {
        self.values(at).filter(|value| !value.is_empty())
    }

    /// Whether nearly all values that are there are such, and any is.
    pub(super) fn mostly(&self, at: usize, is: impl Fn(&[u8]) -> bool) -> bool {
        let all = self.filled(at).count();
        all > 0 && self.filled(at).filter(|value| is(value)).count() * 10 >= all * 9
    }

    pub(super) fn any(&self, at: usize, is: impl Fn(&[u8]) -> bool) -> bool {
        self.filled(at).any(is)
    }

    pub(super) fn constant(&self, at: usize) -> Option<&'a [u8]> {
        let first = self.filled(at).next()?;
        self.filled(at).all(|value| value == first).then_some(first)
    }

    /// The places of a field that have no escape yet.
    pub(super) fn untold(&self, field: Field) -> Vec<usize> {
        let parts = self.parts.iter().enumerate();
        parts
            .filter(|(at, part)| {
                part.field() == Some(field) && self.escapes.get(*at) == Some(&None)
            })
            .map(|(at, _)| at)
            .collect()
    }

    pub(super) fn places(&self, field: Field) -> Vec<usize> {
        let parts = self.parts.iter().enumerate();
        parts
            .filter(|(_, part)| part.field() == Some(field))
            .map(|(at, _)| at)
            .collect()
    }

    pub(super) fn has(&self, escape: char) -> bool {
        self.escapes.contains(&Some(escape))
    }

    pub(super) fn place_of(&self, escape: char) -> Option<usize> {
        self.escapes.iter().position(|e| *e == Some(escape))
    }

    /// Tells what the part at this place is. No prefix has the same escape twice but by mistake.
    pub(super) fn tell(&mut self, at: usize, escape: char) {
        if self.has(escape) {
            return;
        }
        let field = match escape {
            'p' => Field::ProcessId,
            'l' => Field::LineNumber,
            'u' => Field::User,
            'd' => Field::Database,
            'a' => Field::Application,
            'e' => Field::SqlState,
            'h' => Field::Host,
            'r' => Field::HostPort,
            's' => Field::Start,
            'P' => Field::MaybeNumber,
            'x' | 'Q' => Field::Number,
            'b' | 'i' => Field::Phrase,
            _ => match self.parts.get(at).and_then(Part::field) {
                Some(field) => field,
                None => return,
            },
        };
        if let (Some(part), Some(told)) = (self.parts.get_mut(at), self.escapes.get_mut(at)) {
            *part = match part {
                Part::Padded(_, width) => Part::Padded(field, *width),
                _ => Part::Field(field),
            };
            *told = Some(escape);
        }
    }

    pub(super) fn literal_before(&self, at: usize) -> &[u8] {
        match at.checked_sub(1).and_then(|at| self.parts.get(at)) {
            Some(Part::Literal(literal)) => literal,
            Some(Part::SessionOnly) => match at.checked_sub(2).and_then(|at| self.parts.get(at)) {
                Some(Part::Literal(literal)) => literal,
                _ => b"",
            },
            _ => b"",
        }
    }

    pub(super) fn literal_after(&self, at: usize) -> &[u8] {
        match self.parts.get(at + 1) {
            Some(Part::Literal(literal)) => literal,
            _ => b"",
        }
    }

    pub(super) fn into_prefix(self) -> Prefix {
        let mut text = String::new();
        let mut free: Vec<char> = ['a', 'u', 'd', 'i', 'b', 'L']
            .into_iter()
            .filter(|escape| !self.has(*escape))
            .collect();
        free.reverse();
        for (part, escape) in self.parts.iter().zip(&self.escapes) {
            match part {
                Part::Literal(literal) => {
                    text.push_str(&String::from_utf8_lossy(literal).replace('%', "%%"));
                }
                Part::SessionOnly => text.push_str("%q"),
                Part::Field(field) | Part::Padded(field, _) => {
                    let likely = match field {
                        Field::Time => 'm',
                        Field::Number | Field::MaybeNumber => 'x',
                        _ => free.pop().unwrap_or('a'),
                    };
                    text.push('%');
                    if let Part::Padded(_, width) = part {
                        text.push_str(&width.to_string());
                    }
                    text.push(escape.unwrap_or(likely));
                }
            }
        }
        let mut parts = Vec::new();
        for part in self.parts {
            match part {
                Part::Literal(literal) => push_literal(&mut parts, &literal),
                part => parts.push(part),
            }
        }
        Prefix {
            text,
            parts,
            otherwise: Vec::new(),
        }
    }
}
