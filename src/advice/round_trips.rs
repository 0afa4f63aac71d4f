//! What to do about a request with very many different statements.

use super::frameworks;
use super::{Suggestion, SuggestionKind, Target};

/// Fewer round trips for a request with very many different statements, for each target in their order: what belongs
/// together read at once, statements sent without waiting for each answer, or a loop moved into SQL.
#[must_use]
pub fn fewer_round_trips(targets: &[Target]) -> Vec<Suggestion> {
    let suggestion = |&target: &Target| {
        let words = frameworks::words(target);
        let fix = (words.together)();
        Suggestion {
            kind: SuggestionKind::Rewrite,
            target,
            title: words.together_title.to_owned(),
            code: fix.code,
            note: fix.note,
            guessed: fix.guessed,
        }
    };
    targets.iter().map(suggestion).collect()
}
