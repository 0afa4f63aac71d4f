//! One suggestion of a finding or of a plan.

use serde::Serialize;

use crate::advice::Suggestion;

#[derive(Serialize)]
pub(in crate::report) struct SuggestionRow<'a> {
    kind: &'static str,
    #[serde(rename = "for")]
    target: &'static str,
    title: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    /// Names in the code that were made up from tables and columns by convention.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    guessed: &'a [String],
}

pub(in crate::report) fn suggestion(suggestion: &Suggestion) -> SuggestionRow<'_> {
    SuggestionRow {
        kind: suggestion.kind.name(),
        target: suggestion.target.name(),
        title: &suggestion.title,
        code: &suggestion.code,
        note: suggestion.note.as_deref(),
        guessed: &suggestion.guessed,
    }
}
