//! Supabase's logs explorer: rows of a query over `postgres_logs` as JSON or CSV, newest first (supabase.com, "Advanced
//! log filtering"). A row has `event_message`, `timestamp` in microseconds and `metadata`, in which `parsed` holds the
//! fields of a csvlog without the message; a query may also have picked single fields of it as columns. Each row goes
//! out as a line of JSON with the names of a csvlog's fields.

use super::entry::{Entry, Join, Read, number};
use super::object;
use crate::capture::time;

/// What goes out of `parsed` or of columns under its own name.
const FIELDS: &[&str] = &[
    "user_name",
    "database_name",
    "process_id",
    "connection_from",
    "session_id",
    "session_line_num",
    "command_tag",
    "session_start_time",
    "virtual_transaction_id",
    "transaction_id",
    "sql_state_code",
    "detail",
    "hint",
    "internal_query",
    "internal_query_pos",
    "context",
    "query",
    "query_pos",
    "location",
    "application_name",
    "backend_type",
    "leader_pid",
    "query_id",
];

/// Reads a row that is an object.
pub(super) fn read<'a>(row: Entry<'a>, scratch: &'a mut Vec<u8>) -> Read<'a> {
    let nested = |object: &'a [u8], key| {
        let value = object::get(object, key)?;
        object::first(value).or_else(|| value.starts_with(b"{").then_some(value))
    };
    let metadata = nested(row.text, "metadata").unwrap_or_default();
    let parsed = nested(metadata, "parsed").unwrap_or_default();
    let fields: Vec<object::Field<'_>> = object::fields(parsed)
        .chain(object::fields(row.text))
        .collect();
    let value = |key: &str| {
        let field = fields.iter().find(|field| field.key == key.as_bytes())?;
        Some(field.value).filter(|value| *value != b"null")
    };
    let Some(message) = object::get(row.text, "event_message") else {
        return Read::LeftOut;
    };
    let at = object::get(row.text, "timestamp").and_then(row_time);
    let written = object::get(parsed, "log_time")
        .or_else(|| object::get(parsed, "timestamp"))
        .and_then(object::inner);
    record(scratch, at, written, &value, message);
    let host = object::get(metadata, "host").unwrap_or_default();
    Read::Entry(Entry {
        join: Join::Fresh,
        ..row.inside(scratch).at(at).of(host)
    })
}

/// Reads a row of the CSV, by the names in its first row.
pub(super) fn read_row<'a>(
    row: Entry<'a>,
    names: &[Vec<u8>],
    scratch: &'a mut Vec<u8>,
) -> Read<'a> {
    let quoted: Vec<Vec<u8>> = super::rows::fields(row.text)
        .map(|field| {
            let mut quoted = Vec::new();
            object::quote(&field, &mut quoted);
            quoted
        })
        .collect();
    let column = |name: &str| {
        let at = names.iter().position(|n| n == name.as_bytes())?;
        quoted.get(at).map(Vec::as_slice)
    };
    let Some(message) = column("event_message").filter(|_| quoted.len() == names.len()) else {
        return Read::Broken("a row with another number of fields than the first");
    };
    let at = column("timestamp").and_then(row_time);
    let value = |key: &str| column(key).filter(|v| *v != b"\"\"" && *v != b"\"null\"");
    record(scratch, at, None, &value, message);
    Read::Entry(Entry {
        join: Join::Fresh,
        ..row.inside(scratch).at(at)
    })
}

/// Whether an object is a row of the logs explorer.
pub(super) fn is_row(object: &[u8]) -> bool {
    object::get(object, "event_message").is_some()
        && (object::get(object, "timestamp").is_some() || object::get(object, "id").is_some())
}

/// Microseconds as a number or in quotes, or a time as BigQuery writes it.
fn row_time(value: &[u8]) -> Option<i64> {
    let text = object::inner(value).unwrap_or(value);
    number(text)
        .filter(|n| *n > 1_000_000_000_000_000)
        .or_else(|| time::iso(text).map(|s| s.micros))
}

/// Writes a record's line of JSON.
fn record<'v>(
    line: &mut Vec<u8>,
    at: Option<i64>,
    written: Option<&[u8]>,
    value: &dyn Fn(&str) -> Option<&'v [u8]>,
    message: &[u8],
) {
    line.clear();
    line.extend_from_slice(b"{\"log_time\":\"");
    match (written, at) {
        (Some(written), _) => line.extend_from_slice(written),
        (None, Some(at)) => line.extend_from_slice(utc(at).as_bytes()),
        (None, None) => {}
    }
    line.extend_from_slice(b"\",\"error_severity\":");
    line.extend_from_slice(value("error_severity").unwrap_or(b"\"LOG\""));
    if value("process_id").is_none() && value("session_id").is_none() {
        line.extend_from_slice(b",\"process_id\":\"0\"");
    }
    for key in FIELDS {
        if let Some(value) = value(key) {
            line.extend_from_slice(b",\"");
            line.extend_from_slice(key.as_bytes());
            line.extend_from_slice(b"\":");
            line.extend_from_slice(value);
        }
    }
    line.extend_from_slice(b",\"message\":");
    line.extend_from_slice(message);
    line.push(b'}');
    // Rows are printed over many lines now and then; no string holds a line end.
    line.retain(|b| !matches!(b, b'\n' | b'\r'));
}

/// A time as PostgreSQL writes it, in UTC.
fn utc(micros: i64) -> String {
    let (days, rest) = (
        micros.div_euclid(86_400_000_000),
        micros.rem_euclid(86_400_000_000),
    );
    // Years that begin in March put the leap day last (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (milliseconds, seconds) = (rest / 1_000 % 1_000, rest / 1_000_000);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}.{milliseconds:03} UTC",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_server_does() {
        for text in [
            "2026-11-21 04:10:19.773 UTC",
            "2024-02-29 23:59:59.000 UTC",
            "1970-01-01 00:00:00.001 UTC",
            "2000-03-01 00:00:00.000 UTC",
        ] {
            assert_eq!(utc(time::stamp(text.as_bytes()).unwrap().micros), text);
        }
    }
}
