//! Who can say what statements would cost.

use crate::catalog::Index;

/// Says what statements would cost, in units of the planner (`cost=` in a plan), if there were more indexes.
pub trait Costs {
    /// The cost of one execution of each of `statements`, named by position, if `indexes` existed beside those that
    /// do. `None` for those that can't be planned.
    ///
    /// # Errors
    ///
    /// Only when nothing more can be asked at all: the server is gone, or somebody cancels.
    fn costs(
        &mut self,
        indexes: &[&Index],
        statements: &[usize],
    ) -> Result<Vec<Option<Cost>>, Stopped>;
}

/// What a statement costs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost {
    /// The cost of one execution; the mean where several plans (for any values, for some values) were asked for.
    pub total: f64,
    /// Which of the indexes asked about its plans use, by position, sorted.
    pub uses: Vec<usize>,
}

/// Nothing more can be asked; why, as a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Stopped(pub String);
