//! An ISO time stamp and a space before each line: `docker logs --timestamps`, `kubectl logs --timestamps` and what
//! CloudWatch exports to S3 (`2026-11-21T04:10:19.773Z message`, docs.aws.amazon.com, "Exporting log data to Amazon S3",
//! which says that the lines may be out of order). The log's own stamp mostly follows: two stamps are no mistake.

use super::entry::{Entry, Read, chomp};
use crate::capture::time;

pub(super) fn read(line: Entry<'_>) -> Read<'_> {
    match parts(chomp(line.text)) {
        Some((at, text)) => Read::Entry(line.inside(text).at(Some(at))),
        None => Read::Further,
    }
}

/// What follows the stamp.
pub(super) fn text(line: &[u8]) -> Option<&[u8]> {
    parts(line).map(|(_, text)| text)
}

fn parts(text: &[u8]) -> Option<(i64, &[u8])> {
    let stamp = time::iso(text).filter(|_| text.get(10) == Some(&b'T'))?;
    let rest = text.get(stamp.len..)?;
    match rest.strip_prefix(b" ") {
        Some(line) => Some((stamp.micros, line)),
        None => rest.is_empty().then_some((stamp.micros, rest)),
    }
}
