//! The canonical form of a statement: the bytes that equal statements share.
//!
//! It is made to be hashed, not read. Any change of it changes every fingerprint that was ever
//! stored, which the golden values in the tests of `digest` make plain.
//!
//! | bytes | meaning |
//! |---|---|
//! | `01` | a constant, or a list of them |
//! | `02` length text | a name, in lower case unless it was quoted |
//! | `03` length text | a reserved word |
//! | `04` levels place | a qualifier: the table at this place in FROM, so many sub-selects out |
//! | `05` count hashes | conditions joined by AND, in the order of their hashes |
//! | `06` length text | an operator |
//! | `07` length text | a number that is no constant |
//! | `08` | a cast |
//! | anything else | the character itself: brackets, comma, dot, semicolon |

mod output;

use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::mark::DEEPEST;
use crate::sql::mark::phrase;
use crate::sql::shape;
use crate::sql::token::{self, Role, Token, Tokens};
use output::Output;
use twox_hash::XxHash3_64;

/// Room for the canonical form. Reused from text to text.
#[derive(Debug, Default)]
pub(in crate::sql) struct Canonical {
    bytes: Output,
    levels: Vec<Level>,
    /// Where the conditions of open conjunctions begin, but for the first of each.
    cuts: Vec<usize>,
    hashes: Vec<u64>,
}

/// The XXH3-64 of the canonical form of marked tokens.
pub(in crate::sql) fn fingerprint(sql: &[u8], tokens: &Tokens, canonical: &mut Canonical) -> u64 {
    canonical.bytes.clear();
    canonical.levels.clear();
    canonical.cuts.clear();
    let end = statement_end(tokens);
    let mut writer = Writer {
        sql,
        tokens,
        out: canonical,
        level: Level::default(),
        buried: 0,
    };
    let mut at = 0;
    while at < end {
        at = writer.write(at);
    }
    while writer.leave() {}
    XxHash3_64::oneshot(canonical.bytes.part(0, canonical.bytes.len()))
}

/// Semicolons at the end say nothing.
fn statement_end(tokens: &Tokens) -> usize {
    let mut end = tokens.list.len();
    while end > 0 && tokens.at(end - 1).lexeme == Lexeme::Semicolon {
        end -= 1;
    }
    end
}

const CONSTANT: u8 = 1;
const NAME: u8 = 2;
const RESERVED: u8 = 3;
const PLACE: u8 = 4;
const CONJUNCTION: u8 = 5;
const OPERATOR: u8 = 6;
const ORDINAL: u8 = 7;
const CAST: u8 = 8;

/// An open bracket or CASE.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    /// Where the conditions that are now being read begin.
    start: usize,
    /// How many cuts belong to the levels around this one.
    cuts: usize,
    /// A BETWEEN has been read, whose AND is still to come.
    between: bool,
    case: bool,
}

struct Writer<'a> {
    sql: &'a [u8],
    tokens: &'a Tokens,
    out: &'a mut Canonical,
    level: Level,
    /// How many brackets are open beyond the deepest level.
    buried: usize,
}

impl Writer<'_> {
    /// Writes what begins at the token `at`; returns where to go on.
    #[inline]
    fn write(&mut self, at: usize) -> usize {
        let tokens = self.tokens;
        let Some(token) = tokens.list.get(at) else {
            return at + 1;
        };
        if token.role == Role::Plain {
            self.plain(at, token);
            return at + 1;
        }
        self.marked(at, token)
    }

    /// Writes a token that does not stand for itself.
    fn marked(&mut self, at: usize, token: &Token) -> usize {
        match token.role {
            Role::Constant => {
                self.byte(CONSTANT);
                return (token.link as usize).max(at + 1);
            }
            Role::AliasUse => self.place(token.link),
            Role::Plain | Role::Sign | Role::Continued | Role::Noise | Role::Alias => {}
            Role::Dated => {
                let name = shape::name(self.sql, token);
                let name = name.get(..phrase::dated(name)).unwrap_or(name);
                self.lowered(NAME, name);
                self.byte(CONSTANT);
            }
            Role::Ordinal => self.text(ORDINAL, token),
            Role::Limit => self.clause(b"limit"),
            Role::LimitOne => {
                self.clause(b"limit");
                self.byte(CONSTANT);
            }
            Role::EarlyOffset => {
                self.clause(b"limit");
                self.byte(CONSTANT);
                self.clause(b"offset");
                self.byte(CONSTANT);
                return (token.link as usize).max(at + 1);
            }
            Role::CastAs => self.byte(CAST),
            Role::CastAsClose => {
                self.leave_bracket();
                self.byte(b')');
                self.byte(CAST);
            }
            Role::Folded => {
                self.plain(at, token);
                return (token.link as usize).max(at + 1);
            }
        }
        at + 1
    }

    #[inline]
    fn plain(&mut self, at: usize, token: &Token) {
        match token.lexeme {
            Lexeme::Word if token.word == Word::None => self.word(NAME, token),
            Lexeme::Word => self.known(at, token),
            Lexeme::Quoted => self.quoted(token),
            Lexeme::Comma => {
                self.end_conjunction();
                self.byte(b',');
                self.level.start = self.out.bytes.len();
            }
            Lexeme::Dot => self.byte(b'.'),
            Lexeme::Open => {
                self.byte(b'(');
                self.enter(false);
            }
            Lexeme::OpenSquare => {
                self.byte(b'[');
                self.enter(false);
            }
            Lexeme::Close => {
                self.leave_bracket();
                self.byte(b')');
            }
            Lexeme::CloseSquare => {
                self.leave_bracket();
                self.byte(b']');
            }
            Lexeme::Cast => self.byte(CAST),
            Lexeme::Semicolon => {
                while self.leave() {}
                self.byte(b';');
                self.level.start = self.out.bytes.len();
            }
            Lexeme::Operator | Lexeme::Sign => self.operator(token),
            _ => self.text(OPERATOR, token),
        }
    }

    fn known(&mut self, at: usize, token: &Token) {
        let before = self.tokens.before(at);
        match token.word {
            Word::And => return self.and(token),
            Word::Between => self.level.between = true,
            // Said by default; but each still ends a list of conditions.
            Word::As | Word::Asc | Word::Inner | Word::Outer => {
                return self.begin_conjunction();
            }
            Word::Case => {
                self.word(RESERVED, token);
                return self.enter(true);
            }
            Word::End if self.level.case => {
                self.leave();
            }
            // `left(x, 1)`, `x IS DISTINCT FROM y`, `time with time zone`, `WITHIN GROUP (…)`
            Word::Left | Word::Right if self.tokens.at(at + 1).lexeme == Lexeme::Open => {}
            Word::Distinct if matches!(before.word, Word::Is | Word::Not) => {}
            Word::From if before.word == Word::Distinct => {}
            Word::With if self.tokens.at(at + 1).word == Word::Time => {}
            Word::Group if before.word == Word::Within => {}
            Word::Isnull => {
                self.lowered(RESERVED, b"is");
                return self.lowered(RESERVED, b"null");
            }
            Word::Notnull => {
                self.lowered(RESERVED, b"is");
                self.lowered(RESERVED, b"not");
                return self.lowered(RESERVED, b"null");
            }
            word if word.breaks_conjunction() => {
                self.end_conjunction();
                self.known_word(token);
                self.level.start = self.out.bytes.len();
                return;
            }
            _ => {}
        }
        self.known_word(token);
    }

    fn known_word(&mut self, token: &Token) {
        let tag = if token.word.is_reserved() {
            RESERVED
        } else {
            NAME
        };
        self.word(tag, token);
    }

    fn clause(&mut self, word: &[u8]) {
        self.end_conjunction();
        self.lowered(RESERVED, word);
        self.level.start = self.out.bytes.len();
    }

    fn and(&mut self, token: &Token) {
        if self.level.between {
            self.level.between = false;
            self.word(RESERVED, token);
        } else {
            self.out.cuts.push(self.out.bytes.len());
        }
    }

    fn enter(&mut self, case: bool) {
        if self.out.levels.len() >= DEEPEST {
            self.buried += usize::from(!case);
            return;
        }
        self.out.levels.push(self.level);
        self.level = Level {
            start: self.out.bytes.len(),
            cuts: self.out.cuts.len(),
            between: false,
            case,
        };
    }

    /// Closes the innermost bracket, with any CASE that was cut off within.
    fn leave_bracket(&mut self) {
        if self.buried > 0 {
            self.buried -= 1;
            return;
        }
        while self.level.case {
            self.leave();
        }
        self.leave();
    }

    /// Closes the innermost bracket or CASE; false when none is open.
    fn leave(&mut self) -> bool {
        self.end_conjunction();
        match self.out.levels.pop() {
            Some(level) => {
                self.level = level;
                true
            }
            None => false,
        }
    }

    fn begin_conjunction(&mut self) {
        self.end_conjunction();
        self.level.start = self.out.bytes.len();
    }

    /// Puts the hashes of the conditions since the start in place of what has been written of them.
    #[inline]
    fn end_conjunction(&mut self) {
        self.level.between = false;
        if self.out.cuts.len() > self.level.cuts {
            self.sort_conditions();
        }
    }

    fn sort_conditions(&mut self) {
        let Canonical {
            bytes,
            cuts,
            hashes,
            ..
        } = &mut *self.out;
        hashes.clear();
        let mut start = self.level.start;
        for cut in cuts.drain(self.level.cuts..) {
            hashes.push(XxHash3_64::oneshot(bytes.part(start, cut)));
            start = cut;
        }
        hashes.push(XxHash3_64::oneshot(bytes.part(start, bytes.len())));
        hashes.sort_unstable();
        bytes.truncate(self.level.start);
        bytes.head(CONJUNCTION, hashes.len());
        for hash in hashes {
            bytes.number(*hash);
        }
    }

    fn operator(&mut self, token: &Token) {
        match token::text(self.sql, token.start, token.end) {
            [one] => self.byte(*one),
            b"!=" => self.lowered(OPERATOR, b"<>"),
            // JDBC doubles the question mark so as not to take it for a placeholder; psycopg the
            // per cent sign.
            b"??" => self.byte(b'?'),
            b"%%" => self.byte(b'%'),
            [b'?', b'?', rest @ ..] => {
                self.out.bytes.head(OPERATOR, rest.len() + 1);
                self.byte(b'?');
                for byte in rest {
                    self.byte(*byte);
                }
            }
            text => self.lowered(OPERATOR, text),
        }
    }

    fn place(&mut self, place: u32) {
        let [low, high, ..] = place.to_le_bytes();
        for byte in [PLACE, high, low] {
            self.byte(byte);
        }
    }

    #[inline]
    fn quoted(&mut self, token: &Token) {
        if token.link == 0 {
            let (start, end) = shape::name_range(self.sql, token);
            self.out.bytes.text(NAME, self.sql, start, end);
        } else {
            self.doubled(shape::name(self.sql, token));
        }
    }

    /// A name with doubled quotes, which stand for one each.
    fn doubled(&mut self, name: &[u8]) {
        let pairs = memchr::memmem::find_iter(name, b"\"\"").count();
        self.out.bytes.head(NAME, name.len() - pairs);
        let mut second = false;
        for &byte in name {
            second = byte == b'"' && !second;
            if !second {
                self.byte(byte);
            }
        }
    }

    /// A word in lower case.
    #[inline]
    fn word(&mut self, tag: u8, token: &Token) {
        let (start, end) = (token.start as usize, token.end as usize);
        self.out.bytes.lowered(tag, self.sql, start, end);
    }

    #[inline]
    fn text(&mut self, tag: u8, token: &Token) {
        let (start, end) = (token.start as usize, token.end as usize);
        self.out.bytes.text(tag, self.sql, start, end);
    }

    /// A tag and a text in lower case.
    fn lowered(&mut self, tag: u8, text: &[u8]) {
        self.out.bytes.word(tag, text);
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        self.out.bytes.push(byte);
    }
}
