//! Which indexes a scan could use.

use crate::catalog::Index;

/// An index that may be worth making.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The index, without a name.
    pub index: Index,
    /// Why it is as it is, a sentence each without a full stop: "equality on account_id, then range on created_at".
    pub reasons: Vec<String>,
    /// The statements that it was thought of for, by position, sorted.
    pub statements: Vec<usize>,
}
