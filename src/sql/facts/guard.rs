//! Which texts may be parsed: the parser and the dropping of its tree recurse.

use crate::sql::kind;
use crate::sql::kind::Kind;
use crate::sql::lex::Lexeme;
use crate::sql::token::Tokens;
use crate::sql::word::Word;

/// Larger texts are not parsed.
const MOST_BYTES: usize = 256 * 1024;
/// Each operator may make the tree one level deeper: `a + b + c` leans to the left. Measured: a
/// thread with 2 MiB of stack survives ten times as many.
const MOST_OPERATORS: usize = 1_000;
/// The parser itself gives up at about fifty levels of brackets.
const MOST_BRACKETS: usize = 200;

/// The tokens of a statement that can be parsed safely; `None` for all others.
pub(super) fn tokens(sql: &str) -> Option<Tokens> {
    if sql.len() > MOST_BYTES {
        return None;
    }
    let mut tokens = Tokens::default();
    tokens.read(sql.as_bytes());
    let kind = kind::kind(&tokens);
    let data = matches!(
        kind,
        Kind::Select | Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge
    );
    (data && is_shallow(&tokens)).then_some(tokens)
}

fn is_shallow(tokens: &Tokens) -> bool {
    let mut operators = 0;
    let mut brackets = 0_usize;
    for token in &tokens.list {
        match token.lexeme {
            Lexeme::Open | Lexeme::OpenSquare => brackets += 1,
            Lexeme::Close | Lexeme::CloseSquare => brackets = brackets.saturating_sub(1),
            Lexeme::Operator | Lexeme::Sign | Lexeme::Cast | Lexeme::Dot => operators += 1,
            _ => operators += usize::from(nests(token.word)),
        }
        if brackets > MOST_BRACKETS {
            return false;
        }
    }
    operators <= MOST_OPERATORS
}

/// Whether the word may put what stands before or behind it one level down.
fn nests(word: Word) -> bool {
    matches!(
        word,
        Word::And
            | Word::Or
            | Word::Not
            | Word::Is
            | Word::In
            | Word::Like
            | Word::Ilike
            | Word::Between
            | Word::Union
            | Word::Intersect
            | Word::Except
            | Word::Case
            | Word::Join
            | Word::Collate
            | Word::Isnull
            | Word::Notnull
    )
}
