//! Rewrites what the server takes and the parser does not, without changing which tables, columns
//! and parameters a statement names.
//!
//! Each rule is small and local: a stretch of tokens gives way to a text. What is dropped tells
//! nothing of access paths (COLLATE is the exception, but such a condition still names its column).

mod calls;
mod merge;
mod operators;
mod targets;
mod words;

use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;
use crate::sql::token::{Role, Tokens};
use std::borrow::Cow;

/// The text of a statement as the parser can read it.
pub(super) fn mend(sql: &str, tokens: &Tokens) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut source = Source {
        sql,
        tokens,
        targets: targets::insert_columns(tokens),
        merged: merge::joined_source(tokens),
        open: Vec::new(),
    };
    let mut numbers = 0;
    let mut at = 0;
    while at < tokens.list.len() {
        let (end, text) = match replacement(&source, at) {
            Some(found) => found,
            None => (at + 1, source.text(at).into()),
        };
        if tokens.at(at).lexeme == Lexeme::Parameter && !text.starts_with('$') {
            // Placeholders without a number are numbered in their order.
            numbers += 1;
            push(&mut out, &format!("${numbers}"));
        } else {
            push(&mut out, &text);
        }
        let end = end.max(at + 1);
        source.pass(at, end);
        at = end;
    }
    out
}

/// A token may always stand alone: dots, brackets and operators do not mind the space.
fn push(out: &mut String, text: &str) {
    if !text.is_empty() {
        out.push(' ');
        out.push_str(text);
    }
}

/// A statement, and what the rules ask of it.
struct Source<'a> {
    sql: &'a str,
    tokens: &'a Tokens,
    /// The brackets around the columns of an INSERT.
    targets: Option<(usize, usize)>,
    /// The USING and the ON of a MERGE between which tables are joined.
    merged: Option<(usize, usize)>,
    /// The brackets that are open.
    open: Vec<usize>,
}

/// The end of the tokens that give way, and the text in their place.
type Replacement<'a> = Option<(usize, Cow<'a, str>)>;

impl<'a> Source<'a> {
    fn text(&self, at: usize) -> &'a str {
        let token = self.tokens.at(at);
        let range = token.start as usize..token.end as usize;
        self.sql.get(range).unwrap_or_default()
    }

    fn word(&self, at: usize) -> Word {
        self.tokens.at(at).word
    }

    fn lexeme(&self, at: usize) -> Lexeme {
        self.tokens.at(at).lexeme
    }

    /// Whether the token is this word, which is none of the known ones.
    fn spells(&self, at: usize, word: &str) -> bool {
        self.lexeme(at) == Lexeme::Word && self.text(at).eq_ignore_ascii_case(word)
    }

    /// The name of the function whose arguments are being read.
    fn called(&self) -> &'a str {
        let open = self.open.last().copied().unwrap_or_default();
        open.checked_sub(1).map_or("", |name| self.text(name))
    }

    /// Goes from `at` on to `end`.
    fn pass(&mut self, at: usize, end: usize) {
        for at in at..end {
            match self.lexeme(at) {
                Lexeme::Open => self.open.push(at),
                Lexeme::Close => drop(self.open.pop()),
                _ => {}
            }
        }
    }

    fn before(&self, at: usize) -> Word {
        self.tokens.before(at).word
    }
}

fn replacement<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let token = source.tokens.at(at);
    if token.role == Role::Noise {
        return typed_parameter(source, at);
    }
    if let Some(found) = merge::replacement(source, at) {
        return Some(found);
    }
    match token.lexeme {
        Lexeme::Operator => operators::replacement(source, at),
        Lexeme::OpenSquare => targets::subscript(source, at),
        Lexeme::Dot => targets::field(source, at),
        Lexeme::Word => words::replacement(source, at),
        Lexeme::Quoted => match source.text(at).split_at_checked(2) {
            Some(("U&" | "u&", quoted)) => Some((at + 1, quoted.into())),
            _ => words::unknown_type(source, at),
        },
        _ => None,
    }
}

/// `interval $1 day to second`: only a string may follow a type.
fn typed_parameter<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let mut end = at;
    while source.tokens.at(end).role == Role::Noise {
        end += 1;
    }
    if source.lexeme(end) != Lexeme::Parameter {
        return None;
    }
    let mut after = end + 1;
    if source.word(at) == Word::Interval {
        while FIELDS.iter().any(|field| source.spells(after, field)) {
            after += 1;
        }
        if source.lexeme(after) == Lexeme::Open {
            // second(3)
            after = shape::after_bracket(source.tokens, after);
        }
    }
    Some((after, source.text(end).into()))
}

const FIELDS: &[&str] = &["year", "month", "day", "hour", "minute", "second", "to"];

/// Takes the tokens up to `end` out.
#[expect(clippy::unnecessary_wraps, reason = "each rule returns a replacement")]
fn drop_to<'a>(end: usize) -> Replacement<'a> {
    Some((end, Cow::Borrowed("")))
}
