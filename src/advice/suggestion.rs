//! A fix as code to copy.

use super::Target;

/// A fix as code to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What kind of change it is.
    pub kind: SuggestionKind,
    /// The framework or language that the code is for.
    pub target: Target,
    /// What it does, in one plain sentence without a full stop.
    pub title: String,
    /// The code.
    pub code: String,
    /// When to use it, or what it changes beside: one or two short sentences.
    pub note: Option<String>,
    /// Names in the code that were made up from tables and columns by convention, and may differ in the application:
    /// `Author`, `Author.books`.
    pub guessed: Vec<String>,
}

/// What kind of change a suggestion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SuggestionKind {
    /// Load related rows together.
    EagerLoading,
    /// Read a page at a time.
    Pagination,
    /// Add an index.
    Index,
    /// Write the query in another way, or look at its plan.
    Rewrite,
    /// Write many rows with one statement.
    Batch,
    /// Remember an answer instead of asking again.
    Cache,
    /// Change a setting of the server.
    Settings,
    /// Change how connections are shared.
    Pool,
    /// Vacuum a table, or renew its statistics.
    Maintenance,
}

impl SuggestionKind {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EagerLoading => "eager-loading",
            Self::Pagination => "pagination",
            Self::Index => "index",
            Self::Rewrite => "rewrite",
            Self::Batch => "batch",
            Self::Cache => "cache",
            Self::Settings => "settings",
            Self::Pool => "pool",
            Self::Maintenance => "maintenance",
        }
    }
}
