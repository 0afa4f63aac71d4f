//! Foreign keys.

use serde::{Deserialize, Serialize};

use super::Name;

/// A foreign key. Those that a partition has from its parent are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ForeignKey {
    /// The table that has it.
    pub table: Name,
    /// The constraint's name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The table that it leads to.
    pub references: Name,
    /// The columns there, in the order of [`ForeignKey::columns`].
    pub referenced: Vec<String>,
    /// Whether all rows are known to fulfil it.
    pub validated: bool,
    /// What happens when the row there is deleted, `CASCADE`; `None` where that is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<String>,
    /// What happens when its key changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_update: Option<String>,
}

impl Default for ForeignKey {
    fn default() -> Self {
        Self {
            table: Name::default(),
            name: String::new(),
            columns: Vec::new(),
            references: Name::default(),
            referenced: Vec::new(),
            validated: true,
            on_delete: None,
            on_update: None,
        }
    }
}
