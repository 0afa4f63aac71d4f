//! Docker's `json-file` log driver: `{"log":"…\n","stream":"stderr","time":"2026-11-21T04:10:19.773124Z"}` a line
//! (docs.docker.com, "JSON File logging driver"). A line of more than 16 KiB is cut: all its pieces but the last have
//! no newline at the end of `log`. What PostgreSQL writes to standard output and to standard error are two streams.

use super::entry::{Entry, Read};
use super::object;
use crate::capture::time;

pub(super) fn read<'a>(line: Entry<'a>, scratch: &'a mut Vec<u8>) -> Read<'a> {
    let (mut log, mut stream, mut at) = (None, &b""[..], None);
    for field in object::fields(line.text) {
        match field.key {
            b"log" => log = object::inner(field.value),
            b"stream" => stream = field.value,
            b"time" => at = object::inner(field.value).and_then(time::iso),
            _ => {}
        }
    }
    let Some(log) = log else {
        return Read::Broken("not a line of Docker's json-file");
    };
    let (log, partial) = match log.strip_suffix(b"\\n") {
        // An escaped backslash before the n is no newline.
        Some(line) if trailing_backslashes(line).is_multiple_of(2) => {
            (line.strip_suffix(b"\\r").unwrap_or(line), false)
        }
        _ => (log, true),
    };
    let text = if memchr::memchr(b'\\', log).is_none() {
        log
    } else {
        scratch.clear();
        object::unescape(log, scratch);
        scratch
    };
    Read::Entry(Entry {
        partial,
        ..line.inside(text).at(at.map(|s| s.micros)).of(stream)
    })
}

fn trailing_backslashes(text: &[u8]) -> usize {
    text.iter().rev().take_while(|b| **b == b'\\').count()
}
