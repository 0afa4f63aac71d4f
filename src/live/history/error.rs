//! What can be wrong with the file of snapshots. None of it is mended by throwing anything away.

use std::path::{Path, PathBuf};

/// Why the history can't be used, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The file is no database, or its content is damaged.
    #[error(
        "the history {path} is damaged ({detail}). It was left as it is: move it away to begin a new one, or mend it \
         with `sqlite3 {path} .recover`"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// One snapshot in it is damaged.
    #[error(
        "this snapshot in the history {path} is damaged. Choose another; the others can still be read"
    )]
    DamagedSnapshot {
        /// The file.
        path: PathBuf,
    },
    /// A newer program wrote it.
    #[error(
        "the history {path} was written by a newer pgloupe (form {found}, this one knows {known}). It was left as it \
         is: use the newer pgloupe, or move the file away to begin a new one"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The form that it has.
        found: i64,
        /// The newest form that is known.
        known: i64,
    },
    /// It is a database of another program.
    #[error(
        "{path} is a database of another program. It was left as it is: choose another file for the history"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// There is no such snapshot, perhaps no more.
    #[error("this snapshot is not in the history {path} any more. Choose another")]
    NoSnapshot {
        /// The file.
        path: PathBuf,
    },
    /// The file can't be opened, read or written.
    #[error(
        "the history {path} can't be used: {detail}. Check that the folder may be written to and the disk has room"
    )]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
}

/// SQLite's own numbers.
const CORRUPT: i32 = 11;
const NOT_A_DATABASE: i32 = 26;

impl HistoryError {
    pub(super) fn of(path: &Path, error: &sqlx::Error) -> Self {
        let code = error
            .as_database_error()
            .and_then(|e| e.code()?.parse::<i32>().ok());
        let (path, detail) = (path.to_owned(), error.to_string());
        match code.map(|code| code & 0xff) {
            Some(CORRUPT | NOT_A_DATABASE) => Self::Damaged { path, detail },
            _ => Self::Unusable { path, detail },
        }
    }

    pub(super) fn unusable(path: &Path, error: &dyn std::error::Error) -> Self {
        Self::Unusable {
            path: path.to_owned(),
            detail: error.to_string(),
        }
    }
}
