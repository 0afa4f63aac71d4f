//! JSON of whatever collects logs (Fluent Bit, Vector, Loki, OpenTelemetry, …): an object in which a key of usual name
//! holds the line that PostgreSQL wrote, or the record that a collector has made of its JSON.

use super::entry::{Entry, Read, chomp, hash, number};
use super::object;
use super::operator::{is_csv_record, one_line};
use crate::capture::time;

/// Keys that hold the line, the surest first.
const TEXTS: &[&str] = &[
    "message",
    "msg",
    "log",
    "MESSAGE",
    "Message",
    "textPayload",
    "event_message",
    "line",
    "body",
    "_raw",
    "text",
    "content",
    "record",
    "data",
];

/// Keys that tell when, the surest first.
const TIMES: &[&str] = &[
    "timestamp",
    "@timestamp",
    "time",
    "ts",
    "_time",
    "date",
    "timeUnixNano",
    "observedTimeUnixNano",
];

/// Keys that tell one source of lines from others.
const SOURCES: &[&[u8]] = &[
    b"stream",
    b"host",
    b"hostname",
    b"container_id",
    b"container_name",
    b"file",
    b"pod",
    b"labels",
    b"kubernetes",
    b"attributes",
];

pub(super) fn read<'a>(entry: Entry<'a>, scratch: &'a mut Vec<u8>) -> Read<'a> {
    let Some(value) = text(entry.text) else {
        return Read::LeftOut;
    };
    let mut stream = entry.stream;
    let mut at: Option<(usize, i64)> = None;
    for field in object::fields(entry.text) {
        if SOURCES.contains(&field.key) {
            stream = hash(stream, field.value);
        } else if let Some(rank) = TIMES.iter().position(|key| key.as_bytes() == field.key)
            && at.is_none_or(|at| rank < at.0)
        {
            at = when(field.value).map(|time| (rank, time)).or(at);
        }
    }
    let at = at.map(|(_, time)| time);
    let text = if value.starts_with(b"{") {
        one_line(value, scratch)
    } else {
        chomp(object::text(value, scratch))
    };
    Read::Entry(Entry {
        stream,
        ..entry.inside(text).at(at)
    })
}

/// The value that holds the line, or the record, of an object.
pub(super) fn text(object: &[u8]) -> Option<&[u8]> {
    let mut best: Option<(usize, &[u8])> = None;
    for field in object::fields(object) {
        let rank = TEXTS.iter().position(|key| key.as_bytes() == field.key);
        let Some(rank) = rank.filter(|rank| best.is_none_or(|best| *rank < best.0)) else {
            continue;
        };
        // OpenTelemetry's values name their type.
        let value = object::get(field.value, "stringValue").unwrap_or(field.value);
        if value.starts_with(b"\"") || is_csv_record(value) {
            best = Some((rank, value));
        }
    }
    best.map(|(_, value)| value)
}

/// A time as text, or as a number whose size tells its unit.
fn when(value: &[u8]) -> Option<i64> {
    let text = object::inner(value).unwrap_or(value);
    if let Some(stamp) = time::iso(text) {
        return Some(stamp.micros);
    }
    let (whole, fraction) = super::entry::split_once(text, b'.').unwrap_or((text, b""));
    let Some(n) = number(whole) else {
        // Nanoseconds have 19 digits.
        return number(text.get(..text.len().checked_sub(3)?)?);
    };
    Some(match whole.len() {
        9..=11 => {
            let digits: Vec<u8> = fraction.iter().copied().chain([b'0'; 6]).take(6).collect();
            n * 1_000_000 + number(&digits)?
        }
        12..=14 => n * 1_000,
        15..=17 => n,
        18 => n / 1_000,
        _ => return None,
    })
}
