//! The statements that indexes are wanted for.

use crate::sql::Fingerprint;

/// The statements that indexes are wanted for, and for how long they were counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// The statements; others name them by their position.
    pub statements: Vec<Statement>,
    /// Seconds in which their calls were counted; `None` when nobody knows, which makes their rate unknown too.
    pub seconds: Option<f64>,
}

/// A statement, and how often it ran.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What names it.
    pub fingerprint: Fingerprint,
    /// Its text. Constants that are the same in all executions stand in it; those that differ are parameters `$n`.
    pub sql: String,
    /// How often it ran; 1 when nobody knows.
    pub calls: f64,
    /// Milliseconds that all calls took, where they were measured.
    pub total_ms: Option<f64>,
    /// Values of its parameters in executions that were seen, as texts, `None` for NULL; may be empty.
    pub samples: Vec<Vec<Option<String>>>,
    /// Where names without a schema are looked for, when that is known to differ from the catalog's own.
    pub search_path: Option<String>,
}
