//! One lexeme of SQL at a time, by the rules of the server's own scanner, from any bytes.
//!
//! The rules are those of chapter 4.1 of the `PostgreSQL` manual ("Lexical Structure"). What drivers
//! and log formats write in place of constants (`$1`, `?`, `%s`, `%(name)s`, `:name`, `@p0`) is
//! read as a parameter. Nothing is an error: text that was cut off ends the lexeme it was cut in,
//! and a byte that fits nowhere is a lexeme of its own.

use super::bytes;
use super::word::{self, Key, Word};

/// What a stretch of the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Lexeme {
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
pub(super) struct Lexed {
    pub(super) lexeme: Lexeme,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The known word, when the lexeme is one that does not follow a dot.
    pub(super) word: Word,
    /// Equal for equal names in any case; 0 for what is not an unquoted name.
    pub(super) hash: u32,
}

/// Walks over a text. An iterator, but for the position that callers may read.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    sql: &'a [u8],
    at: usize,
    /// The last lexeme that was neither space nor comment.
    last: Lexeme,
    last_word: Word,
    /// Whether an operator may follow: `?`, `%s` and signs are read by it.
    after_operand: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(sql: &'a [u8]) -> Self {
        Self {
            sql,
            at: 0,
            last: Lexeme::Semicolon,
            last_word: Word::None,
            after_operand: false,
        }
    }

    /// Like `next`, but passes over white space and comments; says in `comment` when it met one.
    #[inline]
    pub(super) fn next_solid(&mut self, comment: &mut bool) -> Option<Lexed> {
        loop {
            let lexed = self.next()?;
            match lexed.lexeme {
                Lexeme::Space => {}
                Lexeme::Comment => *comment = true,
                _ => return Some(lexed),
            }
        }
    }

    #[inline]
    fn remember(&mut self, lexeme: Lexeme, word: Word) {
        match lexeme {
            Lexeme::Space | Lexeme::Comment => return,
            Lexeme::Word => self.after_operand = word.ends_operand(),
            Lexeme::Quoted
            | Lexeme::Number
            | Lexeme::Text
            | Lexeme::Parameter
            | Lexeme::Close
            | Lexeme::CloseSquare => self.after_operand = true,
            _ => self.after_operand = false,
        }
        self.last = lexeme;
        self.last_word = word;
    }

    /// Whether a value may begin here. After a type of dates it may too: `date ?`.
    fn value_may_begin(&self) -> bool {
        !self.after_operand || self.last_word.is_moment()
    }

    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.sql.get(at).copied().unwrap_or(0)
    }

    #[inline]
    fn word(&self, start: usize) -> (Lexeme, usize, Word, u32) {
        let end = name_end(self.sql, start);
        let key = Key::of(self.sql, start, end);
        let hash = upper_half(key.hash());
        let text = self.sql.get(start..end).unwrap_or_default();
        let word = match self.last {
            // Behind a dot every word is a name.
            Lexeme::Dot => Word::None,
            Lexeme::Word if self.last_word == Word::As => label(word::find(&key, text)),
            _ => word::find(&key, text),
        };
        (Lexeme::Word, end, word, hash)
    }

    /// A word that may be the letter before a string: `E''`, `B''`, `X''`, `N''`, `U&''`, `U&""`.
    fn word_or_text(&self, start: usize) -> (Lexeme, usize, Word, u32) {
        let quote = self.byte(start + 1);
        let plain = |end| (Lexeme::Text, end, Word::None, 0);
        match self.byte(start) | 0x20 {
            b'e' if quote == b'\'' => plain(escaped_end(self.sql, start + 2)),
            b'b' | b'x' | b'n' if quote == b'\'' => plain(quoted_end(self.sql, start + 2, b'\'')),
            b'u' if quote == b'&' && self.byte(start + 2) == b'\'' => {
                plain(quoted_end(self.sql, start + 3, b'\''))
            }
            b'u' if quote == b'&' && self.byte(start + 2) == b'"' => {
                let end = quoted_end(self.sql, start + 3, b'"');
                (Lexeme::Quoted, end, Word::None, 0)
            }
            b'_' if self.sql.get(start..).is_some_and(is_postcompile) => {
                let end = memchr::memchr(b']', self.sql.get(start..).unwrap_or_default());
                let end = end.map_or(self.sql.len(), |at| start + at + 1);
                (Lexeme::Parameter, end, Word::None, 0)
            }
            _ => self.word(start),
        }
    }

    fn dollar(&self, start: usize) -> (Lexeme, usize) {
        let next = self.byte(start + 1);
        if next.is_ascii_digit() {
            return (Lexeme::Parameter, digits_end(self.sql, start + 1));
        }
        let tag_end = if next == b'$' {
            start + 1
        } else if is_name_start(next) {
            tag_end(self.sql, start + 1)
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
                quoted_end(self.sql, start + 2, b'\''),
            ),
            next if is_name_start(next) || next.is_ascii_digit() => {
                (Lexeme::Parameter, name_end(self.sql, start + 1))
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
            b's' | b'b' | b't' if !is_name(self.byte(start + 2)) => Some(start + 2),
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
            return (Lexeme::Parameter, digits_end(self.sql, start + 1));
        }
        self.operator(start)
    }

    /// `@p0` and `@__name_0` of .NET; any other `@` is the operator for absolute values.
    fn at_sign(&self, start: usize) -> (Lexeme, usize) {
        let next = self.byte(start + 1);
        if self.value_may_begin() && matches!(next, b'p' | b'_') {
            let end = name_end(self.sql, start + 1);
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
        let mut special = is_special(first);
        loop {
            let byte = self.byte(end);
            if !is_operator(byte) {
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
            special |= is_special(byte);
            end += 1;
        }
        // `a=-1`: only an operator with a character that standard SQL lacks may end in a sign.
        while end > start + 1 && !special && matches!(self.byte(end - 1), b'+' | b'-') {
            end -= 1;
        }
        let sign = end == start + 1 && matches!(first, b'+' | b'-') && !self.after_operand;
        (if sign { Lexeme::Sign } else { Lexeme::Operator }, end)
    }
}

impl Iterator for Lexer<'_> {
    type Item = Lexed;

    #[inline]
    fn next(&mut self) -> Option<Lexed> {
        let start = self.at;
        let byte = *self.sql.get(start)?;
        let one = start + 1;
        let (lexeme, end, word, hash) = match CLASS.get(usize::from(byte)) {
            Some(Class::Name) => self.word(start),
            Some(Class::Prefix) => self.word_or_text(start),
            class => {
                let (lexeme, end) = match class {
                    Some(Class::Space) => (Lexeme::Space, space_end(self.sql, one)),
                    Some(Class::Comma) => (Lexeme::Comma, one),
                    Some(Class::Quote) => (Lexeme::Text, quoted_end(self.sql, one, b'\'')),
                    Some(Class::DoubleQuote) => (Lexeme::Quoted, quoted_end(self.sql, one, b'"')),
                    Some(Class::Digit) => (Lexeme::Number, number_end(self.sql, start)),
                    Some(Class::Dot) if self.byte(one).is_ascii_digit() => {
                        (Lexeme::Number, number_end(self.sql, start))
                    }
                    Some(Class::Dot) if self.byte(one) == b'.' => (Lexeme::Operator, start + 2),
                    Some(Class::Dot) => (Lexeme::Dot, one),
                    Some(Class::Open) => (Lexeme::Open, one),
                    Some(Class::Close) => (Lexeme::Close, one),
                    Some(Class::OpenSquare) => (Lexeme::OpenSquare, one),
                    Some(Class::CloseSquare) => (Lexeme::CloseSquare, one),
                    Some(Class::Semicolon) => (Lexeme::Semicolon, one),
                    Some(Class::Colon) => self.colon(start),
                    Some(Class::Dollar) => self.dollar(start),
                    Some(Class::Minus) if self.byte(one) == b'-' => {
                        (Lexeme::Comment, line_end(self.sql, one))
                    }
                    Some(Class::Slash) if self.byte(one) == b'*' => {
                        (Lexeme::Comment, comment_end(self.sql, start + 2))
                    }
                    Some(Class::Percent) => self.percent(start),
                    Some(Class::Question) => self.question(start),
                    Some(Class::At) => self.at_sign(start),
                    Some(Class::Minus | Class::Slash | Class::Operator) => self.operator(start),
                    Some(Class::High) => match foreign_space(self.sql, start) {
                        0 => {
                            let (lexeme, end, word, hash) = self.word(start);
                            self.at = end;
                            self.remember(lexeme, word);
                            return Some(Lexed { lexeme, start, end, word, hash });
                        }
                        length => (Lexeme::Space, start + length),
                    },
                    _ => (Lexeme::Other, one),
                };
                (lexeme, end, Word::None, 0)
            }
        };
        self.at = end;
        self.remember(lexeme, word);
        Some(Lexed {
            lexeme,
            start,
            end,
            word,
            hash,
        })
    }
}

/// The upper half, where a product is mixed best.
#[inline]
const fn upper_half(hash: u64) -> u32 {
    (hash >> 32) as u32
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

/// `SQLAlchemy` writes `IN (__[POSTCOMPILE_ids_1])` before it knows how many there are.
fn is_postcompile(text: &[u8]) -> bool {
    text.starts_with(b"__[POSTCOMPILE_")
}

#[inline]
fn name_end(sql: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(eight) = bytes::load(sql, at) {
        let count = bytes::first_marked(bytes::not_name(eight));
        if bytes::any_high(bytes::keep(eight, count)) {
            return name_end_slow(sql, at);
        }
        at += count;
        if count < 8 {
            return at;
        }
    }
    name_end_slow(sql, at)
}

/// Byte by byte: near the end of the text, and where a no-break space may end the name.
fn name_end_slow(sql: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = sql.get(at) {
        if !is_name(byte) || (byte >= 0x80 && foreign_space(sql, at) > 0) {
            break;
        }
        at += 1;
    }
    at
}

/// The length of the white space that begins at `at` with a byte outside ASCII, or 0.
fn foreign_space(sql: &[u8], at: usize) -> usize {
    let rest = sql.get(at..).unwrap_or_default();
    match rest {
        [0xc2, 0xa0, ..] => 2,
        // Byte order mark, zero-width space, ideographic space, narrow no-break space.
        [0xef, 0xbb, 0xbf, ..]
        | [0xe2, 0x80, 0x8b | 0xaf, ..]
        | [0xe3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

#[inline]
fn space_end(sql: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(b' ' | b'\t'..=b'\r' | 0) = sql.get(at) {
        at += 1;
    }
    at
}

fn line_end(sql: &[u8], start: usize) -> usize {
    let rest = sql.get(start..).unwrap_or_default();
    memchr::memchr2(b'\n', b'\r', rest).map_or(sql.len(), |at| start + at)
}

fn comment_end(sql: &[u8], start: usize) -> usize {
    let mut depth = 1_usize;
    let mut at = start;
    while let Some(found) = memchr::memchr2(b'*', b'/', sql.get(at..).unwrap_or_default()) {
        at += found;
        match (sql.get(at), sql.get(at + 1)) {
            (Some(b'*'), Some(b'/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            (Some(b'/'), Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    sql.len()
}

/// Past the closing quote; a doubled quote stands for itself.
#[inline]
fn quoted_end(sql: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start;
    while let Some(found) = memchr::memchr(quote, sql.get(at..).unwrap_or_default()) {
        at += found + 1;
        if sql.get(at) != Some(&quote) {
            return at;
        }
        at += 1;
    }
    sql.len()
}

/// As `quoted_end` for `E'…'`, where a backslash takes the next byte with it.
fn escaped_end(sql: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = memchr::memchr2(b'\'', b'\\', sql.get(at..).unwrap_or_default()) {
        at += found;
        if sql.get(at) == Some(&b'\\') {
            at += 2;
            continue;
        }
        at += 1;
        if sql.get(at) != Some(&b'\'') {
            return at;
        }
        at += 1;
    }
    sql.len()
}

fn tag_end(sql: &[u8], start: usize) -> usize {
    let rest = sql.get(start..).unwrap_or_default();
    let length = rest.iter().position(|&b| b == b'$' || !is_name(b));
    start + length.unwrap_or(rest.len())
}

fn digits_end(sql: &[u8], start: usize) -> usize {
    let rest = sql.get(start..).unwrap_or_default();
    let length = rest.iter().position(|b| !b.is_ascii_digit());
    start + length.unwrap_or(rest.len())
}

#[inline]
fn number_end(sql: &[u8], start: usize) -> usize {
    let rest = sql.get(start..).unwrap_or_default();
    let digits = |mut at: usize, digit: fn(&u8) -> bool| {
        while let Some(byte) = rest.get(at) {
            let grouped = *byte == b'_' && rest.get(at + 1).is_some_and(digit);
            if !digit(byte) && !grouped {
                break;
            }
            at += 1;
        }
        at
    };
    let based: Option<fn(&u8) -> bool> = match rest {
        [b'0', b'x' | b'X', ..] => Some(u8::is_ascii_hexdigit),
        [b'0', b'o' | b'O' | b'b' | b'B', ..] => Some(u8::is_ascii_digit),
        _ => None,
    };
    if let Some(digit) = based {
        let end = digits(2, digit);
        if end > 2 {
            return start + end;
        }
    }
    let mut end = digits(0, u8::is_ascii_digit);
    // `1..10` of PL/pgSQL is a range, not `1.` and `.10`.
    if rest.get(end) == Some(&b'.') && rest.get(end + 1) != Some(&b'.') {
        end = digits(end + 1, u8::is_ascii_digit);
    }
    if let Some(b'e' | b'E') = rest.get(end) {
        let signed = matches!(rest.get(end + 1), Some(b'+' | b'-'));
        let first = end + 1 + usize::from(signed);
        if rest.get(first).is_some_and(u8::is_ascii_digit) {
            end = digits(first, u8::is_ascii_digit);
        }
    }
    start + end
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_name(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || byte == b'$'
}

fn is_operator(byte: u8) -> bool {
    matches!(
        byte,
        b'+' | b'-' | b'*' | b'/' | b'<' | b'>' | b'=' | b'~' | b'!' | b'@' | b'#' | b'%' | b'^'
            | b'&' | b'|' | b'`' | b'?'
    )
}

fn is_special(byte: u8) -> bool {
    matches!(
        byte,
        b'~' | b'!' | b'@' | b'#' | b'%' | b'^' | b'&' | b'|' | b'`' | b'?'
    )
}

/// What a lexeme is by its first byte.
#[derive(Clone, Copy)]
enum Class {
    Space,
    Name,
    Prefix,
    High,
    Digit,
    Quote,
    DoubleQuote,
    Dollar,
    Comma,
    Dot,
    Semicolon,
    Colon,
    Open,
    Close,
    OpenSquare,
    CloseSquare,
    Minus,
    Slash,
    Percent,
    Question,
    At,
    Operator,
    Other,
}

static CLASS: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut classes = [Class::Other; 256];
    let mut at = 0;
    while at < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "at most 255")]
        let byte = at as u8;
        classes[at] = class(byte);
        at += 1;
    }
    classes
}

const fn class(byte: u8) -> Class {
    match byte {
        b' ' | b'\t'..=b'\r' | 0 => Class::Space,
        b'e' | b'E' | b'b' | b'B' | b'x' | b'X' | b'n' | b'N' | b'u' | b'U' | b'_' => {
            Class::Prefix
        }
        b'a'..=b'z' | b'A'..=b'Z' => Class::Name,
        0x80.. => Class::High,
        b'0'..=b'9' => Class::Digit,
        b'\'' => Class::Quote,
        b'"' => Class::DoubleQuote,
        b'$' => Class::Dollar,
        b',' => Class::Comma,
        b'.' => Class::Dot,
        b';' => Class::Semicolon,
        b':' => Class::Colon,
        b'(' => Class::Open,
        b')' => Class::Close,
        b'[' => Class::OpenSquare,
        b']' => Class::CloseSquare,
        b'-' => Class::Minus,
        b'/' => Class::Slash,
        b'%' => Class::Percent,
        b'?' => Class::Question,
        b'@' => Class::At,
        b'+' | b'*' | b'<' | b'>' | b'=' | b'~' | b'!' | b'#' | b'^' | b'&' | b'|' | b'`' => {
            Class::Operator
        }
        _ => Class::Other,
    }
}
