//! Lists of constants: of whatever length, the first one stands for all.

use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::token::{Role, Tokens};

/// What stands between the brackets of a list that holds nothing but constants.
#[derive(Clone, Copy, Debug)]
pub(in crate::sql) struct Members {
    /// How many there are, at least one.
    pub(in crate::sql) count: u32,
    /// Equal for lists of constants, rows and DEFAULT in the same places.
    pub(in crate::sql) shape: u64,
    /// The token whose link leads past the first member.
    first: usize,
}

/// Reads the tokens between the brackets `open` and `close`; `None` when they are anything but
/// constants, rows of constants and DEFAULT. Takes time by the members that it reads.
pub(in crate::sql) fn members(tokens: &Tokens, open: usize, close: usize) -> Option<Members> {
    let (first, mut end, mut shape) = member(tokens, open + 1)?;
    let mut count = 1;
    while end != close {
        if tokens.at(end).lexeme != Lexeme::Comma {
            return None;
        }
        let (_, next, kind) = member(tokens, end + 1)?;
        shape = shape.rotate_left(5).wrapping_mul(PRIME) ^ kind;
        count += 1;
        end = next;
    }
    Some(Members {
        count,
        shape,
        first,
    })
}

/// Lets the first member lead past all others.
pub(in crate::sql) fn fold(tokens: &mut Tokens, members: &Members, close: usize) {
    if members.count > 1 {
        tokens.set_link(members.first, close);
    }
}

/// Says of a row or inner array of constants that it is one, for the list around it.
pub(in crate::sql) fn set_row(tokens: &mut Tokens, close: usize) {
    tokens.set_role(close, Role::Folded);
    tokens.set_link(close, close + 1);
}

/// The constant behind the signs or the type that stand before it.
pub(in crate::sql) fn value_start(tokens: &Tokens, at: usize) -> usize {
    let mut at = at;
    loop {
        let token = tokens.at(at);
        let before = match token.role {
            Role::Sign => true,
            // A CAST that has been rewritten begins no constant; many may stand within each other.
            Role::Noise => token.word != Word::Cast,
            _ => false,
        };
        if !before {
            return at;
        }
        at += 1;
    }
}

/// The token that leads past the member at `at`, where that is, and what kind it is.
fn member(tokens: &Tokens, at: usize) -> Option<(usize, usize, u64)> {
    let at = value_start(tokens, at);
    let token = tokens.at(at);
    match token.role {
        Role::Constant => Some((at, token.link as usize, 1)),
        Role::Plain if token.word == Word::Default => Some((at, at + 1, 2)),
        Role::Plain if matches!(token.lexeme, Lexeme::Open | Lexeme::OpenSquare) => {
            let close = token.link as usize;
            (tokens.at(close).role == Role::Folded).then_some((close, close + 1, 3))
        }
        _ => None,
    }
}

const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
