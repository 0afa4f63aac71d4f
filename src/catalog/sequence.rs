//! Sequences.

use serde::{Deserialize, Serialize};

use super::Name;

/// A sequence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sequence {
    /// Its name.
    #[serde(flatten)]
    pub name: Name,
    /// The column that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Its type: `bigint`, `integer` or `smallint`.
    #[serde(rename = "type")]
    pub data_type: String,
    /// The first value.
    pub start: i64,
    /// The lowest value.
    pub min: i64,
    /// The highest value.
    pub max: i64,
    /// What is added at each step.
    pub increment: i64,
    /// Whether it begins anew behind its end.
    pub cycle: bool,
    /// The last value that was given out; `None` when none was, or it isn't known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<i64>,
}

/// A column that a sequence belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Owner {
    /// The table.
    pub table: Name,
    /// The column.
    pub column: String,
}

/// What CREATE SEQUENCE makes when it is told nothing.
impl Default for Sequence {
    fn default() -> Self {
        Self {
            name: Name::default(),
            owner: None,
            data_type: "bigint".to_owned(),
            start: 1,
            min: 1,
            max: i64::MAX,
            increment: 1,
            cycle: false,
            last: None,
        }
    }
}
