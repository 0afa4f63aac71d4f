//! The thresholds of the rules about plans.

use serde::{Deserialize, Serialize};

/// Thresholds, as `[settings.plan]` of `.pgloupe.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanSettings {
    /// The part of the execution, 0 to 1, below which a node is not worth a word.
    pub share: f64,
}

impl Default for PlanSettings {
    fn default() -> Self {
        Self { share: 0.05 }
    }
}
