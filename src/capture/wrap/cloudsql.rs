//! Google Cloud's `LogEntry` of Cloud SQL and AlloyDB: `{"insertId": …, "textPayload": "2026-… [1234]: [5-1] db=…",
//! "timestamp": "2026-…Z", "resource": …}`, one a line or as an array (cloud.google.com, "LogEntry"). The entries come
//! newest first by default, and a message's details are entries of their own.

use super::entry::{Entry, Read, chomp};
use super::object;
use crate::capture::time;

pub(super) fn read<'a>(entry: Entry<'a>, scratch: &'a mut Vec<u8>) -> Read<'a> {
    let (mut text, mut resource, mut at) = (None, &b""[..], None);
    for field in object::fields(entry.text) {
        match field.key {
            b"textPayload" => text = Some(field.value),
            b"resource" => resource = field.value,
            b"timestamp" => at = object::inner(field.value).and_then(time::iso),
            _ => {}
        }
    }
    match text.filter(|t| t.starts_with(b"\"")) {
        Some(text) => {
            let text = chomp(object::text(text, scratch));
            Read::Entry(entry.inside(text).at(at.map(|s| s.micros)).of(resource))
        }
        // Audit entries and the like have a payload of another kind.
        None => Read::LeftOut,
    }
}

/// Whether an object is a `LogEntry`.
pub(super) fn is_entry(object: &[u8]) -> bool {
    let has = |key| object::get(object, key).is_some();
    has("insertId") && (has("textPayload") || has("protoPayload") || has("jsonPayload"))
        || has("textPayload") && has("resource")
}
