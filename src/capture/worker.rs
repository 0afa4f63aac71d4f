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

/// Texts whose digest is remembered; when there are more, they are forgotten all at once.
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
    /// Digests by a hash of the text: prepared statements come again letter by letter.
    digests: FxHashMap<u64, Digest>,
    known: FxHashSet<Fingerprint>,
}

/// What belongs to the piece at hand.
struct Tables {
    file: u16,
    batch: Batch,
    sessions: FxHashMap<Vec<u8>, u32>,
    tags: FxHashMap<Vec<(String, String)>, u32>,
    /// Broken records: where, and what is wrong.
    broken: Vec<(u64, Cow<'static, str>)>,
    /// The time of the last record that had one: a clock that a prefix doesn't show stands still.
    time: i64,
}

impl Worker {
    /// Reads one piece.
    pub(super) fn read(&mut self, piece: &Piece, format: &Format) -> Batch {
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
                stderr::records(&piece.bytes, piece.offset, prefix, *tabbed, &mut each, &mut stray);
            }
            Format::Csv => {
                csv::records(&piece.bytes, piece.offset, &mut each, &mut |at, what| broken.push((at, Cow::Borrowed(what))));
            }
            Format::Json => {
                json::records(&piece.bytes, piece.offset, &mut each, &mut |at, what| broken.push((at, Cow::Borrowed(what))));
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
        let (kind, sql) = match interpret(record) {
            Meaning::Execution { micros, sql, parameters } => {
                let (fingerprint, values) = self.digest(sql, parameters, &mut tables.batch);
                (EventKind::Execution { fingerprint, values, duration: micros }, sql)
            }
            Meaning::Statement { sql, parameters } => {
                let (fingerprint, values) = self.digest(sql, parameters, &mut tables.batch);
                (EventKind::Statement { fingerprint, values }, sql)
            }
            Meaning::Error { sql } => {
                let fingerprint = (!sql.is_empty()).then(|| self.digest(sql, b"", &mut tables.batch).0);
                (EventKind::Error { fingerprint }, sql)
            }
            Meaning::Duration { micros } => (EventKind::Duration { duration: micros }, &b""[..]),
            Meaning::Part { .. } | Meaning::Other => return,
            Meaning::Broken(what) => return tables.broken.push((record.offset, Cow::Borrowed(what))),
        };
        let event = Event {
            time: tables.time,
            place: Place { file: tables.file, offset: record.offset },
            session: tables.session(record),
            tags: tables.tags(sql),
            kind,
        };
        tables.batch.events.push(event);
    }

    /// The fingerprint of a statement and a hash of its constants and parameters.
    fn digest(&mut self, text: &[u8], parameters: &[u8], batch: &mut Batch) -> (Fingerprint, u64) {
        let hash = XxHash3_64::oneshot(text);
        let digest = if let Some(digest) = self.digests.get(&hash) {
            *digest
        } else {
            let digest = self.digester.digest(text);
            if self.digests.len() >= REMEMBERED {
                self.digests.clear();
            }
            self.digests.insert(hash, digest);
            digest
        };
        if self.known.insert(digest.fingerprint) {
            let sql = sql::normalise(text);
            batch.queries.push(NewQuery {
                fingerprint: digest.fingerprint,
                kind: digest.kind,
                summary: sql::summary(&sql),
                facts: sql::facts(&sql),
                sql,
            });
        }
        let bound = if parameters.is_empty() { 0 } else { XxHash3_64::oneshot(parameters) };
        (digest.fingerprint, digest.values ^ bound)
    }
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

    fn tags(&mut self, sql: &[u8]) -> Option<u32> {
        // Tags stand in a comment at either end; most statements have none, and this is asked of each.
        let ends = sql.trim_ascii();
        if !ends.starts_with(b"/*") && !ends.trim_ascii_end().ends_with(b"*/") && !ends.ends_with(b"*/;") {
            return None;
        }
        let found = sql::tags(sql);
        if found.is_empty() {
            return None;
        }
        if let Some(&known) = self.tags.get(&found) {
            return Some(known);
        }
        let number = u32::try_from(self.batch.tags.len()).unwrap_or(u32::MAX);
        self.batch.tags.push(found.clone());
        self.tags.insert(found, number);
        Some(number)
    }

    /// Gives the broken records their lines.
    fn finish(mut self, piece: &Piece) -> Batch {
        self.broken.sort_by_key(|b| b.0);
        let (mut at, mut line) = (0, piece.newlines + 1);
        for (offset, what) in self.broken {
            let to = usize::try_from(offset - piece.offset).unwrap_or(usize::MAX).min(piece.bytes.len());
            line += memchr::memchr_iter(b'\n', piece.bytes.get(at..to).unwrap_or_default()).count() as u64;
            at = to.max(at);
            self.batch.warnings.push(Warning { file: piece.file, line: Some(line), what: what.into_owned() });
        }
        self.batch
    }
}
