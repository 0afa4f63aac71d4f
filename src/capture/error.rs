//! What can go wrong with a capture as a whole. Every message says what, where, and what to do.

use std::io;
use std::path::PathBuf;

/// Why a capture, or one file of it, can't be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// No file was named.
    #[error("no file was given. Name one or more PostgreSQL logs")]
    NoInput,
    /// More files than places can count.
    #[error("{0} files are more than one capture can hold (65,535). Open them in parts")]
    TooManyFiles(usize),
    /// The file can't be opened.
    #[error("{} can't be opened: {}. {}", .path.display(), describe(.source), remedy(.source))]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder was named.
    #[error("{} is a folder. Name the log files in it", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// The file has no bytes.
    #[error("{} is empty. Check that the server logs to this file, and that log_min_duration_statement is 0 or more", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is packed and can't be unpacked.
    #[error("{} can't be unpacked: {}. Unpack it with its own tool to see how much of it is whole", .path.display(), describe(.source))]
    Unpack {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: io::Error,
    },
    /// Nothing in the file looks like a record of a PostgreSQL log.
    #[error("{} is not a PostgreSQL log that pgloupe can read: {why}", .path.display())]
    NotALog {
        /// The file.
        path: PathBuf,
        /// What was found in place of one, and what to do.
        why: String,
    },
    /// Reading stopped with an error of the system.
    #[error("{} can't be read on from byte {offset}: {}. Open it again", .path.display(), describe(.source))]
    Read {
        /// The file.
        path: PathBuf,
        /// How far reading came.
        offset: u64,
        /// What the system said.
        source: io::Error,
    },
    /// The file no longer holds what was read from it.
    #[error("{} has changed since it was opened: there is no record at byte {offset} any more. Open it again", .path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// Where the record stood.
        offset: u64,
    },
    /// The `log_line_prefix` given can't be used.
    #[error("the prefix '{prefix}' can't be used: {why}")]
    Prefix {
        /// As it was given.
        prefix: String,
        /// What is wrong with it.
        why: String,
    },
    /// A worker of the reader stopped without finishing.
    #[error(
        "reading stopped because of a mistake in pgloupe: {0}. Please report it with the line of the log if you can"
    )]
    Worker(String),
    /// The one who waited asked to stop.
    #[error("reading was cancelled")]
    Cancelled,
}

/// The system's words without its error number.
fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you have no permission to read it".to_owned(),
        io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
        _ => error.to_string(),
    }
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "Check the path",
        io::ErrorKind::PermissionDenied => {
            "Copy it to where you can read it, or run pgloupe as a user who can"
        }
        _ => "Try again, or copy the file to a local disk first",
    }
}
