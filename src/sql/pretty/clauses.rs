//! Which words begin a line.

use super::pieces::Pieces;
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;

/// Whether a statement or sub-select may begin with the word.
pub(super) fn begins_query(word: Word) -> bool {
    matches!(
        word,
        Word::Select
            | Word::With
            | Word::Values
            | Word::Insert
            | Word::Update
            | Word::Delete
            | Word::Merge
    )
}

/// Whether the word at `at` begins a clause or a join of the query around it. Those of CASE are told
/// by `in_case`.
pub(super) fn begins_clause(pieces: &Pieces<'_>, at: usize, in_case: bool) -> bool {
    let before = pieces.before(at);
    let next = pieces.from(at + 1);
    match pieces.word(at) {
        Word::Where
        | Word::Having
        | Word::Limit
        | Word::Returning
        | Word::Union
        | Word::Intersect
        | Word::Except
        | Word::Window => true,
        Word::Select => before.lexeme != Lexeme::Open,
        Word::Offset | Word::Fetch => before.lexeme != Lexeme::Semicolon,
        Word::Values => before.word != Word::Default,
        Word::Set => before.word != Word::Update,
        Word::From => !matches!(before.word, Word::Distinct | Word::Delete),
        Word::Group => next.word == Word::By && before.word != Word::Within,
        Word::Order => next.word == Word::By,
        Word::On => next.word == Word::Conflict,
        Word::For => matches!(next.word, Word::Update | Word::No | Word::Share | Word::Key),
        // Behind the queries of WITH
        Word::Insert | Word::Update | Word::Delete | Word::Merge => before.lexeme == Lexeme::Close,
        Word::When => !in_case && before.word != Word::Case,
        word if joins(word) => {
            !joins(before.word) && before.word != Word::Outer && next.lexeme != Lexeme::Open
        }
        _ => false,
    }
}

/// Whether the conditions of the clause each begin a line.
pub(super) fn has_conditions(word: Word) -> bool {
    matches!(word, Word::Where | Word::Having) || joins(word)
}

fn joins(word: Word) -> bool {
    matches!(
        word,
        Word::Join
            | Word::Left
            | Word::Right
            | Word::Full
            | Word::Inner
            | Word::Cross
            | Word::Natural
    )
}
