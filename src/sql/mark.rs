//! Marks what each token of a statement does: one walk, with a frame per open bracket.

use super::lex::Lexeme;
use super::list;
use super::phrase;
use super::scope::Scopes;
use super::shape;
use super::token::{Role, Token, Tokens};
use super::word::Word;

/// What the walk keeps between texts, and what it found in the last one.
#[derive(Debug, Default)]
pub(super) struct Marks {
    frames: Vec<Frame>,
    scopes: Scopes,
    /// The most members that a folded list had.
    pub(super) arity: u32,
}

/// Marks the tokens of `sql`.
pub(super) fn mark(sql: &[u8], tokens: &mut Tokens, marks: &mut Marks) {
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
pub(super) const DEEPEST: usize = 4096;

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
            Lexeme::Word | Lexeme::Quoted => {
                if self.frame.from != From::Out {
                    return self.name(at, token);
                }
            }
            Lexeme::Comma => {
                if self.frame.from != From::Out {
                    self.end_item();
                    self.frame.from = From::Expected;
                }
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
        self.marks.frames.push(std::mem::replace(&mut self.frame, frame));
    }

    /// `GROUP BY ROLLUP (1, 2)`, `GROUPING SETS ((1), (2))` and `DISTINCT ON (1)` count columns.
    fn keeps_ordinals(&self, at: usize, before: Token) -> bool {
        match before.word {
            Word::On => self.tokens.at(at.wrapping_sub(2)).word == Word::Distinct,
            Word::Rollup | Word::Cube | Word::Sets | Word::By => self.frame.ordinals,
            _ => {
                self.frame.ordinals && matches!(before.lexeme, Lexeme::Open | Lexeme::Comma)
            }
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
                if only.lexeme == Lexeme::Quoted || only.lexeme == Lexeme::Word && only.word == Word::None {
                    self.marks.scopes.add_row(at - 1, self.frame.scope);
                }
            }
            _ => {}
        }
    }

    fn close_members(&mut self, open: usize, close: usize) {
        if let Some(members) = list::members(self.tokens, open, close) {
            list::fold(self.tokens, &members, close);
            self.marks.arity = self.marks.arity.max(members.count);
        }
    }

    fn close_row(&mut self, open: usize, close: usize) {
        let run = self.frame.run;
        self.frame.run = Run::default();
        let Some(members) = list::members(self.tokens, open, close) else {
            return;
        };
        list::set_row(self.tokens, close);
        if !self.frame.values {
            return;
        }
        let goes_on = run.count > 0 && run.end + 1 == open && run.shape == members.shape;
        self.frame.run = if goes_on {
            self.tokens.set_link(run.close, close + 1);
            Run {
                end: close + 1,
                count: run.count + 1,
                ..run
            }
        } else {
            Run {
                close,
                end: close + 1,
                shape: members.shape,
                count: 1,
            }
        };
        self.marks.arity = self.marks.arity.max(self.frame.run.count);
    }

    /// An array of constants is a constant: psycopg2 writes `ARRAY[1,2]` where psycopg 3 binds `$1`.
    fn close_array(&mut self, open: usize, close: usize) {
        let Some(members) = list::members(self.tokens, open, close) else {
            return;
        };
        list::fold(self.tokens, &members, close);
        self.marks.arity = self.marks.arity.max(members.count);
        if self.tokens.before(open).word == Word::Array {
            self.set_constant(open - 1, close + 1);
        } else {
            list::set_row(self.tokens, close);
        }
    }

    /// `CAST(x AS t)` is `x::t`.
    fn close_cast(&mut self, cast: &Frame, close: usize) {
        let (open, cast_as) = (cast.open, cast.cast_as);
        if cast_as == 0 {
            return;
        }
        let first = list::value_start(self.tokens, open + 1);
        let operand = self.tokens.at(first);
        if operand.role == Role::Constant && operand.link as usize == cast_as {
            self.set_constant(open - 1, close + 1);
            return;
        }
        let bare = shape::operand_end(self.tokens, open + 1) == cast_as;
        self.tokens.set_role(open - 1, Role::Noise);
        self.tokens.set_role(close, Role::Noise);
        if bare {
            self.tokens.set_role(open, Role::Noise);
        }
        let role = if bare { Role::CastAs } else { Role::CastAsClose };
        self.tokens.set_role(cast_as, role);
        self.lengths(cast_as, close);
    }

    fn cast(&mut self, at: usize) -> usize {
        let end = shape::type_end(self.tokens, at + 1);
        if self.constant_end == at && at > 0 {
            self.set_constant(self.constant, end);
        } else {
            self.lengths(at, end);
        }
        end.max(at + 1)
    }

    fn set_constant(&mut self, at: usize, end: usize) {
        self.tokens.set_constant(at, end);
        self.constant = at;
        self.constant_end = end;
    }

    /// The numbers in `numeric(10, 2)` belong to the type.
    fn lengths(&mut self, from: usize, to: usize) {
        for at in from..to {
            if self.tokens.at(at).lexeme == Lexeme::Number {
                self.set_ordinal(at);
            }
        }
    }

    fn set_ordinal(&mut self, at: usize) {
        if self.tokens.at(at).role == Role::Constant {
            self.tokens.set_role(at, Role::Ordinal);
            self.tokens.constants = self.tokens.constants.saturating_sub(1);
        }
    }

    fn ordinal(&mut self, at: usize, token: Token) {
        let before = self.tokens.before(at);
        let first = before.word == Word::By
            || matches!(before.lexeme, Lexeme::Comma | Lexeme::Open)
            || before.word == Word::Distinct;
        let next = self.tokens.at(at + 1);
        let last = next.lexeme != Lexeme::Operator && next.lexeme != Lexeme::Cast;
        let digits = super::token::text(self.sql, token.start, token.end);
        if first && last && digits.iter().all(u8::is_ascii_digit) {
            self.set_ordinal(at);
        }
    }

    #[inline]
    fn dot(&mut self, at: usize) {
        let first = at >= 2 && self.tokens.at(at - 2).lexeme == Lexeme::Dot;
        if at > 0 && !first && shape::is_name(self.tokens, at - 1) {
            self.marks.scopes.add_qualifier(at - 1, self.frame.scope);
        }
    }

    /// A name, or a word that may be one, within FROM.
    fn name(&mut self, at: usize, _token: Token) -> usize {
        match self.frame.from {
            From::Expected => {
                let end = shape::path_end(self.tokens, at);
                self.frame.from = From::Named;
                self.frame.item = end - 1;
                phrase::mark_dated(self.sql, self.tokens, end - 1);
                end
            }
            From::Named | From::Alias => {
                self.frame.from = From::Done;
                self.frame.item = 0;
                if self.marks.scopes.define(self.sql, self.tokens, self.frame.scope, at) {
                    self.tokens.set_role(at, Role::Alias);
                }
                at + 1
            }
            From::Out | From::Done => at + 1,
        }
    }

    /// An item that ends without an alias goes by its own name.
    fn end_item(&mut self) {
        if matches!(self.frame.from, From::Named | From::Alias) {
            if self.frame.item == 0 {
                self.marks.scopes.skip(self.frame.scope);
            } else {
                let (scope, item) = (self.frame.scope, self.frame.item);
                self.marks.scopes.define(self.sql, self.tokens, scope, item);
            }
            self.frame.from = From::Done;
            self.frame.item = 0;
        }
    }

    fn word(&mut self, at: usize, token: Token) -> usize {
        let word = token.word;
        if self.frame.from != From::Out {
            match self.frame.from {
                From::Expected if matches!(word, Word::Only | Word::Lateral) => return at + 1,
                From::Expected if !word.is_reserved() => return self.name(at, token),
                From::Expected => self.frame.from = From::Done,
                From::Named if word == Word::As => {
                    self.frame.from = From::Alias;
                    return at + 1;
                }
                From::Named
                    if word == Word::With && self.tokens.at(at + 1).word == Word::Ordinality =>
                {
                    return at + 2;
                }
                From::Named | From::Alias if !word.is_reserved() => return self.name(at, token),
                _ => self.end_item(),
            }
        }
        self.clause(at, word)
    }

    fn clause(&mut self, at: usize, word: Word) -> usize {
        match word {
            Word::Select => {
                self.leave_from();
                self.frame.query = true;
                self.frame.values = false;
            }
            Word::Delete | Word::Insert | Word::Merge => self.frame.query = true,
            Word::Update => {
                self.frame.query = true;
                if self.begins_update(at) {
                    self.frame.from = From::Expected;
                }
            }
            Word::From => {
                let distinct = self.tokens.before(at).word == Word::Distinct
                    && matches!(self.tokens.at(at.wrapping_sub(2)).word, Word::Is | Word::Not);
                if self.frame.query && !distinct {
                    self.frame.from = From::Expected;
                    self.frame.ordinals = false;
                }
            }
            Word::Into => {
                if matches!(self.tokens.before(at).word, Word::Insert | Word::Merge) {
                    self.frame.from = From::Expected;
                }
            }
            Word::Join => self.frame.from = From::Expected,
            Word::Using => {
                let list = self.tokens.at(at + 1).lexeme == Lexeme::Open
                    && !starts_query(self.tokens.at(at + 2).word);
                if self.frame.from != From::Out && !list {
                    self.frame.from = From::Expected;
                }
            }
            Word::On => {
                self.frame.values = false;
            }
            Word::By => self.frame.ordinals = true,
            Word::Union | Word::Intersect | Word::Except => {
                self.leave_from();
                let outer = self.marks.scopes.parent(self.frame.scope);
                let top = outer == self.frame.scope;
                let scope = self.marks.scopes.open(outer);
                if top {
                    self.marks.scopes.detach(scope);
                }
                self.frame.scope = scope;
                self.frame.values = false;
            }
            Word::Values => {
                self.leave_from();
                self.frame.values = true;
                self.frame.run = Run::default();
            }
            Word::Where | Word::Group | Word::Order | Word::Having | Word::Window
            | Word::Returning | Word::Set | Word::For | Word::When => self.leave_from(),
            Word::Limit => self.leave_from(),
            Word::Offset => {
                self.leave_from();
                phrase::mark_offset(self.tokens, at);
            }
            Word::Fetch => {
                self.leave_from();
                phrase::mark_fetch(self.tokens, at);
            }
            Word::Range | Word::Rows => self.frame.ordinals = false,
            Word::Extract => phrase::mark_extract(self.sql, self.tokens, at),
            Word::As if self.frame.holds == Holds::Cast => self.frame.cast_as = at,
            Word::True | Word::False | Word::Null => {
                let token = self.tokens.at(at);
                if token.role == Role::Constant {
                    self.constant = at;
                    self.constant_end = token.link as usize;
                }
            }
            _ => {}
        }
        at + 1
    }

    fn leave_from(&mut self) {
        self.frame.from = From::Out;
        self.frame.ordinals = false;
        self.frame.values = false;
    }

    /// The UPDATE of a statement, not that of `FOR UPDATE`, `DO UPDATE` or a trigger.
    fn begins_update(&self, at: usize) -> bool {
        let before = self.tokens.before(at);
        matches!(
            before.lexeme,
            Lexeme::Semicolon | Lexeme::Open | Lexeme::Close
        ) || matches!(before.word, Word::As | Word::Analyze | Word::Explain)
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
