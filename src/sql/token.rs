//! A statement as a list of tokens: what the fingerprint and the normalised text are made from.

use crate::sql::lex::word::Word;
use crate::sql::lex::{Lexed, Lexeme, Lexer};

/// A lexeme that is neither white space nor comment, with what the marking found out about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: u32,
    pub(super) end: u32,
    /// By role and lexeme: the token after a constant, the partner of a bracket, the place of an
    /// alias, or the hash of a name.
    pub(super) link: u32,
    pub(super) lexeme: Lexeme,
    pub(super) word: Word,
    pub(super) role: Role,
}

/// What a token does in the statement beyond its lexeme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Role {
    /// Stands for itself.
    Plain,
    /// Begins a constant that ends before the token `link`.
    Constant,
    /// The sign of a constant.
    Sign,
    /// A further part of a string constant.
    Continued,
    /// Says nothing that the fingerprint keeps: `AS`, `INNER`, the type before a constant.
    Noise,
    /// The alias of a table where it is given.
    Alias,
    /// The alias where it is used; `link` is its place.
    AliasUse,
    /// The name of a table whose last digits are a date.
    Dated,
    /// A number that is no constant: an ordinal in ORDER BY, the length in a type.
    Ordinal,
    /// `FETCH` in the place of LIMIT.
    Limit,
    /// `FETCH` without a count, which means one.
    LimitOne,
    /// `OFFSET`, when it precedes LIMIT; the limit's value ends before `link`.
    EarlyOffset,
    /// The AS within CAST; the operand needs no parentheses.
    CastAs,
    /// The AS within CAST after an operand that does.
    CastAsClose,
    /// The end of the first member of a list of constants; the others end before `link`.
    Folded,
}

/// The tokens of a text, and what reading it found on the way. Reused from text to text.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) list: Vec<Token>,
    pub(super) has_comment: bool,
    /// The bytes of all constants, each before a zero.
    pub(super) values: Vec<u8>,
    /// How many constants that makes.
    pub(super) constants: usize,
    brackets: Vec<u32>,
}

impl Tokens {
    /// Reads `sql`, of which only the first 4 GiB count.
    pub(super) fn read(&mut self, sql: &[u8]) {
        let sql = sql.get(..u32::MAX as usize - 1).unwrap_or(sql);
        self.list.clear();
        self.values.clear();
        self.brackets.clear();
        self.constants = 0;
        let mut has_comment = false;
        let mut lexer = Lexer::new(sql);
        while let Some(lexed) = lexer.next_solid(&mut has_comment) {
            self.push(sql, &lexed);
        }
        self.has_comment = has_comment;
        self.close_open_brackets();
    }

    /// The token at `at`, or one that is nothing.
    #[inline]
    pub(super) fn at(&self, at: usize) -> Token {
        self.list.get(at).copied().unwrap_or(NOTHING)
    }

    /// The token before `at`, or one that is nothing.
    #[inline]
    pub(super) fn before(&self, at: usize) -> Token {
        self.at(at.wrapping_sub(1))
    }

    #[inline]
    pub(super) fn set_role(&mut self, at: usize, role: Role) {
        if let Some(token) = self.list.get_mut(at) {
            token.role = role;
        }
    }

    #[inline]
    pub(super) fn set_link(&mut self, at: usize, link: usize) {
        if let Some(token) = self.list.get_mut(at) {
            token.link = narrow(link);
        }
    }

    /// Makes the tokens from `at` up to `end` one constant.
    pub(super) fn set_constant(&mut self, at: usize, end: usize) {
        self.set_role(at, Role::Constant);
        self.set_link(at, end);
    }

    /// Counts `sql[start..end]` among the constants.
    #[inline]
    pub(super) fn add_value(&mut self, sql: &[u8], start: u32, end: u32) {
        self.values.extend_from_slice(text(sql, start, end));
        self.values.push(0);
        self.constants += 1;
    }

    #[inline]
    fn push(&mut self, sql: &[u8], lexed: &Lexed) {
        let at = self.list.len();
        let (start, end) = (narrow(lexed.start), narrow(lexed.end));
        let (role, link) = match lexed.lexeme {
            Lexeme::Number | Lexeme::Text => {
                self.add_value(sql, start, end);
                self.constant(sql, at, lexed)
            }
            Lexeme::Parameter => self.constant(sql, at, lexed),
            Lexeme::Word => match lexed.word {
                Word::True | Word::False | Word::Null if !self.is_predicate() => {
                    self.add_value(sql, start, end);
                    (Role::Constant, narrow(at + 1))
                }
                _ => (Role::Plain, lexed.hash),
            },
            Lexeme::Open | Lexeme::OpenSquare => {
                self.brackets.push(narrow(at));
                (Role::Plain, 0)
            }
            Lexeme::Close | Lexeme::CloseSquare => {
                let open = self.brackets.pop();
                if let Some(open) = open {
                    self.set_link(open as usize, at);
                }
                (Role::Plain, open.unwrap_or(0))
            }
            _ => (Role::Plain, lexed.hash),
        };
        self.list.push(Token {
            start,
            end,
            link,
            lexeme: lexed.lexeme,
            word: lexed.word,
            role,
        });
    }

    /// `IS [NOT] NULL` and `NOT NULL` ask for it; `SET NULL` is an action of a foreign key, and
    /// `NULL ON NULL` one of JSON.
    fn is_predicate(&self) -> bool {
        matches!(
            self.before(self.list.len()).word,
            Word::Is | Word::Not | Word::Set | Word::On
        )
    }

    /// Takes in the signs, the type and the first part of a string that stand before a constant.
    /// Returns the role and link of its token.
    #[inline]
    fn constant(&mut self, sql: &[u8], at: usize, lexed: &Lexed) -> (Role, u32) {
        let last = self.before(at);
        match last.lexeme {
            Lexeme::Sign => self.signs(at, lexed.lexeme != Lexeme::Parameter),
            Lexeme::Text if lexed.lexeme == Lexeme::Text => {
                let mut head = at - 1;
                // The parts in between lead on, so that many parts do not cost their square.
                while self.at(head).role == Role::Continued {
                    head = self.at(head).link as usize;
                }
                self.set_link(head, at + 1);
                return (Role::Continued, narrow(head));
            }
            Lexeme::Word | Lexeme::Close if lexed.lexeme != Lexeme::Number => {
                self.type_before(sql, at, lexed);
            }
            _ => {}
        }
        (Role::Constant, narrow(at + 1))
    }

    fn signs(&mut self, at: usize, literal: bool) {
        let mut at = at;
        while self.before(at).lexeme == Lexeme::Sign && self.before(at).role != Role::Sign {
            at -= 1;
            self.set_role(at, Role::Sign);
            if literal && let Some(end) = self.values.last_mut() {
                // `-1` and `1` are other values of one constant.
                *end ^= 1;
            }
        }
    }

    /// Marks `date`, `timestamp(3) with time zone` and the like before the constant at `at`.
    fn type_before(&mut self, sql: &[u8], at: usize, lexed: &Lexed) {
        let mut start = at;
        if self.before(start).word == Word::Zone {
            let with = matches!(
                self.at(start.wrapping_sub(3)).word,
                Word::With | Word::Without
            );
            if !with || self.at(start.wrapping_sub(2)).word != Word::Time {
                return;
            }
            start -= 3;
        }
        if self.before(start).lexeme == Lexeme::Close {
            start = self.before(start).link as usize;
        }
        let name = self.before(start).word;
        // `json ? 'key'` asks a column of that name; `json $1` can only be a constant.
        let plain = lexed.lexeme == Lexeme::Text || sql.get(lexed.start) == Some(&b'$');
        if !(name.is_moment() || (name.is_type() && plain)) {
            return;
        }
        start -= 1;
        if matches!(name, Word::Precision | Word::Varying) {
            start = start.saturating_sub(1);
        }
        for at in start..at {
            self.set_role(at, Role::Noise);
        }
    }

    /// Text that was cut off leaves brackets open: they end with the text.
    fn close_open_brackets(&mut self) {
        let end = self.list.len();
        while let Some(open) = self.brackets.pop() {
            self.set_link(open as usize, end);
        }
    }
}

/// The bytes of a token.
#[inline]
pub(super) fn text(sql: &[u8], start: u32, end: u32) -> &[u8] {
    sql.get(start as usize..end as usize).unwrap_or_default()
}

/// A position, which `Tokens::read` has kept below 4 GiB.
#[expect(clippy::cast_possible_truncation, reason = "kept below 4 GiB")]
#[inline]
pub(super) const fn narrow(at: usize) -> u32 {
    at as u32
}

const NOTHING: Token = Token {
    start: 0,
    end: 0,
    link: 0,
    lexeme: Lexeme::Semicolon,
    word: Word::None,
    role: Role::Plain,
};
