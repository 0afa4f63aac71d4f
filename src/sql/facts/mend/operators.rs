//! Operators that the parser lacks: what they are does not matter, where they stand does.

use super::{Replacement, Source, drop_to};
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;

pub(super) fn replacement<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let operator = source.text(at);
    if operator == "*" && is_descendants(source, at) {
        return drop_to(at + 1);
    }
    if KNOWN.contains(&operator) {
        return None;
    }
    if !follows_operand(source, at) {
        return drop_to(at + 1);
    }
    Some((at + 1, "||".into()))
}

/// `FROM t *`, which takes in the tables that inherit from `t`, as it does without.
fn is_descendants(source: &Source<'_>, at: usize) -> bool {
    let named = at >= 2 && matches!(source.word(at - 2), Word::From | Word::Join | Word::Update);
    let next = source.tokens.at(at + 1);
    let ends = matches!(
        next.lexeme,
        Lexeme::Semicolon | Lexeme::Close | Lexeme::Comma
    ) || next.word.is_reserved();
    named && ends
}

fn follows_operand(source: &Source<'_>, at: usize) -> bool {
    let before = source.tokens.before(at);
    match before.lexeme {
        Lexeme::Word => before.word.ends_operand(),
        Lexeme::Quoted
        | Lexeme::Number
        | Lexeme::Text
        | Lexeme::Parameter
        | Lexeme::Close
        | Lexeme::CloseSquare => true,
        _ => false,
    }
}

/// The operators that the parser reads.
const KNOWN: &[&str] = &[
    "+", "-", "*", "/", "%", "^", "=", "<>", "!=", "<", ">", "<=", ">=", "||", "&", "|", "#", "~",
    "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*", "<<", ">>", "&&", "->", "->>", "#>", "#>>",
    "@>", "<@", "@?", "@@", "?", "?|", "?&", "#-", "=>", ":=", "^@", "<->", "@", "|/", "||/", "!!",
];
