//! Amazon CloudWatch: `aws logs tail` (`2026-11-21T04:10:19.773000+00:00 stream message`) and the answers of
//! `filter-log-events` and `get-log-events`, whose events have `timestamp` in milliseconds, `message` and perhaps
//! `logStreamName` (docs.aws.amazon.com, CLI reference and `FilteredLogEvent`). A message may hold several lines; `tail`
//! says of itself that it doesn't keep exact order.

use super::entry::{Entry, Read, after_colours, chomp, number, split_once};
use super::head::{self, Head};
use super::object;
use crate::capture::time;

/// Reads a line of `aws logs tail`.
pub(super) fn read_tail(line: Entry<'_>) -> Read<'_> {
    let text = chomp(line.text);
    match tail(text) {
        Some((at, stream, text)) => Read::Entry(line.inside(text).at(Some(at)).of(stream)),
        None => Read::Further,
    }
}

/// The time, the log stream and the message of a line of `aws logs tail`.
pub(super) fn tail(text: &[u8]) -> Option<(i64, &[u8], &[u8])> {
    let text = after_colours(text);
    let stamp = time::iso(text).filter(|_| text.get(10) == Some(&b'T'))?;
    let rest = after_colours(text.get(stamp.len..)?);
    let rest = after_colours(rest.strip_prefix(b" ")?);
    let (stream, text) = split_once(rest, b' ')?;
    let text = after_colours(text);
    let name = stream.strip_suffix(b"\x1b[0m").unwrap_or(stream);
    (!name.is_empty()).then_some((stamp.micros, name, text))
}

/// Whether a text begins as a log does right at its start, so that nothing stands before it.
pub(super) fn begins_log(text: &[u8]) -> bool {
    head::is_stamped(text)
        || matches!(text.first(), Some(b'{' | b'\t'))
        || head::head(text) == Head::Message(0)
}

/// Reads an event.
pub(super) fn read_event<'a>(event: Entry<'a>, scratch: &'a mut Vec<u8>) -> Read<'a> {
    let (mut message, mut stream, mut at) = (None, &b""[..], None);
    for field in object::fields(event.text) {
        match field.key {
            b"message" => message = Some(field.value),
            b"logStreamName" => stream = field.value,
            b"timestamp" => at = number(field.value).and_then(|ms| ms.checked_mul(1_000)),
            _ => {}
        }
    }
    match message.filter(|m| m.starts_with(b"\"")) {
        Some(message) => {
            let text = chomp(object::text(message, scratch));
            Read::Entry(event.inside(text).at(at).of(stream))
        }
        None => Read::LeftOut,
    }
}

/// Whether an object is an event.
pub(super) fn is_event(object: &[u8]) -> bool {
    let is_number = |key| {
        object::get(object, key)
            .and_then(number)
            .is_some_and(|n| n > 1_000_000_000_000)
    };
    object::get(object, "message").is_some_and(|m| m.starts_with(b"\""))
        && is_number("timestamp")
        && (is_number("ingestionTime") || object::get(object, "logStreamName").is_some())
}
