//! From bytes of a log that was wrapped back to the file that it was wrapped in.

use std::borrow::Cow;

use super::record::Record;
use super::wrap::Origin;

/// Where the bytes of a block come from; without any, the block is a piece of the file itself.
pub(super) struct Origins<'a>(pub &'a [Origin]);

impl Origins<'_> {
    /// The byte of the file where the line begins that holds byte `at` of the block.
    pub(super) fn offset(&self, at: u64) -> u64 {
        self.of(at).map_or(at, |origin| origin.offset)
    }

    /// Gives a record its place in the file, and what the wrapper knows of it and its prefix doesn't say.
    pub(super) fn complete(&self, record: &mut Record<'_>) {
        let Some(origin) = self.of(record.offset) else {
            return;
        };
        record.offset = origin.offset;
        record.time = record.time.or(origin.time);
        if record.session.is_empty() && origin.process != 0 {
            record.session = Cow::Owned(origin.process.to_string().into_bytes());
        }
    }

    fn of(&self, at: u64) -> Option<&Origin> {
        let behind = self.0.partition_point(|origin| origin.at as u64 <= at);
        self.0.get(behind.saturating_sub(1))
    }
}
