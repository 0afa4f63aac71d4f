//! What can go wrong with a capture as a whole. Every message says what, where, and what to do.

use std::io;
use std::path::PathBuf;

/// The environment variable that names the folder for temporary files.
const TEMPORARY: &str = if cfg!(windows) { "TMP" } else { "TMPDIR" };

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
    /// A file of an archive is packed in a way that can't be read.
    #[error("{} can't be unpacked: {why}. Unpack the archive with its own tool, and open what comes out", .path.display())]
    Refused {
        /// The archive and the file in it.
        path: PathBuf,
        /// What is in the way.
        why: String,
    },
    /// An archive without a file that could be read.
    #[error("{} holds no log: it has no files, or only empty ones. Check that it was packed whole", .path.display())]
    NothingInside {
        /// The archive.
        path: PathBuf,
    },
    /// The temporary file that a stream is unpacked to can't be written.
    #[error("{} can't be unpacked into the folder {}: {source}. Free room there, or set {TEMPORARY} to a folder that has more", .path.display(), .folder.display())]
    NoRoom {
        /// The packed file or the pipe.
        path: PathBuf,
        /// The folder for temporary files.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Standard input is somebody's keyboard.
    #[error(
        "nothing was piped in: standard input is a terminal. Pipe a log into pgloupe, as in: ssh server cat postgresql.log | pgloupe -"
    )]
    Terminal,
    /// A folder without a file that may be a log.
    #[error("the folder {} holds no file that may be a log (folders in it are not looked into). Name the log files, or the folder that SHOW log_directory prints", .path.display())]
    NoLogs {
        /// The folder.
        path: PathBuf,
    },
    /// A pattern that no file matches.
    #[error("no file matches {}. Check its folder, and upper and lower case", .pattern.display())]
    NoMatch {
        /// As it was given.
        pattern: PathBuf,
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
