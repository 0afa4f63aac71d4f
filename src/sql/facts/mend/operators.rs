//! Operators that the parser lacks: what they are does not matter, where they stand does.

use super::{Replacement, Source, drop_to};
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;

pub(super) fn replacement<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let operator = source.text(at);
    if operator == "*" && is_descendants(source, at) {
        return drop_to(at + 1);
    }
    let quantified = matches!(source.word(at + 1), Word::Any | Word::Some | Word::All);
    if quantified && !COMPARISONS.contains(&operator) {
        // Any comparison but `=`, which would find rows by their value.
        return Some((at + 1, "<".into()));
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
    // `FROM t* x WHERE`, but not `substring(a FROM b * c)`.
    let beyond = source.tokens.at(at + 2);
    let aliased = next.lexeme == Lexeme::Word
        && (beyond.lexeme == Lexeme::Semicolon
            || matches!(beyond.word, Word::Where | Word::Order | Word::Group));
    named && (ends || aliased)
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

/// The operators that the parser reads before ANY and ALL.
const COMPARISONS: &[&str] = &[
    "=", "<>", "!=", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*",
];

/// The operators that the parser reads.
const KNOWN: &[&str] = &[
    "+", "-", "*", "/", "%", "^", "=", "<>", "!=", "<", ">", "<=", ">=", "||", "&", "|", "#", "~",
    "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*", "<<", ">>", "&&", "->", "->>", "#>", "#>>",
    "@>", "<@", "@?", "@@", "?", "?|", "?&", "#-", "=>", ":=", "^@", "<->", "@", "|/", "||/", "!!",
];
