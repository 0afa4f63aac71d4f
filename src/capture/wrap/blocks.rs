//! Cuts the journal's export format into its entries, which an empty line ends. A binary field may hold empty lines.

use super::journal::binary_length;
use super::lines::{Each, LONGEST};

/// The entries of a journal export, whatever blocks it comes in.
#[derive(Default)]
pub(super) struct Blocks {
    /// The entry at hand as far as it came, and where in the file it begins.
    rest: Vec<u8>,
    start: u64,
    /// How much of it was looked at: up to a field's start.
    seen: usize,
}

impl Blocks {
    /// Calls `each` with every entry that ends in `block` and the file's byte it begins at.
    pub(super) fn feed(&mut self, block: &[u8], base: u64, each: Each<'_>) {
        let mut fresh = block;
        let mut base = base;
        while !fresh.is_empty() {
            if self.rest.is_empty() {
                self.start = base;
            }
            // Lines first: a binary field is looked for only where one can begin.
            let end = memchr::memchr(b'\n', fresh).map_or(fresh.len(), |n| n + 1);
            let (now, later) = fresh.split_at_checked(end).unwrap_or((fresh, b""));
            self.rest.extend_from_slice(now);
            fresh = later;
            base += now.len() as u64;
            if now.last() == Some(&b'\n') {
                self.line_ended(each);
            }
            if self.rest.len() > LONGEST {
                each(Err("a journal entry of more than 64 MiB"), self.start);
                self.rest = Vec::new();
                self.seen = 0;
            }
        }
    }

    /// The last entry, if no empty line follows it.
    pub(super) fn finish(&mut self, each: Each<'_>) {
        if !self.rest.trim_ascii().is_empty() {
            each(Ok(&self.rest), self.start);
        }
        self.rest.clear();
        self.seen = 0;
    }

    /// A newline came: moves on over the fields that are complete.
    fn line_ended(&mut self, each: Each<'_>) {
        while let Some(field) = self.rest.get(self.seen..).filter(|f| !f.is_empty()) {
            let Some(end) = memchr::memchr(b'\n', field) else {
                return;
            };
            let head = field.get(..end).unwrap_or_default();
            if head.is_empty() {
                let entry = self.rest.get(..self.seen).unwrap_or_default();
                if !entry.is_empty() {
                    each(Ok(entry), self.start);
                }
                self.rest.clear();
                self.seen = 0;
                return;
            }
            let whole = if memchr::memchr(b'=', head).is_some() {
                end + 1
            } else {
                // Lengths that no value has are damage; the line alone is passed over.
                match field.get(end + 1..).and_then(binary_length) {
                    None if field.len() < end + 9 => return,
                    Some(length) if length <= LONGEST => end + 1 + 8 + length + 1,
                    _ => end + 1,
                }
            };
            if field.len() < whole {
                if self.next_began(each) {
                    continue;
                }
                return;
            }
            self.seen += whole;
        }
    }

    /// Whether the last line begins another entry although a binary field goes on: then its length was damaged, and
    /// the entry at hand ends here.
    fn next_began(&mut self, each: Each<'_>) -> bool {
        let Some((_, before)) = self.rest.split_last() else {
            return false;
        };
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let (entry, line) = self.rest.split_at_checked(start).unwrap_or_default();
        if !entry.ends_with(b"\n\n") || !line.starts_with(b"__CURSOR=") {
            return false;
        }
        each(Ok(entry), self.start);
        self.start += start as u64;
        self.rest = line.to_vec();
        self.seen = 0;
        true
    }
}
