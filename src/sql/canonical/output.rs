//! Bytes to be hashed, written eight at a time.

use crate::sql::lex::bytes;
use crate::sql::token;

/// A buffer that grows seldom and is never cleared byte by byte.
#[derive(Debug, Default)]
pub(in crate::sql) struct Output {
    bytes: Vec<u8>,
    len: usize,
}

/// Room for a header and the bytes that are written beyond a text to be overwritten.
const SLACK: usize = 16;

impl Output {
    pub(in crate::sql) fn clear(&mut self) {
        self.len = 0;
    }

    pub(in crate::sql) fn len(&self) -> usize {
        self.len
    }

    /// Forgets all that was written from `len` on.
    pub(in crate::sql) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// What was written from `start` to `end`.
    pub(in crate::sql) fn part(&self, start: usize, end: usize) -> &[u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    #[inline]
    pub(in crate::sql) fn push(&mut self, byte: u8) {
        self.make_room(1);
        self.put(u64::from(byte), 1);
    }

    /// Writes a tag, a length and the text of `sql` from `start` to `end`.
    #[inline]
    pub(in crate::sql) fn text(&mut self, tag: u8, sql: &[u8], start: usize, end: usize) {
        self.copy(tag, sql, start, end, |eight| eight);
    }

    /// As `text`, in lower case.
    #[inline]
    pub(in crate::sql) fn lowered(&mut self, tag: u8, sql: &[u8], start: usize, end: usize) {
        self.copy(tag, sql, start, end, bytes::lower);
    }

    /// A tag and a text in lower case.
    pub(in crate::sql) fn word(&mut self, tag: u8, text: &[u8]) {
        self.lowered(tag, text, 0, text.len());
    }

    pub(in crate::sql) fn number(&mut self, number: u64) {
        self.make_room(8);
        self.put(number, 8);
    }

    /// A tag, and a length in one byte if that suffices.
    #[inline]
    pub(in crate::sql) fn head(&mut self, tag: u8, length: usize) {
        self.make_room(0);
        let length = u64::from(token::narrow(length));
        if length < 255 {
            self.put(u64::from(tag) | (length << 8), 2);
        } else {
            self.put(u64::from(tag) | (255 << 8) | (length << 16), 6);
        }
    }

    #[inline]
    fn copy(&mut self, tag: u8, sql: &[u8], start: usize, end: usize, change: impl Fn(u64) -> u64) {
        let length = end.saturating_sub(start);
        self.make_room(length);
        if length <= 8 {
            // Most names are short: a head of two bytes and all of the text in one step.
            let eight = change(bytes::load_tail(sql, start)).to_le_bytes();
            let [low, ..] = length.to_le_bytes();
            let place = self.bytes.get_mut(self.len..);
            if let Some([first, second, rest @ ..]) = place
                && let Some(place) = rest.first_chunk_mut()
            {
                (*first, *second, *place) = (tag, low, eight);
                self.len += 2 + length;
            }
            return;
        }
        self.head(tag, length);
        let mut at = start;
        while at + 8 < end {
            self.put(change(bytes::load_tail(sql, at)), 8);
            at += 8;
        }
        // What is loaded from behind the text is written over by what comes next.
        self.put(change(bytes::load_tail(sql, at)), end.saturating_sub(at));
    }

    /// Writes eight bytes, of which `count` are kept. There must be room.
    #[inline]
    fn put(&mut self, eight: u64, count: usize) {
        if let Some(place) = self.bytes.get_mut(self.len..self.len + 8) {
            place.copy_from_slice(&eight.to_le_bytes());
            self.len += count;
        }
    }

    #[inline]
    fn make_room(&mut self, more: usize) {
        let needed = self.len + more + SLACK;
        if self.bytes.len() < needed {
            self.grow(needed);
        }
    }

    #[cold]
    fn grow(&mut self, needed: usize) {
        self.bytes.resize(needed.max(256).next_power_of_two(), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length_are_written_whole() {
        let text: Vec<u8> = (0..600)
            .map(|at| b'A' + u8::try_from(at % 26).unwrap_or(0))
            .collect();
        for length in 0..text.len() {
            let text = text.get(..length).unwrap_or_default();
            let mut output = Output::default();
            output.push(9);
            output.text(1, text, 0, length);
            let head = if length < 255 { 3 } else { 7 };
            assert_eq!(output.part(head, output.len()), text);
            output.word(1, text);
            let lower = output.part(output.len() - length, output.len());
            assert_eq!(lower, text.to_ascii_lowercase());
        }
    }
}
