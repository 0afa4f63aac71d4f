//! Plans that the server wrote into the log, as they stand there.

use super::{Record, summary};
use crate::analysis::Analysis;
use crate::workload::{Execution, ExecutionId, RequestId, Workload};

/// The most plans of one execution that are shown; one of a function may have thousands.
const OF_ONE: usize = 4;
/// The most executions of a request whose plans are shown.
const OF_REQUEST: usize = 5;

/// An execution that has a plan in the log.
#[derive(Debug)]
pub(crate) struct Planned {
    /// What its query is called.
    pub(crate) name: String,
    /// In microseconds.
    pub(crate) duration: u64,
    pub(crate) plans: Vec<Record>,
}

/// The plans of an execution.
pub(super) fn of(analysis: &Analysis, execution: &Execution) -> Vec<Record> {
    let places = analysis.workload.plans.of(execution);
    places
        .take(OF_ONE)
        .map(|place| Record::read(analysis, place))
        .collect()
}

/// Whether an execution has a plan.
pub(super) fn has_one(workload: &Workload, id: ExecutionId) -> bool {
    !workload.plans.is_empty()
        && workload
            .executions
            .get(id)
            .is_some_and(|e| workload.plans.of(&e).next().is_some())
}

/// The slowest executions of a request that have a plan, in the order they ran, and how many have one.
pub(super) fn of_request(analysis: &Analysis, id: RequestId) -> (Vec<Planned>, u64) {
    let workload = &analysis.workload;
    let Some(request) = workload.request(id).filter(|_| !workload.plans.is_empty()) else {
        return (Vec::new(), 0);
    };
    let mut planned: Vec<Execution> = workload
        .executions
        .range(request.ids())
        .map(|(_, e)| e)
        .filter(|e| workload.plans.of(e).next().is_some())
        .collect();
    let all = planned.len() as u64;
    planned.sort_by_key(|e| std::cmp::Reverse(e.duration));
    planned.truncate(OF_REQUEST);
    planned.sort_by_key(|e| (e.start, e.place));
    let read = |e: Execution| Planned {
        name: workload
            .query(e.query)
            .map(|q| summary(q).to_owned())
            .unwrap_or_default(),
        duration: e.duration,
        plans: of(analysis, &e),
    };
    (planned.into_iter().map(read).collect(), all)
}
