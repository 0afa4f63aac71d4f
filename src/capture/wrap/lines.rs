//! Cuts a file that comes in blocks into its lines.

/// Longer lines and records than this are damage: no wrapper writes them.
pub(super) const LONGEST: usize = 64 << 20;

/// Who takes the items of a file: each one, or what is wrong with it, and the file's byte it begins at.
pub(super) type Each<'a> = &'a mut dyn FnMut(Result<&[u8], &'static str>, u64);

/// The lines of a file, whatever blocks it comes in.
#[derive(Default)]
pub(super) struct Lines {
    /// The start of the line that the last block ended in, and where in the file it begins.
    rest: Vec<u8>,
    start: u64,
    /// The line at hand was too long and is not kept.
    skipping: bool,
}

impl Lines {
    /// Calls `each` with every line that ends in `block`, its line end included, and the file's byte it begins at.
    pub(super) fn feed(&mut self, block: &[u8], base: u64, each: Each<'_>) {
        let mut at = 0;
        while let Some(rest) = block.get(at..).filter(|rest| !rest.is_empty()) {
            let end = memchr::memchr(b'\n', rest).map(|n| n + 1);
            let piece = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
            let start = base + at as u64;
            at += piece.len();
            if self.rest.is_empty() && !self.skipping {
                if end.is_some() {
                    each(Ok(piece), start);
                    continue;
                }
                self.start = start;
            }
            if !self.skipping {
                self.rest.extend_from_slice(piece);
            }
            if self.rest.len() > LONGEST {
                each(Err("a line of more than 64 MiB"), self.start);
                self.rest = Vec::new();
                self.skipping = true;
            }
            if end.is_some() {
                if !self.skipping {
                    each(Ok(&self.rest), self.start);
                    self.rest.clear();
                }
                self.skipping = false;
            }
        }
    }

    /// The last line, if no line end follows it.
    pub(super) fn finish(&mut self, each: Each<'_>) {
        if !self.rest.is_empty() {
            each(Ok(&self.rest), self.start);
            self.rest.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8], block: usize) -> Vec<(Vec<u8>, u64)> {
        let mut lines = Lines::default();
        let mut all = Vec::new();
        for (n, part) in text.chunks(block).enumerate() {
            lines.feed(part, (n * block) as u64, &mut |line, at| {
                all.push((line.unwrap().to_vec(), at));
            });
        }
        lines.finish(&mut |line, at| all.push((line.unwrap().to_vec(), at)));
        all
    }

    #[test]
    fn any_blocks_give_the_same_lines() {
        let text = b"one\n\ntwo\r\nthree";
        let whole = lines(text, 100);
        assert_eq!(
            whole,
            [
                (b"one\n".to_vec(), 0),
                (b"\n".to_vec(), 4),
                (b"two\r\n".to_vec(), 5),
                (b"three".to_vec(), 10)
            ]
        );
        for block in 1..text.len() {
            assert_eq!(lines(text, block), whole);
        }
    }
}
