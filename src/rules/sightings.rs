//! Executions gathered by the request that they were seen in.

use super::Sighting;
use super::bursts::executions;
use crate::workload::{ExecutionId, RequestId, Run, Workload};

/// Gathers executions, which come in the order of the workload, into one sighting a request and query.
pub(super) fn sightings(
    workload: &Workload,
    ids: impl Iterator<Item = ExecutionId>,
) -> Vec<Sighting> {
    let mut list: Vec<Sighting> = Vec::new();
    // Executions of a request stand together: most are of the one before's.
    let mut current: Option<(RequestId, std::ops::Range<u32>)> = None;
    for id in ids {
        if !current.as_ref().is_some_and(|(_, own)| own.contains(&id.0)) {
            current = workload
                .request_of(id)
                .and_then(|at| Some((at, workload.request(at)?.ids())));
        }
        let (Some((request, _)), Some(e)) = (&current, workload.executions.get(id)) else {
            continue;
        };
        match list
            .last_mut()
            .filter(|s| s.request == *request && s.query == e.query)
        {
            Some(sighting) => {
                sighting.executions += 1;
                sighting.last = id;
                sighting.db_time += e.cost();
            }
            None => list.push(Sighting {
                request: *request,
                query: e.query,
                executions: 1,
                first: id,
                last: id,
                db_time: e.cost(),
            }),
        }
    }
    list
}

/// A run as a sighting.
pub(super) fn sighting(workload: &Workload, run: &Run) -> Sighting {
    Sighting {
        request: run.request,
        query: run.query,
        executions: run.executions,
        first: run.first,
        last: run.last,
        db_time: executions(workload, run).map(|(_, e)| e.cost()).sum(),
    }
}

/// The sum of database time, in microseconds, and of executions over sightings.
pub(super) fn totals(sightings: &[Sighting]) -> (u64, u64) {
    sightings.iter().fold((0, 0), |(time, n), s| {
        (time + s.db_time, n + u64::from(s.executions))
    })
}

/// How many requests the sightings are in; those of one request stand together.
pub(super) fn requests(sightings: &[Sighting]) -> u64 {
    sightings.chunk_by(|a, b| a.request == b.request).count() as u64
}
