//! Rewrites what the server takes and the parser does not, without changing which tables, columns
//! and parameters a statement names.
//!
//! Each rule is small and local: a stretch of tokens gives way to a text. What is dropped tells
//! nothing about access paths (COLLATE is the exception: such a condition still names its column).

use super::locking;
use crate::sql::lex::Lexeme;
use crate::sql::shape;
use crate::sql::token::{self, Role, Tokens};
use crate::sql::word::Word;
use std::borrow::Cow;

/// The text of a statement as the parser can read it.
pub(super) fn mend(sql: &str, tokens: &Tokens) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut numbers = 0;
    let mut at = 0;
    while at < tokens.list.len() {
        let token = tokens.at(at);
        if token.lexeme == Lexeme::Parameter && !text(sql, tokens, at).starts_with('$') {
            // Placeholders without a number are numbered in their order.
            numbers += 1;
            push(&mut out, &format!("${numbers}"));
            at += 1;
            continue;
        }
        let (end, instead) = match replacement(sql, tokens, at) {
            Some(found) => found,
            None => (at + 1, Cow::Borrowed(text(sql, tokens, at))),
        };
        push(&mut out, &instead);
        at = end.max(at + 1);
    }
    out
}

fn push(out: &mut String, text: &str) {
    if !text.is_empty() {
        // Dots, brackets and operators do not mind the space.
        out.push(' ');
        out.push_str(text);
    }
}

fn text<'a>(sql: &'a str, tokens: &Tokens, at: usize) -> &'a str {
    let token = tokens.at(at);
    sql.get(token.start as usize..token.end as usize)
        .unwrap_or_default()
}

/// The end of the tokens from `at` on that have to give way, and the text in their place.
fn replacement<'a>(sql: &'a str, tokens: &Tokens, at: usize) -> Option<(usize, Cow<'a, str>)> {
    let token = tokens.at(at);
    let word = |offset: usize| tokens.at(at + offset).word;
    let is = |offset: usize, lexeme: Lexeme| tokens.at(at + offset).lexeme == lexeme;
    let drop = |end: usize| Some((end, Cow::Borrowed("")));
    match token.lexeme {
        Lexeme::Operator => return operator(sql, tokens, at),
        Lexeme::OpenSquare if is_subscript_target(tokens, at) => {
            return drop(shape::after_bracket(tokens, at));
        }
        // `(f(x)).*`
        Lexeme::Close if is(1, Lexeme::Dot) && text(sql, tokens, at + 2) == "*" => {
            return Some((at + 3, Cow::Borrowed(")")));
        }
        Lexeme::Close if is(1, Lexeme::Dot) && shape::is_name(tokens, at + 2) => {
            return Some((at + 3, Cow::Borrowed(")")));
        }
        Lexeme::Word if token.role == Role::Noise && typed_parameter(tokens, at) => {
            return drop(at + 1);
        }
        Lexeme::Word => {}
        _ => return None,
    }
    match token.word {
        Word::Extract if is(1, Lexeme::Open) && is(2, Lexeme::Parameter) => {
            Some((at + 3, Cow::Borrowed("EXTRACT(epoch")))
        }
        Word::For => {
            let (_, end) = locking::strength(tokens, at + 1)?;
            Some((locking::of_end(tokens, end), Cow::Borrowed("FOR UPDATE")))
        }
        Word::Collate => drop(shape::path_end(tokens, at + 1)),
        Word::Variadic => drop(at + 1),
        Word::Only if tokens.before(at).word == Word::From || tokens.before(at).word == Word::Update => {
            drop(at + 1)
        }
        Word::Table if at == 0 || is_open(tokens, at) => {
            Some((at + 1, Cow::Borrowed("SELECT * FROM")))
        }
        Word::Overriding => drop(at + 3),
        Word::Exclude if in_window(tokens, at) => drop(at + if word(1) == Word::Group { 2 } else if is(2, Lexeme::Close) { 2 } else { 3 }),
        Word::Where if text(sql, tokens, at + 1).eq_ignore_ascii_case("current")
            && word(2) == Word::Of =>
        {
            drop(at + 4)
        }
        Word::Conflict if is(1, Lexeme::Open) => Some((conflict_end(tokens, at + 1), Cow::Borrowed("CONFLICT"))),
        Word::As if is(1, Lexeme::Open) && is_definition(tokens, at + 1) => {
            drop(shape::after_bracket(tokens, at + 1))
        }
        _ => None,
    }
}

fn is_open(tokens: &Tokens, at: usize) -> bool {
    tokens.before(at).lexeme == Lexeme::Open
}

fn in_window(tokens: &Tokens, at: usize) -> bool {
    matches!(tokens.before(at).word, Word::Row | Word::Following | Word::Preceding)
}

/// `interval $1`: only a string constant may follow a type.
fn typed_parameter(tokens: &Tokens, at: usize) -> bool {
    let mut end = at;
    while tokens.at(end).role == Role::Noise {
        end += 1;
    }
    tokens.at(end).lexeme == Lexeme::Parameter
}

/// `SET a[1] = …` and `INSERT INTO t (a[1])` set a column all the same.
fn is_subscript_target(tokens: &Tokens, at: usize) -> bool {
    let before = tokens.at(at.wrapping_sub(2));
    let end = shape::after_bracket(tokens, at);
    let begins = before.word == Word::Set || before.lexeme == Lexeme::Comma;
    let next = tokens.at(end);
    begins && next.lexeme == Lexeme::Operator && next.end - next.start == 1
}

/// The end of `ON CONFLICT (…) WHERE …`, which stands before DO.
fn conflict_end(tokens: &Tokens, open: usize) -> usize {
    let mut end = shape::after_bracket(tokens, open);
    while !matches!(tokens.at(end).word, Word::Do) && end < tokens.list.len() {
        end += 1;
    }
    end
}

/// `AS (a int, b text)` behind a function.
fn is_definition(tokens: &Tokens, open: usize) -> bool {
    tokens.before(open - 1).lexeme == Lexeme::Close
        && shape::is_name(tokens, open + 1)
        && shape::is_name(tokens, open + 2)
        && !tokens.at(open + 1).word.is_reserved()
}

/// `OPERATOR(pg_catalog.=)`, operators that extensions define, and those that the parser lacks.
fn operator<'a>(
    sql: &'a str,
    tokens: &Tokens,
    at: usize,
) -> Option<(usize, Cow<'a, str>)> {
    let operator = text(sql, tokens, at);
    if operator == "*" && tokens.before(at).lexeme == Lexeme::Word {
        return None;
    }
    if KNOWN.contains(&operator) {
        return None;
    }
    let end = tokens.at(at).end - tokens.at(at).start;
    (end > 0).then_some((at + 1, Cow::Borrowed("||")))
}

/// The operators that the parser reads.
const KNOWN: &[&str] = &[
    "+", "-", "*", "/", "%", "^", "=", "<>", "!=", "<", ">", "<=", ">=", "||", "&", "|", "#", "~", "~*",
    "!~", "!~*", "~~", "~~*", "!~~", "!~~*", "<<", ">>", "&&", "->", "->>", "#>", "#>>", "@>", "<@",
    "@?", "@@", "?", "?|", "?&", "#-", "=>", ":=", "^@", "<->",
];

#[expect(unused_imports)]
use token as _;
