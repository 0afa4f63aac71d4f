//! The systemd journal: `journalctl -o json` and `-o export` (systemd.io, "Journal Export Formats"). What journald takes
//! from standard error has one entry a line; what came by syslog is as [`super::pieces`] tells.

use super::entry::{Entry, Read, chomp, number};
use super::object;
use super::syslog::{Message, Syslog};

/// The fields of an entry that matter here, as text.
#[derive(Default)]
struct Fields<'a> {
    time: Option<i64>,
    message: Option<&'a [u8]>,
    identifier: &'a [u8],
    unit: &'a [u8],
    command: &'a [u8],
    host: &'a [u8],
    container: &'a [u8],
    process: &'a [u8],
    syslog_process: &'a [u8],
    partial: bool,
}

impl<'a> Fields<'a> {
    /// Takes a field; a field may come more than once, and the first counts.
    fn take(&mut self, key: &[u8], value: &'a [u8]) {
        let first = |slot: &mut &'a [u8]| {
            if slot.is_empty() {
                *slot = value;
            }
        };
        match key {
            // When the program wrote it tells more than when journald took it, but not all entries have it.
            b"_SOURCE_REALTIME_TIMESTAMP" => self.time = number(value).or(self.time),
            b"__REALTIME_TIMESTAMP" => self.time = self.time.or(number(value)),
            b"MESSAGE" => self.message = self.message.or(Some(value)),
            b"SYSLOG_IDENTIFIER" => first(&mut self.identifier),
            b"_SYSTEMD_UNIT" => first(&mut self.unit),
            b"_COMM" => first(&mut self.command),
            b"_HOSTNAME" => first(&mut self.host),
            b"CONTAINER_NAME" => first(&mut self.container),
            b"_PID" => first(&mut self.process),
            b"SYSLOG_PID" => first(&mut self.syslog_process),
            // journald cuts lines of more than 48 KiB, Docker's driver those of more than 16 KiB.
            b"_LINE_BREAK" => self.partial |= value == b"line-max",
            b"CONTAINER_PARTIAL_MESSAGE" => self.partial |= value == b"true",
            _ => {}
        }
    }

    fn entry(self, line: Entry<'a>, syslog: &mut Syslog, scratch: &'a mut Vec<u8>) -> Read<'a> {
        let Some(text) = self.message else {
            return Read::Nothing;
        };
        let says_postgres =
            |name: &[u8]| name.windows(8).any(|w| w.eq_ignore_ascii_case(b"postgres"));
        let program = [self.identifier, self.container, self.unit, self.command]
            .into_iter()
            .find(|name| says_postgres(name))
            .unwrap_or(if self.identifier.is_empty() {
                self.container
            } else {
                self.identifier
            });
        let process = if self.syslog_process.is_empty() {
            self.process
        } else {
            self.syslog_process
        };
        let message = Message {
            time: self.time,
            host: self.host,
            program,
            process,
            text: chomp(text),
            // A journal holds any byte as it is.
            escaped: false,
        };
        match syslog.message(line, &message, scratch) {
            Read::Entry(entry) => Read::Entry(Entry {
                partial: self.partial,
                ..entry
            }),
            other => other,
        }
    }
}

/// Reads an entry of `-o json`.
pub(super) fn read_json<'a>(
    line: Entry<'a>,
    syslog: &mut Syslog,
    text: &'a mut Vec<u8>,
    scratch: &'a mut Vec<u8>,
) -> Read<'a> {
    let mut fields = Fields::default();
    let mut message = None;
    for field in object::fields(line.text) {
        // A field that an entry has more than once is an array of its values.
        let value = match object::first(field.value) {
            Some(first) if first.starts_with(b"\"") => first,
            _ => field.value,
        };
        if field.key == b"MESSAGE" {
            message = Some(value);
        } else if let Some(value) = object::inner(value) {
            fields.take(field.key, value);
        }
    }
    match message {
        None | Some(b"null") => return Read::Nothing,
        Some(value) if value.starts_with(b"[") => {
            *text = bytes(value);
            fields.message = Some(text);
        }
        Some(value) => fields.message = Some(object::text(value, text)),
    }
    fields.entry(line, syslog, scratch)
}

/// The bytes that an array of numbers spells.
pub(super) fn bytes(array: &[u8]) -> Vec<u8> {
    array
        .split(|b| !b.is_ascii_digit())
        .filter_map(|n| number(n).and_then(|n| u8::try_from(n).ok()))
        .collect()
}

/// Reads an entry of `-o export`: lines `KEY=value`, or `KEY`, a newline, the value's length in eight bytes with the
/// lowest first, the value and a newline.
pub(super) fn read_export<'a>(
    line: Entry<'a>,
    syslog: &mut Syslog,
    scratch: &'a mut Vec<u8>,
) -> Read<'a> {
    let mut fields = Fields::default();
    let mut rest = line.text;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let (head, after) = rest.split_at_checked(end).unwrap_or((rest, b""));
        let after = after.get(1..).unwrap_or_default();
        if let Some((key, value)) = super::entry::split_once(head, b'=') {
            fields.take(key, value);
            rest = after;
        } else {
            let Some(length) = binary_length(after) else {
                return Read::Broken("a field of a journal entry that is cut off");
            };
            let Some(value) = after.get(8..length.saturating_add(8)) else {
                return Read::Broken("a field of a journal entry that is cut off");
            };
            fields.take(head, value);
            rest = after.get(length + 9..).unwrap_or_default();
        }
    }
    fields.entry(line, syslog, scratch)
}

/// The length in front of a binary value.
pub(super) fn binary_length(text: &[u8]) -> Option<usize> {
    let length = u64::from_le_bytes(*text.first_chunk::<8>()?);
    usize::try_from(length).ok()
}
