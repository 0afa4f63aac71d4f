//! What happened beside executions: connections, locks, checkpoints, errors.

use super::ids::SessionId;
use crate::capture::{Class, Notable, Place};

/// One thing that the server said, with when and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// When it was written, in microseconds since 1970-01-01 UTC.
    pub time: i64,
    /// Its record.
    pub place: Place,
    /// Who said it.
    pub session: SessionId,
    /// What it is.
    pub what: Notable,
}

/// All occurrences of one class, and of one SQLSTATE where they are errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OccurrenceSum {
    /// What they are.
    pub class: Class,
    /// Their SQLSTATE, where known.
    pub sqlstate: Option<[u8; 5]>,
    /// How many.
    pub count: u64,
    /// Their amounts added up, in the unit of the class.
    pub amount: u64,
    /// The largest amount.
    pub most: u64,
    /// The record of the first.
    pub first: Place,
}

/// Adds occurrences up, class by class in the order of [`Class`].
#[must_use]
pub fn sum_up(occurrences: &[Occurrence]) -> Vec<OccurrenceSum> {
    let mut sums: Vec<OccurrenceSum> = Vec::new();
    for o in occurrences {
        let key = (o.what.class, o.what.sqlstate);
        match sums.binary_search_by_key(&key, |s| (s.class, s.sqlstate)) {
            Ok(at) => {
                if let Some(sum) = sums.get_mut(at) {
                    sum.count += 1;
                    sum.amount = sum.amount.saturating_add(o.what.amount);
                    sum.most = sum.most.max(o.what.amount);
                }
            }
            Err(at) => sums.insert(
                at,
                OccurrenceSum {
                    class: o.what.class,
                    sqlstate: o.what.sqlstate,
                    count: 1,
                    amount: o.what.amount,
                    most: o.what.amount,
                    first: o.place,
                },
            ),
        }
    }
    sums
}
