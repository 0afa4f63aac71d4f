//! From lines to records: each begins with a line that its reader knows, and reaches up to the next such line.

use std::borrow::Cow;

use super::ansi;
use super::prefix::Prefix;

/// What a reader sees in a record's first line.
#[derive(Debug)]
pub(super) struct Head<'a, K> {
    /// What the record is.
    pub kind: K,
    /// Where its message, or what matters of it, begins in the line without colours.
    pub body: usize,
    /// What stands before it.
    pub prefix: Prefix<'a>,
}

/// A record with all that follows it up to the next: its own lines, and what other programs print in between.
#[derive(Debug)]
pub(super) struct Region<'a, K> {
    /// Where it begins in the block.
    pub start: usize,
    /// Where the next one begins, or the block ends.
    pub end: usize,
    /// Its first line.
    pub head: Head<'a, K>,
}

/// How a reader knows its lines. It sees them without colours and line ends.
pub(super) type ReadHead<K> = for<'x> fn(&'x [u8]) -> Option<Head<'x, K>>;

/// The records of a block. What stands before the first belongs to none.
pub(super) fn regions<K>(block: &[u8], read: ReadHead<K>) -> Vec<Region<'_, K>> {
    let mut regions: Vec<Region<'_, K>> = Vec::new();
    let mut at = 0;
    for raw in block.split_inclusive(|byte| *byte == b'\n') {
        if let Some(head) = head(raw, read) {
            if let Some(last) = regions.last_mut() {
                last.end = at;
            }
            regions.push(Region {
                start: at,
                end: block.len(),
                head,
            });
        }
        at += raw.len();
    }
    regions
}

/// Where the last record of a block begins that a block may begin with; 0 if none does.
pub(super) fn last<K>(block: &[u8], read: ReadHead<K>, may_begin: fn(&K) -> bool) -> usize {
    let mut end = block.len();
    while end > 0 {
        let start = block
            .get(..end - 1)
            .and_then(|before| memchr::memrchr(b'\n', before))
            .map_or(0, |newline| newline + 1);
        let line = block.get(start..end).unwrap_or_default();
        if head(line, read).is_some_and(|head| may_begin(&head.kind)) {
            return start;
        }
        end = start;
    }
    0
}

fn head<K>(raw: &[u8], read: ReadHead<K>) -> Option<Head<'_, K>> {
    let line = raw.trim_ascii_end();
    if line.is_empty() {
        return None;
    }
    match ansi::stripped(line) {
        Cow::Borrowed(line) => read(line),
        Cow::Owned(line) => read(line.trim_ascii_end()).map(|head| Head {
            kind: head.kind,
            body: head.body,
            prefix: head.prefix.into_owned(),
        }),
    }
}

impl<K> Region<'_, K> {
    /// All its bytes, as they are in the block.
    pub(super) fn raw<'b>(&self, block: &'b [u8]) -> &'b [u8] {
        block.get(self.start..self.end).unwrap_or_default()
    }

    /// From its message on, without colours.
    pub(super) fn body<'b>(&self, block: &'b [u8]) -> Cow<'b, [u8]> {
        match ansi::stripped(self.raw(block)) {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(self.head.body..).unwrap_or_default()),
            Cow::Owned(mut text) => {
                text.drain(..self.head.body.min(text.len()));
                Cow::Owned(text)
            }
        }
    }
}

/// The first line of a text, without its end.
pub(super) fn first_line(text: &[u8]) -> &[u8] {
    memchr::memchr(b'\n', text)
        .and_then(|end| text.get(..end))
        .unwrap_or(text)
        .trim_ascii_end()
}
