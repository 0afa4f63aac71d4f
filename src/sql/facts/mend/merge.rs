//! MERGE from tables that are joined, which the parser reads in brackets only.

use super::{Replacement, Source};
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;
use crate::sql::token::Tokens;

/// The USING of a MERGE and the ON of its own, when there is a join between them.
pub(super) fn joined_source(tokens: &Tokens) -> Option<(usize, usize)> {
    let merge = next(tokens, 0, |word| word == Word::Merge)?;
    let using = next(tokens, merge, |word| word == Word::Using)?;
    let when = next(tokens, using, |word| word == Word::When)?;
    next(tokens, using, |word| word == Word::Join).filter(|join| *join < when)?;
    let mut on = next(tokens, using, |word| word == Word::On)?;
    while let Some(later) = next(tokens, on + 1, |word| word == Word::On).filter(|at| *at < when) {
        on = later;
    }
    Some((using, on))
}

/// Puts brackets around what is joined.
pub(super) fn replacement<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let (using, on) = source.merged?;
    if at == using {
        return Some((at + 1, "USING (".into()));
    }
    (at == on).then(|| (at + 1, ") ON".into()))
}

/// The next word outside of brackets for which `wanted` holds.
fn next(tokens: &Tokens, at: usize, wanted: impl Fn(Word) -> bool) -> Option<usize> {
    let mut at = at;
    while at < tokens.list.len() {
        let token = tokens.at(at);
        if token.lexeme == Lexeme::Open {
            at = shape::after_bracket(tokens, at);
            continue;
        }
        if wanted(token.word) {
            return Some(at);
        }
        at += 1;
    }
    None
}
