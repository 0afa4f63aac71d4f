//! One file of a capture: its unpacked bytes at any offset, and the numbers of its lines.
//!
//! Files are read with positional reads, never mapped: a log that the server truncates while it is
//! read must give a short read, not a signal that ends the program.

use std::fs::File;
use std::io::{self, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::error::CaptureError;
use super::read::{Cancelled, Progress, Stage};
use super::warning::{Warning, Warnings};

/// Line numbers are noted once in so many bytes; finding one reads at most that much.
const LINE_STEP: u64 = 64 * 1024;

/// A file whose unpacked content can be read at any offset.
#[derive(Debug)]
pub(super) struct Source {
    pub path: PathBuf,
    file: File,
    /// Size of the unpacked content when it was opened; a file that grows is read up to here.
    pub len: u64,
    /// Newlines before every multiple of [`LINE_STEP`], as far as the file has been read.
    lines: Mutex<Vec<u64>>,
}

/// Opens a file, and unpacks it to a temporary file where it is packed (by its first bytes, not its name). Warnings
/// are about file 0: the order of files isn't known yet.
pub(super) fn open(
    path: &Path,
    cancelled: Cancelled<'_>,
    progress: &mut dyn FnMut(Progress),
    warnings: &mut Warnings,
) -> Result<Source, CaptureError> {
    let failed = |source| CaptureError::Open {
        path: path.to_owned(),
        source,
    };
    let meta = std::fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        return Err(CaptureError::Folder {
            path: path.to_owned(),
        });
    }
    let mut file = File::open(path).map_err(failed)?;
    let mut len = meta.len();
    let mut magic = [0; 4];
    let got = read_at(&file, 0, &mut magic).map_err(failed)?;
    if let Some(decoder) = decoder(&file, magic.get(..got).unwrap_or_default()).map_err(failed)? {
        // The decoder reads through a handle that shares its position with this one.
        let mut told = || {
            let bytes = (&file).stream_position().unwrap_or(0);
            progress(Progress {
                stage: Stage::Unpacking,
                bytes,
                total: meta.len(),
                executions: 0,
            });
        };
        (file, len) = unpack(path, decoder, cancelled, &mut told, warnings)?;
    }
    if len == 0 {
        return Err(CaptureError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(Source {
        path: path.to_owned(),
        file,
        len,
        lines: Mutex::new(Vec::new()),
    })
}

fn decoder(file: &File, magic: &[u8]) -> io::Result<Option<Box<dyn Read>>> {
    Ok(match magic {
        [0x1f, 0x8b, ..] => Some(Box::new(flate2::read::MultiGzDecoder::new(
            file.try_clone()?,
        ))),
        [0x28, 0xb5, 0x2f, 0xfd] => Some(Box::new(zstd::stream::read::Decoder::new(
            file.try_clone()?,
        )?)),
        _ => None,
    })
}

fn unpack(
    path: &Path,
    mut decoder: Box<dyn Read>,
    cancelled: Cancelled<'_>,
    told: &mut dyn FnMut(),
    warnings: &mut Warnings,
) -> Result<(File, u64), CaptureError> {
    let failed = |source| CaptureError::Unpack {
        path: path.to_owned(),
        source,
    };
    let mut out = tempfile::tempfile().map_err(failed)?;
    let mut buffer = vec![0; 1 << 20];
    let mut len = 0;
    loop {
        if cancelled() {
            return Err(CaptureError::Cancelled);
        }
        told();
        match decoder.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => {
                out.write_all(buffer.get(..n).unwrap_or_default())
                    .map_err(failed)?;
                len += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if len == 0 => return Err(failed(e)),
            Err(_) => {
                // What came before the damage is as good as ever.
                let what = format!(
                    "the packed file is damaged or cut off: only its first {len} bytes could be unpacked"
                );
                warnings.push(Warning {
                    file: 0,
                    line: None,
                    what,
                });
                break;
            }
        }
    }
    Ok((out, len))
}

impl Source {
    /// Fills `buffer` from `offset` on; fewer bytes than asked for mean that the file ends there.
    pub(super) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.len.saturating_sub(offset))
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        read_at(
            &self.file,
            offset,
            buffer.get_mut(..room).unwrap_or_default(),
        )
    }

    /// Notes the lines of a piece of the file. Pieces come in order, without a gap.
    pub(super) fn note_lines(&self, offset: u64, piece: &[u8], newlines_before: u64) -> u64 {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut at = offset;
        let mut newlines = newlines_before;
        let mut rest = piece;
        loop {
            if at.is_multiple_of(LINE_STEP) && lines.len() as u64 == at / LINE_STEP {
                lines.push(newlines);
            }
            let step = usize::try_from(LINE_STEP - at % LINE_STEP)
                .unwrap_or(usize::MAX)
                .min(rest.len());
            if step == 0 {
                return newlines;
            }
            let (now, later) = rest.split_at(step);
            newlines += memchr::memchr_iter(b'\n', now).count() as u64;
            at += step as u64;
            rest = later;
        }
    }

    /// The line that holds the byte at `offset`, counted from 1.
    pub(super) fn line(&self, offset: u64) -> io::Result<u64> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let step = usize::try_from(offset / LINE_STEP)
            .unwrap_or(usize::MAX)
            .min(lines.len().saturating_sub(1));
        let before = lines.get(step).copied().unwrap_or(0);
        drop(lines);
        let from = step as u64 * LINE_STEP;
        let mut buffer = vec![0; usize::try_from(offset.saturating_sub(from)).unwrap_or(0)];
        let got = self.read_at(from, &mut buffer)?;
        Ok(1 + before
            + memchr::memchr_iter(b'\n', buffer.get(..got).unwrap_or_default()).count() as u64)
    }
}

/// Reads until the buffer is full or the file ends.
fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match read_some(file, offset + filled as u64, room) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

#[cfg(unix)]
fn read_some(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_some(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}
