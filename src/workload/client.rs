//! What the application's side tells of statements and of the requests that they belong to.

use rustc_hash::FxHashMap;

use super::assemble::Parts;
use super::builder::Tables;
use super::ids::{ExecutionId, QueryId, SessionId, TagsId};
use super::join::Joined;
use super::request::{TagSource, Tags};
use super::served::Served;
use crate::capture::{Event, EventKind, ServedEvent};

/// The requests that are open on the threads of an application, and what they have run.
#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    threads: FxHashMap<SessionId, Thread>,
    /// Requests that no line of a thread opens or closes: those of request logs and traces.
    loose: Vec<ServedEvent>,
    /// How often each line of source called each query.
    calls: FxHashMap<(QueryId, String), u64>,
}

/// One line of work.
#[derive(Clone, Debug, Default)]
struct Thread {
    /// The request that it is at, in [`Parts::served`].
    open: Option<usize>,
    /// How many executions there were when the last request ended.
    since: usize,
    /// The last query that it ran.
    last: Option<QueryId>,
}

impl Client {
    /// Notes the requests of a batch that no event refers to.
    pub(super) fn note(&mut self, served: &[ServedEvent], events: &[Event]) {
        if served.is_empty() {
            return;
        }
        let mut referred = vec![false; served.len()];
        for event in events {
            if let EventKind::RequestBegan(n)
            | EventKind::RequestHandled(n)
            | EventKind::RequestEnded(n) = event.kind
                && let Some(slot) = referred.get_mut(n as usize)
            {
                *slot = true;
            }
        }
        let loose = served
            .iter()
            .zip(referred)
            .filter(|(_, referred)| !referred);
        self.loose.extend(loose.map(|(s, _)| s.clone()));
    }

    /// Takes an event of the application's side; `false` when it is none.
    pub(super) fn take(
        &mut self,
        session: SessionId,
        event: &Event,
        tags: Option<TagsId>,
        served: &[ServedEvent],
        lines: &[String],
        tables: &mut Tables,
    ) -> bool {
        let said = |n: u32| served.get(n as usize).cloned().unwrap_or_default();
        match event.kind {
            EventKind::Logged { ran, duration } => {
                tables.activate(session);
                let thread = self.threads.entry(session).or_default();
                let open = thread.open.and_then(|at| tables.parts.served.get(at));
                let key = open.map(|s| s.key().into_owned());
                let joined = Joined {
                    ran,
                    session,
                    place: event.place,
                    end: event.time,
                    duration: duration.unwrap_or(0),
                    steps: 0,
                    tags: key.map_or(tags, |key| Some(with_request(tables, tags, key))),
                };
                thread.last = tables.record(&joined, duration.is_some());
            }
            EventKind::RequestBegan(n) => {
                let mut begun = Served::new(said(n), false);
                begun.by_lines = true;
                tables.parts.served.push(begun);
                let thread = self.threads.entry(session).or_default();
                thread.open = Some(tables.parts.served.len() - 1);
            }
            EventKind::RequestHandled(n) => {
                let open = self.threads.get(&session).and_then(|t| t.open);
                if let Some(open) = open.and_then(|at| tables.parts.served.get_mut(at)) {
                    open.label = said(n).label;
                }
            }
            EventKind::RequestEnded(n) => self.ended(session, said(n), tables),
            EventKind::CalledFrom(n) => {
                let last = self.threads.get(&session).and_then(|t| t.last);
                if let (Some(query), Some(line)) = (last, lines.get(n as usize)) {
                    *self.calls.entry((query, line.clone())).or_default() += 1;
                }
            }
            _ => return false,
        }
        true
    }

    fn ended(&mut self, session: SessionId, event: ServedEvent, tables: &mut Tables) {
        let thread = self.threads.entry(session).or_default();
        let since = std::mem::replace(&mut thread.since, tables.parts.executions.len());
        let mut ended = Served::new(event, false);
        ended.by_lines = true;
        let open = thread.open.take();
        if let Some(open) = open.and_then(|at| tables.parts.served.get_mut(at)) {
            (open.status, open.elapsed) = (ended.status, ended.elapsed);
            return;
        }
        // All that the thread ran since the request before ended is this one's.
        let key = ended.key().into_owned();
        tables.parts.served.push(ended);
        for at in since..tables.parts.executions.len() {
            let id = ExecutionId::at(at);
            let own = tables
                .parts
                .executions
                .get(id)
                .is_some_and(|e| e.session == session);
            let before = tables.parts.tagged.get(at).copied().flatten();
            if own {
                let tags = with_request(tables, before, key.clone());
                tables.parts.set_tags(at, tags);
            }
        }
    }

    /// Writes down what concerns the capture as a whole.
    pub(super) fn finish(&self, parts: &mut Parts) {
        let traces = parts.tags.iter().any(|t| t.source == TagSource::Trace);
        let loose = self.loose.iter().map(|s| Served::new(s.clone(), traces));
        parts.served.extend(loose);
        let mut calls: Vec<(&(QueryId, String), &u64)> = self.calls.iter().collect();
        calls.sort_by_key(|((query, line), times)| {
            (*query, std::cmp::Reverse(**times), line.clone())
        });
        for ((query, line), times) in calls {
            if let Some(query) = parts.queries.get_mut(query.index()) {
                query.called_from.push((line.clone(), *times));
            }
        }
    }
}

/// The number of these tags with the id of a request among them.
fn with_request(tables: &mut Tables, tags: Option<TagsId>, key: String) -> TagsId {
    let known = tags.and_then(|t| tables.parts.tags.get(t.index()));
    let mut all = known.cloned().unwrap_or_default();
    if all.request.is_none() {
        all = Tags {
            request: Some(key),
            source: TagSource::Lines,
            ..all
        };
    }
    tables.tags_id(all)
}
