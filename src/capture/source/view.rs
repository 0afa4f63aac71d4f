//! Bytes that can be read at any offset, wherever they come from: a file, a stream, or a part of either.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::positional;
use super::spool::{End, Spool};

/// Packed bytes that are read at once.
const BUFFER: usize = 128 * 1024;

/// What bytes come from.
#[derive(Debug)]
enum Content {
    /// A regular file, and how much of it is read: a log grows while it is read.
    File { file: File, len: AtomicU64 },
    /// A stream, and how much of what it is unpacked from has been used.
    Stream { spool: Spool, packed: Packed },
}

/// How far a stream's decoder is in what it unpacks.
#[derive(Clone, Debug, Default)]
pub(super) struct Packed {
    /// Bytes it has used.
    pub used: Arc<AtomicU64>,
    /// Bytes there are, where that is known.
    pub total: Option<u64>,
}

/// A content, or a part of it. Copies of a view share the content.
#[derive(Clone, Debug)]
pub(super) struct View {
    content: Arc<Content>,
    from: u64,
    /// The length of a part; `None` goes to the end.
    part: Option<u64>,
}

impl View {
    /// A regular file up to where it ends now, from `from` on.
    ///
    /// # Errors
    /// When the system can't tell its length.
    pub(super) fn file(file: File, from: u64) -> io::Result<Self> {
        let len = AtomicU64::new(file.metadata()?.len());
        Ok(Self {
            content: Arc::new(Content::File { file, len }),
            from,
            part: None,
        })
    }

    pub(super) fn stream(spool: Spool, packed: Packed) -> Self {
        Self {
            content: Arc::new(Content::Stream { spool, packed }),
            from: 0,
            part: None,
        }
    }

    /// A part of this view; one that reaches past its end is short there.
    pub(super) fn part(&self, from: u64, len: u64) -> Self {
        let most = self.part.map_or(u64::MAX, |part| part.saturating_sub(from));
        Self {
            content: Arc::clone(&self.content),
            from: self.from.saturating_add(from),
            part: Some(len.min(most)),
        }
    }

    /// Fills `buffer` from `offset` on, and waits for bytes that still come in; fewer mean that the view ends there.
    pub(super) fn read_at(
        &self,
        offset: u64,
        buffer: &mut [u8],
        stop: &AtomicBool,
    ) -> io::Result<usize> {
        let end = match &*self.content {
            Content::File { len, .. } => Some(self.within(len.load(Ordering::Relaxed))),
            Content::Stream { .. } => self.part,
        };
        let room = end.map_or(u64::MAX, |end| end.saturating_sub(offset));
        let room = usize::try_from(room)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let buffer = buffer.get_mut(..room).unwrap_or_default();
        let at = self.from.saturating_add(offset);
        match &*self.content {
            Content::File { file, .. } => positional::read_at(file, at, buffer),
            Content::Stream { spool, .. } => spool.read_at(at, buffer, stop),
        }
    }

    /// Bytes that are there by now.
    pub(super) fn len(&self) -> u64 {
        self.within(match &*self.content {
            Content::File { len, .. } => len.load(Ordering::Relaxed),
            Content::Stream { spool, .. } => spool.len(),
        })
    }

    /// How many bytes there will be, by what the bytes so far were packed into; `None` where nothing tells.
    pub(super) fn expected_len(&self) -> Option<u64> {
        match &*self.content {
            Content::Stream { spool, packed } if spool.end().is_none() => {
                let len = spool.len();
                let used = packed.used.load(Ordering::Relaxed);
                let total = packed.total.filter(|_| used > 0)?.max(used);
                let whole = u128::from(len) * u128::from(total) / u128::from(used);
                Some(self.within(u64::try_from(whole).unwrap_or(u64::MAX)))
            }
            _ => Some(self.len()),
        }
    }

    /// Bytes used and bytes there are of what this is unpacked from; 0 where nothing tells.
    pub(super) fn unpacked(&self) -> (u64, u64) {
        match &*self.content {
            Content::File { .. } => (0, 0),
            Content::Stream { packed, .. } => (
                packed.used.load(Ordering::Relaxed),
                packed.total.unwrap_or(0),
            ),
        }
    }

    /// Waits until the first `upto` bytes are there or there will be no more. Returns whether so.
    pub(super) fn wait_for(&self, upto: u64, most: Duration) -> bool {
        match &*self.content {
            Content::File { .. } => true,
            Content::Stream { spool, .. } => {
                let upto = self.part.map_or(upto, |part| part.min(upto));
                spool.wait_for(self.from.saturating_add(upto), most)
            }
        }
    }

    /// Whether no more bytes will come.
    pub(super) fn finished(&self) -> bool {
        match &*self.content {
            Content::File { .. } => true,
            Content::Stream { spool, .. } => {
                let whole = |part| spool.len() >= self.from.saturating_add(part);
                spool.end().is_some() || self.part.is_some_and(whole)
            }
        }
    }

    /// How the stream ended, once it has; a file has no end that could be told.
    pub(super) fn end(&self) -> Option<End> {
        match &*self.content {
            Content::File { .. } => None,
            Content::Stream { spool, .. } => spool.end(),
        }
    }

    /// The length that a part should have.
    pub(super) fn claimed_len(&self) -> Option<u64> {
        self.part
    }

    /// The file, where this is all of it.
    pub(super) fn whole_file(&self) -> Option<(&File, &AtomicU64)> {
        match &*self.content {
            Content::File { file, len } if self.part.is_none() => Some((file, len)),
            _ => None,
        }
    }

    /// Lets a stream come in without waiting for somebody to read it.
    pub(super) fn hurry(&self) {
        if let Content::Stream { spool, .. } = &*self.content {
            spool.hurry();
        }
    }

    /// Ends a stream where it is.
    pub(super) fn stop(&self) {
        if let Content::Stream { spool, .. } = &*self.content {
            spool.stop();
        }
    }

    /// Reads the view from its start; `stop` ends its waiting.
    pub(super) fn reader(&self, stop: Arc<AtomicBool>) -> Reader {
        Reader {
            view: self.clone(),
            at: 0,
            stop,
        }
    }

    /// The bytes of this view that a content of so many bytes has.
    fn within(&self, len: u64) -> u64 {
        let len = len.saturating_sub(self.from);
        self.part.map_or(len, |part| part.min(len))
    }
}

/// Reads a view from one end to the other.
pub(super) struct Reader {
    view: View,
    at: u64,
    stop: Arc<AtomicBool>,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.view.read_at(self.at, buffer, &self.stop)?;
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.view.len().checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Reads in large steps, and counts what was used and not what was read ahead.
pub(super) struct Counted {
    reader: BufReader<Reader>,
    used: Arc<AtomicU64>,
}

impl Counted {
    pub(super) fn new(reader: Reader, used: Arc<AtomicU64>) -> Self {
        Self {
            reader: BufReader::with_capacity(BUFFER, reader),
            used,
        }
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.reader.read(buffer)?;
        self.used.fetch_add(got as u64, Ordering::Relaxed);
        Ok(got)
    }
}

impl BufRead for Counted {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.reader.consume(bytes);
        self.used.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}
