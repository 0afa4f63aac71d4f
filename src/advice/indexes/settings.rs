//! What a user can set about indexes.

use serde::{Deserialize, Serialize};

/// Bounds and thresholds of advice on indexes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IndexSettings {
    /// The most indexes to propose.
    pub most: usize,
    /// The most megabytes that all proposed indexes may take together; 0 for no bound.
    pub most_mb: f64,
    /// The most columns in the key of an index.
    pub most_columns: usize,
    /// Pages of a table up to which reading all of it is as good as any index.
    pub small_table_pages: u64,
    /// The part of its cost, 0 to 1, that a statement has to save for an index to be made for it.
    pub least_saving: f64,
    /// How many times dearer than with the best index a statement may be with a narrower one, which is then preferred.
    pub tolerance: f64,
    /// The part of the rows, 0 to 1, that a constant condition may keep for an index on just those rows.
    pub partial_share: f64,
    /// The part of what an index saves, 0 to 1, that keeping it up to date may cost.
    pub most_write_share: f64,
}

impl Default for IndexSettings {
    fn default() -> Self {
        Self {
            most: 20,
            most_mb: 0.0,
            most_columns: 3,
            small_table_pages: 10,
            least_saving: 0.4,
            tolerance: 1.1,
            partial_share: 0.1,
            most_write_share: 0.5,
        }
    }
}
