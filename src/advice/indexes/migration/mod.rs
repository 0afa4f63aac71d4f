//! Statements and migrations that make an index, to copy.

use super::outcome::Proposal;
use crate::advice::{Suggestion, SuggestionKind, Target};

/// The statement that makes a proposed index, and migrations for frameworks.
#[must_use]
pub fn suggestions(proposal: &Proposal) -> Vec<Suggestion> {
    vec![Suggestion {
        kind: SuggestionKind::Index,
        target: Target::Sql,
        title: format!("Make the index {}", proposal.short),
        code: format!("{};", proposal.ddl),
        note: Some(
            "It blocks nobody while it is built, and can't run within a transaction.".to_owned(),
        ),
        guessed: Vec::new(),
    }]
}
