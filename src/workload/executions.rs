//! The executions of a capture as columns of plain numbers: 32 bytes each.

use rustc_hash::FxHashMap;

use super::ids::{ExecutionId, QueryId, SessionId};
use crate::capture::Place;

/// The most executions that one workload holds; ids are 32-bit.
pub const MAX_EXECUTIONS: usize = u32::MAX as usize;

/// Durations are kept in 40 bits: 12 days in microseconds.
const DURATION_BITS: u32 = 40;
const DURATION_MAX: u64 = (1 << DURATION_BITS) - 2;
/// Stands for a duration that isn't known.
const UNTIMED: u64 = DURATION_MAX + 1;

const UNTIMED_MASK: u64 = (1 << DURATION_BITS) - 1;

/// Steps are kept in 12 bits, with longer ones beside the columns.
const STEP_BITS: u32 = 12;
const STEP_MAX: u64 = (1 << STEP_BITS) - 1;

/// 2020-01-01 UTC in microseconds since 1970. Starts are kept as 52 bits from here: 71 years each way.
const MIDDLE: i64 = 1_577_836_800_000_000;
const START_LIMIT: i64 = 1 << (63 - STEP_BITS);

/// One run of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Execution {
    /// When it began, in microseconds since 1970-01-01 UTC.
    pub start: i64,
    /// How long it took, in microseconds.
    pub duration: u64,
    /// How long its parse and bind steps and its later fetches took beside that, in microseconds.
    pub steps: u64,
    /// Whether the capture tells how long it took; [`Execution::duration`] is 0 where not.
    pub timed: bool,
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
    /// All the time that it took the server, in microseconds: steps and execution.
    #[must_use]
    pub fn cost(&self) -> u64 {
        self.duration.saturating_add(self.steps)
    }

    /// When it ended, in microseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.start.saturating_add_unsigned(self.duration)
    }
}

/// All executions, one column a property. Those of one request stand together, in the order they began.
#[derive(Clone, Debug, Default)]
pub struct Executions {
    /// Steps in the low 12 bits, the start above them.
    start: Vec<u64>,
    /// Steps of 4 ms and more, by the place of their execution.
    long_steps: FxHashMap<u64, u64>,
    /// How many rows the OFFSET of an execution skips, by its place; most have none.
    offsets: FxHashMap<u64, u64>,
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
        let start = (e.start - MIDDLE).clamp(-START_LIMIT, START_LIMIT - 1);
        let steps = e.steps.min(STEP_MAX);
        if steps == STEP_MAX {
            self.long_steps.insert(e.place.to_bits(), e.steps);
        }
        self.start
            .push((start << STEP_BITS).cast_unsigned() | steps);
        let duration = if e.timed {
            e.duration.min(DURATION_MAX)
        } else {
            UNTIMED
        };
        self.cost
            .push(duration | u64::from(e.values) << DURATION_BITS);
        self.place.push(e.place.to_bits());
        self.query.push(e.query);
        self.session.push(e.session);
    }

    /// The execution named `id`, if there is one.
    #[must_use]
    pub fn get(&self, id: ExecutionId) -> Option<Execution> {
        let at = id.index();
        Some(self.row(
            *self.start.get(at)?,
            *self.cost.get(at)?,
            *self.place.get(at)?,
            *self.query.get(at)?,
            *self.session.get(at)?,
        ))
    }

    /// How many rows the OFFSET of an execution skips; 0 without one, or where the capture doesn't tell.
    #[must_use]
    pub fn offset(&self, e: &Execution) -> u64 {
        self.offsets.get(&e.place.to_bits()).copied().unwrap_or(0)
    }

    /// Whether any execution has an OFFSET.
    #[must_use]
    pub fn has_offsets(&self) -> bool {
        !self.offsets.is_empty()
    }

    /// Notes how many rows the OFFSET of the execution at `place` skips.
    pub(super) fn set_offset(&mut self, place: Place, rows: u64) {
        self.offsets.insert(place.to_bits(), rows);
    }

    fn row(
        &self,
        start: u64,
        cost: u64,
        place: u64,
        query: QueryId,
        session: SessionId,
    ) -> Execution {
        let mut steps = start & STEP_MAX;
        if steps == STEP_MAX {
            steps = self.long_steps.get(&place).copied().unwrap_or(steps);
        }
        let duration = cost & UNTIMED_MASK;
        Execution {
            start: (start.cast_signed() >> STEP_BITS) + MIDDLE,
            timed: duration != UNTIMED,
            duration: if duration == UNTIMED { 0 } else { duration },
            steps,
            query,
            session,
            place: Place::from_bits(place),
            values: (cost >> DURATION_BITS) as u32,
        }
    }

    /// Adds to the steps of an execution.
    pub(super) fn add_steps(&mut self, id: ExecutionId, steps: u64) {
        let Some(e) = self.get(id) else { return };
        let all = e.steps.saturating_add(steps);
        if all >= STEP_MAX {
            self.long_steps.insert(e.place.to_bits(), all);
        }
        if let Some(start) = self.start.get_mut(id.index()) {
            *start = (*start & !STEP_MAX) | all.min(STEP_MAX);
        }
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
            .map(|((((&start, &cost), &place), &query), &session)| {
                self.row(start, cost, place, query, session)
            })
    }

    /// The executions at `ids`, which must be in range: others are passed over.
    pub fn range(
        &self,
        ids: std::ops::Range<u32>,
    ) -> impl Iterator<Item = (ExecutionId, Execution)> + '_ {
        ids.filter_map(|i| Some((ExecutionId(i), self.get(ExecutionId(i))?)))
    }

    /// The executions of the queries that `wanted` names, in order. Reads nothing of the others but their query.
    pub fn of<'a>(
        &'a self,
        wanted: impl Fn(QueryId) -> bool + 'a,
    ) -> impl Iterator<Item = (ExecutionId, Execution)> + 'a {
        let ids = self.query.iter().zip(0..).filter(move |(q, _)| wanted(**q));
        ids.filter_map(|(_, id)| Some((ExecutionId(id), self.get(ExecutionId(id))?)))
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
            timed: true,
            steps: 4_094,
            query: QueryId(3),
            session: SessionId(9),
            place: Place {
                file: 2,
                offset: 5_000_000_000,
            },
            values: 0x00ab_cdef,
        };
        let long = Execution {
            start: 3_471_292_800_000_000,
            steps: 7_200_000_000,
            place: Place { file: 2, offset: 7 },
            ..e
        };
        let mut all = Executions::default();
        all.push(e);
        all.push(long);
        assert_eq!(all.get(ExecutionId(0)), Some(e));
        assert_eq!(all.get(ExecutionId(1)), Some(long));
        assert_eq!(all.iter().next(), Some(e));
        all.add_steps(ExecutionId(0), 2);
        all.add_steps(ExecutionId(1), 1);
        let steps: Vec<u64> = all.iter().map(|e| e.steps).collect();
        assert_eq!(steps, [4_096, 7_200_000_001]);
        let bytes = size_of_val(&all.start[0])
            + size_of_val(&all.cost[0])
            + size_of_val(&all.place[0])
            + size_of_val(&all.query[0])
            + size_of_val(&all.session[0]);
        assert_eq!(bytes, 32);
    }
}
