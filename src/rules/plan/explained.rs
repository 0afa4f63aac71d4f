//! A plan with all that is found out about it, for whoever shows it.

use super::{Advice, PlanContext, PlanSettings, advise};
use crate::catalog::Catalog;
use crate::plan::{Plan, Timing, timing};

/// A plan, where its time went, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// The plan.
    pub plan: Plan,
    /// Where its time went.
    pub timing: Timing,
    /// What to do, the largest saving first.
    pub advice: Vec<Advice>,
}

impl Explained {
    /// Works out the times of a plan and runs all rules on it; some ask the catalog, where there is one.
    #[must_use]
    pub fn new(plan: Plan, settings: &PlanSettings, catalog: Option<&Catalog>) -> Self {
        let timing = timing(&plan);
        let advice = advise(&PlanContext {
            plan: &plan,
            timing: &timing,
            settings,
            catalog,
        });
        Self {
            plan,
            timing,
            advice,
        }
    }

    /// Milliseconds of the execution, where they are known.
    #[must_use]
    pub fn ms(&self) -> Option<f64> {
        self.timing.execution_ms
    }
}
