//! Elements and fields that a statement sets or takes: `a[1]`, `(f(x)).b`. The column remains.

use super::{Replacement, Source, drop_to};
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;
use crate::sql::token::Tokens;

/// The brackets around the columns of an INSERT.
pub(super) fn insert_columns(tokens: &Tokens) -> Option<(usize, usize)> {
    let into = |at: &usize| tokens.at(*at).word == Word::Into;
    let insert = (1..tokens.list.len()).find(into)?;
    if tokens.at(insert - 1).word != Word::Insert {
        return None;
    }
    let mut open = shape::path_end(tokens, insert + 1);
    if tokens.at(open).word == Word::As {
        open += 2;
    }
    let token = tokens.at(open);
    let query = matches!(
        tokens.at(open + 1).word,
        Word::Select | Word::With | Word::Values
    );
    (token.lexeme == Lexeme::Open && !query).then_some((open, token.link as usize))
}

/// `SET a[1] = …` and `INSERT INTO t (a[1])`.
pub(super) fn subscript<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let mut end = at;
    loop {
        end = match source.lexeme(end) {
            Lexeme::OpenSquare => shape::after_bracket(source.tokens, end),
            // SET a[1].b = …
            Lexeme::Dot => end + 2,
            _ => break,
        };
    }
    let inserted = is_inserted(source, at);
    (inserted || is_set(source, at, end)).then(|| drop_to(end))?
}

/// `(f(x)).a`, `(f(x)).*` and `INSERT INTO t (a.b)`.
pub(super) fn field<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let named = shape::is_name(source.tokens, at + 1) || source.text(at + 1) == "*";
    let closed = source.tokens.before(at).lexeme == Lexeme::Close;
    // `t.*::text` casts the whole row.
    let row = named && source.lexeme(at + 2) == Lexeme::Cast && source.text(at + 1) == "*";
    if !(named && (closed || row || is_inserted(source, at))) {
        return None;
    }
    let mut end = at + 2;
    while closed && source.lexeme(end) == Lexeme::Dot {
        end += 2;
    }
    drop_to(end)
}

fn is_inserted(source: &Source<'_>, at: usize) -> bool {
    source
        .targets
        .is_some_and(|(open, close)| open < at && at < close)
}

fn is_set(source: &Source<'_>, at: usize, end: usize) -> bool {
    let before = source.tokens.at(at.wrapping_sub(2));
    let begins = before.word == Word::Set || before.lexeme == Lexeme::Comma;
    begins && source.text(end) == "="
}
