//! Marks what each token of a statement does: one walk, with a frame per open bracket.

mod clause;
mod fold;
mod from;
mod list;
pub(in crate::sql) mod phrase;
mod scope;

use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;
use crate::sql::token::{Role, Token, Tokens};
use scope::Scopes;

/// What the walk keeps between texts, and what it found in the last one.
#[derive(Debug, Default)]
pub(in crate::sql) struct Marks {
    frames: Vec<Frame>,
    scopes: Scopes,
    /// The most members that a folded list had.
    pub(in crate::sql) arity: u32,
}

/// Marks the tokens of `sql`.
pub(in crate::sql) fn mark(sql: &[u8], tokens: &mut Tokens, marks: &mut Marks) {
    marks.arity = 0;
    marks.scopes.clear();
    marks.frames.clear();
    let mut walk = Walk {
        sql,
        tokens,
        marks,
        frame: Frame::default(),
        constant_end: 0,
        constant: 0,
        buried: 0,
    };
    walk.start_statement(0);
    let mut at = 0;
    while at < walk.tokens.list.len() {
        at = walk.step(at);
    }
    walk.buried = 0;
    while !walk.marks.frames.is_empty() {
        walk.close(at);
    }
    walk.end_item();
    walk.marks.scopes.resolve(sql, walk.tokens);
}

/// What a bracket holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Holds {
    #[default]
    Statement,
    /// A sub-select.
    Query,
    /// Anything else: an expression, arguments, a list of columns.
    Group,
    /// A parenthesis in FROM that holds joins.
    Joins,
    /// The list of IN.
    Members,
    /// A row of VALUES, or one within a list.
    Row,
    /// `ARRAY[…]`, or an array within one.
    Array,
    Cast,
}

/// How far the walk has read an item of FROM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum From {
    /// Not in FROM.
    #[default]
    Out,
    /// A table begins here.
    Expected,
    /// A table has been named; its alias may follow.
    Named,
    /// Behind the AS of an alias.
    Alias,
    /// Still in FROM, behind an item: ON and its condition.
    Done,
}

/// A run of rows of constants in VALUES.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    /// The bracket that closes the first row.
    close: usize,
    end: usize,
    shape: u64,
    count: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    holds: Holds,
    open: usize,
    scope: u32,
    /// Whether a SELECT, UPDATE, DELETE … has been read in this frame, so that FROM is its clause.
    query: bool,
    from: From,
    /// The token that names the item being read; 0 when it has no name.
    item: usize,
    /// Within the list of ORDER BY or GROUP BY, where a bare number is an ordinal.
    ordinals: bool,
    /// Within VALUES.
    values: bool,
    run: Run,
    /// The AS of a CAST.
    cast_as: usize,
}

struct Walk<'a> {
    sql: &'a [u8],
    tokens: &'a mut Tokens,
    marks: &'a mut Marks,
    frame: Frame,
    /// The last constant, and where it ends.
    constant: usize,
    constant_end: usize,
    /// How many brackets are open beyond the deepest frame.
    buried: usize,
}

/// Brackets that are nested deeper get no frame, so that a text of nothing else needs little memory.
pub(in crate::sql) const DEEPEST: usize = 4096;

impl Walk<'_> {
    fn start_statement(&mut self, at: usize) {
        // Statements of one text see nothing of each other.
        let scope = self.marks.scopes.open(0);
        self.marks.scopes.detach(scope);
        self.frame = Frame {
            scope,
            ..Frame::default()
        };
        phrase::mark(self.sql, self.tokens, at);
    }

    /// Reads the token at `at`; returns where to go on.
    #[inline]
    fn step(&mut self, at: usize) -> usize {
        let token = self.tokens.at(at);
        match token.lexeme {
            Lexeme::Word if token.word != Word::None => return self.word(at, token),
            Lexeme::Word | Lexeme::Quoted if self.frame.from != From::Out => {
                return self.name(at);
            }
            Lexeme::Comma if self.frame.from != From::Out => {
                self.end_item();
                self.frame.from = From::Expected;
            }
            Lexeme::Dot => self.dot(at),
            Lexeme::Open | Lexeme::OpenSquare => self.open(at, token),
            Lexeme::Close | Lexeme::CloseSquare => self.close(at),
            Lexeme::Cast => return self.cast(at),
            Lexeme::Semicolon => {
                self.end_item();
                if self.marks.frames.is_empty() {
                    self.start_statement(at + 1);
                }
            }
            Lexeme::Number if self.frame.ordinals => self.ordinal(at, token),
            _ => {}
        }
        if token.role == Role::Constant {
            self.constant = at;
            self.constant_end = token.link as usize;
        }
        at + 1
    }

    fn open(&mut self, at: usize, token: Token) {
        if self.marks.frames.len() >= DEEPEST {
            self.buried += 1;
            return;
        }
        let before = self.tokens.before(at);
        let next = self.tokens.at(at + 1).word;
        let query = starts_query(next);
        let listed = matches!(before.lexeme, Lexeme::Open | Lexeme::Comma);
        let holds = if token.lexeme == Lexeme::OpenSquare {
            let nested = self.frame.holds == Holds::Array
                && matches!(before.lexeme, Lexeme::OpenSquare | Lexeme::Comma);
            if before.word == Word::Array || nested {
                Holds::Array
            } else {
                Holds::Group
            }
        } else if query {
            Holds::Query
        } else if before.word == Word::In {
            Holds::Members
        } else if before.word == Word::Cast {
            Holds::Cast
        } else if self.frame.values && (before.word == Word::Values || listed)
            || self.frame.holds == Holds::Members && listed
        {
            Holds::Row
        } else if self.frame.from == From::Expected {
            Holds::Joins
        } else {
            Holds::Group
        };
        let scope = match holds {
            Holds::Query => self.marks.scopes.open(self.frame.scope),
            _ => self.frame.scope,
        };
        let ordinals = holds == Holds::Group && self.keeps_ordinals(at, before);
        let joins = holds == Holds::Joins;
        let frame = Frame {
            holds,
            open: at,
            scope,
            query: joins,
            from: if joins { From::Expected } else { From::Out },
            ordinals,
            ..Frame::default()
        };
        self.marks
            .frames
            .push(std::mem::replace(&mut self.frame, frame));
    }

    /// `GROUP BY ROLLUP (1, 2)`, `GROUPING SETS ((1), (2))` and `DISTINCT ON (1)` count columns.
    fn keeps_ordinals(&self, at: usize, before: Token) -> bool {
        match before.word {
            Word::On => self.tokens.at(at.wrapping_sub(2)).word == Word::Distinct,
            Word::Rollup | Word::Cube | Word::Sets | Word::By => self.frame.ordinals,
            _ => self.frame.ordinals && matches!(before.lexeme, Lexeme::Open | Lexeme::Comma),
        }
    }

    fn close(&mut self, at: usize) {
        if self.buried > 0 {
            self.buried -= 1;
            return;
        }
        self.end_item();
        let Some(outer) = self.marks.frames.pop() else {
            return;
        };
        let inner = std::mem::replace(&mut self.frame, outer);
        if self.frame.from == From::Expected {
            self.frame.from = From::Named;
            self.frame.item = 0;
        }
        match inner.holds {
            Holds::Members => self.close_members(inner.open, at),
            Holds::Row => self.close_row(inner.open, at),
            Holds::Array => self.close_array(inner.open, at),
            Holds::Cast => self.close_cast(&inner, at),
            Holds::Group if inner.open + 2 == at => {
                let only = self.tokens.at(at - 1);
                if only.lexeme == Lexeme::Quoted
                    || only.lexeme == Lexeme::Word && only.word == Word::None
                {
                    self.marks.scopes.add_row(at - 1, self.frame.scope);
                }
            }
            _ => {}
        }
    }

    #[inline]
    fn dot(&mut self, at: usize) {
        let first = at >= 2 && self.tokens.at(at - 2).lexeme == Lexeme::Dot;
        if at > 0 && !first && shape::is_name(self.tokens, at - 1) {
            self.marks.scopes.add_qualifier(at - 1, self.frame.scope);
        }
    }
}

fn starts_query(word: Word) -> bool {
    matches!(
        word,
        Word::Select
            | Word::With
            | Word::Values
            | Word::Insert
            | Word::Update
            | Word::Delete
            | Word::Merge
            | Word::Table
    )
}
