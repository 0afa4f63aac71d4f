//! One reader of pieces: from records to the events of a [`Batch`].

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};
use twox_hash::XxHash3_64;

use super::batch::{
    Batch, Broken, Event, EventKind, NewQuery, QueryTotals, Ran, ServedEvent, SessionInfo,
    UNKNOWN_TIME,
};
use super::client;
use super::detect::Format;
use super::interpret::{self, Meaning, interpret};
use super::notable::{Class, Notable};
use super::origins::Origins;
use super::pgbouncer::{self, PoolEvent, Pooled};
use super::place::Place;
use super::record::Record;
use super::records::records;
use super::totals::{self, Totals};
use super::wrap::Origin;
use crate::sql::{self, Digest, Digester, Fingerprint, Kind, Offset};

/// Texts that are remembered; when there are more, all are forgotten before the next piece.
const REMEMBERED: usize = 1 << 16;

/// A piece of a file that begins and ends at a record's border.
pub(super) struct Piece {
    pub file: u16,
    /// Where it begins in the file; 0 when it was wrapped.
    pub offset: u64,
    pub bytes: Vec<u8>,
    /// Bytes of the file that were read for it.
    pub consumed: u64,
    /// Where the bytes come from, when they were wrapped.
    pub origins: Vec<Origin>,
    /// What the wrapper could not read.
    pub broken: Vec<Broken>,
}

/// Reads pieces, and keeps what is worth keeping from one to the next.
#[derive(Default)]
pub(super) struct Worker {
    digester: Digester,
    /// What is known of a text, by a hash of it: prepared statements come again letter by letter.
    texts: FxHashMap<u64, Text>,
    /// Tags by their number in [`Text::tags`].
    tags: Vec<Tags>,
    tag_numbers: FxHashMap<Tags, u32>,
    queries: FxHashSet<Fingerprint>,
}

type Tags = Vec<(String, String)>;

/// What is known of a statement's text.
#[derive(Clone, Copy)]
struct Text {
    digest: Digest,
    tags: Option<u32>,
    offset: Option<sql::Offset>,
}

/// Where and when something was said.
pub(super) struct At<'a> {
    /// In bytes of the log.
    pub offset: u64,
    /// In microseconds since 1970-01-01 UTC.
    pub time: Option<i64>,
    pub session: &'a [u8],
}

/// What belongs to the piece at hand.
pub(super) struct Tables<'a> {
    pub file: u16,
    pub batch: Batch,
    origins: Origins<'a>,
    sessions: FxHashMap<Vec<u8>, u32>,
    /// Rows of an export whose text is hidden.
    hidden: u64,
    /// From a worker's number of tags to the batch's.
    tags: FxHashMap<u32, u32>,
    /// Tags that no text has by itself.
    own_tags: FxHashMap<Tags, u32>,
    lines_of_source: FxHashMap<String, u32>,
}

impl Worker {
    /// Reads one piece.
    pub(super) fn read(&mut self, mut piece: Piece, format: &Format) -> Batch {
        let own = std::mem::take(&mut piece.broken);
        if self.texts.len() >= REMEMBERED {
            self.texts.clear();
            self.tags.clear();
            self.tag_numbers.clear();
        }
        let origins = Origins(&piece.origins);
        let mut tables = Tables {
            origins: Origins(&piece.origins),
            file: piece.file,
            batch: Batch {
                broken: own,
                ..Batch::default()
            },
            sessions: FxHashMap::default(),
            hidden: 0,
            tags: FxHashMap::default(),
            own_tags: FxHashMap::default(),
            lines_of_source: FxHashMap::default(),
        };
        let mut broken: Vec<(u64, &'static str)> = Vec::new();
        let mut unread = |at, what| broken.push((at, what));
        match format {
            Format::PgBouncer => {
                let mut stray = |at| unread(at, "not a line of PgBouncer's log");
                pgbouncer::records(
                    &piece.bytes,
                    piece.offset,
                    &mut |pooled| tables.pooled(&pooled, &origins),
                    &mut stray,
                );
            }
            Format::Totals(form) => {
                // Its offsets count from the start of the bytes: a mark may stand before them.
                let base = piece.offset;
                let mut row = |mut row: Totals<'_>| {
                    row.offset += base;
                    self.row(&row, &origins, &mut tables);
                };
                totals::rows(&piece.bytes, *form, &mut row, &mut |at, what| {
                    unread(base + at, what);
                });
                tables.hidden_rows();
            }
            Format::App(log) => {
                self.app(&piece.bytes, piece.offset, *log, &mut tables, &mut unread);
            }
            Format::Trace(form) => {
                self.trace(&piece.bytes, piece.offset, *form, &mut tables, &mut unread);
            }
            Format::Served(form) => {
                client::served(&piece.bytes, piece.offset, *form, &mut tables, &mut unread);
            }
            _ => self.records(&piece, format, &origins, &mut tables, &mut unread),
        }
        for (at, what) in broken {
            let at = origins.offset(at);
            tables.batch.broken.push((Some(at), Cow::Borrowed(what)));
        }
        tables.batch.broken.sort_by_key(|b| b.0);
        tables.batch
    }

    fn records(
        &mut self,
        piece: &Piece,
        format: &Format,
        origins: &Origins<'_>,
        tables: &mut Tables<'_>,
        broken: &mut dyn FnMut(u64, &'static str),
    ) {
        records(
            &piece.bytes,
            piece.offset,
            format,
            &mut |mut record| {
                origins.complete(&mut record);
                self.record(&record, tables);
            },
            broken,
        );
    }

    /// Takes a row of an export of `pg_stat_statements`.
    fn row(&mut self, row: &Totals<'_>, origins: &Origins<'_>, tables: &mut Tables<'_>) {
        tables.batch.records += 1;
        if row.query.is_empty() {
            tables.hidden += 1;
            return;
        }
        let known = self.text(row.query.as_bytes(), &mut tables.batch);
        tables.batch.totals.push(QueryTotals {
            fingerprint: known.digest.fingerprint,
            place: Place {
                file: tables.file,
                offset: origins.offset(row.offset),
            },
            calls: row.calls,
            total: row.total_us.unwrap_or(0),
            min: row.min_us,
            max: row.max_us,
            planning: row.plan_us.unwrap_or(0),
            rows: row.rows,
        });
    }

    /// What ran, with the tags in its comments, by the batch's numbers.
    pub(super) fn ran(
        &mut self,
        sql: &[u8],
        parameters: &[u8],
        tables: &mut Tables<'_>,
    ) -> (Ran, Option<u32>) {
        let known = self.text(sql, &mut tables.batch);
        let ran = Ran {
            fingerprint: known.digest.fingerprint,
            constants: known.digest.values,
            parameters: hash(parameters),
            offset: known.offset.map_or(0, |o| skipped(o, parameters)),
        };
        let tags = known.tags.map(|number| tables.tag(number, &self.tags));
        (ran, tags)
    }

    /// The batch's number of tags, with one more among them.
    #[expect(
        clippy::unused_self,
        reason = "tags of texts are numbered by the worker, these by the batch"
    )]
    pub(super) fn with_tags(
        &self,
        tags: Option<u32>,
        more: [(String, String); 1],
        tables: &mut Tables<'_>,
    ) -> u32 {
        let known = tags.and_then(|number| tables.batch.tags.get(number as usize));
        let mut all = known.cloned().unwrap_or_default();
        all.extend(more);
        tables.own_tags(all)
    }

    fn record(&mut self, record: &Record<'_>, tables: &mut Tables<'_>) {
        tables.batch.records += 1;
        if record.time.is_some() {
            tables.batch.utc_offset.get_or_insert(record.utc_offset);
            tables.batch.zone_unknown |= record.zone_unknown;
        }
        let meaning = interpret(record);
        let mut tags = None;
        let mut ran = |text: &interpret::Text<'_>, tables: &mut Tables<'_>| {
            let (ran, found) = self.ran(&text.sql, &text.parameters, tables);
            tags = found;
            ran
        };
        let kind = match meaning {
            Meaning::Execution {
                micros,
                text,
                plan_follows,
            } => EventKind::Execution {
                ran: ran(&text, tables),
                duration: micros,
                plan_follows,
            },
            Meaning::Part {
                micros,
                text,
                fetch,
            } => EventKind::Part {
                ran: ran(&text, tables),
                duration: micros,
                fetch,
            },
            Meaning::Statement { text, plan_follows } => EventKind::Statement {
                ran: ran(&text, tables),
                plan_follows,
            },
            Meaning::Plan {
                micros,
                text,
                nested,
            } => EventKind::Plan {
                ran: (!nested).then(|| ran(&text, tables)),
                duration: micros,
            },
            Meaning::Duration { micros } => EventKind::Duration { duration: micros },
            Meaning::Error { sql, what } => {
                let text = (!sql.is_empty()).then(|| self.text(sql, &mut tables.batch));
                tables.event(record, EventKind::Notable(what), None);
                tags = text
                    .and_then(|t| t.tags)
                    .map(|number| tables.tag(number, &self.tags));
                let fingerprint = text.map(|t| t.digest.fingerprint);
                return tables.event(record, EventKind::Error { fingerprint }, tags);
            }
            Meaning::Notable(what) => EventKind::Notable(what),
            Meaning::Other => return,
            Meaning::Broken(what) => {
                return tables
                    .batch
                    .broken
                    .push((Some(record.offset), Cow::Borrowed(what)));
            }
        };
        tables.event(record, kind, tags);
    }

    /// What is known of a statement's text; a query that is new goes to the batch.
    fn text(&mut self, text: &[u8], batch: &mut Batch) -> Text {
        let hash = XxHash3_64::oneshot(text);
        if let Some(known) = self.texts.get(&hash) {
            return *known;
        }
        let digest = self.digester.digest(text);
        let found = if digest.has_comment {
            sql::tags(text)
        } else {
            Vec::new()
        };
        let tags = (!found.is_empty()).then(|| {
            *self.tag_numbers.entry(found).or_insert_with_key(|tags| {
                self.tags.push(tags.clone());
                u32::try_from(self.tags.len() - 1).unwrap_or(u32::MAX)
            })
        });
        if self.queries.insert(digest.fingerprint) {
            let sql = sql::normalise(text);
            batch.queries.push(NewQuery {
                fingerprint: digest.fingerprint,
                kind: digest.kind,
                summary: sql::summary(&sql),
                sql,
            });
        }
        let offset = (digest.kind == Kind::Select && says_offset(text))
            .then(|| sql::offset(text))
            .flatten();
        let known = Text {
            digest,
            tags,
            offset,
        };
        self.texts.insert(hash, known);
        known
    }
}

/// A name of a session's, `None` before it is known.
fn name(text: &[u8]) -> Option<String> {
    match text {
        b"" | b"[unknown]" => None,
        _ => Some(String::from_utf8_lossy(text).into_owned()),
    }
}

/// Whether a text may have an OFFSET clause.
fn says_offset(text: &[u8]) -> bool {
    // Both spellings that mappers use; anything else is rare enough to be looked at in full.
    memchr::memmem::find(text, b"OFFSET").is_some()
        || memchr::memmem::find(text, b"offset").is_some()
        || memchr::memmem::find(text, b"Offset").is_some()
}

/// The rows that a statement with these parameters skips; 0 where they don't tell.
fn skipped(offset: Offset, parameters: &[u8]) -> u64 {
    match offset {
        Offset::Rows(rows) => rows,
        Offset::Parameter(number) => {
            let values = interpret::parameter_values(&String::from_utf8_lossy(parameters));
            let value = values.get((number as usize).wrapping_sub(1));
            let value = value.and_then(Option::as_ref).and_then(|v| v.parse().ok());
            value.unwrap_or(0)
        }
    }
}

/// A hash of a list of parameters; 0 when there is none.
fn hash(parameters: &[u8]) -> u64 {
    if parameters.is_empty() {
        0
    } else {
        XxHash3_64::oneshot(parameters)
    }
}

impl Tables<'_> {
    /// Notes something that the application's side says.
    pub(super) fn push(&mut self, at: &At<'_>, kind: EventKind, tags: Option<u32>) {
        let session = self.session_named(at.session);
        self.batch.events.push(Event {
            time: client::time_or_unknown(at.time),
            place: Place {
                file: self.file,
                offset: self.origins.offset(at.offset),
            },
            session,
            tags,
            kind,
        });
    }

    /// Notes a request, and gives its number.
    pub(super) fn served(&mut self, mut served: ServedEvent) -> u32 {
        served.place.offset = self.origins.offset(served.place.offset);
        self.batch.served.push(served);
        u32::try_from(self.batch.served.len() - 1).unwrap_or(u32::MAX)
    }

    /// The number of a line of source.
    pub(super) fn line_of_source(&mut self, line: &str) -> u32 {
        let lines = &mut self.batch.source_lines;
        let at = match self.lines_of_source.get(line) {
            Some(at) => return *at,
            None => u32::try_from(lines.len()).unwrap_or(u32::MAX),
        };
        lines.push(line.to_owned());
        self.lines_of_source.insert(line.to_owned(), at);
        at
    }

    /// The batch's number of tags that are no text's own.
    fn own_tags(&mut self, tags: Tags) -> u32 {
        let list = &mut self.batch.tags;
        *self.own_tags.entry(tags).or_insert_with_key(|tags| {
            list.push(tags.clone());
            u32::try_from(list.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn session_named(&mut self, name: &[u8]) -> u32 {
        if let Some(&known) = self.sessions.get(name) {
            return known;
        }
        let number = u32::try_from(self.batch.sessions.len()).unwrap_or(u32::MAX);
        self.sessions.insert(name.to_vec(), number);
        self.batch.sessions.push(SessionInfo {
            name: String::from_utf8_lossy(name).into_owned(),
            ..SessionInfo::default()
        });
        number
    }

    /// Takes a record of a pool.
    fn pooled(&mut self, pooled: &Pooled<'_>, origins: &Origins<'_>) {
        self.batch.records += 1;
        let (class, amount) = match pooled.what {
            PoolEvent::ClientLogin => (Class::Connection, 0),
            PoolEvent::ClientClosed { age_s, .. } => {
                (Class::Disconnection, age_s.unwrap_or(0) * 1_000_000)
            }
            PoolEvent::WaitTimeout { .. } => (Class::PoolWaitTimeout, 0),
            PoolEvent::TooManyClients => (Class::TooManyConnections, 0),
            PoolEvent::Stats(stats) => match stats.wait_us {
                Some(wait) => (Class::PoolWait, wait),
                None => return,
            },
            PoolEvent::Error(_) => (Class::Error, 0),
            _ => return,
        };
        let mut record = Record {
            offset: pooled.offset,
            time: pooled.time,
            utc_offset: pooled.utc_offset,
            session: pooled.socket.into(),
            user: pooled.user.into(),
            database: pooled.database.into(),
            ..Record::default()
        };
        origins.complete(&mut record);
        let what = Notable {
            class,
            amount,
            sqlstate: None,
        };
        self.event(&record, EventKind::Notable(what), None);
    }

    /// Says how many rows of an export could not be told apart.
    fn hidden_rows(&mut self) {
        if self.hidden > 0 {
            let what = format!(
                "{} rows hide their statements and are left out: export as a member of pg_read_all_stats",
                self.hidden
            );
            self.batch.broken.push((None, Cow::Owned(what)));
        }
    }

    fn event(&mut self, record: &Record<'_>, kind: EventKind, tags: Option<u32>) {
        let event = Event {
            time: record.time.unwrap_or(UNKNOWN_TIME),
            place: Place {
                file: self.file,
                offset: record.offset,
            },
            session: self.session(record),
            tags,
            kind,
        };
        self.batch.events.push(event);
    }

    fn session(&mut self, record: &Record<'_>) -> u32 {
        if let Some(&known) = self.sessions.get(record.session.as_ref()) {
            // A session's first records come before it has said who it is.
            if let Some(info) = self.batch.sessions.get_mut(known as usize)
                && info.user.is_none()
                && !record.user.is_empty()
            {
                info.user = name(&record.user);
                info.database = name(&record.database);
                info.application = name(&record.application);
            }
            return known;
        }
        let number = u32::try_from(self.batch.sessions.len()).unwrap_or(u32::MAX);
        self.sessions.insert(record.session.to_vec(), number);
        self.batch.sessions.push(SessionInfo {
            name: String::from_utf8_lossy(&record.session).into_owned(),
            user: name(&record.user),
            database: name(&record.database),
            application: name(&record.application),
        });
        number
    }

    /// The batch's number of the worker's tags called `number`.
    fn tag(&mut self, number: u32, all: &[Tags]) -> u32 {
        let list = &mut self.batch.tags;
        *self.tags.entry(number).or_insert_with(|| {
            list.push(all.get(number as usize).cloned().unwrap_or_default());
            u32::try_from(list.len() - 1).unwrap_or(u32::MAX)
        })
    }
}
