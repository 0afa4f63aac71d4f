//! From executions in the order of the capture to a workload: requests, order, sums.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::executions::{Execution, Executions};
use super::ids::{ExecutionId, QueryId, TagsId};
use super::occurrence::Occurrence;
use super::plans::Plans;
use super::query::{Query, Stats};
use super::request::{Request, Session, Tags};
use super::runs::runs;
use super::served::Served;
use super::split::split;
use super::{CaptureSummary, Workload, windows};

/// What a builder has gathered. Executions stand in the order of the capture.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub capture: CaptureSummary,
    pub executions: Executions,
    /// A column of its own, as long as the executions once any of them has tags.
    pub tagged: Vec<Option<TagsId>>,
    pub queries: Vec<Query>,
    pub sessions: Vec<Session>,
    pub tags: Vec<Tags>,
    pub served: Vec<Served>,
    /// Whether statements fit into the times of a request log.
    pub windows_fit: bool,
    /// Statements that the application's own cache answered.
    pub cached: u64,
    pub plans: Plans,
    pub occurrences: Vec<Occurrence>,
}

impl Parts {
    /// Notes the tags of an execution that is there already.
    pub(super) fn set_tags(&mut self, execution: usize, tags: TagsId) {
        if self.tagged.len() < self.executions.len() {
            self.tagged.resize(self.executions.len(), None);
        }
        if let Some(slot) = self.tagged.get_mut(execution) {
            *slot = Some(tags);
        }
    }

    pub(super) fn push(&mut self, execution: Execution, tags: Option<TagsId>) {
        if tags.is_some() && self.tagged.is_empty() {
            self.tagged.resize(self.executions.len(), None);
        }
        if tags.is_some() || !self.tagged.is_empty() {
            self.tagged.push(tags);
        }
        self.executions.push(execution);
    }
}

/// Splits executions into requests, puts those of a request together, and sums up each query.
pub(super) fn assemble(mut parts: Parts, gap: i64) -> Workload {
    windows::tag(&mut parts);
    let (mut requests, order) = split(&parts, gap);
    let ids: FxHashMap<Cow<'_, str>, u32> = parts.served.iter().map(Served::key).zip(0..).collect();
    for request in &mut requests {
        let tags = request.tags.and_then(|t| parts.tags.get(t.index()));
        let id = tags.and_then(|t| t.request.as_deref());
        request.served = id.and_then(|id| ids.get(id).copied());
    }
    drop(ids);
    if parts.windows_fit {
        windows::name(&mut requests, &parts.served, &parts.tags);
    }
    parts.tagged = Vec::new();
    parts.executions.reorder(&order);
    drop(order);
    parts.plans.settle();
    parts.occurrences.sort_by_key(|o| o.time);
    settle(Workload {
        capture: parts.capture,
        executions: parts.executions,
        queries: parts.queries,
        sessions: parts.sessions,
        requests,
        runs: Vec::new(),
        tags: parts.tags,
        served: parts.served,
        plans: parts.plans,
        occurrences: parts.occurrences,
        db_time: 0,
        steps: 0,
        span: None,
    })
}

impl Workload {
    /// The part of this workload whose executions begin within `from..to` (microseconds since 1970-01-01 UTC).
    /// Queries and requests without any are left out.
    #[must_use]
    pub fn narrowed(&self, from: i64, to: i64) -> Self {
        let mut executions = Executions::default();
        let mut requests: Vec<Request> = Vec::new();
        for request in &self.requests {
            let first = ExecutionId::at(executions.len());
            let mut kept = Request {
                first,
                executions: 0,
                start: i64::MAX,
                end: i64::MIN,
                db_time: 0,
                ..request.clone()
            };
            for (_, e) in self
                .executions
                .range(request.ids())
                .filter(|(_, e)| (from..to).contains(&e.start))
            {
                executions.push(e);
                let offset = self.executions.offset(&e);
                if offset > 0 {
                    executions.set_offset(e.place, offset);
                }
                kept.count(&e);
            }
            if kept.executions > 0 {
                requests.push(kept);
            }
        }
        let queries = self
            .queries
            .iter()
            .map(|q| Query {
                stats: Stats::default(),
                slowest: None,
                ..q.clone()
            })
            .collect();
        let mut narrowed = settle(Self {
            capture: self.capture.clone(),
            executions,
            queries,
            sessions: self.sessions.clone(),
            requests,
            runs: Vec::new(),
            tags: self.tags.clone(),
            served: self.served.clone(),
            plans: self.plans.clone(),
            occurrences: self
                .occurrences
                .iter()
                .filter(|o| (from..to).contains(&o.time))
                .copied()
                .collect(),
            db_time: 0,
            steps: 0,
            span: None,
        });
        let used = narrowed
            .queries
            .iter()
            .take_while(|q| q.stats.executions > 0)
            .count();
        narrowed.queries.truncate(used);
        narrowed
    }
}

impl Request {
    /// Counts one more execution, which must stand right behind the others.
    pub(super) fn count(&mut self, e: &Execution) {
        self.executions += 1;
        self.start = self.start.min(e.start);
        self.end = self.end.max(e.end());
        self.db_time = self.db_time.saturating_add(e.duration);
    }
}

/// Sums up the queries and sorts them, the largest total time first.
fn settle(mut workload: Workload) -> Workload {
    // What exports say is there already.
    workload.db_time = workload.queries.iter().map(|q| q.stats.total).sum();
    let mut last_request = vec![u32::MAX; workload.queries.len()];
    let mut pairs: FxHashSet<(u32, u32)> = FxHashSet::default();
    let mut last_session = vec![u32::MAX; workload.queries.len()];
    for (number, request) in workload.requests.iter().enumerate() {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        for (id, e) in workload.executions.range(request.ids()) {
            let at = e.query.index();
            let Some(query) = workload.queries.get_mut(at) else {
                continue;
            };
            if e.duration > query.stats.max || query.slowest.is_none() {
                query.slowest = Some(id);
            }
            if e.timed {
                query.stats.record(e.duration, e.steps);
            } else {
                query.stats.count();
            }
            // Executions of a request stand together, so a change of the number is a new request.
            if let Some(seen) = last_request.get_mut(at).filter(|seen| **seen != number) {
                *seen = number;
                query.stats.requests += 1;
            }
            if let Some(last) = last_session
                .get_mut(at)
                .filter(|last| **last != e.session.0)
            {
                *last = e.session.0;
                query.stats.sessions += u32::from(pairs.insert((e.query.0, e.session.0)));
            }
            workload.db_time = workload.db_time.saturating_add(e.duration);
            let (from, to) = workload.span.unwrap_or((i64::MAX, i64::MIN));
            workload.span = Some((from.min(e.start), to.max(e.end())));
        }
    }
    workload.queries.iter_mut().for_each(|q| q.stats.settle());
    workload.steps = workload.queries.iter().map(|q| q.stats.steps).sum();
    sort_queries(&mut workload);
    // What was parsed but neither ran nor failed is no part of the workload.
    let used = workload
        .queries
        .partition_point(|q| q.stats.executions + q.stats.errors > 0);
    workload.queries.truncate(used);
    workload.runs = runs(&workload.executions, &workload.requests);
    workload
}

fn sort_queries(workload: &mut Workload) {
    let mut order: Vec<u32> =
        (0..u32::try_from(workload.queries.len()).unwrap_or(u32::MAX)).collect();
    let key = |at: &u32| {
        workload.queries.get(*at as usize).map(|q| {
            (
                std::cmp::Reverse((q.stats.total, q.stats.executions, q.stats.errors)),
                q.fingerprint,
            )
        })
    };
    order.sort_by_cached_key(key);
    let mut moved = vec![QueryId(0); order.len()];
    for (to, &from) in order.iter().enumerate() {
        if let Some(id) = moved.get_mut(from as usize) {
            *id = QueryId::at(to);
        }
    }
    place(&mut workload.queries, moved.clone());
    workload.executions.rename_queries(&moved);
}

/// Puts every query where `moved` says, in place: there may be hundreds of thousands of them.
fn place(queries: &mut [Query], mut moved: Vec<QueryId>) {
    for at in 0..queries.len() {
        while let Some(to) = moved.get(at).map(|id| id.index()).filter(|to| *to != at) {
            if to >= queries.len() {
                return;
            }
            queries.swap(at, to);
            moved.swap(at, to);
        }
    }
}
