//! Azure's diagnostic logs of PostgreSQL: `{"time": …, "properties": {"timestamp": …, "processId": 1234, "errorLevel":
//! "LOG", "sqlerrcode": "00000", "message": "2026-… UTC-65f…-LOG:  duration: …", "detail": "…"}}`, one a line, or in the
//! `records` of a hub (learn.microsoft.com, "Logs in Azure Database for PostgreSQL").
//!
//! The message holds the line with its prefix; the single server had the prefix in a property of its own. Details are
//! properties and become lines behind it, with the message's prefix.

use super::entry::{Entry, Read};
use super::head::{Head, head};
use super::object;
use crate::capture::time;

/// The properties that add to a message, and the level that their lines have in a log.
const DETAILS: [(&str, &[u8]); 4] = [
    ("detail", b"DETAIL:  "),
    ("hint", b"HINT:  "),
    ("context", b"CONTEXT:  "),
    ("statement", b"STATEMENT:  "),
];

pub(super) fn read<'a>(entry: Entry<'a>, scratch: &'a mut Vec<u8>) -> Read<'a> {
    let Some(properties) = object::get(entry.text, "properties") else {
        return Read::LeftOut;
    };
    let mut unescaped = (Vec::new(), Vec::new());
    let Some(message) = object::get(properties, "message").filter(|m| m.starts_with(b"\"")) else {
        return Read::LeftOut;
    };
    let message = object::text(message, &mut unescaped.0);
    let property = |key| object::get(properties, key).unwrap_or_default();
    let written = object::inner(property("timestamp")).unwrap_or_default();
    let at = object::get(entry.text, "time")
        .or_else(|| object::get(entry.text, "TimeGenerated"))
        .and_then(object::inner)
        .and_then(time::iso)
        .or_else(|| time::stamp(written))
        .or_else(|| time::iso(written));
    let process = property("processId").trim_ascii();
    let process = object::inner(process).unwrap_or(process);

    scratch.clear();
    let prefix_length = if let Head::Message(level) = head(message) {
        level
    } else {
        scratch.extend_from_slice(object::text(property("prefix"), &mut unescaped.1));
        if scratch.is_empty() {
            scratch.extend_from_slice(written);
            scratch.extend_from_slice(b" [");
            scratch.extend_from_slice(process);
            scratch.extend_from_slice(b"] ");
        }
        let length = scratch.len();
        scratch.extend_from_slice(object::inner(property("errorLevel")).unwrap_or(b"LOG"));
        scratch.extend_from_slice(b":  ");
        length
    };
    scratch.extend_from_slice(message);
    let prefix = scratch.get(..prefix_length).unwrap_or_default().to_vec();
    for (key, level) in DETAILS {
        let detail = object::text(property(key), &mut unescaped.1);
        if !detail.is_empty() && detail != b"null" {
            scratch.push(b'\n');
            scratch.extend_from_slice(&prefix);
            scratch.extend_from_slice(level);
            scratch.extend_from_slice(detail);
        }
    }
    let server = object::get(entry.text, "resourceId")
        .or_else(|| object::get(entry.text, "_ResourceId"))
        .unwrap_or_default();
    Read::Entry(Entry {
        process: super::entry::process(process),
        join: super::entry::Join::Fresh,
        ..entry.inside(scratch).at(at.map(|s| s.micros)).of(server)
    })
}

/// Whether an object is a diagnostic record of PostgreSQL.
pub(super) fn is_record(object: &[u8]) -> bool {
    object::get(object, "properties").is_some_and(|properties| {
        object::get(properties, "message").is_some()
            && (object::get(properties, "errorLevel").is_some()
                || object::get(properties, "sqlerrcode").is_some())
    })
}
