//! Reads a capture on all cores: cuts files at record borders, and hands over batches in order.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::batch::Batch;
use super::detect::{BOM, Format};
use super::error::CaptureError;
use super::source::Source;
use super::sources::Sources;
use super::warning::{Warning, Warnings};
use super::worker::{Piece, Worker};
use super::{csv, json, stderr};

/// Bytes of a piece, before it grows to hold a longer record: small enough that the first rows come at once.
const PIECE: usize = 1 << 20;

/// The longest record that is waited for. Past it, a file is cut at any line.
const LONGEST: usize = 1 << 30;

/// How a capture is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The `log_line_prefix` of text logs; `None` finds it out.
    pub prefix: Option<String>,
}

/// How far reading has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Bytes done so far.
    pub bytes: u64,
    /// Bytes to do: of the packed file while unpacking, of all unpacked files while reading.
    pub total: u64,
    /// Executions found so far.
    pub executions: u64,
}

/// The two things that reading a capture takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// A packed file is unpacked to a temporary one.
    Unpacking,
    /// Records are read.
    #[default]
    Reading,
}

/// Whether whoever waits for a capture wants to stop; asked many times a second, from several threads.
pub type Cancelled<'a> = &'a (dyn Fn() -> bool + Sync);

/// Reads all files of a capture, one after the other, and calls `each` with every batch in order and the bytes
/// that the batch was read from.
///
/// # Errors
/// [`CaptureError::Cancelled`] when `cancelled` says so, [`CaptureError::Read`] when the system can't read on,
/// [`CaptureError::Worker`] when a reader panicked.
pub fn read(
    sources: &Sources,
    cancelled: Cancelled<'_>,
    each: &mut dyn FnMut(Batch, u64),
) -> Result<(), CaptureError> {
    for (number, file) in sources.files().iter().enumerate() {
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        read_file(number, &file.source, &file.format, cancelled, each)?;
    }
    Ok(())
}

fn read_file(
    number: u16,
    source: &Source,
    format: &Format,
    cancelled: Cancelled<'_>,
    each: &mut dyn FnMut(Batch, u64),
) -> Result<(), CaptureError> {
    let workers = thread::available_parallelism().map_or(2, NonZero::get);
    let (piece_sender, piece_receiver) = sync_channel::<(u64, Piece)>(workers);
    let (batch_sender, batch_receiver) =
        sync_channel::<(u64, u64, Result<Batch, CaptureError>)>(workers * 2);
    let pieces = Mutex::new(piece_receiver);
    thread::scope(|scope| {
        for n in 0..workers {
            let (pieces, batches) = (&pieces, batch_sender.clone());
            let work = move || work(pieces, format, &batches);
            thread::Builder::new()
                .name(format!("read-{n}"))
                .spawn_scoped(scope, work)
                .map_err(|e| spawn_failed(&e))?;
        }
        drop(batch_sender);
        let cutter = thread::Builder::new()
            .name("cut".to_owned())
            .spawn_scoped(scope, move || {
                cut(number, source, format, cancelled, &piece_sender)
            })
            .map_err(|e| spawn_failed(&e))?;
        let collected = collect(&batch_receiver, cancelled, each);
        // Readers stop when nobody takes their batches any more, the cutter when nobody takes its pieces.
        drop(batch_receiver);
        let cut = cutter
            .join()
            .unwrap_or_else(|panic| Err(CaptureError::Worker(panic_text(&*panic))));
        collected?;
        each(
            Batch {
                warnings: cut?,
                ..Batch::default()
            },
            0,
        );
        Ok(())
    })
}

fn spawn_failed(error: &io::Error) -> CaptureError {
    CaptureError::Worker(format!("no thread could be started ({error})"))
}

/// Cuts a file into pieces at record borders. Returns what is wrong with the file as a whole.
fn cut(
    number: u16,
    source: &Source,
    format: &Format,
    cancelled: Cancelled<'_>,
    pieces: &SyncSender<(u64, Piece)>,
) -> Result<Warnings, CaptureError> {
    let mut warnings = Warnings::default();
    let mut rest: Vec<u8> = Vec::new();
    let (mut offset, mut newlines, mut sequence) = (0_u64, 0_u64, 0_u64);
    let mut want = PIECE;
    loop {
        if cancelled() {
            return Err(CaptureError::Cancelled);
        }
        let had = rest.len();
        rest.resize(had + want, 0);
        let read_from = offset + had as u64;
        let got = source
            .read_at(read_from, rest.get_mut(had..).unwrap_or_default())
            .map_err(|error| CaptureError::Read {
                path: source.path.clone(),
                offset: read_from,
                source: error,
            })?;
        rest.truncate(had + got);
        let ended = got < want;
        if ended && read_from + (got as u64) < source.len {
            let what = format!(
                "the file became shorter while it was read: {} bytes are gone",
                source.len - read_from - got as u64
            );
            warnings.push(Warning {
                file: number,
                line: None,
                what,
            });
        }
        let end = if ended {
            rest.len()
        } else {
            border(&rest, format)
        };
        if end == 0 && !ended {
            // One record is longer than all that was read: read as much again.
            want = rest.len();
            continue;
        }
        want = PIECE;
        let later = rest.split_off(end);
        let bytes = std::mem::replace(&mut rest, later);
        if ended && bytes.last().is_some_and(|b| *b != b'\n') {
            let line = newlines + 1 + memchr::memchr_iter(b'\n', &bytes).count() as u64;
            let what = "the file ends inside a line: its last record may be cut off".to_owned();
            warnings.push(Warning {
                file: number,
                line: Some(line),
                what,
            });
        }
        let next = source.note_lines(offset, &bytes, newlines);
        // The mark is no part of the first record.
        let skipped = if offset == 0 && bytes.starts_with(BOM) {
            BOM.len()
        } else {
            0
        };
        let piece = Piece {
            file: number,
            offset: offset + skipped as u64,
            newlines,
            bytes: if skipped == 0 {
                bytes
            } else {
                bytes.get(skipped..).unwrap_or_default().to_vec()
            },
        };
        (offset, newlines) = (offset + end as u64, next);
        if (!piece.bytes.is_empty() && pieces.send((sequence, piece)).is_err()) || ended {
            return Ok(warnings);
        }
        sequence += 1;
    }
}

/// How much of `bytes` can be read without what comes after it; 0 when nothing can.
fn border(bytes: &[u8], format: &Format) -> usize {
    let end = match format {
        Format::Stderr { prefix, .. } => stderr::last_start(bytes, prefix),
        Format::Csv => csv::last_end(bytes),
        Format::Json => json::last_end(bytes),
    };
    if end == 0 && bytes.len() >= LONGEST {
        json::last_end(bytes)
    } else {
        end
    }
}

/// Reads pieces until there are none left or nobody wants their batches.
fn work(
    pieces: &Mutex<Receiver<(u64, Piece)>>,
    format: &Format,
    batches: &SyncSender<(u64, u64, Result<Batch, CaptureError>)>,
) {
    let mut worker = Worker::default();
    loop {
        let next = pieces.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((sequence, piece)) = next else { return };
        let bytes = piece.bytes.len() as u64;
        // A mistake in a reader must become a message, not the end of the program.
        let batch = catch_unwind(AssertUnwindSafe(|| worker.read(&piece, format)))
            .map_err(|panic| CaptureError::Worker(panic_text(&*panic)));
        if batches.send((sequence, bytes, batch)).is_err() {
            return;
        }
    }
}

/// Puts batches back in order.
fn collect(
    batches: &Receiver<(u64, u64, Result<Batch, CaptureError>)>,
    cancelled: Cancelled<'_>,
    each: &mut dyn FnMut(Batch, u64),
) -> Result<(), CaptureError> {
    let mut early: BTreeMap<u64, (u64, Batch)> = BTreeMap::new();
    let mut next = 0;
    for (sequence, bytes, batch) in batches {
        if cancelled() {
            return Err(CaptureError::Cancelled);
        }
        early.insert(sequence, (bytes, batch?));
        while let Some((bytes, batch)) = early.remove(&next) {
            each(batch, bytes);
            next += 1;
        }
    }
    Ok(())
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a reader panicked".to_owned())
}
