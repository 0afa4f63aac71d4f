//! The bytes of a log as they come from a file: as they are, or taken out of what wraps them.

use std::borrow::Cow;

use super::worker::Piece;
use super::wrap::{Origin, Unwrapped, Unwrapper, Wrapper};

/// What has been read of a file and not yet been cut off.
pub(super) struct Feed {
    /// Bytes of the log, behind room that is being read into where the log is plain.
    bytes: Vec<u8>,
    /// How many of them are the log's.
    len: usize,
    /// Where `bytes` begins in a plain log's file.
    offset: u64,
    wrapped: Option<Wrapped>,
}

struct Wrapped {
    unwrapper: Unwrapper,
    /// Bytes of the file, as they were read.
    block: Vec<u8>,
    out: Unwrapped,
    left_out: u64,
    /// Bytes of the file since the last piece.
    consumed: u64,
}

impl Feed {
    /// The start of a file at byte `offset`. `year` is the one that stamps without a year are in.
    pub(super) fn new(wrappers: &[Wrapper], year: i64, offset: u64) -> Self {
        Self {
            bytes: Vec::new(),
            len: 0,
            offset,
            wrapped: (!wrappers.is_empty()).then(|| Wrapped {
                unwrapper: Unwrapper::new(wrappers, year),
                block: Vec::new(),
                out: Unwrapped::default(),
                left_out: 0,
                consumed: 0,
            }),
        }
    }

    /// Room for the next `size` bytes of the file.
    pub(super) fn room(&mut self, size: usize) -> &mut [u8] {
        let (buffer, from) = match &mut self.wrapped {
            Some(wrapped) => (&mut wrapped.block, 0),
            None => (&mut self.bytes, self.len),
        };
        buffer.resize(from + size, 0);
        buffer.get_mut(from..).unwrap_or_default()
    }

    /// Takes the first `got` bytes of the room, of which `skipped` are not the log's. They stand at `offset`.
    pub(super) fn filled(&mut self, got: usize, skipped: usize, offset: u64) {
        if let Some(wrapped) = &mut self.wrapped {
            wrapped.consumed += got as u64;
            let block = wrapped.block.get(skipped..got).unwrap_or_default();
            let at = offset + skipped as u64;
            wrapped.unwrapper.feed(block, at, &mut wrapped.out);
        } else {
            self.bytes.truncate(self.len + got);
            self.bytes.drain(self.len..self.len + skipped);
            self.offset += skipped as u64;
            self.len = self.bytes.len();
        }
    }

    /// The file has ended. Returns how many lines of it were other programs'.
    pub(super) fn finish(&mut self) -> u64 {
        let Some(wrapped) = &mut self.wrapped else {
            return 0;
        };
        wrapped.unwrapper.finish(&mut wrapped.out);
        wrapped.left_out + std::mem::take(&mut wrapped.out.left_out)
    }

    /// The log's bytes so far.
    pub(super) fn bytes(&self) -> &[u8] {
        match &self.wrapped {
            Some(wrapped) => &wrapped.out.bytes,
            None => self.bytes.get(..self.len).unwrap_or_default(),
        }
    }

    /// Where they begin in the file; 0 where they were wrapped.
    pub(super) fn offset(&self) -> u64 {
        if self.wrapped.is_some() {
            0
        } else {
            self.offset
        }
    }

    /// Where they come from, where they were wrapped.
    pub(super) fn origins(&self) -> &[Origin] {
        self.wrapped.as_ref().map_or(&[], |w| &w.out.origins)
    }

    /// Cuts off the first `end` bytes of the log.
    pub(super) fn take(&mut self, end: usize, file: u16) -> Piece {
        let Some(wrapped) = &mut self.wrapped else {
            let later = self.bytes.split_off(end.min(self.len));
            let bytes = std::mem::replace(&mut self.bytes, later);
            let offset = self.offset;
            self.offset += bytes.len() as u64;
            self.len = self.bytes.len();
            return Piece {
                file,
                offset,
                consumed: bytes.len() as u64,
                bytes,
                origins: Vec::new(),
                broken: Vec::new(),
            };
        };
        let out = &mut wrapped.out;
        wrapped.left_out += std::mem::take(&mut out.left_out);
        let later = out.bytes.split_off(end.min(out.bytes.len()));
        let cut = out.origins.partition_point(|o| o.at < end);
        let mut later_origins = out.origins.split_off(cut);
        // A run that the cut goes through goes on behind it.
        if let Some(last) = out.origins.last().copied()
            && later_origins.first().is_none_or(|o| o.at > end)
            && !later.is_empty()
        {
            later_origins.insert(0, Origin { at: end, ..last });
        }
        for origin in &mut later_origins {
            origin.at = origin.at.saturating_sub(end);
        }
        let broken = std::mem::take(&mut out.broken);
        Piece {
            file,
            offset: 0,
            consumed: std::mem::take(&mut wrapped.consumed),
            bytes: std::mem::replace(&mut out.bytes, later),
            origins: std::mem::replace(&mut out.origins, later_origins),
            broken: broken
                .into_iter()
                .map(|(at, what)| (Some(at), Cow::Borrowed(what)))
                .collect(),
        }
    }
}
