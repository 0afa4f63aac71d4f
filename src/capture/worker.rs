//! One reader of pieces: from records to the events of a [`Batch`].

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};
use twox_hash::XxHash3_64;

use super::batch::{Batch, Event, EventKind, NewQuery, SessionInfo};
use super::detect::Format;
use super::interpret::{Meaning, interpret};
use super::place::Place;
use super::record::Record;
use super::warning::Warning;
use super::{csv, json, stderr};
use crate::sql::{self, Digest, Digester, Fingerprint};

/// Texts that are remembered; when there are more, all are forgotten before the next piece.
const REMEMBERED: usize = 1 << 16;

/// A piece of a file that begins and ends at a record's border.
pub(super) struct Piece {
    pub file: u16,
    pub offset: u64,
    /// Newlines of the file before the piece.
    pub newlines: u64,
    pub bytes: Vec<u8>,
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
}

/// What belongs to the piece at hand.
struct Tables {
    file: u16,
    batch: Batch,
    sessions: FxHashMap<Vec<u8>, u32>,
    /// From a worker's number of tags to the batch's.
    tags: FxHashMap<u32, u32>,
    /// Broken records: where, and what is wrong.
    broken: Vec<(u64, Cow<'static, str>)>,
    /// The time of the last record that had one: a clock that a prefix doesn't show stands still.
    time: i64,
}

impl Worker {
    /// Reads one piece.
    pub(super) fn read(&mut self, piece: &Piece, format: &Format) -> Batch {
        if self.texts.len() >= REMEMBERED {
            self.texts.clear();
            self.tags.clear();
            self.tag_numbers.clear();
        }
        let mut tables = Tables {
            file: piece.file,
            batch: Batch::default(),
            sessions: FxHashMap::default(),
            tags: FxHashMap::default(),
            broken: Vec::new(),
            time: 0,
        };
        let mut broken: Vec<(u64, Cow<'static, str>)> = Vec::new();
        let mut each = |record: Record<'_>| self.record(&record, &mut tables);
        match format {
            Format::Stderr { prefix, tabbed, .. } => {
                let mut stray = |at| broken.push((at, Cow::Borrowed("not a line of the log")));
                stderr::records(
                    &piece.bytes,
                    piece.offset,
                    prefix,
                    *tabbed,
                    &mut each,
                    &mut stray,
                );
            }
            Format::Csv => {
                csv::records(&piece.bytes, piece.offset, &mut each, &mut |at, what| {
                    broken.push((at, Cow::Borrowed(what)));
                });
            }
            Format::Json => {
                json::records(&piece.bytes, piece.offset, &mut each, &mut |at, what| {
                    broken.push((at, Cow::Borrowed(what)));
                });
            }
        }
        tables.broken.append(&mut broken);
        tables.finish(piece)
    }

    fn record(&mut self, record: &Record<'_>, tables: &mut Tables) {
        tables.batch.records += 1;
        if let Some(time) = record.time {
            tables.time = time;
            tables.batch.utc_offset.get_or_insert(record.utc_offset);
        }
        let (kind, tags) = match interpret(record) {
            Meaning::Execution {
                micros,
                sql,
                parameters,
            } => {
                let text = self.text(sql, &mut tables.batch);
                let (fingerprint, values) = (text.digest.fingerprint, values(&text, parameters));
                (
                    EventKind::Execution {
                        fingerprint,
                        values,
                        duration: micros,
                    },
                    text.tags,
                )
            }
            Meaning::Statement { sql, parameters } => {
                let text = self.text(sql, &mut tables.batch);
                let (fingerprint, values) = (text.digest.fingerprint, values(&text, parameters));
                (
                    EventKind::Statement {
                        fingerprint,
                        values,
                    },
                    text.tags,
                )
            }
            Meaning::Error { sql } => {
                let text = (!sql.is_empty()).then(|| self.text(sql, &mut tables.batch));
                (
                    EventKind::Error {
                        fingerprint: text.map(|t| t.digest.fingerprint),
                    },
                    text.and_then(|t| t.tags),
                )
            }
            Meaning::Duration { micros } => (EventKind::Duration { duration: micros }, None),
            Meaning::Part { .. } | Meaning::Other => return,
            Meaning::Broken(what) => {
                return tables.broken.push((record.offset, Cow::Borrowed(what)));
            }
        };
        let event = Event {
            time: tables.time,
            place: Place {
                file: tables.file,
                offset: record.offset,
            },
            session: tables.session(record),
            tags: tags.map(|number| tables.tag(number, &self.tags)),
            kind,
        };
        tables.batch.events.push(event);
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
                facts: sql::facts(&sql),
                sql,
            });
        }
        let known = Text { digest, tags };
        self.texts.insert(hash, known);
        known
    }
}

/// A hash of a statement's constants and parameters; 0 when it has none.
fn values(text: &Text, parameters: &[u8]) -> u64 {
    let bound = if parameters.is_empty() {
        0
    } else {
        XxHash3_64::oneshot(parameters)
    };
    text.digest.values ^ bound
}

impl Tables {
    fn session(&mut self, record: &Record<'_>) -> u32 {
        if let Some(&known) = self.sessions.get(record.session.as_ref()) {
            return known;
        }
        let number = u32::try_from(self.batch.sessions.len()).unwrap_or(u32::MAX);
        self.sessions.insert(record.session.to_vec(), number);
        let text = |bytes: &[u8]| match bytes {
            b"" | b"[unknown]" => None,
            _ => Some(String::from_utf8_lossy(bytes).into_owned()),
        };
        self.batch.sessions.push(SessionInfo {
            name: String::from_utf8_lossy(&record.session).into_owned(),
            user: text(&record.user),
            database: text(&record.database),
            application: text(&record.application),
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

    /// Gives the broken records their lines.
    fn finish(mut self, piece: &Piece) -> Batch {
        self.broken.sort_by_key(|b| b.0);
        let (mut at, mut line) = (0, piece.newlines + 1);
        for (offset, what) in self.broken {
            let to = usize::try_from(offset - piece.offset)
                .unwrap_or(usize::MAX)
                .min(piece.bytes.len());
            line += memchr::memchr_iter(b'\n', piece.bytes.get(at..to).unwrap_or_default()).count()
                as u64;
            at = to.max(at);
            self.batch.warnings.push(Warning {
                file: piece.file,
                line: Some(line),
                what: what.into_owned(),
            });
        }
        self.batch
    }
}
