//! The layout of a statement over several lines, for reading.

use super::lex::{Lexed, Lexeme, Lexer};
use super::word::Word;

/// Lays a statement out: clauses, joins and the conditions of AND and OR begin lines, lists wrap at
/// about 80 columns, sub-selects are indented. Every token and comment stays byte for byte; only
/// the white space between them changes.
#[must_use]
pub fn pretty(sql: &str) -> String {
    let pieces = pieces(sql);
    let mut layout = Layout {
        sql,
        pieces: &pieces,
        out: String::with_capacity(sql.len() + sql.len() / 8),
        line_start: 0,
        frames: Vec::new(),
        frame: Frame::default(),
    };
    layout.start_statement(0);
    for at in 0..pieces.len() {
        layout.write(at);
    }
    layout.out
}

/// Lines are broken before they grow longer, where they can be.
const WIDTH: usize = 80;
/// How far a line is indented at most: what is nested deeper goes on below.
const MOST_INDENT: usize = 60;

/// A lexeme that is not white space, with what stood before it.
#[derive(Clone, Copy, Debug)]
struct Piece {
    lexed: Lexed,
    gap: bool,
    newline: bool,
    /// The bracket that closes this one.
    close: usize,
    /// How wide the text up to the end of this piece is in one line.
    total: usize,
    /// How many pieces up to this one keep their group from standing in one line.
    breaks: usize,
}

fn pieces(sql: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut opened = Vec::new();
    let (mut gap, mut newline) = (false, false);
    let (mut total, mut breaks) = (0, 0);
    for lexed in Lexer::new(sql.as_bytes()) {
        let text = sql.get(lexed.start..lexed.end).unwrap_or_default();
        if lexed.lexeme == Lexeme::Space {
            gap = true;
            newline = text.contains('\n');
            continue;
        }
        let at = pieces.len();
        match lexed.lexeme {
            Lexeme::Open | Lexeme::OpenSquare => opened.push(at),
            Lexeme::Close | Lexeme::CloseSquare => {
                if let Some(open) = opened.pop().and_then(|open: usize| pieces.get_mut(open)) {
                    open.close = at;
                }
            }
            _ => {}
        }
        total += text.chars().count() + usize::from(gap);
        let line_comment = lexed.lexeme == Lexeme::Comment && text.starts_with('-');
        breaks += usize::from(line_comment || lexed.word == Word::Select);
        pieces.push(Piece {
            lexed,
            gap,
            newline,
            close: usize::MAX,
            total,
            breaks,
        });
        (gap, newline) = (false, false);
    }
    let end = pieces.len();
    for open in opened {
        if let Some(open) = pieces.get_mut(open) {
            open.close = end;
        }
    }
    pieces
}

/// What a bracket holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Holds {
    /// A text that is laid out by wrapping alone.
    #[default]
    Words,
    /// Clauses.
    Query,
    /// Conditions that do not fit in a line.
    Conditions,
}

#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    holds: Holds,
    indent: usize,
    /// Within the conditions of WHERE, ON or HAVING.
    conditions: bool,
    between: bool,
    cases: usize,
    /// How far the bracket that ends it is indented, when that begins a line.
    closing: Option<usize>,
}

struct Layout<'a> {
    sql: &'a str,
    pieces: &'a [Piece],
    out: String,
    /// Where the last line begins in `out`.
    line_start: usize,
    frames: Vec<Frame>,
    frame: Frame,
}

impl<'a> Layout<'a> {
    fn start_statement(&mut self, at: usize) {
        self.frames.clear();
        let first = self.solid_from(at).word;
        let holds = if begins_query(first) { Holds::Query } else { Holds::Words };
        self.frame = Frame {
            holds,
            ..Frame::default()
        };
    }

    fn write(&mut self, at: usize) {
        let piece = self.piece(at);
        match piece.lexed.lexeme {
            Lexeme::Close | Lexeme::CloseSquare => {
                if let Some(outer) = self.frames.pop() {
                    let inner = std::mem::replace(&mut self.frame, outer);
                    if let Some(indent) = inner.closing {
                        self.newline(indent);
                    }
                }
                self.put(at);
            }
            Lexeme::Open | Lexeme::OpenSquare => {
                self.wrap(at);
                self.put(at);
                self.open(at);
            }
            Lexeme::Semicolon => {
                self.put(at);
                if self.frames.is_empty() {
                    self.start_statement(at + 1);
                    if at + 1 < self.pieces.len() {
                        self.newline(0);
                    }
                }
            }
            Lexeme::Comment => {
                self.put(at);
                if self.text(at).starts_with('-') {
                    self.newline(self.frame_indent() + 2);
                }
            }
            Lexeme::Word => {
                self.word(at);
                self.put(at);
            }
            _ => {
                self.wrap(at);
                self.put(at);
            }
        }
    }

    fn open(&mut self, at: usize) {
        let piece = self.piece(at);
        let outer = self.line_indent();
        let indent = (outer + 2).min(MOST_INDENT);
        let query = begins_query(self.solid_from(at + 1).word);
        let fits = self.column() + self.width(at + 1, piece.close) <= WIDTH;
        let breaks = self.breaks(at, piece.close);
        let conditions = self.has_conditions(at + 1, piece.close);
        let holds = match (query, fits && !breaks) {
            (true, _) => Holds::Query,
            (false, false) if conditions => Holds::Conditions,
            _ => Holds::Words,
        };
        let begins_line = holds != Holds::Words && piece.close > at + 1;
        let frame = Frame {
            holds,
            indent,
            conditions: holds == Holds::Conditions,
            closing: begins_line.then_some(outer),
            ..Frame::default()
        };
        self.frames.push(std::mem::replace(&mut self.frame, frame));
        if begins_line {
            self.newline(indent);
        }
    }

    /// Begins a line before a word that asks for it.
    fn word(&mut self, at: usize) {
        let word = self.piece(at).lexed.word;
        match word {
            Word::Case => self.frame.cases += 1,
            Word::End => self.frame.cases = self.frame.cases.saturating_sub(1),
            _ => {}
        }
        if word == Word::Between {
            self.frame.between = true;
        } else if word == Word::And && self.frame.between {
            self.frame.between = false;
        } else if self.frame.holds == Holds::Query && self.starts_clause(at) {
            self.frame.conditions = matches!(word, Word::Where | Word::Having | Word::Join)
                || (word.breaks_conjunction() && is_side(word));
            self.newline(self.frame_indent());
            return;
        } else if matches!(word, Word::And | Word::Or)
            && self.frame.conditions
            && self.frame.cases == 0
        {
            let deeper = if self.frame.holds == Holds::Query { 2 } else { 0 };
            self.newline(self.frame_indent() + deeper);
            return;
        }
        self.wrap(at);
    }

    /// Begins a line when the piece, up to the next place to wrap, does not fit in this one.
    fn wrap(&mut self, at: usize) {
        let piece = self.piece(at);
        let listed = at > 0 && self.piece(at - 1).lexed.lexeme == Lexeme::Comma;
        if !listed || self.frame.holds == Holds::Conditions && self.frames.is_empty() {
            return;
        }
        let mut end = at;
        // To the comma behind this item, with a bound: long items do not fit anyway.
        while end < at + 40 && end < self.pieces.len() {
            let next = self.piece(end);
            match next.lexed.lexeme {
                Lexeme::Comma | Lexeme::Close | Lexeme::CloseSquare | Lexeme::Semicolon => break,
                Lexeme::Open | Lexeme::OpenSquare => end = next.close.max(end),
                Lexeme::Word if end > at && self.frame.holds == Holds::Query && self.starts_clause(end) => {
                    break;
                }
                _ => {}
            }
            end += 1;
        }
        let width = self.width(at, end);
        let deep = match self.frame.holds {
            Holds::Query => self.frame_indent() + 2,
            _ => self.frame_indent(),
        };
        let query = piece.lexed.lexeme == Lexeme::Open && self.breaks(at, piece.close);
        if !query && self.column() + width > WIDTH && self.column() > deep {
            self.newline(deep);
        }
    }

    /// Whether the word at `at` begins a clause or a join.
    fn starts_clause(&self, at: usize) -> bool {
        let before = self.before(at);
        let next = self.solid_from(at + 1);
        match self.piece(at).lexed.word {
            Word::Select => !matches!(before.lexeme, Lexeme::Open),
            Word::Where | Word::Having | Word::Limit | Word::Returning | Word::Union
            | Word::Intersect | Word::Except | Word::Window => true,
            Word::Offset | Word::Fetch => before.lexeme != Lexeme::Semicolon,
            Word::Values => before.word != Word::Default,
            Word::Set => before.word != Word::Update,
            Word::From => before.word != Word::Distinct && before.word != Word::Delete,
            Word::Group => next.word == Word::By && before.word != Word::Within,
            Word::Order => next.word == Word::By,
            Word::On => next.word == Word::Conflict,
            Word::For => matches!(
                next.word,
                Word::Update | Word::No | Word::Share | Word::Key
            ),
            Word::Insert | Word::Delete | Word::Merge => before.lexeme == Lexeme::Close,
            Word::Update => before.lexeme == Lexeme::Close,
            Word::When => self.frame.cases == 0 && before.word != Word::Case,
            word if is_side(word) || word == Word::Join => {
                !is_side(before.word) && before.word != Word::Outer && next.lexeme != Lexeme::Open
            }
            _ => false,
        }
    }

    /// Whether AND or OR stands between `at` and `end`, not within further brackets.
    fn has_conditions(&self, at: usize, end: usize) -> bool {
        let mut at = at;
        let mut between = false;
        while at < end.min(self.pieces.len()) {
            let piece = self.piece(at);
            match piece.lexed.word {
                Word::Between => between = true,
                Word::And if between => between = false,
                Word::And | Word::Or => return true,
                _ => {}
            }
            at = match piece.lexed.lexeme {
                Lexeme::Open | Lexeme::OpenSquare => piece.close.max(at) + 1,
                _ => at + 1,
            };
        }
        false
    }

    fn put(&mut self, at: usize) {
        let piece = self.piece(at);
        let at_start = self.out.len() == self.line_start || self.out.ends_with(' ');
        let after_open = self.out.ends_with(['(', '[']) && !self.ends_with_text(at);
        let closes = matches!(
            piece.lexed.lexeme,
            Lexeme::Comma | Lexeme::Close | Lexeme::CloseSquare | Lexeme::Semicolon
        );
        if piece.newline && self.is_continued(at) {
            // Strings are one constant only when a line ends between them.
            self.newline(self.frame_indent() + 2);
        } else if piece.gap && !at_start && !after_open && !closes {
            self.out.push(' ');
        }
        let text = self.text(at);
        self.out.push_str(text);
    }

    fn is_continued(&self, at: usize) -> bool {
        let text = |at: usize| self.piece(at).lexed.lexeme == Lexeme::Text;
        at > 0 && text(at) && text(at - 1)
    }

    /// Whether what precedes is no bracket although it ends in one.
    fn ends_with_text(&self, at: usize) -> bool {
        at > 0
            && !matches!(
                self.piece(at - 1).lexed.lexeme,
                Lexeme::Open | Lexeme::OpenSquare
            )
    }

    fn newline(&mut self, indent: usize) {
        if self.out.is_empty() {
            return;
        }
        let line = self.out.get(self.line_start..).unwrap_or_default();
        if line.trim().is_empty() {
            // The line has been begun already: only its indent may change.
            self.out.truncate(self.line_start);
        } else {
            self.out.push('\n');
            self.line_start = self.out.len();
        }
        let indent = indent.min(MOST_INDENT);
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn frame_indent(&self) -> usize {
        self.frame.indent
    }

    /// How far the line being written is indented.
    fn line_indent(&self) -> usize {
        let line = self.out.get(self.line_start..).unwrap_or_default();
        line.len() - line.trim_start_matches(' ').len()
    }

    fn column(&self) -> usize {
        let line = self.out.get(self.line_start..).unwrap_or_default();
        line.len()
    }

    /// How wide the pieces from `at` up to `end` are in one line.
    fn width(&self, at: usize, end: usize) -> usize {
        let to = self.before_total(end.min(self.pieces.len()));
        to.saturating_sub(self.before_total(at))
    }

    fn before_total(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |at| self.piece(at).total)
    }

    /// Whether a line has to be broken between `at` and `end`.
    fn breaks(&self, at: usize, end: usize) -> bool {
        let end = end.min(self.pieces.len()).saturating_sub(1);
        self.piece(end).breaks > self.piece(at).breaks
    }

    fn before(&self, at: usize) -> Lexed {
        let before = self.pieces.get(..at).unwrap_or_default();
        let solid = before
            .iter()
            .rev()
            .find(|piece| piece.lexed.lexeme != Lexeme::Comment);
        solid.map_or(NOTHING, |piece| piece.lexed)
    }

    fn solid_from(&self, at: usize) -> Lexed {
        let rest = self.pieces.get(at..).unwrap_or_default();
        let solid = rest
            .iter()
            .find(|piece| piece.lexed.lexeme != Lexeme::Comment);
        solid.map_or(NOTHING, |piece| piece.lexed)
    }

    fn text(&self, at: usize) -> &'a str {
        let lexed = self.piece(at).lexed;
        self.sql.get(lexed.start..lexed.end).unwrap_or_default()
    }

    fn piece(&self, at: usize) -> Piece {
        self.pieces.get(at).copied().unwrap_or(Piece {
            lexed: NOTHING,
            gap: false,
            newline: false,
            close: at,
            total: 0,
            breaks: 0,
        })
    }
}

const NOTHING: Lexed = Lexed {
    lexeme: Lexeme::Semicolon,
    start: 0,
    end: 0,
    word: Word::None,
    hash: 0,
};

fn begins_query(word: Word) -> bool {
    matches!(
        word,
        Word::Select
            | Word::With
            | Word::Values
            | Word::Insert
            | Word::Update
            | Word::Delete
            | Word::Merge
    )
}

fn is_side(word: Word) -> bool {
    matches!(
        word,
        Word::Left | Word::Right | Word::Full | Word::Inner | Word::Cross | Word::Natural
    )
}
