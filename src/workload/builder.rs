//! Puts the batches of a capture together: one table of queries, sessions and tags, one row an execution.

use rustc_hash::FxHashMap;

use super::assemble::{Parts, assemble};
use super::executions::{Execution, MAX_EXECUTIONS};
use super::ids::{QueryId, SessionId, TagsId};
use super::query::{Query, Stats};
use super::request::{Session, Tags};
use super::{CaptureSummary, Workload, tags};
use crate::capture::{Batch, EventKind, Place, Warning};
use crate::sql::Fingerprint;

/// The longest pause, in microseconds, that a run of statements outside transactions goes on over.
pub const DEFAULT_GAP: i64 = 50_000;

/// Takes batches in the order of the capture and makes a [`Workload`] of them, at any time.
#[derive(Debug)]
pub struct Builder {
    parts: Parts,
    gap: i64,
    queries: FxHashMap<Fingerprint, QueryId>,
    sessions: FxHashMap<String, SessionId>,
    tags: FxHashMap<Tags, TagsId>,
    /// Statements that were logged before they ran, by their session.
    waiting: FxHashMap<SessionId, Waiting>,
    never_timed: u64,
    too_many: u64,
}

#[derive(Debug)]
struct Waiting {
    query: QueryId,
    values: u32,
    place: Place,
    tags: Option<TagsId>,
}

impl Builder {
    /// An empty workload of `capture`; `gap` is the longest pause, in microseconds, within a run of statements
    /// that no transaction or tag holds together.
    #[must_use]
    pub fn new(capture: CaptureSummary, gap: i64) -> Self {
        Self {
            parts: Parts {
                capture,
                ..Parts::default()
            },
            gap,
            queries: FxHashMap::default(),
            sessions: FxHashMap::default(),
            tags: FxHashMap::default(),
            waiting: FxHashMap::default(),
            never_timed: 0,
            too_many: 0,
        }
    }

    /// How many executions there are so far.
    #[must_use]
    pub fn executions(&self) -> usize {
        self.parts.executions.len()
    }

    /// Adds the next batch.
    pub fn add(&mut self, batch: Batch) {
        let capture = &mut self.parts.capture;
        if capture.events == 0
            && let Some(offset) = batch.utc_offset
        {
            capture.utc_offset = offset;
        }
        capture.events += batch.records;
        capture.warnings.append(batch.warnings);
        for new in batch.queries {
            self.queries.entry(new.fingerprint).or_insert_with(|| {
                let id = QueryId::at(self.parts.queries.len());
                self.parts.queries.push(Query {
                    fingerprint: new.fingerprint,
                    kind: new.kind,
                    sql: new.sql,
                    summary: new.summary,
                    facts: new.facts,
                    stats: Stats::default(),
                    slowest: None,
                });
                id
            });
        }
        let sessions: Vec<SessionId> = batch
            .sessions
            .into_iter()
            .map(|info| self.session(info))
            .collect();
        let tags: Vec<Option<TagsId>> = batch.tags.iter().map(|pairs| self.tag(pairs)).collect();
        for event in batch.events {
            let Some(&session) = sessions.get(event.session as usize) else {
                continue;
            };
            let tags = event
                .tags
                .and_then(|t| tags.get(t as usize).copied().flatten());
            match event.kind {
                EventKind::Execution {
                    fingerprint,
                    values,
                    duration,
                } => {
                    let Some(&query) = self.queries.get(&fingerprint) else {
                        continue;
                    };
                    self.forget_waiting(session);
                    self.push(
                        query,
                        session,
                        event.place,
                        event.time,
                        duration,
                        short(values),
                        tags,
                    );
                }
                EventKind::Statement {
                    fingerprint,
                    values,
                } => {
                    let Some(&query) = self.queries.get(&fingerprint) else {
                        continue;
                    };
                    self.forget_waiting(session);
                    self.waiting.insert(
                        session,
                        Waiting {
                            query,
                            values: short(values),
                            place: event.place,
                            tags,
                        },
                    );
                }
                EventKind::Duration { duration } => {
                    // Without a statement before it, it times a parse or bind step, or a text that isn't logged.
                    if let Some(w) = self.waiting.remove(&session) {
                        self.push(
                            w.query, session, w.place, event.time, duration, w.values, w.tags,
                        );
                    }
                }
                EventKind::Error { fingerprint } => {
                    self.waiting.remove(&session);
                    let query = fingerprint.and_then(|f| self.queries.get(&f));
                    if let Some(query) = query.and_then(|q| self.parts.queries.get_mut(q.index())) {
                        query.stats.errors += 1;
                    }
                }
            }
        }
    }

    /// The workload so far.
    #[must_use]
    pub fn preview(&self) -> Workload {
        assemble(self.parts.clone(), self.gap)
    }

    /// The whole workload.
    #[must_use]
    pub fn finish(mut self) -> Workload {
        let never_timed = self.never_timed + self.waiting.len() as u64;
        let warnings = &mut self.parts.capture.warnings;
        if never_timed > 0 {
            let what = format!(
                "{never_timed} statements were logged without a duration and are left out: \
                 set log_min_duration_statement = 0 (or log_duration = on) to have them timed"
            );
            warnings.push(Warning {
                file: 0,
                line: None,
                what,
            });
        }
        if self.too_many > 0 {
            let what = format!(
                "{} executions are more than one workload holds and are left out",
                self.too_many
            );
            warnings.push(Warning {
                file: 0,
                line: None,
                what,
            });
        }
        assemble(self.parts, self.gap)
    }

    fn forget_waiting(&mut self, session: SessionId) {
        self.never_timed += u64::from(self.waiting.remove(&session).is_some());
    }

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn push(
        &mut self,
        query: QueryId,
        session: SessionId,
        place: Place,
        end: i64,
        duration: u64,
        values: u32,
        tags: Option<TagsId>,
    ) {
        if self.parts.executions.len() >= MAX_EXECUTIONS {
            self.too_many += 1;
            return;
        }
        let start = end.saturating_sub_unsigned(duration);
        self.parts.push(
            Execution {
                start,
                duration,
                query,
                session,
                place,
                values,
            },
            tags,
        );
    }

    fn session(&mut self, info: crate::capture::SessionInfo) -> SessionId {
        let sessions = &mut self.parts.sessions;
        let id = *self.sessions.entry(info.name.clone()).or_insert_with(|| {
            let id = SessionId::at(sessions.len());
            sessions.push(Session {
                name: info.name,
                user: None,
                database: None,
                application: None,
            });
            id
        });
        // A session's first records come before it has said who it is.
        if let Some(session) = sessions.get_mut(id.index()) {
            session.user = session.user.take().or(info.user);
            session.database = session.database.take().or(info.database);
            session.application = session.application.take().or(info.application);
        }
        id
    }

    fn tag(&mut self, pairs: &[(String, String)]) -> Option<TagsId> {
        let found = tags::read(pairs)?;
        let list = &mut self.parts.tags;
        Some(*self.tags.entry(found).or_insert_with_key(|tags| {
            list.push(tags.clone());
            TagsId::at(list.len() - 1)
        }))
    }
}

/// 24 bits of a hash; never 0 unless the hash is, for 0 says that there are no values.
fn short(hash: u64) -> u32 {
    let bits = (hash >> 40) as u32;
    if bits == 0 && hash != 0 { 1 } else { bits }
}
