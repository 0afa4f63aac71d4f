//! FOR UPDATE and its kin, which the parser knows only in part.

use super::{Locking, Strength, Wait};
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;
use crate::sql::token::Tokens;

/// The strongest locking clause outside of brackets.
pub(super) fn locking(tokens: &Tokens) -> Option<Locking> {
    let mut strongest: Option<Locking> = None;
    let mut at = 0;
    while at < tokens.list.len() {
        let token = tokens.at(at);
        if token.lexeme == Lexeme::Open {
            at = shape::after_bracket(tokens, at);
            continue;
        }
        at += 1;
        if token.word == Word::For
            && let Some((strength, end)) = strength(tokens, at)
        {
            let found = Locking {
                strength,
                wait: wait(tokens, end),
            };
            strongest = match strongest {
                Some(before) if before.strength >= strength => Some(before),
                _ => Some(found),
            };
        }
    }
    strongest
}

/// The strength that the tokens from `at` on name, and where the name ends.
pub(super) fn strength(tokens: &Tokens, at: usize) -> Option<(Strength, usize)> {
    let word = |offset: usize| tokens.at(at + offset).word;
    match (word(0), word(1), word(2)) {
        (Word::Update, ..) => Some((Strength::Update, at + 1)),
        (Word::No, Word::Key, Word::Update) => Some((Strength::NoKeyUpdate, at + 3)),
        (Word::Share, ..) => Some((Strength::Share, at + 1)),
        (Word::Key, Word::Share, _) => Some((Strength::KeyShare, at + 2)),
        _ => None,
    }
}

/// Where the tables of `OF a, b` end.
pub(super) fn of_end(tokens: &Tokens, at: usize) -> usize {
    if tokens.at(at).word != Word::Of {
        return at;
    }
    let mut end = shape::path_end(tokens, at + 1);
    while tokens.at(end).lexeme == Lexeme::Comma {
        end = shape::path_end(tokens, end + 1);
    }
    end
}

fn wait(tokens: &Tokens, at: usize) -> Wait {
    let at = of_end(tokens, at);
    match tokens.at(at).word {
        Word::Nowait => Wait::NoWait,
        Word::Skip => Wait::SkipLocked,
        _ => Wait::Block,
    }
}
