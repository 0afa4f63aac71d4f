//! The layout of a statement over several lines, for reading.

mod clauses;
mod pieces;

use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use pieces::Pieces;

/// Lays a statement out: clauses, joins and the conditions of AND and OR begin lines, lists wrap at
/// about 80 columns, sub-selects are indented. Every token and comment stays byte for byte; only
/// the white space between them changes.
#[must_use]
pub fn pretty(sql: &str) -> String {
    let pieces = pieces::pieces(sql);
    let mut layout = Layout {
        pieces: &pieces,
        out: String::with_capacity(sql.len() + sql.len() / 8),
        line: 0,
        frames: Vec::new(),
        frame: Frame::default(),
    };
    layout.start_statement(0);
    for at in 0..pieces.len() {
        layout.write(at);
    }
    layout.out
}

/// Lines are broken before they grow longer than so many characters, where they can be.
const WIDTH: usize = 80;
/// How far a line is indented at most: what is nested deeper goes on below.
const MOST_INDENT: usize = 60;
/// Brackets that are nested deeper are laid out like the words around them.
const DEEPEST: usize = 1_000;

/// What a bracket holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Holds {
    /// A text that only wraps.
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
    /// How many CASE are open.
    cases: usize,
    /// How far the bracket that ends it is indented, when that begins a line.
    closing: Option<usize>,
    /// How many brackets are open that got no frame.
    buried: usize,
}

struct Layout<'a> {
    pieces: &'a Pieces<'a>,
    out: String,
    /// Where the line being written begins.
    line: usize,
    frames: Vec<Frame>,
    frame: Frame,
}

impl Layout<'_> {
    fn start_statement(&mut self, at: usize) {
        self.frames.clear();
        let query = clauses::begins_query(self.pieces.from(at).word);
        self.frame = Frame {
            holds: if query { Holds::Query } else { Holds::Words },
            ..Frame::default()
        };
    }

    fn write(&mut self, at: usize) {
        match self.pieces.lexeme(at) {
            Lexeme::Close | Lexeme::CloseSquare => {
                self.close();
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
                let ends_line = self.pieces.text(at).starts_with('-');
                if ends_line && at + 1 < self.pieces.len() {
                    self.newline(self.frame.indent + 2);
                }
            }
            Lexeme::Word => {
                if !self.begin_line(at) {
                    self.wrap(at);
                }
                self.put(at);
            }
            _ => {
                self.wrap(at);
                self.put(at);
            }
        }
    }

    fn open(&mut self, at: usize) {
        if self.frames.len() >= DEEPEST {
            self.frame.buried += 1;
            return;
        }
        let close = self.pieces.at(at).close;
        let outer = self.line_indent();
        let indent = (outer + 2).min(MOST_INDENT);
        let fits = self.column() + self.pieces.width(at + 1, close) <= WIDTH
            && !self.pieces.breaks(at, close);
        let holds = if clauses::begins_query(self.pieces.from(at + 1).word) {
            Holds::Query
        } else if !fits && self.pieces.has_conditions(at + 1, close) {
            Holds::Conditions
        } else {
            Holds::Words
        };
        let begins_line = holds != Holds::Words && close > at + 1;
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

    fn close(&mut self) {
        if self.frame.buried > 0 {
            self.frame.buried -= 1;
        } else if let Some(outer) = self.frames.pop() {
            let inner = std::mem::replace(&mut self.frame, outer);
            if let Some(indent) = inner.closing {
                self.newline(indent);
            }
        }
    }

    /// Begins a line before a word that asks for one.
    fn begin_line(&mut self, at: usize) -> bool {
        let word = self.pieces.word(at);
        let in_case = self.frame.cases > 0;
        let indent = self.frame.indent;
        match word {
            Word::Case => self.frame.cases += 1,
            Word::End => self.frame.cases = self.frame.cases.saturating_sub(1),
            Word::Between => self.frame.between = true,
            Word::And if self.frame.between => self.frame.between = false,
            Word::And | Word::Or if self.frame.conditions && !in_case => {
                let query = self.frame.holds == Holds::Query;
                self.newline(if query { indent + 2 } else { indent });
                return true;
            }
            Word::None => {}
            _ if self.frame.holds == Holds::Query
                && clauses::begins_clause(self.pieces, at, in_case) =>
            {
                self.frame.conditions = clauses::has_conditions(word);
                self.newline(indent);
                return true;
            }
            _ => {}
        }
        false
    }

    /// Begins a line before an item of a list that does not fit in this one.
    fn wrap(&mut self, at: usize) {
        if at == 0 || self.pieces.lexeme(at - 1) != Lexeme::Comma {
            return;
        }
        let query = self.pieces.lexeme(at) == Lexeme::Open
            && self.pieces.breaks(at, self.pieces.at(at).close);
        let deep = match self.frame.holds {
            Holds::Query => self.frame.indent + 2,
            _ => self.frame.indent,
        };
        let width = self.pieces.width(at, self.item_end(at));
        if !query && self.column() + width > WIDTH && self.column() > deep {
            self.newline(deep);
        }
    }

    /// The end of the list item that begins at `at`; no further than a line could hold.
    fn item_end(&self, at: usize) -> usize {
        let mut end = at;
        while end < self.pieces.len() && end < at + WIDTH {
            let ends = match self.pieces.lexeme(end) {
                Lexeme::Comma | Lexeme::Close | Lexeme::CloseSquare | Lexeme::Semicolon => true,
                Lexeme::Word if end > at && self.frame.holds == Holds::Query => {
                    clauses::begins_clause(self.pieces, end, true)
                }
                _ => false,
            };
            if ends {
                break;
            }
            end = self.pieces.after(end);
        }
        end
    }

    fn put(&mut self, at: usize) {
        let piece = self.pieces.at(at);
        let before = at.checked_sub(1).map(|before| self.pieces.lexeme(before));
        let opened = matches!(before, None | Some(Lexeme::Open | Lexeme::OpenSquare));
        let closes = matches!(
            piece.lexed.lexeme,
            Lexeme::Comma | Lexeme::Close | Lexeme::CloseSquare | Lexeme::Semicolon
        );
        let begun = self.out.len() == self.line || self.out.ends_with(' ');
        let strings = before == Some(Lexeme::Text) && piece.lexed.lexeme == Lexeme::Text;
        if strings && piece.newline {
            // Two strings are one constant only when a line ends between them.
            self.newline(self.frame.indent + 2);
        } else if piece.gap && !begun && !opened && !closes {
            self.out.push(' ');
        }
        self.out.push_str(self.pieces.text(at));
    }

    fn newline(&mut self, indent: usize) {
        if self.out.is_empty() {
            return;
        }
        let begun = self.out.get(self.line..).unwrap_or_default();
        if begun.bytes().all(|byte| byte == b' ') {
            // Only the indent of the line that has just begun changes.
            self.out.truncate(self.line);
        } else {
            self.out.push('\n');
            self.line = self.out.len();
        }
        let indent = indent.min(MOST_INDENT);
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// How far the line being written is indented.
    fn line_indent(&self) -> usize {
        let line = self.out.get(self.line..).unwrap_or_default();
        line.bytes().take_while(|byte| *byte == b' ').count()
    }

    /// How many bytes the line being written has, which is near enough to its characters.
    fn column(&self) -> usize {
        self.out.len() - self.line
    }
}
