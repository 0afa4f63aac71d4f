//! The executions of a capture as columns of plain numbers: 32 bytes each.

use super::ids::{ExecutionId, QueryId, SessionId};
use crate::capture::Place;

/// The most executions that one workload holds; ids are 32-bit.
pub const MAX_EXECUTIONS: usize = u32::MAX as usize;

/// Durations are kept in 40 bits: 12 days in microseconds.
const DURATION_BITS: u32 = 40;
const DURATION_MAX: u64 = (1 << DURATION_BITS) - 1;

/// One run of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Execution {
    /// When it began, in microseconds since 1970-01-01 UTC.
    pub start: i64,
    /// How long it took, in microseconds.
    pub duration: u64,
    /// Which query it ran.
    pub query: QueryId,
    /// On which session.
    pub session: SessionId,
    /// Where the capture says so.
    pub place: Place,
    /// 24 bits of a hash of its constants and parameters; 0 when there are none.
    ///
    /// Two executions of one query with different hashes had different parameters. Equal hashes
    /// mean equal parameters but for one pair in sixteen million.
    pub values: u32,
}

impl Execution {
    /// When it ended, in microseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.start.saturating_add_unsigned(self.duration)
    }
}

/// All executions, one column a property. Those of one request stand together, in the order they began.
#[derive(Clone, Debug, Default)]
pub struct Executions {
    start: Vec<i64>,
    /// Duration in the low 40 bits, the hash of the values above it.
    cost: Vec<u64>,
    place: Vec<u64>,
    query: Vec<QueryId>,
    session: Vec<SessionId>,
}

impl Executions {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.start.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    /// Adds one at the end. A duration beyond twelve days is kept as twelve days.
    pub fn push(&mut self, e: Execution) {
        self.start.push(e.start);
        self.cost
            .push(e.duration.min(DURATION_MAX) | u64::from(e.values) << DURATION_BITS);
        self.place.push(e.place.to_bits());
        self.query.push(e.query);
        self.session.push(e.session);
    }

    /// The execution named `id`, if there is one.
    #[must_use]
    pub fn get(&self, id: ExecutionId) -> Option<Execution> {
        let at = id.index();
        let cost = *self.cost.get(at)?;
        Some(Execution {
            start: *self.start.get(at)?,
            duration: cost & DURATION_MAX,
            query: *self.query.get(at)?,
            session: *self.session.get(at)?,
            place: Place::from_bits(*self.place.get(at)?),
            values: (cost >> DURATION_BITS) as u32,
        })
    }

    /// All executions in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Execution> + '_ {
        self.start
            .iter()
            .zip(&self.cost)
            .zip(&self.place)
            .zip(&self.query)
            .zip(&self.session)
            .map(
                |((((&start, &cost), &place), &query), &session)| Execution {
                    start,
                    duration: cost & DURATION_MAX,
                    query,
                    session,
                    place: Place::from_bits(place),
                    values: (cost >> DURATION_BITS) as u32,
                },
            )
    }

    /// The executions at `ids`, which must be in range: others are passed over.
    pub fn range(
        &self,
        ids: std::ops::Range<u32>,
    ) -> impl Iterator<Item = (ExecutionId, Execution)> + '_ {
        ids.filter_map(|i| Some((ExecutionId(i), self.get(ExecutionId(i))?)))
    }

    /// The column of queries, for scans over all executions of one.
    #[must_use]
    pub fn queries(&self) -> &[QueryId] {
        &self.query
    }

    /// The column of sessions.
    pub(super) fn sessions(&self) -> &[SessionId] {
        &self.session
    }

    /// Puts the executions in another order: the `n`-th becomes what `order[n]` was.
    pub(super) fn reorder(&mut self, order: &[u32]) {
        // One column after the other, so that only one of them is in memory twice.
        fn pick<T: Copy>(column: &mut Vec<T>, order: &[u32]) {
            *column = order
                .iter()
                .filter_map(|&i| column.get(i as usize).copied())
                .collect();
        }
        pick(&mut self.start, order);
        pick(&mut self.cost, order);
        pick(&mut self.place, order);
        pick(&mut self.query, order);
        pick(&mut self.session, order);
    }

    /// Gives the queries other ids: `names[old]` is the new one.
    pub(super) fn rename_queries(&mut self, names: &[QueryId]) {
        for query in &mut self.query {
            *query = names.get(query.index()).copied().unwrap_or(*query);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_takes_32_bytes_and_comes_back_whole() {
        let e = Execution {
            start: -5,
            duration: 1_234_567,
            query: QueryId(3),
            session: SessionId(9),
            place: Place {
                file: 2,
                offset: 5_000_000_000,
            },
            values: 0x00ab_cdef,
        };
        let mut all = Executions::default();
        all.push(e);
        assert_eq!(all.get(ExecutionId(0)), Some(e));
        assert_eq!(all.iter().next(), Some(e));
        let bytes = size_of_val(&all.start[0])
            + size_of_val(&all.cost[0])
            + size_of_val(&all.place[0])
            + size_of_val(&all.query[0])
            + size_of_val(&all.session[0]);
        assert_eq!(bytes, 32);
    }
}
