//! A statement, token by token.

use std::ops::Range;

use crate::sql::{Class, tokens};

/// What a token is, as far as definitions care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Quoted,
    Text,
    Number,
    Symbol,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

/// The tokens of a text without white space and comments.
pub(super) fn lex(sql: &str) -> Vec<Token> {
    tokens(sql)
        .filter_map(|(class, Range { start, end })| {
            let kind = match class {
                Class::Space | Class::Comment => return None,
                Class::Keyword | Class::Function | Class::Identifier => Kind::Word,
                Class::QuotedIdentifier => Kind::Quoted,
                Class::String => Kind::Text,
                Class::Number => Kind::Number,
                Class::Parameter | Class::Operator | Class::Punctuation => Kind::Symbol,
            };
            Some(Token { kind, start, end })
        })
        .collect()
}

/// A name with or without a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) schema: Option<String>,
    pub(super) name: String,
}

/// What is left of a statement, or of a part of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    sql: &'a str,
    tokens: &'a [Token],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(sql: &'a str, tokens: &'a [Token]) -> Self {
        Self { sql, tokens }
    }

    pub(super) fn at_end(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Whether the next token is this unquoted word, in any case.
    pub(super) fn is(&self, word: &str) -> bool {
        self.word().is_some_and(|w| w.eq_ignore_ascii_case(word))
    }

    /// Whether it is one of these.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Passes over a word, when it comes next.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let is = self.is(word);
        if is {
            self.skip();
        }
        is
    }

    /// Passes over words that are given with a space between them, when all of them come next.
    pub(super) fn take_all(&mut self, words: &str) -> bool {
        let mut ahead = *self;
        let all = words.split(' ').all(|word| ahead.take(word));
        if all {
            *self = ahead;
        }
        all
    }

    /// Whether the next token is this symbol.
    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.next_of(Kind::Symbol) == Some(symbol)
    }

    /// Passes over a symbol, when it comes next.
    pub(super) fn symbol(&mut self, symbol: &str) -> bool {
        let is = self.is_symbol(symbol);
        if is {
            self.skip();
        }
        is
    }

    /// Passes over one token.
    pub(super) fn skip(&mut self) {
        self.tokens = self.tokens.get(1..).unwrap_or_default();
    }

    /// The next token's text, whatever it is, for messages.
    pub(super) fn next_text(&self) -> &'a str {
        self.tokens.first().map_or("its end", |t| self.of(*t))
    }

    /// A name as the server keeps it: folded to lower case, or without its quotes.
    pub(super) fn name(&mut self) -> Option<String> {
        let token = *self.tokens.first()?;
        let text = self.of(token);
        let name = match token.kind {
            Kind::Word => text.to_ascii_lowercase(),
            Kind::Quoted => text
                .strip_prefix('"')?
                .strip_suffix('"')?
                .replace("\"\"", "\""),
            _ => return None,
        };
        self.skip();
        Some(name)
    }

    /// A name with or without a schema; the name of a database before it is left out.
    pub(super) fn path(&mut self) -> Option<Path> {
        let mut path = Path {
            schema: None,
            name: self.name()?,
        };
        while self.symbol(".") {
            let name = self.name()?;
            path.schema = Some(std::mem::replace(&mut path.name, name));
        }
        Some(path)
    }

    /// A string constant's value.
    pub(super) fn string(&mut self) -> Option<String> {
        let text = self.next_of(Kind::Text)?;
        self.skip();
        let plain = text.strip_prefix(['E', 'e']).unwrap_or(text);
        let inner = plain.strip_prefix('\'')?.strip_suffix('\'')?;
        Some(inner.replace("''", "'"))
    }

    /// A whole number with its sign.
    pub(super) fn integer(&mut self) -> Option<i64> {
        let mut ahead = *self;
        let negative = ahead.symbol("-");
        let digits = ahead.next_of(Kind::Number)?;
        let sign = if negative { "-" } else { "" };
        let value = format!("{sign}{digits}").parse().ok()?;
        ahead.skip();
        *self = ahead;
        Some(value)
    }

    /// What stands in the brackets that come next; goes on behind them.
    pub(super) fn group(&mut self) -> Option<Self> {
        if !self.is_symbol("(") {
            return None;
        }
        let end = self.unit()?;
        let inner = self.tokens.get(1..end.checked_sub(1)?)?;
        self.tokens = self.tokens.get(end..)?;
        Some(Self {
            tokens: inner,
            ..*self
        })
    }

    /// The parts between commas that are in no brackets.
    pub(super) fn split(mut self) -> Vec<Self> {
        let mut parts = Vec::new();
        while !self.at_end() {
            parts.push(self.until(|_| false));
            self.symbol(",");
        }
        parts
    }

    /// The names between commas.
    pub(super) fn names(self) -> Option<Vec<String>> {
        self.split()
            .into_iter()
            .map(|mut part| part.name())
            .collect()
    }

    /// Everything up to a comma or to a token that `stops`, neither of them in brackets, but at least one token.
    pub(super) fn until(&mut self, stops: impl Fn(&Self) -> bool) -> Self {
        let all = self.tokens;
        while !self.at_end() {
            if self.tokens.len() < all.len() && (self.is_symbol(",") || stops(self)) {
                break;
            }
            if self.tokens.len() == all.len() && self.is_symbol(",") {
                break;
            }
            let unit = self.unit().unwrap_or(self.tokens.len());
            self.tokens = self.tokens.get(unit..).unwrap_or_default();
        }
        let taken = all.len() - self.tokens.len();
        Self {
            tokens: all.get(..taken).unwrap_or_default(),
            ..*self
        }
    }

    /// Everything that is left.
    pub(super) fn rest(&mut self) -> Self {
        let rest = *self;
        self.tokens = &[];
        rest
    }

    /// What stands before `later`, which went on from here.
    pub(super) fn before(&self, later: &Self) -> Self {
        let taken = self.tokens.len().saturating_sub(later.tokens.len());
        Self {
            tokens: self.tokens.get(..taken).unwrap_or_default(),
            ..*self
        }
    }

    /// Its text on one line, without comments.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut end = None;
        for token in self.tokens {
            if end.is_some_and(|end| end < token.start) {
                text.push(' ');
            }
            text.push_str(self.of(*token));
            end = Some(token.end);
        }
        text
    }

    /// Its text as it stands there.
    pub(super) fn source(&self) -> &'a str {
        let start = self.tokens.first().map_or(0, |t| t.start);
        let end = self.tokens.last().map_or(0, |t| t.end);
        self.sql.get(start..end).unwrap_or_default()
    }

    /// The tokens' texts.
    pub(super) fn texts(&self) -> impl Iterator<Item = &'a str> {
        let (sql, tokens) = (self.sql, self.tokens);
        tokens
            .iter()
            .map(|t| sql.get(t.start..t.end).unwrap_or_default())
    }

    /// How many tokens the next one is with all that stands in the brackets it opens.
    fn unit(&self) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate() {
            if token.kind == Kind::Symbol {
                match self.of(*token) {
                    "(" | "[" => depth += 1,
                    ")" | "]" => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
            if depth == 0 {
                return Some(at + 1);
            }
        }
        None
    }

    fn word(&self) -> Option<&'a str> {
        self.next_of(Kind::Word)
    }

    fn next_of(&self, kind: Kind) -> Option<&'a str> {
        let token = self.tokens.first().filter(|t| t.kind == kind)?;
        Some(self.of(*token))
    }

    fn of(&self, token: Token) -> &'a str {
        self.sql.get(token.start..token.end).unwrap_or_default()
    }
}
