//! Finding what was selected again in another analysis of the same capture, where ids differ.

use crate::analysis::Analysis;
use crate::app::model::Spot;
use crate::workload::{QueryId, RequestId};

/// Of an endpoint without a name, so many requests are looked for.
const LOOKED_AT: usize = 64;

/// The same spot in `new`; what isn't there is selected no more.
pub(super) fn spot(spot: Spot, old: &Analysis, new: &Analysis) -> Spot {
    Spot {
        view: spot.view,
        finding: spot.finding.and_then(|f| finding(f, old, new)),
        query: spot.query.and_then(|q| query(q, old, new)),
        endpoint: spot.endpoint.and_then(|e| endpoint(e, old, new)),
        request: spot.request.and_then(|r| request(r, old, new)),
        event: spot.event.and_then(|e| event(e, old, new)),
        plan: spot.plan.and_then(|p| plan(p, old, new)),
        // Advice stays what it was, whatever is looked at.
        index: spot.index,
        nth: 0,
        backend: spot.backend,
        table: spot.table,
    }
}

fn query(id: QueryId, old: &Analysis, new: &Analysis) -> Option<QueryId> {
    let fingerprint = old.workload.query(id)?.fingerprint;
    new.workload
        .queries
        .iter()
        .position(|q| q.fingerprint == fingerprint)
        .map(QueryId::at)
}

fn finding(at: usize, old: &Analysis, new: &Analysis) -> Option<usize> {
    let finding = old.findings.get(at)?;
    let main = finding.queries.first().and_then(|q| query(*q, old, new));
    new.findings
        .iter()
        .position(|f| f.rule == finding.rule && f.queries.first().copied() == main)
}

fn request(id: RequestId, old: &Analysis, new: &Analysis) -> Option<RequestId> {
    let request = old.workload.request(id)?;
    let session = &old.workload.sessions.get(request.session.index())?.name;
    let requests = &new.workload.requests;
    let from = requests.partition_point(|r| r.start < request.start);
    let same = |r: &&crate::workload::Request| {
        new.workload
            .sessions
            .get(r.session.index())
            .is_some_and(|s| s.name == *session)
    };
    let until = requests
        .get(from..)?
        .iter()
        .take_while(|r| r.start == request.start);
    let at = until.enumerate().find(|(_, r)| same(r))?.0;
    Some(RequestId::at(from + at))
}

fn endpoint(at: u32, old: &Analysis, new: &Analysis) -> Option<u32> {
    let endpoint = old.endpoints.get(at as usize)?;
    let found = if endpoint.label.is_some() {
        new.endpoints.iter().position(|e| e.label == endpoint.label)
    } else {
        // Without a name, it is where one of its requests is.
        let mut own = endpoint.requests.iter().take(LOOKED_AT);
        let known = own.find_map(|r| request(*r, old, new))?;
        let has = |e: &crate::workload::Endpoint| e.requests.binary_search(&known).is_ok();
        new.endpoints.iter().position(has)
    };
    u32::try_from(found?).ok()
}

/// Where the plans of one of them are not read yet, nothing is known.
fn plan(at: u32, old: &Analysis, new: &Analysis) -> Option<u32> {
    let group = old.plans_if_read()?.groups.get(at as usize)?;
    let main = group.query.and_then(|q| query(q, old, new));
    let found = new
        .plans_if_read()?
        .groups
        .iter()
        .position(|g| g.shape == group.shape && g.query == main)?;
    u32::try_from(found).ok()
}

fn event(at: u32, old: &Analysis, new: &Analysis) -> Option<u32> {
    let event = old.workload.occurrences.get(at as usize)?;
    let events = &new.workload.occurrences;
    let from = events.partition_point(|e| e.time < event.time);
    let until = events
        .get(from..)?
        .iter()
        .take_while(|e| e.time == event.time);
    let at = until
        .enumerate()
        .find(|(_, e)| e.place == event.place && e.what == event.what)?
        .0;
    u32::try_from(from + at).ok()
}
