//! Reads a capture on all cores: cuts files at record borders, and hands over batches in order.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::batch::{Batch, Broken};
use super::detect::{BOM, Format};
use super::error::CaptureError;
use super::feed::Feed;
use super::follow::{Follow, Next};
use super::source::Source;
use super::sources::{OpenFile, Sources};
use super::warning::Warning;
use super::worker::{Piece, Worker};
use super::{app, csv, json, pgbouncer, stderr, trace};

/// Bytes of a piece, before it grows to hold a longer record: small enough that the first rows come at once.
const PIECE: usize = 1 << 20;

/// The longest record that is waited for. Past it, a file is cut at any line.
const LONGEST: usize = 1 << 30;

/// How many files are unpacked at once: the one that is read, and the next.
const UNPACKED_AHEAD: usize = 2;

/// How often whoever takes batches hears from the readers, with or without news.
const TICK: Duration = Duration::from_millis(200);

/// How a capture is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The `log_line_prefix` of text logs; `None` finds it out.
    pub prefix: Option<String>,
    /// Whether to go on with the last file as it grows, and with the one that takes its place, until cancelled.
    pub follow: bool,
    /// How many threads read records; `None` takes all cores.
    pub threads: Option<NonZero<usize>>,
    /// Bytes that a thread reads at once, a mebibyte by default. The result never depends on it.
    pub piece: Option<NonZero<usize>>,
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
/// of the file that the batch was read from.
///
/// # Errors
/// [`CaptureError::Cancelled`] when `cancelled` says so, [`CaptureError::Read`] when the system can't read on,
/// [`CaptureError::Worker`] when a reader panicked.
pub fn read(
    sources: &Sources,
    options: &Options,
    cancelled: Cancelled<'_>,
    each: &mut dyn FnMut(Batch, u64),
) -> Result<(), CaptureError> {
    let mut number = 0;
    while let Some(file) = sources.file(number) {
        // What is packed is unpacked ahead, as far as there are cores for it.
        for ahead in (number..).take(UNPACKED_AHEAD) {
            if let Some(file) = sources.file(ahead) {
                file.source.hurry();
            }
        }
        let follow = (options.follow && sources.is_last(number)).then(Follow::default);
        let reading = Reading {
            number,
            file: &file,
            follow: follow.as_ref(),
            cancelled,
        };
        read_file(&reading, options, each)?;
        if follow.is_some_and(|f| f.replaced()) {
            sources.follow_on(&file, cancelled);
        }
        number += 1;
    }
    Ok(())
}

/// A file that is being read.
#[derive(Clone, Copy)]
struct Reading<'a> {
    number: u16,
    file: &'a OpenFile,
    follow: Option<&'a Follow>,
    cancelled: Cancelled<'a>,
}

fn read_file(
    reading: &Reading<'_>,
    options: &Options,
    each: &mut dyn FnMut(Batch, u64),
) -> Result<(), CaptureError> {
    let file = reading.file;
    let workers = options
        .threads
        .or_else(|| thread::available_parallelism().ok())
        .map_or(2, NonZero::get);
    let (piece_sender, piece_receiver) = sync_channel::<(u64, Piece)>(workers);
    let (batch_sender, batch_receiver) =
        sync_channel::<(u64, u64, Result<Batch, CaptureError>)>(workers * 2);
    let pieces = Mutex::new(piece_receiver);
    thread::scope(|scope| {
        for n in 0..workers {
            let (pieces, batches) = (&pieces, batch_sender.clone());
            let work = move || work(pieces, &file.format, &batches);
            thread::Builder::new()
                .name(format!("read-{n}"))
                .spawn_scoped(scope, work)
                .map_err(|e| spawn_failed(&e))?;
        }
        drop(batch_sender);
        let piece = options.piece.map_or(PIECE, NonZero::get);
        let cutter = thread::Builder::new()
            .name("cut".to_owned())
            .spawn_scoped(scope, move || cut(reading, piece, &piece_sender))
            .map_err(|e| spawn_failed(&e))?;
        let located = &mut |mut batch: Batch, bytes| {
            locate(&mut batch, reading.number, file);
            each(batch, bytes);
        };
        let collected = collect(&batch_receiver, reading, located);
        // Readers stop when nobody takes their batches any more, the cutter when nobody takes its pieces, or its bytes.
        drop(batch_receiver);
        if collected.is_err() {
            file.source.stop();
        }
        let cut = cutter
            .join()
            .unwrap_or_else(|panic| Err(CaptureError::Worker(panic_text(&*panic))));
        collected?;
        let batch = Batch {
            broken: cut?,
            ..Batch::default()
        };
        located(batch, 0);
        Ok(())
    })
}

/// Gives what could not be read its lines.
fn locate(batch: &mut Batch, number: u16, file: &OpenFile) {
    for (offset, what) in batch.broken.drain(..) {
        let line = if batch.warnings.is_full() {
            None
        } else {
            offset.and_then(|offset| file.source.line(offset).ok())
        };
        batch.warnings.push(Warning {
            file: number,
            line,
            what: what.into_owned(),
        });
    }
}

fn spawn_failed(error: &io::Error) -> CaptureError {
    CaptureError::Worker(format!("no thread could be started ({error})"))
}

/// Cuts a file into pieces at record borders. Returns what is wrong with the file as a whole.
fn cut(
    reading: &Reading<'_>,
    size: usize,
    pieces: &SyncSender<(u64, Piece)>,
) -> Result<Vec<Broken>, CaptureError> {
    let Reading { file, follow, .. } = *reading;
    let source = &file.source;
    let mut broken: Vec<Broken> = Vec::new();
    let mut feed = Feed::new(&file.wrappers, file.year, 0);
    let (mut offset, mut newlines, mut sequence) = (0_u64, 0_u64, 0_u64);
    let mut last = b'\n';
    // A record may be longer than all that was read: the border is looked for again once so much is there.
    let mut wanted = 0;
    loop {
        if (reading.cancelled)() && !follow.is_some_and(Follow::is_live) {
            source.stop();
            return Err(CaptureError::Cancelled);
        }
        let room = feed.room(size);
        let got = source
            .read_at(offset, room)
            .map_err(|error| source.read_failed(offset, error))?;
        let bytes = room.get(..got).unwrap_or_default();
        let at_end = got < size;
        newlines = source.note_lines(offset, bytes, newlines);
        last = bytes.last().copied().unwrap_or(last);
        // The mark is no part of the first record.
        let mark = if offset == 0 && bytes.starts_with(BOM) {
            BOM.len()
        } else {
            0
        };
        feed.filled(got, mark, offset);
        offset += got as u64;
        let ended = match follow {
            Some(follow) if at_end => {
                // What is there may be shown, but for a last record that is still being written.
                let end = border(feed.bytes(), &file.format);
                if end > 0 {
                    let piece = feed.take(end, reading.number);
                    if pieces.send((sequence, piece)).is_err() {
                        return Ok(broken);
                    }
                    sequence += 1;
                }
                match follow.wait(source, feed.bytes(), reading.cancelled) {
                    Next::More => continue,
                    Next::Whole => {
                        let piece = feed.take(usize::MAX, reading.number);
                        if pieces.send((sequence, piece)).is_err() {
                            return Ok(broken);
                        }
                        sequence += 1;
                        continue;
                    }
                    Next::Over => true,
                }
            }
            _ => at_end,
        };
        if ended {
            let left_out = feed.finish();
            let cut_off = !is_end(last, file);
            broken.extend(at_the_end(source, offset, cut_off, left_out));
        }
        let had = feed.bytes().len();
        let end = if ended {
            had
        } else if had < wanted {
            continue;
        } else {
            border(feed.bytes(), &file.format)
        };
        wanted = if end == 0 { had * 2 } else { 0 };
        if end > 0 || ended {
            let piece = feed.take(end, reading.number);
            if pieces.send((sequence, piece)).is_err() || ended {
                return Ok(broken);
            }
            sequence += 1;
        }
    }
}

/// Whether a file may end in this byte: what is JSON is whole where its last bracket closes.
fn is_end(last: u8, file: &OpenFile) -> bool {
    let json = match file.wrappers.first() {
        Some(wrapper) => wrapper.is_json(),
        None => matches!(
            file.format,
            Format::Json | Format::Trace(_) | Format::Served(_)
        ),
    };
    last == b'\n' || json && matches!(last, b'}' | b']')
}

/// What is wrong with a file, seen from its end.
fn at_the_end(source: &Source, offset: u64, cut_off: bool, left_out: u64) -> Vec<Broken> {
    let mut broken: Vec<Broken> = Vec::new();
    if let Some(gone) = source.len().checked_sub(offset).filter(|gone| *gone > 0) {
        let what = format!("the file became shorter while it was read: {gone} bytes are gone");
        broken.push((None, Cow::Owned(what)));
    }
    if let Some(problem) = source.problem() {
        broken.push((None, Cow::Owned(problem)));
    }
    if cut_off {
        let what = "the file ends inside a line: its last record may be cut off";
        broken.push((Some(offset), Cow::Borrowed(what)));
    }
    if left_out > 0 {
        let what = format!("{left_out} lines of other programs are left out");
        broken.push((None, Cow::Owned(what)));
    }
    broken
}

/// How much of `bytes` can be read without what comes after it; 0 when nothing can.
fn border(bytes: &[u8], format: &Format) -> usize {
    let end = match format {
        Format::Stderr { prefix, .. } => stderr::last_start(bytes, prefix),
        Format::Csv => csv::last_end(bytes),
        Format::Json => json::last_end(bytes),
        Format::PgBouncer => pgbouncer::last_start(bytes),
        // An export is read whole: it is small, and its rows may hold anything.
        Format::Totals(_) => 0,
        Format::App(log) => app::last_start(bytes, *log),
        Format::Trace(_) => trace::last_start(bytes),
        Format::Served(_) => memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1),
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
        let bytes = piece.consumed;
        // A mistake in a reader must become a message, not the end of the program.
        let batch = catch_unwind(AssertUnwindSafe(|| worker.read(piece, format)))
            .map_err(|panic| CaptureError::Worker(panic_text(&*panic)));
        if batches.send((sequence, bytes, batch)).is_err() {
            return;
        }
    }
}

/// Puts batches back in order.
fn collect(
    batches: &Receiver<(u64, u64, Result<Batch, CaptureError>)>,
    reading: &Reading<'_>,
    each: &mut dyn FnMut(Batch, u64),
) -> Result<(), CaptureError> {
    let mut early: BTreeMap<u64, (u64, Batch)> = BTreeMap::new();
    let mut next = 0;
    loop {
        if (reading.cancelled)() && !reading.follow.is_some_and(Follow::is_live) {
            return Err(CaptureError::Cancelled);
        }
        let (sequence, bytes, batch) = match batches.recv_timeout(TICK) {
            Ok(next) => next,
            // One who follows looks at the clock now and then.
            Err(RecvTimeoutError::Timeout) => {
                each(Batch::default(), 0);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        early.insert(sequence, (bytes, batch?));
        while let Some((bytes, batch)) = early.remove(&next) {
            each(batch, bytes);
            next += 1;
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a reader panicked".to_owned())
}
