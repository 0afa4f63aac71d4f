//! Opens the file of snapshots, or makes one. What it may not touch it leaves as it is.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::time::Duration;

use rustc_hash::FxHashMap;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use tokio::runtime::Builder;

use super::error::HistoryError;
use super::{History, Result};

/// What tells our files from those of others: `pglo`.
const APPLICATION: i64 = 0x7067_6c6f;
/// The form of the file. It rises when older programs would misread newer files.
const FORM: i64 = 1;

const SCHEMA: &str = "\
    CREATE TABLE snapshot (id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, recorded_at INTEGER NOT NULL, \
     header TEXT NOT NULL, columns TEXT NOT NULL, hidden TEXT NOT NULL, rows INTEGER NOT NULL, body BLOB NOT NULL); \
    CREATE INDEX snapshot_target ON snapshot (target, id); \
    CREATE TABLE text (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, sql TEXT NOT NULL, bytes INTEGER NOT NULL, \
     cut INTEGER NOT NULL); \
    CREATE TABLE name (target TEXT NOT NULL, role INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, \
     PRIMARY KEY (target, role, number)) WITHOUT ROWID;";

/// How long to wait for another window that writes.
const PATIENCE: Duration = Duration::from_secs(5);

impl History {
    /// Opens the file, which is made with its folder if it isn't there.
    ///
    /// # Errors
    /// When it can't be opened, is damaged, is of a newer program or of another one. It is left as it is.
    pub fn open(path: &Path) -> Result<Self> {
        make(path).map_err(|error| HistoryError::unusable(path, &error))?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| HistoryError::unusable(path, &error))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .busy_timeout(PATIENCE)
            .disable_statement_logging();
        let opened = runtime.block_on(async {
            let mut connection = options.connect().await?;
            let state = prepare(&mut connection).await?;
            Ok((connection, state))
        });
        let (connection, state) = opened.map_err(|error| HistoryError::of(path, &error))?;
        match state {
            State::Ours => {}
            State::Newer(found) => {
                return Err(HistoryError::Newer {
                    path: path.to_owned(),
                    found,
                    known: FORM,
                });
            }
            State::Foreign => {
                return Err(HistoryError::Foreign {
                    path: path.to_owned(),
                });
            }
        }
        Ok(Self {
            runtime,
            connection,
            path: path.to_owned(),
            texts: FxHashMap::default(),
            version: 0,
        })
    }
}

/// Makes an empty file that nobody else may read: texts of statements are nobody else's business.
fn make(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

enum State {
    Ours,
    Newer(i64),
    Foreign,
}

async fn prepare(connection: &mut SqliteConnection) -> std::result::Result<State, sqlx::Error> {
    let tables: i64 = scalar(connection, "SELECT count(*) FROM sqlite_master").await?;
    if tables == 0 {
        // Pages that become free go back to the disk bit by bit; this has to be said before the first table.
        connection
            .execute("PRAGMA auto_vacuum = INCREMENTAL")
            .await?;
    } else {
        let application = scalar(connection, "PRAGMA application_id").await?;
        let form = scalar(connection, "PRAGMA user_version").await?;
        match (application, form) {
            (APPLICATION, FORM) => {}
            (APPLICATION, form) if form > FORM => return Ok(State::Newer(form)),
            _ => return Ok(State::Foreign),
        }
    }
    connection.execute("PRAGMA journal_mode = WAL").await?;
    connection.execute("PRAGMA synchronous = NORMAL").await?;
    if tables == 0 {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        // Another window may have been quicker.
        let tables: i64 = scalar(&mut transaction, "SELECT count(*) FROM sqlite_master").await?;
        if tables == 0 {
            transaction.execute(SCHEMA).await?;
            let mark =
                format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORM}");
            transaction.execute(AssertSqlSafe(mark)).await?;
        }
        transaction.commit().await?;
    }
    Ok(State::Ours)
}

async fn scalar(
    connection: &mut SqliteConnection,
    sql: &'static str,
) -> std::result::Result<i64, sqlx::Error> {
    sqlx::query_scalar(sql).fetch_one(connection).await
}
