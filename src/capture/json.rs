//! Postgres' jsonlog: one JSON object a line.

use std::borrow::Cow;

use serde::Deserialize;

use super::record::{Record, severity};
use super::time;

/// The keys of jsonlog that say something about statements; the server leaves out what is empty.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    timestamp: Cow<'a, str>,
    #[serde(borrow, default)]
    user: Cow<'a, str>,
    #[serde(borrow, default)]
    dbname: Cow<'a, str>,
    #[serde(default)]
    pid: Option<u64>,
    #[serde(borrow, default)]
    session_id: Cow<'a, str>,
    #[serde(borrow, default)]
    vxid: Cow<'a, str>,
    #[serde(borrow)]
    error_severity: Cow<'a, str>,
    #[serde(borrow, default)]
    message: Cow<'a, str>,
    #[serde(borrow, default)]
    detail: Cow<'a, str>,
    #[serde(borrow, default)]
    context: Cow<'a, str>,
    #[serde(borrow, default)]
    statement: Cow<'a, str>,
    #[serde(borrow, default)]
    application_name: Cow<'a, str>,
}

/// Whether a line is a record of a jsonlog.
pub(super) fn is_record(line: &[u8]) -> bool {
    line.starts_with(b"{") && std::str::from_utf8(line).is_ok_and(|text| parse(text, 0).is_some())
}

/// Where the last line of `block` that ends in it ends; 0 when none ends.
pub(super) fn last_end(block: &[u8]) -> usize {
    memchr::memrchr(b'\n', block).map_or(0, |at| at + 1)
}

/// Reads the lines of a block. One that can't be read goes to `broken`.
pub(super) fn records(
    block: &[u8],
    base: u64,
    each: &mut dyn FnMut(Record<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let mut at = 0;
    while let Some(rest) = block.get(at..).filter(|rest| !rest.is_empty()) {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |n| n + 1);
        let line = rest.get(..end).unwrap_or(rest).trim_ascii();
        let offset = base + at as u64;
        at += end;
        if line.is_empty() {
            continue;
        }
        // A name or a value in another encoding must not cost the record.
        let text = match std::str::from_utf8(line) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(line),
        };
        match parse(&text, offset) {
            Some(record) => each(record),
            None => broken(offset, "not a record of a jsonlog, or cut off"),
        }
    }
}

fn parse(text: &str, offset: u64) -> Option<Record<'_>> {
    let line: Line<'_> = serde_json::from_str(text).ok()?;
    let stamp = time::stamp(line.timestamp.as_bytes())?;
    let session = if line.session_id.is_empty() {
        Cow::Owned(line.pid?.to_string())
    } else {
        line.session_id
    };
    Some(Record {
        offset,
        time: Some(stamp.micros),
        utc_offset: stamp.offset,
        session: bytes(session),
        transaction: bytes(line.vxid),
        user: bytes(line.user),
        database: bytes(line.dbname),
        application: bytes(line.application_name),
        severity: severity(line.error_severity.as_bytes())?,
        message: bytes(line.message),
        detail: bytes(line.detail),
        context: bytes(line.context),
        statement: bytes(line.statement),
    })
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_damage_is_counted() {
        let good = r#"{"timestamp":"2026-11-21 04:40:59.078 UTC","user":"p","pid":7,"error_severity":"LOG","message":"a \"b\"\n\tc"}"#;
        let block = [
            good.as_bytes(),
            b"\r\n\n{\"timestamp\":\"2026\n",
            good.as_bytes(),
            b"\n{\"message\":\"\xe9",
        ]
        .concat();
        let (mut messages, mut broken) = (Vec::new(), 0);
        records(
            &block,
            0,
            &mut |r| {
                messages.push((
                    String::from_utf8_lossy(&r.message).into_owned(),
                    r.session.into_owned(),
                ));
            },
            &mut |_, _| broken += 1,
        );
        assert_eq!(
            messages,
            vec![("a \"b\"\n\tc".to_owned(), b"7".to_vec()); 2]
        );
        assert_eq!(broken, 2);
    }

    #[test]
    fn bytes_in_another_encoding_keep_their_record() {
        let line = b"{\"timestamp\":\"2026-11-21 04:40:59.078 UTC\",\"pid\":7,\"error_severity\":\"LOG\",\"message\":\"caf\xe9\"}";
        let mut count = 0;
        records(line, 0, &mut |_| count += 1, &mut |_, _| {});
        assert_eq!(count, 1);
    }
}
