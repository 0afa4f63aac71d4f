//! The fixes: code that a developer can copy, in the words of the framework in use.

mod eager_loading;
mod names;
mod pagination;
mod plain_sql;
mod slow_query;
mod target;

pub use eager_loading::{Relation, RelationKind, eager_loading};
pub use names::{class_name, plural, quoted, singular, spoken, words};
pub use pagination::pagination;
pub use slow_query::{condition, slow_query};
pub use target::recognise;

/// A fix as code to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What kind of change it is.
    pub kind: SuggestionKind,
    /// The framework or language that the code is for; `sql` for plain SQL.
    pub target: Target,
    /// What it does, in a few words.
    pub title: String,
    /// The code.
    pub code: String,
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
        }
    }
}

/// What a suggestion's code is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// SQLAlchemy's ORM (Python).
    SqlAlchemy,
    /// Django's ORM (Python).
    Django,
    /// Active Record (Ruby on Rails).
    Rails,
    /// Plain SQL.
    Sql,
}

impl Target {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SqlAlchemy => "sqlalchemy",
            Self::Django => "django",
            Self::Rails => "rails",
            Self::Sql => "sql",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::SqlAlchemy => "SQLAlchemy",
            Self::Django => "Django",
            Self::Rails => "Rails",
            Self::Sql => "SQL",
        }
    }
}
