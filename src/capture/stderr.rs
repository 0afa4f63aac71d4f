//! Postgres' text log: `log_line_prefix`, level, message; further lines of a message begin with a tab.

use std::borrow::Cow;

use super::phrases::Level;
use super::prefix::{Line, Prefix};
use super::record::Record;

/// Where the last whole record of `block` ends, so that no record is cut: the start of the last record's first
/// line. 0 when the block holds no record start but at its very beginning.
pub(super) fn last_start(block: &[u8], prefix: &Prefix) -> usize {
    let mut end = block.len();
    while let Some(newline) = memchr::memrchr(b'\n', block.get(..end).unwrap_or_default()) {
        let line = block.get(newline + 1..).unwrap_or_default();
        if !line.starts_with(b"\t")
            && prefix
                .line(first_line(line))
                .is_some_and(|l| matches!(l.level, Level::Severity(_)))
        {
            return newline + 1;
        }
        end = newline;
    }
    0
}

/// A record whose details may still follow, and where the text that it ends with began.
struct Open<'a> {
    record: Record<'a>,
    last: Text,
    start: usize,
}

/// The texts of a record that may go on over several lines.
#[derive(Clone, Copy)]
enum Text {
    Message,
    Detail,
    Context,
    Statement,
    Unused,
}

/// Reads the records of a block that begins at a record's start (or in the rest of one that nobody saw begin).
///
/// Offsets count from `base`. A line that belongs to no record goes to `stray`, unless `tabbed` is false: then
/// an exporter has taken the tabs away, and it goes on with the message before it.
pub(super) fn records<'a>(
    block: &'a [u8],
    base: u64,
    prefix: &Prefix,
    tabbed: bool,
    each: &mut dyn FnMut(Record<'a>),
    stray: &mut dyn FnMut(u64),
) {
    let mut open: Option<Open<'a>> = None;
    let mut at = 0;
    while let Some(rest) = block.get(at..).filter(|rest| !rest.is_empty()) {
        let (start, end) = (at, at + message_end(rest));
        let text = trimmed(block.get(start..end).unwrap_or(rest));
        at = end;
        let header = first_line(text);
        let Some(line) = prefix.line(header) else {
            match &mut open {
                Some(open) if !tabbed && is_plain_text(header) => open.extend(block, end),
                _ if header.trim_ascii().is_empty() => {}
                _ => stray(base + start as u64),
            }
            continue;
        };
        // The message goes on over the lines that begin with a tab.
        let skipped = header.len() - line.message.len();
        let message = text.get(skipped..).unwrap_or(line.message);
        let Level::Severity(severity) = line.level else {
            match &mut open {
                Some(open) => open.add(line.level, message, start + skipped),
                None => stray(base + start as u64),
            }
            continue;
        };
        let mut record = new_record(&line, message, base + start as u64);
        record.severity = severity;
        if let Some(done) = open.replace(Open {
            record,
            last: Text::Message,
            start: start + skipped,
        }) {
            each(done.record);
        }
    }
    if let Some(done) = open {
        each(done.record);
    }
}

impl<'a> Open<'a> {
    fn add(&mut self, level: Level, message: &'a [u8], start: usize) {
        self.last = match level {
            Level::Detail => Text::Detail,
            Level::Context => Text::Context,
            Level::Statement => Text::Statement,
            _ => Text::Unused,
        };
        self.start = start;
        self.set(message);
    }

    /// Lets the text that the record ends with reach up to `end`.
    fn extend(&mut self, block: &'a [u8], end: usize) {
        self.set(trimmed(block.get(self.start..end).unwrap_or_default()));
    }

    fn set(&mut self, text: &'a [u8]) {
        let field = match self.last {
            Text::Message => &mut self.record.message,
            Text::Detail => &mut self.record.detail,
            Text::Context => &mut self.record.context,
            Text::Statement => &mut self.record.statement,
            Text::Unused => return,
        };
        *field = Cow::Borrowed(text);
    }
}

/// The end of the first line in `text` that no tab follows: the end of a message, its newline included.
fn message_end(text: &[u8]) -> usize {
    let mut from = 0;
    while let Some(newline) = text
        .get(from..)
        .and_then(|rest| memchr::memchr(b'\n', rest))
    {
        from += newline + 1;
        if text.get(from) != Some(&b'\t') {
            return from;
        }
    }
    text.len()
}

fn first_line(text: &[u8]) -> &[u8] {
    trimmed(
        text.get(..memchr::memchr(b'\n', text).unwrap_or(text.len()))
            .unwrap_or(text),
    )
}

fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Statements are text. A line with other bytes than text has is damage, not the rest of a message.
fn is_plain_text(line: &[u8]) -> bool {
    !line.iter().any(|b| *b < b' ' && !b.is_ascii_whitespace())
}

fn new_record<'a>(line: &Line<'a>, message: &'a [u8], offset: u64) -> Record<'a> {
    let session = if line.session_id.is_empty() {
        line.process_id
    } else {
        line.session_id
    };
    Record {
        offset,
        time: line.time,
        utc_offset: line.utc_offset,
        zone_unknown: line.time.is_some() && !line.zone_known,
        session: Cow::Borrowed(session),
        transaction: Cow::Borrowed(line.transaction),
        user: Cow::Borrowed(line.user),
        database: Cow::Borrowed(line.database),
        application: Cow::Borrowed(line.application),
        sqlstate: Cow::Borrowed(line.sqlstate),
        message: Cow::Borrowed(message),
        ..Record::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(block: &str, tabbed: bool) -> (Vec<String>, usize) {
        let prefix = Prefix::parse("%m [%p] ").unwrap();
        let (mut texts, mut strays) = (Vec::new(), 0);
        records(
            block.as_bytes(),
            0,
            &prefix,
            tabbed,
            &mut |r| {
                texts.push(format!(
                    "{} | {}",
                    String::from_utf8_lossy(&r.message),
                    String::from_utf8_lossy(&r.detail)
                ));
            },
            &mut |_| strays += 1,
        );
        (texts, strays)
    }

    const A: &str = "2026-11-21 04:44:37.926 UTC [1] LOG:  a\n\tb\n2026-11-21 04:44:37.926 UTC [1] DETAIL:  c\n";

    #[test]
    fn messages_go_on_behind_tabs() {
        let block = format!("{A}{}", A.replace('\n', "\r\n"));
        assert_eq!(
            read(&block, true),
            (vec!["a\n\tb | c".to_owned(), "a\r\n\tb | c".to_owned()], 0)
        );
    }

    #[test]
    fn strange_lines_are_told_apart() {
        assert_eq!(read(&format!("{A}sh: no\n{A}"), true).1, 1);
        assert_eq!(
            read(&format!("{A}d\n"), false),
            (vec!["a\n\tb | c\nd".to_owned()], 0)
        );
        assert_eq!(read("no record\n", true), (Vec::new(), 1));
    }

    #[test]
    fn blocks_end_before_a_record() {
        let prefix = Prefix::parse("%m [%p] ").unwrap();
        let block = format!("{A}{A}");
        assert_eq!(last_start(block.as_bytes(), &prefix), A.len());
        assert_eq!(last_start(A.as_bytes(), &prefix), 0);
    }
}
