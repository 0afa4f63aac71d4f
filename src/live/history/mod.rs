//! Snapshots kept in a local file, so that yesterday can be compared with today.
//!
//! The file is a SQLite database that is readable by its owner only. It has the numbers of statements, their texts as
//! [`Text`] has them, and the names of databases and roles; of the connection nothing but what the caller calls it by.
//!
//! | file | what it knows |
//! |---|---|
//! | `open` | [`History::open`]: the file, its form, and what it may not be |
//! | `body` | the rows of a snapshot as bytes |
//! | `error` | [`HistoryError`] |

mod body;
mod error;
mod open;
#[cfg(test)]
mod tests;

pub use error::HistoryError;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashMap;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection as _, Row as _};
use tokio::runtime::Runtime;
use twox_hash::XxHash3_64;

use super::statements::{Columns, Header, Hidden, Names, Row, Snapshot, Text, Texts};
use crate::sql::Digester;

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

/// 128 bits: the chance that two texts of a file share them is nothing to think of.
fn hash(text: &Text) -> u128 {
    let half = |seed| u128::from(XxHash3_64::oneshot_with_seed(seed, text.sql.as_bytes()));
    half(0) << 64 | half(1)
}

fn text_number(texts: &Texts, row: &Row, numbers: &FxHashMap<u128, i64>) -> i64 {
    let hash = texts.get(row.key).map(hash);
    hash.and_then(|hash| numbers.get(&hash).copied())
        .unwrap_or(0)
}

/// The numbers of all texts of a snapshot, by their hashes; what the file lacks is put in.
async fn numbers(
    connection: &mut SqliteConnection,
    snapshot: &Snapshot,
    texts: &Texts,
    known: &FxHashMap<u128, i64>,
) -> std::result::Result<FxHashMap<u128, i64>, sqlx::Error> {
    let mut found = FxHashMap::default();
    for text in snapshot.rows.iter().filter_map(|row| texts.get(row.key)) {
        let hash = hash(text);
        if found.contains_key(&hash) {
            continue;
        }
        let number = match known.get(&hash) {
            Some(number) => *number,
            None => {
                sqlx::query_scalar(
                    "INSERT INTO text (hash, sql, bytes, cut) VALUES (?, ?, ?, ?) \
                     ON CONFLICT (hash) DO UPDATE SET bytes = excluded.bytes RETURNING id",
                )
                .bind(hash.to_be_bytes().to_vec())
                .bind(&*text.sql)
                .bind(i64::try_from(text.bytes).unwrap_or(i64::MAX))
                .bind(text.cut)
                .fetch_one(&mut *connection)
                .await?
            }
        };
        found.insert(hash, number);
    }
    Ok(found)
}

async fn put_names(
    connection: &mut SqliteConnection,
    target: &str,
    snapshot: &Snapshot,
    names: &Names,
) -> std::result::Result<(), sqlx::Error> {
    let mut used: Vec<(bool, i64)> = snapshot
        .rows
        .iter()
        .flat_map(|row| [(false, row.key.database), (true, row.key.user)])
        .collect();
    used.sort_unstable();
    used.dedup();
    for (role, number) in used {
        let list = if role { &names.roles } else { &names.databases };
        let Some(name) = list.get(&number) else {
            continue;
        };
        sqlx::query(
            "INSERT INTO name (target, role, number, name) VALUES (?, ?, ?, ?) \
             ON CONFLICT DO UPDATE SET name = excluded.name WHERE name <> excluded.name",
        )
        .bind(target)
        .bind(role)
        .bind(number)
        .bind(&**name)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// How many numbers are asked for in one statement: SQLite takes some 32,000.
const AT_ONCE: usize = 10_000;

async fn load_texts(
    connection: &mut SqliteConnection,
    numbers: &[i64],
) -> std::result::Result<FxHashMap<i64, Text>, sqlx::Error> {
    let mut digester = Digester::default();
    let mut texts = FxHashMap::default();
    for some in numbers.chunks(AT_ONCE) {
        // Numbers in a list of JSON: one parameter, however many there are.
        let list = serde_json::to_string(some).unwrap_or_default();
        let rows = sqlx::query(
            "SELECT id, sql, bytes, cut FROM text WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(list)
        .fetch_all(&mut *connection)
        .await?;
        for row in rows {
            let bytes: i64 = row.try_get("bytes")?;
            let sql: &str = row.try_get("sql")?;
            let text = Text {
                cut: row.try_get("cut")?,
                ..Text::new(sql, u64::try_from(bytes).unwrap_or(0), &mut digester)
            };
            texts.insert(row.try_get("id")?, text);
        }
    }
    Ok(texts)
}

async fn load_names(
    connection: &mut SqliteConnection,
    target: &str,
) -> std::result::Result<Names, sqlx::Error> {
    let rows = sqlx::query("SELECT role, number, name FROM name WHERE target = ?")
        .bind(target)
        .fetch_all(connection)
        .await?;
    let mut names = Names::default();
    for row in rows {
        let role: bool = row.try_get("role")?;
        let list = if role {
            &mut names.roles
        } else {
            &mut names.databases
        };
        let name: String = row.try_get("name")?;
        list.insert(row.try_get("number")?, Arc::from(name));
    }
    Ok(names)
}

/// Forgets the texts that no snapshot has. Should one be unreadable, none is forgotten: it might need them.
async fn forget_texts(connection: &mut SqliteConnection) -> std::result::Result<(), sqlx::Error> {
    let mut used = rustc_hash::FxHashSet::default();
    let ids: Vec<i64> = sqlx::query_scalar("SELECT id FROM snapshot")
        .fetch_all(&mut *connection)
        .await?;
    for id in ids {
        let row = sqlx::query("SELECT columns, body FROM snapshot WHERE id = ?")
            .bind(id)
            .fetch_one(&mut *connection)
            .await?;
        let body: Vec<u8> = row.try_get("body")?;
        let stored = json(&row, "columns").and_then(|columns| body::read(&columns, &body));
        let Some(stored) = stored else { return Ok(()) };
        used.extend(stored.iter().map(|(_, text)| *text));
    }
    let mut used: Vec<i64> = used.into_iter().collect();
    used.sort_unstable();
    sqlx::query("DELETE FROM text WHERE id NOT IN (SELECT value FROM json_each(?))")
        .bind(serde_json::to_string(&used).unwrap_or_default())
        .execute(connection)
        .await?;
    Ok(())
}
