//! Sources: the bytes of a capture's files, unpacked and readable at any offset, and the numbers of their lines.
//!
//! Files are read with positional reads, never mapped: a log that the server truncates while it is
//! read must give a short read, not a signal that ends the program.
//!
//! | part | what it knows |
//! |---|---|
//! | [`paths`] | which files are meant: folders, patterns |
//! | [`input`] | what a path names: a file, a pipe, standard input |
//! | [`open()`] | what is in it, packed or not, one level in another |
//! | [`packing`] | gzip, zstd, bzip2, xz; what a file is by its first bytes |
//! | [`tar`], [`zip`] | the files of an archive |
//! | [`spool`] | a stream that comes in while others read it |
//! | [`view`] | bytes at any offset, wherever they come from |
//! | [`growth`], [`year`], [`lines`] | whether a log was written on, and when; line numbers |

mod growth;
mod input;
mod lines;
mod open;
mod packing;
mod paths;
mod positional;
mod spool;
mod tar;
#[cfg(test)]
mod tests;
mod view;
mod year;
mod zip;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) use growth::Growth;
pub(super) use open::open;
pub(super) use paths::expand;

use super::error::CaptureError;
use lines::Lines;
use spool::End;
use view::View;

/// A file whose unpacked content can be read at any offset.
#[derive(Debug)]
pub(super) struct Source {
    /// The file as people are told; one in an archive has the archive's path before its own name.
    pub path: PathBuf,
    view: View,
    /// Where a plain file was opened from; nothing else can grow.
    opened: Option<PathBuf>,
    year: i64,
    /// Whether readers are to wait no more.
    stop: AtomicBool,
    lines: Lines,
}

/// Where bytes come from.
#[derive(Debug)]
struct Origin {
    path: PathBuf,
    opened: Option<PathBuf>,
    year: i64,
}

impl Source {
    fn new(view: View, origin: Origin) -> Self {
        Self {
            path: origin.path,
            view,
            opened: origin.opened,
            year: origin.year,
            stop: AtomicBool::new(false),
            lines: Lines::default(),
        }
    }

    /// Fills `buffer` from `offset` on; fewer bytes mean that the file ends there. Waits for bytes that are still
    /// being unpacked.
    ///
    /// # Errors
    /// What [`Self::read_failed`] makes a message of.
    pub(super) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.view.read_at(offset, buffer, &self.stop)
    }

    /// What went wrong when [`Self::read_at`] failed.
    pub(super) fn read_failed(&self, offset: u64, source: io::Error) -> CaptureError {
        let path = self.path.clone();
        match self.view.end() {
            Some(End::NoRoom(failure)) => open::no_room(&path, failure.error()),
            _ if self.stop.load(Ordering::Relaxed) => CaptureError::Cancelled,
            _ => CaptureError::Read {
                path,
                offset,
                source,
            },
        }
    }

    /// The year that the file was last written in, as its file system or its archive has it; this year for a pipe.
    pub(super) fn year(&self) -> i64 {
        self.year
    }

    /// Unpacked bytes known so far; all of them once [`Self::finished`].
    pub(super) fn len(&self) -> u64 {
        self.view.len()
    }

    /// Unpacked bytes that there will be: exact for a plain file and one that is unpacked, an estimate before;
    /// `None` for a pipe that still comes in. Bytes read, as a share of this, is work done, packed or not.
    pub(super) fn expected_len(&self) -> Option<u64> {
        self.view.expected_len()
    }

    /// Whether [`Self::len`] is final, but for a log that is still written.
    pub(super) fn finished(&self) -> bool {
        self.view.finished()
    }

    /// What is wrong with the file as a whole, once it is finished.
    pub(super) fn problem(&self) -> Option<String> {
        let len = self.len();
        if let Some(claimed) = self.view.claimed_len() {
            return (self.finished() && len < claimed).then(|| {
                format!("the archive is damaged or cut off: only its first {len} of {claimed} bytes are there")
            });
        }
        match self.view.end()? {
            End::Damaged(_) => Some(open::damaged(len)),
            _ => None,
        }
    }

    /// Starts to unpack all of the file, before somebody reads past its beginning.
    pub(super) fn hurry(&self) {
        self.view.hurry();
    }

    /// Ends the unpacking, and every read that waits for it.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.view.stop();
    }

    /// Whether the log was written on since it was opened or last [extended](Self::extend_to). Files that were
    /// unpacked and pipes stay the same.
    ///
    /// # Errors
    /// When the system can't tell.
    pub(super) fn grown(&self) -> io::Result<Growth> {
        let (Some((file, _)), Some(path)) = (self.view.whole_file(), &self.opened) else {
            return Ok(Growth::Same);
        };
        growth::grown(file, path, self.len())
    }

    /// Lets a plain file be read up to `len`, as [`Growth::Longer`] tells it; never makes it shorter.
    pub(super) fn extend_to(&self, len: u64) {
        if let Some((_, known)) = self.view.whole_file() {
            known.fetch_max(len, Ordering::Relaxed);
        }
    }

    /// Where a plain file was opened from; what can't grow has none.
    pub(super) fn opened_from(&self) -> Option<&Path> {
        self.opened.as_deref()
    }

    /// Notes the lines of a piece of the file. Pieces come in order, without a gap.
    pub(super) fn note_lines(&self, offset: u64, piece: &[u8], newlines_before: u64) -> u64 {
        self.lines.note(offset, piece, newlines_before)
    }

    /// The line that holds the byte at `offset`, counted from 1.
    ///
    /// # Errors
    /// As [`Self::read_at`].
    pub(super) fn line(&self, offset: u64) -> io::Result<u64> {
        let (from, before) = self.lines.before(offset);
        let mut buffer = vec![0; usize::try_from(offset.saturating_sub(from)).unwrap_or(0)];
        let got = self.read_at(from, &mut buffer)?;
        Ok(1 + before + lines::newlines_in(buffer.get(..got).unwrap_or_default()))
    }
}
