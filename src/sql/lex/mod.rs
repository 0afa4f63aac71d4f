//! One lexeme of SQL at a time, by the rules of the server's own scanner, from any bytes.
//!
//! The rules are those of chapter 4.1 of the `PostgreSQL` manual ("Lexical Structure"). What drivers
//! and log formats write in place of constants (`$1`, `?`, `%s`, `%(name)s`, `:name`, `@p0`) is
//! read as a parameter. Nothing is an error: text that was cut off ends the lexeme it was cut in,
//! and a byte that fits nowhere is a lexeme of its own.

pub(in crate::sql) mod bytes;
pub(in crate::sql) mod word;

mod alphabet;
mod ends;

use alphabet::Class;
use word::Word;

/// What a stretch of the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::sql) enum Lexeme {
    /// White space, also what editors paste: no-break space, byte order mark, NUL.
    Space,
    /// `-- …` or `/* … */`, nested.
    Comment,
    /// A keyword or an unquoted name.
    Word,
    /// `"…"` or `U&"…"`.
    Quoted,
    /// An unsigned number.
    Number,
    /// A string constant of any kind.
    Text,
    /// A parameter or placeholder.
    Parameter,
    /// Any operator but those below.
    Operator,
    /// `+` or `-` that stands where a value begins.
    Sign,
    /// `::`
    Cast,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `;`
    Semicolon,
    /// `:`
    Colon,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenSquare,
    /// `]`
    CloseSquare,
    /// A byte that begins nothing.
    Other,
}

/// One lexeme and where it ends.
#[derive(Clone, Copy, Debug)]
pub(in crate::sql) struct Lexed {
    pub(in crate::sql) lexeme: Lexeme,
    pub(in crate::sql) start: usize,
    pub(in crate::sql) end: usize,
    /// The known word, when the lexeme is one that does not follow a dot.
    pub(in crate::sql) word: Word,
    /// Of an unquoted name, equal for equal names in any case; of a quoted one, 1 when it holds
    /// doubled quotes; else 0.
    pub(in crate::sql) hash: u32,
}

/// Walks over a text, lexeme by lexeme.
#[derive(Clone, Debug)]
pub(in crate::sql) struct Lexer<'a> {
    sql: &'a [u8],
    at: usize,
    /// The last lexeme that was neither space nor comment, and its word: what `?`, `%s` and signs
    /// mean depends on it.
    last: Lexeme,
    last_word: Word,
}

impl<'a> Lexer<'a> {
    pub(in crate::sql) fn new(sql: &'a [u8]) -> Self {
        Self {
            sql,
            at: 0,
            last: Lexeme::Semicolon,
            last_word: Word::None,
        }
    }

    /// Like `next`, but passes over white space and comments; says in `comment` when it met one.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a digest takes 5 % less time"
    )]
    pub(in crate::sql) fn next_solid(&mut self, comment: &mut bool) -> Option<Lexed> {
        loop {
            self.at = ends::space_end(self.sql, self.at);
            let lexed = self.next()?;
            match lexed.lexeme {
                Lexeme::Space => {}
                Lexeme::Comment => *comment = true,
                _ => return Some(lexed),
            }
        }
    }

    #[inline]
    fn word(&mut self, start: usize) -> Lexed {
        let (end, key) = ends::name(self.sql, start);
        let text = self.sql.get(start..end).unwrap_or_default();
        let word = match self.last {
            // Behind a dot every word is a name.
            Lexeme::Dot => Word::None,
            _ if self.last_word == Word::As => label(word::find(&key, text)),
            _ => word::find(&key, text),
        };
        self.at = end;
        self.last = Lexeme::Word;
        self.last_word = word;
        Lexed {
            lexeme: Lexeme::Word,
            start,
            end,
            word,
            hash: key.short_hash(),
        }
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a digest takes 5 % less time"
    )]
    fn lexed(&mut self, lexeme: Lexeme, start: usize, end: usize) -> Lexed {
        self.at = end;
        if !matches!(lexeme, Lexeme::Space | Lexeme::Comment) {
            self.last = lexeme;
            self.last_word = Word::None;
        }
        Lexed {
            lexeme,
            start,
            end,
            word: Word::None,
            hash: 0,
        }
    }

    /// What begins with a byte that can begin several things.
    #[inline(never)]
    fn rare(&mut self, class: Class, start: usize) -> Lexed {
        let one = start + 1;
        let next = self.byte(one);
        let (lexeme, end) = match class {
            Class::Prefix | Class::High => return self.prefixed(class, start),
            Class::Dot if next == b'.' => (Lexeme::Operator, start + 2),
            Class::Colon => self.colon(start),
            Class::Dollar => self.dollar(start),
            Class::Minus if next == b'-' => (Lexeme::Comment, ends::line_end(self.sql, one)),
            Class::Slash if next == b'*' => {
                (Lexeme::Comment, ends::comment_end(self.sql, start + 2))
            }
            Class::Percent => self.percent(start),
            Class::Question => self.question(start),
            Class::At => self.at_sign(start),
            Class::Minus | Class::Slash | Class::Operator => self.operator(start),
            _ => (Lexeme::Other, one),
        };
        self.lexed(lexeme, start, end)
    }

    /// A word that may be the letter before a string (`E''`, `B''`, `X''`, `N''`, `U&''`, `U&""`), or
    /// one that begins with a character outside ASCII.
    fn prefixed(&mut self, class: Class, start: usize) -> Lexed {
        if matches!(class, Class::High) {
            return match ends::foreign_space(self.sql, start) {
                0 => self.word(start),
                length => self.lexed(Lexeme::Space, start, start + length),
            };
        }
        let quoted = |quote, skip| ends::quoted_end(self.sql, start + skip, quote);
        let (lexeme, end) = match self.sql.get(start..).unwrap_or_default() {
            [b'e' | b'E', b'\'', ..] => (Lexeme::Text, ends::escaped_end(self.sql, start + 2)),
            [b'b' | b'B' | b'x' | b'X' | b'n' | b'N', b'\'', ..] => {
                (Lexeme::Text, quoted(b'\'', 2))
            }
            [b'u' | b'U', b'&', b'\'', ..] => (Lexeme::Text, quoted(b'\'', 3)),
            [b'u' | b'U', b'&', b'"', ..] => (Lexeme::Quoted, quoted(b'"', 3)),
            // SQLAlchemy writes `IN (__[POSTCOMPILE_ids_1])` before it knows how many there are.
            rest if rest.starts_with(b"__[POSTCOMPILE_") => {
                let end = memchr::memchr(b']', rest).map_or(rest.len(), |at| at + 1);
                (Lexeme::Parameter, start + end)
            }
            _ => return self.word(start),
        };
        self.lexed(lexeme, start, end)
    }

    /// Whether an operator may follow the last lexeme.
    fn after_operand(&self) -> bool {
        match self.last {
            Lexeme::Word => self.last_word.ends_operand(),
            Lexeme::Quoted
            | Lexeme::Number
            | Lexeme::Text
            | Lexeme::Parameter
            | Lexeme::Close
            | Lexeme::CloseSquare => true,
            _ => false,
        }
    }

    /// Whether a value may begin here. After a type of dates it may too: `date ?`.
    fn value_may_begin(&self) -> bool {
        !self.after_operand() || self.last_word.is_moment()
    }

    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.sql.get(at).copied().unwrap_or(0)
    }

    fn dollar(&self, start: usize) -> (Lexeme, usize) {
        let next = self.byte(start + 1);
        if next.is_ascii_digit() {
            return (Lexeme::Parameter, ends::digits_end(self.sql, start + 1));
        }
        let tag_end = if next == b'$' {
            start + 1
        } else if ends::is_name_start(next) {
            ends::tag_end(self.sql, start + 1)
        } else {
            return (Lexeme::Other, start + 1);
        };
        if self.byte(tag_end) != b'$' {
            return (Lexeme::Other, start + 1);
        }
        let tag = self.sql.get(start..=tag_end).unwrap_or_default();
        let body = self.sql.get(tag_end + 1..).unwrap_or_default();
        let end = memchr::memmem::find(body, tag);
        let end = end.map_or(self.sql.len(), |at| tag_end + 1 + at + tag.len());
        (Lexeme::Text, end)
    }

    fn colon(&self, start: usize) -> (Lexeme, usize) {
        match self.byte(start + 1) {
            b':' => (Lexeme::Cast, start + 2),
            b'=' => (Lexeme::Operator, start + 2),
            // A slice: `a[:n]`.
            _ if self.last == Lexeme::OpenSquare || !self.value_may_begin() => {
                (Lexeme::Colon, start + 1)
            }
            // Variables of psql: `:'name'`.
            b'\'' => (
                Lexeme::Parameter,
                ends::quoted_end(self.sql, start + 2, b'\''),
            ),
            next if ends::is_name_start(next) || next.is_ascii_digit() => {
                (Lexeme::Parameter, ends::name_end(self.sql, start + 1))
            }
            _ => (Lexeme::Colon, start + 1),
        }
    }

    fn percent(&self, start: usize) -> (Lexeme, usize) {
        match self.placeholder_end(start) {
            Some(end) if self.value_may_begin() => (Lexeme::Parameter, end),
            _ => self.operator(start),
        }
    }

    /// Where `%s` or `%(name)s` ends, when one stands at `start`.
    fn placeholder_end(&self, start: usize) -> Option<usize> {
        match self.byte(start + 1) {
            b's' | b'b' | b't' if !ends::is_name(self.byte(start + 2)) => Some(start + 2),
            b'(' => {
                let rest = self.sql.get(start + 2..).unwrap_or_default();
                let close = rest.iter().take(128).position(|&byte| byte == b')')?;
                let end = start + close + 4;
                matches!(self.byte(end - 1), b's' | b'b' | b't').then_some(end)
            }
            _ => None,
        }
    }

    fn question(&self, start: usize) -> (Lexeme, usize) {
        if self.value_may_begin() {
            return (Lexeme::Parameter, ends::digits_end(self.sql, start + 1));
        }
        self.operator(start)
    }

    /// `@p0` and `@__name_0` of .NET; any other `@` is the operator for absolute values.
    fn at_sign(&self, start: usize) -> (Lexeme, usize) {
        let next = self.byte(start + 1);
        if self.value_may_begin() && matches!(next, b'p' | b'_') {
            let end = ends::name_end(self.sql, start + 1);
            let name = self.sql.get(start + 1..end).unwrap_or_default();
            let numbered = name.len() > 1 && name.iter().skip(1).all(u8::is_ascii_digit);
            if name.starts_with(b"__") || (next == b'p' && numbered) {
                return (Lexeme::Parameter, end);
            }
        }
        self.operator(start)
    }

    /// The longest run of operator characters, less what the server would not take.
    fn operator(&self, start: usize) -> (Lexeme, usize) {
        let mut end = start + 1;
        let first = self.byte(start);
        let mut special = alphabet::is_special(first);
        loop {
            let byte = self.byte(end);
            if !alphabet::is_operator(byte) || end - start >= LONGEST_OPERATOR {
                break;
            }
            let pair = (byte, self.byte(end + 1));
            if pair == (b'-', b'-') || pair == (b'/', b'*') {
                break;
            }
            // `a=?` is a placeholder; `@?`, `?|` and JDBC's `??` are operators.
            if byte == b'?' && !matches!(self.byte(end - 1), b'@' | b'?') {
                break;
            }
            if byte == b'%' && self.placeholder_end(end).is_some() {
                break;
            }
            special |= alphabet::is_special(byte);
            end += 1;
        }
        // `a=-1`: only an operator with a character that standard SQL lacks may end in a sign.
        while end > start + 1 && !special && matches!(self.byte(end - 1), b'+' | b'-') {
            end -= 1;
        }
        let sign = end == start + 1 && matches!(first, b'+' | b'-') && !self.after_operand();
        (if sign { Lexeme::Sign } else { Lexeme::Operator }, end)
    }
}

/// PostgreSQL refuses longer operators (`NAMEDATALEN`); without a bound, a run of signs is looked at again and again.
const LONGEST_OPERATOR: usize = 63;

impl Iterator for Lexer<'_> {
    type Item = Lexed;

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a digest takes 5 % less time"
    )]
    fn next(&mut self) -> Option<Lexed> {
        let start = self.at;
        let byte = *self.sql.get(start)?;
        let one = start + 1;
        let class = alphabet::class(byte);
        let (lexeme, end) = match class {
            Class::Name => return Some(self.word(start)),
            Class::Space => (Lexeme::Space, ends::space_end(self.sql, one)),
            Class::DoubleQuote => {
                let (end, doubled) = ends::quoted(self.sql, one, b'"');
                let mut lexed = self.lexed(Lexeme::Quoted, start, end);
                lexed.hash = u32::from(doubled);
                return Some(lexed);
            }
            Class::Quote => (Lexeme::Text, ends::quoted_end(self.sql, one, b'\'')),
            Class::Comma => (Lexeme::Comma, one),
            Class::Open => (Lexeme::Open, one),
            Class::Close => (Lexeme::Close, one),
            Class::OpenSquare => (Lexeme::OpenSquare, one),
            Class::CloseSquare => (Lexeme::CloseSquare, one),
            Class::Semicolon => (Lexeme::Semicolon, one),
            Class::Digit => (Lexeme::Number, ends::number_end(self.sql, start)),
            Class::Dot if self.byte(one).is_ascii_digit() => {
                (Lexeme::Number, ends::number_end(self.sql, start))
            }
            Class::Dot if self.byte(one) != b'.' => (Lexeme::Dot, one),
            Class::Operator if !alphabet::is_operator(self.byte(one)) && byte != b'+' => {
                (Lexeme::Operator, one)
            }
            Class::Dollar if self.byte(one).is_ascii_digit() => {
                (Lexeme::Parameter, ends::digits_end(self.sql, one))
            }
            _ => return Some(self.rare(class, start)),
        };
        Some(self.lexed(lexeme, start, end))
    }
}

/// After AS a reserved word may be the label of a column; only what can begin a statement or a
/// type stays a keyword there.
fn label(word: Word) -> Word {
    match word {
        Word::Select
        | Word::With
        | Word::Insert
        | Word::Update
        | Word::Delete
        | Word::Merge
        | Word::Values
        | Word::Table
        | Word::Not
        | Word::Materialized
        | Word::On
        | Word::Execute => word,
        _ if word.is_type() => word,
        _ => Word::None,
    }
}
