//! Reads a single record of a file again, for whoever wants to see it.

use std::io;

use super::client;
use super::detect::Format;
use super::feed::Feed;
use super::origins::Origins;
use super::record::Record;
use super::records::records;
use super::sources::OpenFile;
use super::trace;

/// A first guess at how much of a file holds a record; more is read in growing steps.
const GUESS: usize = 1024;
/// The longest line of a wrapped record that is shown.
const LONGEST_LINE: usize = 8 * 1024;
/// The same where the lines of a record may stand apart, with those of other streams between them.
const GUESS_WRAPPED: usize = 8 * 1024;

/// The longest record that is shown again.
const MOST: usize = 64 << 20;

/// The bytes around a record.
pub(super) struct Again {
    feed: Feed,
    /// Where the record begins and ends in them.
    at: usize,
    end: usize,
}

/// Reads as much of a file as the record at byte `offset` needs. `None` when there is no record.
///
/// # Errors
/// When the system can't read.
pub(super) fn again(file: &OpenFile, offset: u64) -> io::Result<Option<Again>> {
    let mut want = if file.wrappers.is_empty() {
        GUESS
    } else {
        GUESS_WRAPPED
    };
    loop {
        let mut feed = Feed::new(&file.wrappers, file.year, offset);
        if file.wrappers.iter().any(|w| w.has_header()) {
            read_header(file, &mut feed)?;
        }
        let got = file.source.read_at(offset, feed.room(want))?;
        feed.filled(got, 0, offset);
        feed.finish();
        let ended = got < want || want >= MOST;
        match find(file, &feed, offset) {
            Some((at, Some(end))) => return Ok(Some(Again { feed, at, end })),
            Some((at, None)) if ended => {
                let end = feed.bytes().len();
                return Ok(Some(Again { feed, at, end }));
            }
            None if ended => return Ok(None),
            _ => want *= 4,
        }
    }
}

/// Lets a feed know the first line of a file.
fn read_header(file: &OpenFile, feed: &mut Feed) -> io::Result<()> {
    let room = feed.room(LONGEST_LINE);
    let got = file.source.read_at(0, room)?;
    let head = room.get(..got).unwrap_or_default();
    let end = memchr::memchr(b'\n', head).map_or(got, |at| at + 1);
    feed.filled(end, 0, 0);
    Ok(())
}

/// Where the record that begins at byte `offset` of the file stands in what was read, and where the next one does.
fn find(file: &OpenFile, feed: &Feed, offset: u64) -> Option<(usize, Option<usize>)> {
    let origins = Origins(feed.origins());
    let base = feed.offset();
    let (mut at, mut next) = (None, None);
    let mut each = |record: Record<'_>| {
        if at.is_some() {
            next = next.or(Some(record.offset));
        } else if origins.offset(record.offset) == offset {
            at = Some(record.offset);
        }
    };
    records(feed.bytes(), base, &file.format, &mut each, &mut |_, _| {});
    let inside = |at: u64| usize::try_from(at - base).ok();
    Some((inside(at?)?, next.and_then(inside)))
}

impl Again {
    /// The record itself.
    pub(super) fn record<T>(
        &self,
        file: &OpenFile,
        mut with: impl FnMut(&Record<'_>) -> T,
    ) -> Option<T> {
        let origins = Origins(self.feed.origins());
        let base = self.feed.offset() + self.at as u64;
        let mut found = None;
        let mut each = |mut record: Record<'_>| {
            if found.is_none() {
                origins.complete(&mut record);
                found = Some(with(&record));
            }
        };
        records(self.bytes(), base, &file.format, &mut each, &mut |_, _| {});
        found
    }

    /// The lines of the file that hold it: where each begins, and its text.
    pub(super) fn lines(&self, file: &OpenFile, most: usize) -> io::Result<Vec<(u64, Vec<u8>)>> {
        let origins = self.feed.origins();
        if origins.is_empty() {
            let text = self.bytes().strip_suffix(b"\n").unwrap_or(self.bytes());
            let mut offset = self.feed.offset() + self.at as u64;
            let lines = text.split(|b| *b == b'\n').take(most).map(|line| {
                let begins = offset;
                offset += line.len() as u64 + 1;
                (begins, line.to_vec())
            });
            return Ok(lines.collect());
        }
        let mut offsets: Vec<u64> = origins
            .iter()
            .filter(|o| (self.at..self.end).contains(&o.at))
            .map(|o| o.offset)
            .collect();
        offsets.dedup();
        offsets
            .into_iter()
            .take(most)
            .map(|offset| Ok((offset, line_at(file, offset)?)))
            .collect()
    }

    fn bytes(&self) -> &[u8] {
        self.feed.bytes().get(self.at..self.end).unwrap_or_default()
    }
}

/// The line that begins at byte `offset`, as far as it is worth showing.
///
/// # Errors
/// When the system can't read.
pub(super) fn line_at(file: &OpenFile, offset: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; LONGEST_LINE];
    let got = file.source.read_at(offset, &mut bytes)?;
    bytes.truncate(got);
    let end = memchr::memchr(b'\n', &bytes).unwrap_or(got);
    bytes.truncate(end);
    Ok(bytes)
}

/// A statement of the application's side: its text, its parameters and the thread that it ran on.
pub(super) type ClientStatement = (String, Vec<Option<String>>, String);

/// How much of an application's log holds a statement and its parameters, which other threads' lines may part.
const NEAR: usize = 64 << 10;

/// The statement whose record begins at byte `offset` of an application's log or a trace.
///
/// # Errors
/// When the system can't read.
pub(super) fn client_statement(
    file: &OpenFile,
    offset: u64,
) -> io::Result<Option<ClientStatement>> {
    let mut want = GUESS_WRAPPED;
    let mut found = None;
    loop {
        let mut feed = Feed::new(&file.wrappers, file.year, offset);
        let got = file.source.read_at(offset, feed.room(want))?;
        feed.filled(got, 0, offset);
        feed.finish();
        let ended = got < want;
        let origins = Origins(feed.origins());
        // The first record stands where the block begins; wrapped, its bytes count from the start of the block.
        let at = if file.wrappers.is_empty() { offset } else { 0 };
        match &file.format {
            Format::App(log) if origins.offset(at) == offset => {
                found = client::app_statement(feed.bytes(), feed.offset(), *log, at).or(found);
                // Its parameters may stand further behind.
                let whole = found.as_ref().is_some_and(|f| !f.1.is_empty());
                if ended || whole || want >= NEAR && found.is_some() || want >= MOST {
                    return Ok(found);
                }
            }
            Format::Trace(form) => {
                if let Some(span) = trace::span_at(feed.bytes(), *form) {
                    let thread = span.service.unwrap_or_default();
                    let statement = span.statement;
                    return Ok(statement.map(|s| (s.sql, s.parameters, thread)));
                }
                if ended || want >= MOST {
                    return Ok(None);
                }
            }
            _ => return Ok(None),
        }
        want *= 4;
    }
}

/// The lines of the record that begins at byte `offset` of an application's log, `most` at most.
///
/// # Errors
/// When the system can't read.
pub(super) fn client_lines(
    file: &OpenFile,
    offset: u64,
    most: usize,
) -> io::Result<Vec<(u64, Vec<u8>)>> {
    let mut bytes = vec![0; LONGEST_LINE];
    let got = file.source.read_at(offset, &mut bytes)?;
    bytes.truncate(got);
    let Format::App(log) = &file.format else {
        return Ok(Vec::new());
    };
    let end = if file.wrappers.is_empty() {
        client::record_end(&bytes, *log)
    } else {
        memchr::memchr(b'\n', &bytes).unwrap_or(bytes.len())
    };
    bytes.truncate(end);
    let mut at = offset;
    let lines = bytes
        .trim_ascii_end()
        .split(|b| *b == b'\n')
        .take(most)
        .map(|line| {
            let begins = at;
            at += line.len() as u64 + 1;
            (begins, line.to_vec())
        });
    Ok(lines.collect())
}
