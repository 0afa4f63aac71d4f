//! Which executions have a plan in the capture, and where it stands.

use super::executions::Execution;
use crate::capture::Place;

/// The places of plans by the places of their executions: 16 bytes each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plans {
    pairs: Vec<(u64, u64)>,
}

impl Plans {
    /// How many there are. An execution of several statements may have several.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The records that hold the plans of an execution, in the order of the capture.
    pub fn of(&self, execution: &Execution) -> impl Iterator<Item = Place> + '_ {
        let key = execution.place.to_bits();
        let from = self.pairs.partition_point(|pair| pair.0 < key);
        let own = self.pairs.iter().skip(from);
        own.take_while(move |pair| pair.0 == key)
            .map(|pair| Place::from_bits(pair.1))
    }

    /// Notes a plan of the execution whose record stands at `execution`.
    pub(super) fn push(&mut self, execution: Place, plan: Place) {
        self.pairs.push((execution.to_bits(), plan.to_bits()));
    }

    /// Makes them ready to be looked up.
    pub(super) fn settle(&mut self) {
        self.pairs.sort_unstable();
    }
}
