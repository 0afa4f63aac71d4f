//! Templates: what the lines of a log have in common before their levels.

use std::collections::BTreeMap;

use super::candidates::{Row, Start, row};
use super::field::{Field, Part};
use super::names;
use super::pieces::{self, Kind, Piece};
use super::read;

/// The text before a level, in pieces.
struct Head<'a> {
    text: &'a [u8],
    pieces: Vec<Piece>,
}

/// So many kinds of lines are looked at: those with the most lines, then those with the fewest pieces.
const MOST_LINES: usize = 20;
const FEWEST_PIECES: usize = 8;

/// The templates that lines of one kind suggest, the commonest kinds first.
pub(super) fn templates(starts: &[&Start<'_>]) -> Vec<Vec<Part>> {
    let mut kinds: BTreeMap<Vec<Kind>, Vec<Head<'_>>> = BTreeMap::new();
    for start in starts {
        let text = head(start);
        let pieces = pieces::pieces(text);
        let kind = pieces.iter().map(|piece| narrowed(&piece.kind)).collect();
        kinds.entry(kind).or_default().push(Head { text, pieces });
    }
    let mut kinds: Vec<(Vec<Kind>, Vec<Head<'_>>)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, heads)| usize::MAX - heads.len());
    let mut rare = kinds.split_off(kinds.len().min(MOST_LINES));
    rare.sort_by_key(|(kind, _)| kind.len());
    kinds.extend(rare.into_iter().take(FEWEST_PIECES));
    let mut templates: Vec<Vec<Part>> = Vec::new();
    for (_, heads) in &kinds {
        for padded in [false, true] {
            let template = template(heads, padded);
            if !templates.contains(&template) {
                templates.push(template);
            }
        }
    }
    templates
}

/// What stands before the first level, unless that one is a value: `app=LOG:  x,client=::1 LOG:  `.
fn head<'a>(start: &Start<'a>) -> &'a [u8] {
    let mut heads = start
        .levels
        .iter()
        .filter_map(|level| start.line.get(..*level));
    let first = heads.next().unwrap_or_default();
    if first.ends_with(b"=") {
        heads.next().unwrap_or(first)
    } else {
        first
    }
}

/// The kind with one blank for many: padding has as many as the value leaves.
fn narrowed(kind: &Kind) -> Kind {
    match kind {
        Kind::Literal(literal) => {
            let mut narrow = literal.clone();
            narrow.dedup_by(|a, b| *a == b' ' && *b == b' ');
            Kind::Literal(narrow)
        }
        kind => kind.clone(),
    }
}

/// The parts that heads of a kind have in common. With `padded`, blanks beside a number are taken for its padding
/// even where there are as many in all lines.
fn template(heads: &[Head<'_>], padded: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut next_width = 0;
    let count = heads.first().map_or(0, |head| head.pieces.len());
    for at in 0..count {
        let column = Column { heads, at };
        let before = parts.len();
        match column.kind() {
            Some(Kind::Literal(_)) => {
                next_width = column.literal(padded, &mut parts);
                continue;
            }
            Some(Kind::Stamp) => parts.push(Part::Field(Field::Time)),
            Some(Kind::Epoch) => parts.push(Part::Field(Field::Epoch)),
            Some(Kind::Session) => parts.push(Part::Field(Field::SessionId)),
            Some(Kind::Transaction) => parts.push(Part::Field(Field::Transaction)),
            Some(Kind::Host) => parts.push(Part::Field(Field::HostPort)),
            Some(Kind::Number) => match column.constant() {
                Some(value) if follows_line_number(&parts) => push_literal(&mut parts, value),
                _ => parts.push(Part::Field(Field::Number)),
            },
            Some(Kind::Word) => column.word(&mut parts),
            None => {}
        }
        if let (true, Some(part)) = (parts.len() > before, parts.last_mut()) {
            pad(part, next_width);
        }
        next_width = 0;
    }
    parts
}

fn pad(part: &mut Part, width: i32) {
    if let (Part::Field(field), true) = (&*part, width != 0) {
        *part = Part::Padded(*field, width);
    }
}

/// Appends a literal, to the one before it where there is one.
pub(super) fn push_literal(parts: &mut Vec<Part>, text: &[u8]) {
    match parts.last_mut() {
        Some(Part::Literal(literal)) => literal.extend_from_slice(text),
        _ => parts.push(Part::Literal(text.to_vec())),
    }
}

/// The `1` in `[%l-1]` never changes.
fn follows_line_number(parts: &[Part]) -> bool {
    matches!(parts, [.., Part::Field(Field::Number), Part::Literal(literal)] if literal == b"-")
}

/// The pieces at one place of all lines of a kind.
struct Column<'h, 'a> {
    heads: &'h [Head<'a>],
    at: usize,
}

impl<'h, 'a> Column<'h, 'a> {
    fn kind(&self) -> Option<&'h Kind> {
        self.neighbour(self.at)
    }

    fn values(&self) -> impl Iterator<Item = &'a [u8]> + use<'h, 'a> {
        let at = self.at;
        self.heads
            .iter()
            .filter_map(move |head| head.text.get(head.pieces.get(at)?.at.clone()))
    }

    /// The literal, or what of it isn't padding. Returns the width of the field that follows, 0 where it has none.
    fn literal(&self, padded: bool, parts: &mut Vec<Part>) -> i32 {
        let first = self.values().next().unwrap_or_default();
        let leading = first.iter().take_while(|b| **b == b' ').count();
        let trailing = first.iter().rev().take_while(|b| **b == b' ').count();
        let only = leading == first.len();
        let same = self.constant().is_some();
        let wanted = |at: Option<usize>, blanks: usize, opens: bool| {
            let number = at.and_then(|at| self.neighbour(at)) == Some(&Kind::Number);
            !same || padded && number && (blanks > 1 || blanks > 0 && opens)
        };
        let before = self.at.checked_sub(1);
        let opens = first
            .trim_ascii_end()
            .last()
            .is_some_and(|b| matches!(b, b'[' | b'(' | b'<' | b'{' | b'"' | b'='));
        // A blank between two fields, or behind other punctuation, is the prefix' own.
        let own_leading = usize::from(only);
        let own_trailing = usize::from(only || !opens && trailing > 1);
        let right = self.width(Some(self.at + 1), |text| {
            text.iter().rev().take_while(|b| **b == b' ').count()
        });
        let left = self.width(before, |text| {
            text.iter().take_while(|b| **b == b' ').count()
        });
        // Where both vary, more lines tell which of the two fields has the padding.
        let right = right.filter(|right| same || left.is_none_or(|left| right.0 >= left.0));
        if let Some((_, width)) = right.filter(|_| wanted(Some(self.at + 1), trailing, opens)) {
            let literal = first.get(..first.len() - trailing + own_trailing.min(trailing));
            push_literal(parts, literal.unwrap_or(first));
            return i32::try_from(width.saturating_sub(own_trailing)).unwrap_or(0);
        }
        if let Some((_, width)) = left.filter(|_| wanted(before, leading, false))
            && let Some(part) = parts.last_mut()
        {
            pad(
                part,
                -i32::try_from(width.saturating_sub(own_leading)).unwrap_or(0),
            );
            let literal = first.get(leading.saturating_sub(own_leading)..);
            push_literal(parts, literal.unwrap_or(first));
            return 0;
        }
        push_literal(parts, first);
        0
    }

    fn neighbour(&self, at: usize) -> Option<&'h Kind> {
        self.heads.first()?.pieces.get(at).map(|piece| &piece.kind)
    }

    /// The width that the values at a place have together with the blanks between them and this literal, behind
    /// the number of lines that have it.
    fn width(&self, at: Option<usize>, blanks: impl Fn(&[u8]) -> usize) -> Option<(usize, usize)> {
        let other = Column {
            heads: self.heads,
            at: at?,
        };
        let widths: Vec<(usize, usize)> = self
            .values()
            .zip(other.values())
            .map(|(literal, value)| (blanks(literal), value.len()))
            .collect();
        let &(blank, len) = widths.iter().max()?;
        let same = widths.iter().filter(|(b, l)| b + l == blank + len).count();
        // A value that is longer than its field has no padding.
        (blank > 0 && same * 10 >= widths.len() * 7).then_some((same, blank + len))
    }

    /// The value that all lines have.
    fn constant(&self) -> Option<&'a [u8]> {
        let first = self.values().next()?;
        self.values().all(|value| value == first).then_some(first)
    }

    /// A word, or a literal with a number right behind it (`pid%p`), or the literal right before a time.
    fn word(&self, parts: &mut Vec<Part>) {
        let touches_time = self.heads.first().is_some_and(|head| {
            head.pieces
                .get(self.at + 1)
                .is_some_and(|next| next.kind == Kind::Stamp)
        });
        let first = self.values().next().unwrap_or_default();
        let letters = first.len()
            - first
                .iter()
                .rev()
                .take_while(|b| b.is_ascii_digit())
                .count();
        let (stem, digits) = first.split_at_checked(letters).unwrap_or_default();
        let numbered = !stem.is_empty()
            && !digits.is_empty()
            && stem.iter().all(u8::is_ascii_alphabetic)
            && self.values().all(|value| {
                value
                    .strip_prefix(stem)
                    .is_some_and(|rest| !rest.is_empty() && rest.iter().all(u8::is_ascii_digit))
            })
            && (self.constant().is_none() || names::is_label(stem));
        if numbered {
            push_literal(parts, stem);
            parts.push(Part::Field(Field::Number));
            return;
        }
        match self.constant() {
            Some(value) if touches_time => push_literal(parts, value),
            _ => parts.push(Part::Field(Field::Text)),
        }
    }
}

/// The values of the text fields.
fn texts<'a>(parts: &[Part], row: &Row<'a>) -> Vec<&'a [u8]> {
    let columns = parts.iter().zip(&row.values);
    columns
        .filter(|(part, _)| part.field().is_some_and(Field::is_text))
        .map(|(_, value)| *value)
        .collect()
}

/// Puts `%q` where lines end that the template doesn't explain.
pub(super) fn with_session_only(parts: Vec<Part>, starts: &[&Start<'_>]) -> Vec<Part> {
    let unexplained: Vec<&[u8]> = starts
        .iter()
        .map(|start| start.line)
        .filter(|line| read::line(&parts, line).is_none())
        .take(24)
        .collect();
    if unexplained.is_empty() {
        return parts;
    }
    // A literal may stand on both sides of it: `]%q `.
    let single: Vec<Part> = parts
        .iter()
        .flat_map(|part| match part {
            Part::Literal(literal) => literal.iter().map(|b| Part::Literal(vec![*b])).collect(),
            part => vec![part.clone()],
        })
        .collect();
    let shaped = |part: &Part| part.field().is_some_and(|field| !field.is_text());
    let from = single.iter().position(shaped).map_or(0, |at| at + 1);
    let like = starts.iter().find_map(|start| row(&parts, start.line));
    let like: Vec<&[u8]> = like.map(|row| texts(&parts, &row)).unwrap_or_default();
    // Text before it takes anything: it has to be the kind of the process, or what it is in every line.
    let ends = |before: &[Part], line: &[u8]| {
        row(before, line).is_some_and(|row| {
            let texts = texts(before, &row);
            texts
                .iter()
                .zip(&like)
                .all(|(text, like)| text == like || names::is_backend(text))
        })
    };
    let mut best = (0, 0);
    for cut in from..single.len() {
        let before = single.get(..cut).unwrap_or_default();
        let hits = unexplained.iter().filter(|line| ends(before, line)).count();
        if hits > best.0 {
            best = (hits, cut);
        }
    }
    if best.0 == 0 {
        return parts;
    }
    // A line is read without the blank that ends its prefix, too.
    let blank = Part::Literal(b" ".to_vec());
    let behind = single.get(..=best.1).unwrap_or_default();
    if single.get(best.1) == Some(&blank)
        && unexplained.iter().filter(|line| ends(behind, line)).count() == best.0
    {
        best.1 += 1;
    }
    let mut with = Vec::new();
    for (at, part) in single.into_iter().enumerate() {
        if at == best.1 {
            with.push(Part::SessionOnly);
        }
        match part {
            Part::Literal(literal) => push_literal(&mut with, &literal),
            part => with.push(part),
        }
    }
    with
}
