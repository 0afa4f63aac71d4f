//! Postgres' jsonlog: one JSON object a line.

use std::borrow::Cow;

use serde::Deserialize;

use super::phrases::severity;
use super::record::Record;
use super::time;

/// The keys of jsonlog that say something about statements; the server leaves out what is empty.
///
/// The other names are those of csvlog's columns, as operators for Kubernetes and hosted services write them into
/// JSON, with numbers as texts.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, alias = "log_time")]
    timestamp: Cow<'a, str>,
    #[serde(borrow, default, alias = "user_name")]
    user: Option<Cow<'a, str>>,
    #[serde(borrow, default, alias = "database_name")]
    dbname: Option<Cow<'a, str>>,
    #[serde(borrow, default, alias = "process_id")]
    pid: Option<Number<'a>>,
    #[serde(borrow, default)]
    session_id: Option<Cow<'a, str>>,
    #[serde(borrow, default, alias = "virtual_transaction_id")]
    vxid: Option<Cow<'a, str>>,
    #[serde(borrow)]
    error_severity: Cow<'a, str>,
    #[serde(borrow, default, alias = "sql_state_code")]
    state_code: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    message: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    detail: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    context: Option<Cow<'a, str>>,
    #[serde(borrow, default, alias = "query")]
    statement: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    application_name: Option<Cow<'a, str>>,
}

/// A number, which some writers put in quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number<'a> {
    Plain(u64),
    Quoted(#[serde(borrow)] Cow<'a, str>),
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
    let session = match (line.session_id, line.pid) {
        (Some(id), _) if !id.is_empty() => id,
        (_, Some(Number::Plain(pid))) => Cow::Owned(pid.to_string()),
        (_, Some(Number::Quoted(pid))) => pid,
        _ => return None,
    };
    Some(Record {
        offset,
        time: Some(stamp.micros),
        utc_offset: stamp.offset,
        zone_unknown: !stamp.known,
        session: bytes(session),
        transaction: optional(line.vxid),
        user: optional(line.user),
        database: optional(line.dbname),
        application: optional(line.application_name),
        severity: severity(line.error_severity.as_bytes())?,
        sqlstate: optional(line.state_code),
        message: optional(line.message),
        detail: optional(line.detail),
        context: optional(line.context),
        statement: optional(line.statement),
    })
}

fn optional(text: Option<Cow<'_, str>>) -> Cow<'_, [u8]> {
    text.map(bytes).unwrap_or_default()
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
