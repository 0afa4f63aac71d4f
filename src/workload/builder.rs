//! Puts the batches of a capture together: one table of queries, sessions and tags, one row an execution.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::assemble::{Parts, assemble};
use super::client::Client;
use super::executions::{Execution, MAX_EXECUTIONS};
use super::ids::{ExecutionId, QueryId, SessionId, TagsId};
use super::join::{Joined, Joiner, Outcome};
use super::occurrence::Occurrence;
use super::query::{Query, Stats};
use super::request::{Session, Tags};
use super::{CaptureSummary, FileSummary, Workload, tags};
use crate::capture::{Batch, EventKind, NewQuery, QueryTotals, UNKNOWN_TIME, Warning};
use crate::sql::Fingerprint;

/// The longest pause, in microseconds, that a run of statements outside transactions goes on over.
pub const DEFAULT_GAP: i64 = 50_000;

/// Takes batches in the order of the capture and makes a [`Workload`] of them, at any time.
#[derive(Debug)]
pub struct Builder {
    tables: Tables,
    joiner: Joiner,
    client: Client,
    /// The time of the last event that had one, 0 before: a clock that a prefix doesn't show stands still.
    clock: i64,
    /// Whether a record has told the zone of the capture's clock.
    zoned: bool,
    /// Whether a zone could not be read.
    zone_unknown: bool,
}

/// What is gathered, with the names that things have in it.
#[derive(Debug)]
pub(super) struct Tables {
    pub parts: Parts,
    gap: i64,
    queries: FxHashMap<Fingerprint, QueryId>,
    sessions: FxHashMap<String, SessionId>,
    tags: FxHashMap<Tags, TagsId>,
    too_many: u64,
}

impl Builder {
    /// An empty workload of `capture`; `gap` is the longest pause, in microseconds, within a run of statements
    /// that no transaction or tag holds together.
    #[must_use]
    pub fn new(capture: CaptureSummary, gap: i64) -> Self {
        Self {
            tables: Tables {
                parts: Parts {
                    capture,
                    ..Parts::default()
                },
                gap,
                queries: FxHashMap::default(),
                sessions: FxHashMap::default(),
                tags: FxHashMap::default(),
                too_many: 0,
            },
            joiner: Joiner::default(),
            client: Client::default(),
            clock: 0,
            zoned: false,
            zone_unknown: false,
        }
    }

    /// How many executions there are so far.
    #[must_use]
    pub fn executions(&self) -> usize {
        self.tables.parts.executions.len()
    }

    /// Says anew which files the capture has.
    pub fn set_files(&mut self, files: Vec<FileSummary>) {
        self.tables.parts.capture.files = files;
    }

    /// Adds the next batch.
    pub fn add(&mut self, batch: Batch) {
        let tables = &mut self.tables;
        let capture = &mut tables.parts.capture;
        if let Some(offset) = batch.utc_offset.filter(|_| !self.zoned) {
            capture.utc_offset = offset;
            self.zoned = true;
        }
        self.zone_unknown |= batch.zone_unknown;
        capture.events += batch.records;
        capture.warnings.append(batch.warnings);
        for query in batch.queries {
            tables.query(query);
        }
        for totals in &batch.totals {
            tables.totals(totals);
        }
        let sessions: Vec<SessionId> = batch
            .sessions
            .into_iter()
            .map(|info| tables.session(info))
            .collect();
        let tags: Vec<Option<TagsId>> = batch.tags.iter().map(|pairs| tables.tag(pairs)).collect();
        tables.parts.cached += batch.cached;
        let (served, lines) = (batch.served, batch.source_lines);
        self.client.note(&served, &batch.events);
        for mut event in batch.events {
            if event.time == UNKNOWN_TIME {
                // What has no time of its own is laid end to end.
                let took = match event.kind {
                    EventKind::Logged { duration, .. } => duration.unwrap_or(0),
                    _ => 0,
                };
                event.time = self.clock.saturating_add_unsigned(took);
            }
            self.clock = event.time;
            let Some(&session) = sessions.get(event.session as usize) else {
                continue;
            };
            let tags = event
                .tags
                .and_then(|t| tags.get(t as usize).copied().flatten());
            if self
                .client
                .take(session, &event, tags, &served, &lines, tables)
            {
                continue;
            }
            match event.kind {
                EventKind::Error {
                    fingerprint: Some(fingerprint),
                } => tables.failed(fingerprint),
                EventKind::Notable(what) => {
                    tables.parts.occurrences.push(Occurrence {
                        time: event.time,
                        place: event.place,
                        session,
                        what,
                    });
                }
                _ => {}
            }
            if !matches!(event.kind, EventKind::Notable(_)) {
                tables.activate(session);
            }
            self.joiner
                .take(session, &event, tags, &mut |outcome| tables.settle(outcome));
        }
    }

    /// The workload so far.
    #[must_use]
    pub fn preview(&self) -> Workload {
        let mut parts = self.tables.parts.clone();
        self.client.finish(&mut parts);
        assemble(parts, self.tables.gap)
    }

    /// The whole workload.
    #[must_use]
    pub fn finish(mut self) -> Workload {
        let mut tables = self.tables;
        self.joiner.finish(&mut |outcome| tables.settle(outcome));
        let never_timed = self.joiner.never_timed;
        self.client.finish(&mut tables.parts);
        let cached = tables.parts.cached;
        let warnings = &mut tables.parts.capture.warnings;
        if cached > 0 {
            let what = format!(
                "{cached} statements were answered by the application's own cache and are left out: they never \
                 reached the server"
            );
            warnings.push(Warning {
                file: 0,
                line: None,
                what,
            });
        }
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
        if self.zone_unknown {
            let what = "a time stamp has no zone, or one that isn't known: it is taken for UTC";
            warnings.push(Warning {
                file: 0,
                line: None,
                what: what.to_owned(),
            });
        }
        if tables.too_many > 0 {
            let what = format!(
                "{} executions are more than one workload holds and are left out",
                tables.too_many
            );
            warnings.push(Warning {
                file: 0,
                line: None,
                what,
            });
        }
        assemble(tables.parts, tables.gap)
    }
}

impl Tables {
    /// Writes down what the joiner has settled.
    fn settle(&mut self, outcome: Outcome) -> ExecutionId {
        match outcome {
            Outcome::Execution(joined) => {
                let id = ExecutionId::at(self.parts.executions.len());
                self.push(&joined);
                id
            }
            Outcome::Fetched { of, steps } => {
                self.parts.executions.add_steps(of, steps);
                of
            }
            Outcome::Planned { of, plan } => {
                if let Some(e) = self.parts.executions.get(of) {
                    self.parts.plans.push(e.place, plan);
                }
                of
            }
        }
    }

    fn push(&mut self, joined: &Joined) {
        self.record(joined, true);
    }

    /// Writes an execution down, and gives its query.
    pub(super) fn record(&mut self, joined: &Joined, timed: bool) -> Option<QueryId> {
        let query = *self.queries.get(&joined.ran.fingerprint)?;
        if let Some(tags) = joined.tags {
            self.ignore(query, tags);
        }
        if self.parts.executions.len() >= MAX_EXECUTIONS {
            self.too_many += 1;
            return None;
        }
        if joined.ran.offset > 0 {
            let offset = joined.ran.offset;
            self.parts.executions.set_offset(joined.place, offset);
        }
        self.parts.push(
            Execution {
                start: joined.end.saturating_sub_unsigned(joined.duration),
                duration: joined.duration,
                timed,
                steps: joined.steps,
                query,
                session: joined.session,
                place: joined.place,
                values: short(joined.ran.constants ^ joined.ran.parameters),
            },
            joined.tags,
        );
        Some(query)
    }

    /// Notes what a comment tells rules to be silent about.
    fn ignore(&mut self, query: QueryId, tags: TagsId) {
        let ignore = self
            .parts
            .tags
            .get(tags.index())
            .and_then(|t| t.ignore.as_ref());
        if let (Some(rule), Some(query)) = (ignore, self.parts.queries.get_mut(query.index()))
            && !query.ignored.contains(rule)
        {
            query.ignored.push(rule.clone());
        }
    }

    pub(super) fn activate(&mut self, session: SessionId) {
        if let Some(session) = self.parts.sessions.get_mut(session.index()) {
            session.active = true;
        }
    }

    fn failed(&mut self, fingerprint: Fingerprint) {
        let query = self.queries.get(&fingerprint);
        if let Some(query) = query.and_then(|q| self.parts.queries.get_mut(q.index())) {
            query.stats.errors += 1;
        }
    }

    fn totals(&mut self, totals: &QueryTotals) {
        let query = self.queries.get(&totals.fingerprint);
        if let Some(query) = query.and_then(|q| self.parts.queries.get_mut(q.index())) {
            query.stats.add(totals);
            query.row.get_or_insert(totals.place);
        }
    }

    fn query(&mut self, new: NewQuery) {
        self.queries.entry(new.fingerprint).or_insert_with(|| {
            let id = QueryId::at(self.parts.queries.len());
            self.parts.queries.push(Query {
                fingerprint: new.fingerprint,
                kind: new.kind,
                sql: new.sql,
                summary: new.summary,
                facts: OnceLock::new(),
                stats: Stats::default(),
                slowest: None,
                called_from: Vec::new(),
                ignored: Vec::new(),
                row: None,
            });
            id
        });
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
                active: false,
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
        tags::read(pairs).map(|found| self.tags_id(found))
    }

    /// The number of these tags.
    pub(super) fn tags_id(&mut self, tags: Tags) -> TagsId {
        let list = &mut self.parts.tags;
        *self.tags.entry(tags).or_insert_with_key(|tags| {
            list.push(tags.clone());
            TagsId::at(list.len() - 1)
        })
    }
}

/// 24 bits of a hash; never 0 unless the hash is, for 0 says that there are no values.
fn short(hash: u64) -> u32 {
    let bits = (hash >> 40) as u32;
    if bits == 0 && hash != 0 { 1 } else { bits }
}
