//! The numbers of a file's lines, without keeping one number a line.

use std::sync::{Mutex, PoisonError};

/// Line numbers are noted once in so many bytes; finding one reads at most that much.
const STEP: u64 = 4 * 1024;

/// Newlines before every multiple of [`STEP`], as far as the file has been read.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<Vec<u64>>);

impl Lines {
    /// Notes the lines of a piece. Pieces come in order, without a gap. Returns the newlines up to its end.
    pub(super) fn note(&self, offset: u64, piece: &[u8], newlines_before: u64) -> u64 {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut at = offset;
        let mut newlines = newlines_before;
        let mut rest = piece;
        loop {
            if at.is_multiple_of(STEP) && lines.len() as u64 == at / STEP {
                lines.push(newlines);
            }
            let step = usize::try_from(STEP - at % STEP)
                .unwrap_or(usize::MAX)
                .min(rest.len());
            if step == 0 {
                return newlines;
            }
            let (now, later) = rest.split_at(step);
            newlines += newlines_in(now);
            at += step as u64;
            rest = later;
        }
    }

    /// The last noted offset that isn't past `offset`, and the newlines before it.
    pub(super) fn before(&self, offset: u64) -> (u64, u64) {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let step = usize::try_from(offset / STEP)
            .unwrap_or(usize::MAX)
            .min(lines.len().saturating_sub(1));
        (step as u64 * STEP, lines.get(step).copied().unwrap_or(0))
    }
}

/// How many newlines `bytes` hold.
pub(super) fn newlines_in(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_size_give_the_same_numbers() {
        let text: Vec<u8> = (0..50_000)
            .flat_map(|n| format!("line {n}\n").into_bytes())
            .collect();
        for size in [1_000, 65_536, 70_001, text.len()] {
            let lines = Lines::default();
            let mut newlines = 0;
            for (n, piece) in text.chunks(size).enumerate() {
                newlines = lines.note((n * size) as u64, piece, newlines);
            }
            assert_eq!(newlines, 50_000, "pieces of {size}");
            for offset in [0, 1, 65_535, 65_536, 300_000, text.len() - 1] {
                let (from, before) = lines.before(offset as u64);
                let from = usize::try_from(from).unwrap();
                assert!(offset - from < 65_536, "offset {offset}");
                assert_eq!(before, newlines_in(&text[..from]), "offset {offset}");
            }
        }
    }

    #[test]
    fn a_file_that_grows_goes_on_where_it_ended() {
        let lines = Lines::default();
        let newlines = lines.note(0, b"one\ntwo\n", 0);
        assert_eq!(lines.note(8, b"three\n", newlines), 3);
        assert_eq!(lines.before(13), (0, 0));
    }
}
