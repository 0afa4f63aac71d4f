//! Snapshots kept in a local file, so that yesterday can be compared with today.
//!
//! The file is a SQLite database that is readable by its owner only. It has the numbers of statements, their texts as
//! [`Text`](super::statements::Text) has them, and the names of databases and roles; of the connection nothing but what the caller calls it by.
//!
//! | file | what it knows |
//! |---|---|
//! | `open` | [`History::open`]: the file, its form, and what it may not be |
//! | `body` | the rows of a snapshot as bytes |
//! | `shared` | texts and names |
//! | `error` | [`HistoryError`] |

mod body;
mod error;
mod open;
mod shared;
#[cfg(test)]
mod tests;

pub use error::HistoryError;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashMap;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection as _, Row as _};
use tokio::runtime::Runtime;

use super::statements::{Columns, Header, Hidden, Names, Snapshot, Texts};
use shared::{forget_texts, load_names, load_texts, numbers, put_names, text_number};

/// The file of snapshots. It blocks, so it belongs on a thread of its own.
#[derive(Debug)]
pub struct History {
    runtime: Runtime,
    connection: SqliteConnection,
    path: PathBuf,
    /// The numbers of texts that the file is known to have, by their hashes; right as long as nobody else has written
    /// since.
    texts: FxHashMap<u128, i64>,
    /// What tells whether somebody else has.
    version: i64,
}

/// A snapshot in the file, without its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// Where and when it was taken.
    pub header: Header,
    /// Statements in it.
    pub rows: u64,
    /// Statements that were hidden.
    pub hidden: Hidden,
    /// Bytes that its numbers take in the file.
    pub bytes: u64,
}

/// A snapshot with its texts and names.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The numbers.
    pub snapshot: Snapshot,
    /// The texts.
    pub texts: Texts,
    /// The names.
    pub names: Names,
}

type Result<T> = std::result::Result<T, HistoryError>;

impl History {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes the file, and waits until all of it is in one piece. Merely to drop it loses nothing either.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn close(self) -> Result<()> {
        let Self {
            runtime,
            connection,
            path,
            ..
        } = self;
        let closed = runtime.block_on(connection.close());
        closed.map_err(|error| HistoryError::of(&path, &error))
    }

    /// Keeps a snapshot of `target`, which is what the connection is called by. Returns its number.
    ///
    /// # Errors
    /// When the file can't be written; it is as before then.
    pub fn record(
        &mut self,
        target: &str,
        snapshot: &Snapshot,
        texts: &Texts,
        names: &Names,
    ) -> Result<i64> {
        let path = self.path.clone();
        let json = |error: &serde_json::Error| HistoryError::unusable(&path, error);
        let header = serde_json::to_string(&snapshot.header).map_err(|e| json(&e))?;
        let columns = serde_json::to_string(&snapshot.columns).map_err(|e| json(&e))?;
        let hidden = serde_json::to_string(&snapshot.hidden).map_err(|e| json(&e))?;
        let Self {
            runtime,
            connection,
            texts: known,
            version,
            ..
        } = self;
        let result = runtime.block_on(async {
            let now: i64 = sqlx::query_scalar("PRAGMA data_version")
                .fetch_one(&mut *connection)
                .await?;
            if *version != now {
                known.clear();
                *version = now;
            }
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
            let found = numbers(&mut transaction, snapshot, texts, known).await?;
            put_names(&mut transaction, target, snapshot, names).await?;
            let rows: Vec<body::Stored> = snapshot
                .rows
                .iter()
                .map(|row| (row.clone(), text_number(texts, row, &found)))
                .collect();
            let body = body::write(&snapshot.columns, &rows)?;
            let id: i64 = sqlx::query_scalar(
                "INSERT INTO snapshot (target, recorded_at, header, columns, hidden, rows, body) \
                 VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            )
            .bind(target)
            .bind(micros_now())
            .bind(header)
            .bind(columns)
            .bind(hidden)
            .bind(i64::try_from(rows.len()).unwrap_or(i64::MAX))
            .bind(body)
            .fetch_one(&mut *transaction)
            .await?;
            transaction.commit().await?;
            // Only what is in the file for good is remembered.
            known.extend(found);
            Ok::<i64, sqlx::Error>(id)
        });
        result.map_err(|error| HistoryError::of(&path, &error))
    }

    /// The snapshots of a target, the newest first.
    ///
    /// # Errors
    /// When the file can't be read. A snapshot whose head can't be read is left out.
    pub fn list(&mut self, target: &str) -> Result<Vec<Entry>> {
        let rows = self.run(async |connection| {
            sqlx::query(
                "SELECT id, header, hidden, rows, length(body) AS bytes FROM snapshot WHERE target = ? \
                 ORDER BY id DESC",
            )
            .bind(target)
            .fetch_all(connection)
            .await
        })?;
        Ok(rows.iter().filter_map(entry).collect())
    }

    /// The targets that have snapshots.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn targets(&mut self) -> Result<Vec<String>> {
        self.run(async |connection| {
            sqlx::query_scalar("SELECT DISTINCT target FROM snapshot ORDER BY target")
                .fetch_all(connection)
                .await
        })
    }

    /// A snapshot with its texts and names.
    ///
    /// # Errors
    /// When it isn't there, is damaged, or the file can't be read.
    pub fn load(&mut self, id: i64) -> Result<Loaded> {
        let path = self.path.clone();
        let damaged = || HistoryError::DamagedSnapshot { path: path.clone() };
        let row = self.run(async |connection| {
            sqlx::query("SELECT target, header, columns, hidden, body FROM snapshot WHERE id = ?")
                .bind(id)
                .fetch_optional(connection)
                .await
        })?;
        let row = row.ok_or_else(|| HistoryError::NoSnapshot { path: path.clone() })?;
        let target: String = row.try_get("target").map_err(|_| damaged())?;
        let columns: Columns = json(&row, "columns").ok_or_else(damaged)?;
        let body: Vec<u8> = row.try_get("body").map_err(|_| damaged())?;
        let stored = body::read(&columns, &body).ok_or_else(damaged)?;
        let numbers: Vec<i64> = stored.iter().map(|(_, text)| *text).collect();
        let (texts, names) = self.run(async |connection| {
            let texts = load_texts(connection, &numbers).await?;
            Ok((texts, load_names(connection, &target).await?))
        })?;
        let mut known = Texts::default();
        for (row, number) in &stored {
            known.put(row.key.into(), texts.get(number).cloned());
        }
        Ok(Loaded {
            snapshot: Snapshot {
                header: json(&row, "header").ok_or_else(damaged)?,
                hidden: json(&row, "hidden").ok_or_else(damaged)?,
                columns,
                rows: stored.into_iter().map(|(row, _)| row).collect(),
            },
            texts: known,
            names,
        })
    }

    /// Forgets what was recorded longer ago than `retention`, and texts that nothing needs any more. Returns how many
    /// snapshots went.
    ///
    /// # Errors
    /// When the file can't be written; it is as before then.
    pub fn prune(&mut self, retention: Duration) -> Result<u64> {
        let oldest = micros_now()
            .saturating_sub_unsigned(u64::try_from(retention.as_micros()).unwrap_or(u64::MAX));
        self.texts.clear();
        self.run(async |connection| {
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
            let gone = sqlx::query("DELETE FROM snapshot WHERE recorded_at < ?")
                .bind(oldest)
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            if gone > 0 {
                forget_texts(&mut transaction).await?;
                sqlx::query("DELETE FROM name WHERE target NOT IN (SELECT target FROM snapshot)")
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await?;
            if gone > 0 {
                sqlx::query("PRAGMA incremental_vacuum")
                    .execute(connection)
                    .await?;
            }
            Ok(gone)
        })
    }

    fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> std::result::Result<T, sqlx::Error>,
    ) -> Result<T> {
        let Self {
            runtime,
            connection,
            path,
            ..
        } = self;
        let result = runtime.block_on(work(connection));
        result.map_err(|error| HistoryError::of(path, &error))
    }
}

fn micros_now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

fn json<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> Option<T> {
    let text: String = row.try_get(column).ok()?;
    serde_json::from_str(&text).ok()
}

fn entry(row: &SqliteRow) -> Option<Entry> {
    let number = |column| u64::try_from(row.try_get::<i64, _>(column).ok()?).ok();
    Some(Entry {
        id: row.try_get("id").ok()?,
        header: json(row, "header")?,
        hidden: json(row, "hidden")?,
        rows: number("rows")?,
        bytes: number("bytes")?,
    })
}
