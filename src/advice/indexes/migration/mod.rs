//! Statements and migrations that make an index, to copy.
//!
//! | file | what it knows |
//! |---|---|
//! | `alembic`, `django`, `rails` | a migration in the words of one framework each |
//! | `text` | texts as the languages write them |
//!
//! None of them is ever run here.

mod alembic;
mod django;
mod rails;
mod text;

#[cfg(test)]
mod tests;

use super::outcome::Proposal;
use crate::advice::{Suggestion, SuggestionKind, Target};

/// The statement that makes a proposed index, then migrations for frameworks.
#[must_use]
pub fn suggestions(proposal: &Proposal) -> Vec<Suggestion> {
    let make = |target: Target, code: String, note: &str| Suggestion {
        kind: SuggestionKind::Index,
        target,
        title: format!("Make the index {}", proposal.short),
        code,
        note: Some(note.to_owned()),
        guessed: Vec::new(),
    };
    let index = &proposal.index;
    let mut all = vec![make(
        Target::Sql,
        format!("{};", proposal.ddl),
        "It blocks nobody while it is built, and can't run within a transaction.",
    )];
    if index.name.is_empty() {
        return all;
    }
    all.push(make(
        Target::SqlAlchemy,
        alembic::migration(index),
        "For an Alembic revision. The block is there because building it so can't run within a transaction.",
    ));
    all.push(make(
        Target::Django,
        django::migration(index, &proposal.ddl),
        "For a file in the app's migrations, whose dependencies go on top. A Meta.indexes of the model isn't touched.",
    ));
    all.push(make(
        Target::Rails,
        rails::migration(index),
        "For a migration of its own. The first line is there because building it so can't run within a transaction.",
    ));
    all
}
