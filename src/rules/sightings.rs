//! Executions gathered by the request that they were seen in.

use super::Sighting;
use crate::workload::{ExecutionId, Workload};

/// Gathers executions, which come in the order of the workload, into one sighting a request.
pub(super) fn sightings(
    workload: &Workload,
    ids: impl Iterator<Item = ExecutionId>,
) -> Vec<Sighting> {
    let mut list: Vec<Sighting> = Vec::new();
    for id in ids {
        let (Some(request), Some(e)) = (workload.request_of(id), workload.executions.get(id))
        else {
            continue;
        };
        match list.last_mut().filter(|s| s.request == request) {
            Some(sighting) => {
                sighting.executions += 1;
                sighting.last = id;
                sighting.db_time += e.cost();
            }
            None => list.push(Sighting {
                request,
                executions: 1,
                first: id,
                last: id,
                db_time: e.cost(),
            }),
        }
    }
    list
}

/// The sum of database time, in microseconds, and of executions over sightings.
pub(super) fn totals(sightings: &[Sighting]) -> (u64, u64) {
    sightings.iter().fold((0, 0), |(time, n), s| {
        (time + s.db_time, n + u64::from(s.executions))
    })
}
