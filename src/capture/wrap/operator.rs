//! CloudNativePG's log: `{"level":"info","ts":…,"logger":"postgres","msg":"record","record":{"log_time":"…", …}}`
//! (cloudnative-pg.io, "Logging"). A record has the fields of a csvlog, all of them as strings; it goes out as a line of
//! JSON. pgaudit's records and what the operator itself logs are left out.

use super::entry::{Entry, Join, Read};
use super::object;
use crate::capture::time;

pub(super) fn read<'a>(entry: Entry<'a>, scratch: &'a mut Vec<u8>) -> Read<'a> {
    let (mut record, mut pod, mut at, mut logger) = (None, &b""[..], None, &b""[..]);
    for field in object::fields(entry.text) {
        match field.key {
            b"record" => record = Some(field.value),
            b"logger" => logger = field.value,
            b"logging_pod" | b"logging_podName" => pod = field.value,
            b"ts" => at = object::inner(field.value).and_then(time::iso),
            _ => {}
        }
    }
    match record.filter(|r| logger == b"\"postgres\"" && is_csv_record(r)) {
        Some(record) => {
            let text = one_line(record, scratch);
            Read::Entry(Entry {
                join: Join::Fresh,
                ..entry.inside(text).at(at.map(|s| s.micros)).of(pod)
            })
        }
        None => Read::LeftOut,
    }
}

/// Whether an object is a line of the operator's log.
pub(super) fn is_line(object: &[u8]) -> bool {
    object::get(object, "logger").is_some()
        && (object::get(object, "record").is_some() || object::get(object, "msg").is_some())
}

/// Whether an object has the fields of a record of a csvlog.
pub(super) fn is_csv_record(object: &[u8]) -> bool {
    object.starts_with(b"{") && object::get(object, "error_severity").is_some()
}

/// An object without the line ends that it has between its fields; its strings hold none.
pub(super) fn one_line<'a>(object: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    if memchr::memchr2(b'\n', b'\r', object).is_none() {
        return object;
    }
    scratch.clear();
    scratch.extend(object.iter().filter(|b| !matches!(b, b'\n' | b'\r')));
    scratch
}
