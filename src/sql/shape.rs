//! Where types, values and names end: looking ahead over tokens in constant time per token.

use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::token::{Role, Token, Tokens};

/// The token after the type that begins at `at`: `pg_catalog.numeric(10, 2)[]`.
pub(super) fn type_end(tokens: &Tokens, at: usize) -> usize {
    if !is_name(tokens, at) {
        return at;
    }
    let name = path_end(tokens, at) - 1;
    let mut end = name + 1;
    if matches!(tokens.at(end).word, Word::Precision | Word::Varying) {
        end += 1;
    }
    if tokens.at(end).lexeme == Lexeme::Open {
        end = after_bracket(tokens, end);
    }
    let zoned = matches!(tokens.at(end).word, Word::With | Word::Without);
    if zoned && tokens.at(end + 1).word == Word::Time && tokens.at(end + 2).word == Word::Zone {
        end += 3;
    }
    if tokens.at(end).word == Word::Array {
        end += 1;
    }
    while tokens.at(end).lexeme == Lexeme::OpenSquare {
        end = after_bracket(tokens, end);
    }
    end
}

/// The token after the operand that begins at `at`: a constant, a column, a call or a group in
/// parentheses, with the casts and subscripts that follow it.
pub(super) fn operand_end(tokens: &Tokens, at: usize) -> usize {
    let token = tokens.at(at);
    let mut end = match token.lexeme {
        _ if token.role == Role::Constant => token.link as usize,
        Lexeme::Open => after_bracket(tokens, at),
        _ if is_name(tokens, at) => {
            let end = path_end(tokens, at);
            match tokens.at(end).lexeme {
                Lexeme::Open => after_bracket(tokens, end),
                _ => end,
            }
        }
        _ => return at,
    };
    loop {
        end = match tokens.at(end).lexeme {
            Lexeme::OpenSquare => after_bracket(tokens, end),
            Lexeme::Cast => type_end(tokens, end + 1),
            _ => return end,
        };
    }
}

/// The token after a name with its qualifiers.
#[inline]
pub(super) fn path_end(tokens: &Tokens, at: usize) -> usize {
    let mut end = at + 1;
    while tokens.at(end).lexeme == Lexeme::Dot && is_name(tokens, end + 1) {
        end += 2;
    }
    end
}

/// Whether the token is a word or a quoted name.
#[inline]
pub(super) fn is_name(tokens: &Tokens, at: usize) -> bool {
    matches!(tokens.at(at).lexeme, Lexeme::Word | Lexeme::Quoted)
}

/// The token after the bracket that `at` opens.
#[inline]
pub(super) fn after_bracket(tokens: &Tokens, at: usize) -> usize {
    (tokens.at(at).link as usize).max(at) + 1
}

/// The text of a name without its quotes; doubled quotes stay.
#[inline]
pub(super) fn name<'a>(sql: &'a [u8], token: &Token) -> &'a [u8] {
    let (start, end) = name_range(sql, token);
    sql.get(start..end).unwrap_or_default()
}

/// Where the name is that `token` quotes, or is.
#[inline]
pub(super) fn name_range(sql: &[u8], token: &Token) -> (usize, usize) {
    let (start, end) = (token.start as usize, token.end as usize);
    let opened = sql.get(start) == Some(&b'"');
    if token.lexeme != Lexeme::Quoted || !opened {
        return (start, end);
    }
    // A text that was cut off lacks the second quote.
    let closed = end > start + 1 && sql.get(end - 1) == Some(&b'"');
    (start + 1, end - usize::from(closed))
}
