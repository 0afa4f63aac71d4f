//! Files of syslog: the BSD form `<134>Nov 21 04:10:19 host postgres[1234]: [5-1] text` (RFC 3164; files mostly lack
//! the priority), the same with an ISO time (rsyslog's default since Debian 12), and RFC 5424
//! `<134>1 2026-11-21T04:10:19.773Z host postgres 1234 - - [5-1] text`. `journalctl`'s short outputs have the first two.
//!
//! Messages of other programs are left out: PostgreSQL's name is `syslog_ident`, so a program is known as PostgreSQL
//! by that word in its name, by numbered pieces, or by a level that it has written before.

use super::entry::{Entry, Read, chomp, hash, process, split_once};
use super::head::{self, Head, head};
use super::pieces;
use crate::capture::time;

/// Programs that are remembered; more would be no syslog.
const MOST_PROGRAMS: usize = 64;

/// What the lines before tell of the lines to come.
#[derive(Debug)]
pub(super) struct Syslog {
    /// The year of the last BSD stamp, which has none.
    year: i64,
    /// Its month, 0 without any.
    month: u8,
    /// Whether the year was seen in a record rather than guessed from the file.
    sure: bool,
    /// Programs of other names that write as PostgreSQL does.
    programs: Vec<u64>,
}

impl Syslog {
    pub(super) fn new(year: i64) -> Self {
        Self {
            year,
            month: 0,
            sure: false,
            programs: Vec::new(),
        }
    }

    /// Reads a line of a BSD or ISO file.
    pub(super) fn read<'a>(&mut self, line: Entry<'a>, scratch: &'a mut Vec<u8>) -> Read<'a> {
        let text = chomp(line.text);
        if text.is_empty() {
            return Read::Nothing;
        }
        let Some(header) = header(text) else {
            // journalctl indents further lines and writes `-- Boot …`.
            return match text.first() {
                Some(b' ' | b'\t') => Read::Further,
                Some(b'-') => Read::Nothing,
                _ => Read::Broken("not a line of syslog"),
            };
        };
        let at = match header.time {
            Time::Iso(at) => at,
            Time::Bsd(stamp) => self.bsd(stamp, header.text),
        };
        self.message(line, &header.message(Some(at)), scratch)
    }

    /// Reads a line of RFC 5424.
    pub(super) fn read_5424<'a>(&mut self, line: Entry<'a>, scratch: &'a mut Vec<u8>) -> Read<'a> {
        let text = chomp(line.text);
        if text.is_empty() {
            return Read::Nothing;
        }
        match header_5424(text) {
            Some(message) => self.message(line, &message, scratch),
            None => Read::Broken("not a line of RFC 5424 syslog"),
        }
    }

    /// The entry of a message, unless another program than PostgreSQL wrote it.
    pub(super) fn message<'a>(
        &mut self,
        line: Entry<'a>,
        message: &Message<'a>,
        scratch: &'a mut Vec<u8>,
    ) -> Read<'a> {
        if !self.is_postgres(message.program, message.text) {
            return Read::LeftOut;
        }
        let stream = hash(hash(line.stream, message.host), message.program);
        let header = Entry {
            process: process(message.process),
            stream: hash(stream, message.process),
            ..line.at(message.time)
        };
        Read::Entry(pieces::piece(
            header,
            message.text,
            message.escaped,
            scratch,
        ))
    }

    /// Whether PostgreSQL wrote this text.
    fn is_postgres(&mut self, program: &[u8], text: &[u8]) -> bool {
        let known = program
            .windows(8)
            .any(|part| part.eq_ignore_ascii_case(b"postgres"));
        if known {
            return true;
        }
        let name = hash(0, program);
        if self.programs.contains(&name) {
            return true;
        }
        let writes = pieces::is_numbered(text) || matches!(head(text), Head::Message(_));
        if writes && self.programs.len() < MOST_PROGRAMS {
            self.programs.push(name);
        }
        writes
    }

    /// The time of a BSD stamp: its year is that of the first stamp in a record, else that of the file, and moves on
    /// where December meets January.
    fn bsd(&mut self, stamp: time::Bsd, text: &[u8]) -> i64 {
        if !self.sure
            && let Some(own) = text
                .windows(19)
                .take(48)
                .find(|window| head::is_stamped(window))
                .and_then(time::stamp)
        {
            // The record's zone may put it over the turn of the year.
            let near = |year: &i64| (stamp.micros(*year) - own.micros).abs();
            let year = own.micros.div_euclid(31_556_952_000_000) + 1970;
            self.year = (year - 1..=year + 1).min_by_key(near).unwrap_or(year);
            (self.sure, self.month) = (true, stamp.month);
        }
        match (self.month, stamp.month) {
            (12, 1) => self.year += 1,
            (1, 12) => self.year -= 1,
            _ => {}
        }
        self.month = stamp.month;
        stamp.micros(self.year)
    }
}

/// A message of syslog without its header.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub time: Option<i64>,
    pub host: &'a [u8],
    pub program: &'a [u8],
    pub process: &'a [u8],
    pub text: &'a [u8],
    /// Whether tabs and line ends in it are written as `#011` and the like.
    pub escaped: bool,
}

/// Whether a line has the BSD form or the same with an ISO time.
pub(super) fn is_line(line: &[u8]) -> bool {
    header(line).is_some()
}

struct Header<'a> {
    time: Time,
    host: &'a [u8],
    program: &'a [u8],
    process: &'a [u8],
    text: &'a [u8],
}

enum Time {
    Iso(i64),
    Bsd(time::Bsd),
}

impl<'a> Header<'a> {
    fn message(&self, time: Option<i64>) -> Message<'a> {
        Message {
            time,
            host: self.host,
            program: self.program,
            process: self.process,
            text: self.text,
            escaped: true,
        }
    }
}

/// The header of a BSD line, or one with an ISO time.
fn header(text: &[u8]) -> Option<Header<'_>> {
    let text = after_priority(text).map_or(text, |(_, rest)| rest);
    let (time, len) = if let Some(stamp) = time::bsd(text) {
        (Time::Bsd(stamp), stamp.len)
    } else {
        let stamp = time::iso(text).filter(|_| text.get(10) == Some(&b'T'))?;
        (Time::Iso(stamp.micros), stamp.len)
    };
    let mut rest = text.get(len..)?;
    // journalctl's short-precise has microseconds behind the seconds.
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        rest = fraction.get(digits..)?;
    }
    let (host, rest) = split_once(rest.strip_prefix(b" ")?, b' ')?;
    let (program, process, text) = tag(rest)?;
    is_host(host).then_some(Header {
        time,
        host,
        program,
        process,
        text,
    })
}

/// Whether a text can be the name or the address of a host.
fn is_host(text: &[u8]) -> bool {
    let known = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':');
    !text.is_empty() && text.iter().all(known)
}

/// `postgres[1234]: text` or `postgres: text`.
pub(super) fn tag(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let window = text.get(..text.len().min(128))?;
    let end = window
        .iter()
        .position(|b| matches!(b, b'[' | b':' | b' '))?;
    let (program, rest) = text.split_at_checked(end)?;
    let (process, rest) = match rest.strip_prefix(b"[") {
        Some(rest) => split_once(rest, b']')?,
        None => (&b""[..], rest),
    };
    let rest = rest.strip_prefix(b":")?;
    // A level of PostgreSQL is no program, nor is the clock of its time stamp.
    let is_name = program.first().is_some_and(u8::is_ascii_alphabetic)
        && !(process.is_empty() && rest.starts_with(b"  "));
    is_name.then_some((program, process, rest.strip_prefix(b" ").unwrap_or(rest)))
}

/// The header of a line of RFC 5424. The length that some transports put before a message is passed over.
pub(super) fn header_5424(text: &[u8]) -> Option<Message<'_>> {
    let (_, rest) = after_priority(text)?;
    let mut fields = rest.strip_prefix(b"1 ")?;
    let mut next = || {
        let (field, rest) = split_once(fields, b' ')?;
        fields = rest;
        Some(field)
    };
    let (at, host, program, process, _id) = (next()?, next()?, next()?, next()?, next()?);
    let text = after_data(fields)?;
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    Some(Message {
        time: time::iso(at).map(|s| s.micros),
        host,
        program,
        process,
        text,
        escaped: true,
    })
}

/// What follows the structured data: `-` or elements such as `[id key="value"]`.
fn after_data(text: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = text.strip_prefix(b"-") {
        return Some(rest);
    }
    let mut rest = text;
    while rest.first() == Some(&b'[') && !pieces::is_numbered(rest) {
        let (mut quoted, mut escaped) = (false, false);
        let end = rest.iter().position(|b| {
            let closes = *b == b']' && !quoted;
            quoted ^= *b == b'"' && !escaped;
            escaped = *b == b'\\' && !escaped;
            closes
        })?;
        rest = rest.get(end + 1..)?;
    }
    Some(rest)
}

/// The priority in `<134>`, and what follows it.
fn after_priority(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = match text.first() {
        // The length of the message, as transports count it.
        Some(b'0'..=b'9') => {
            let (length, rest) = split_once(text.get(..12).unwrap_or(text), b' ')?;
            if !length.iter().all(u8::is_ascii_digit) || rest.first() != Some(&b'<') {
                return None;
            }
            text.get(length.len() + 1..)?
        }
        _ => text,
    };
    let window = rest.get(..5).unwrap_or(rest);
    let (priority, _) = split_once(window.strip_prefix(b"<")?, b'>')?;
    let digits = !priority.is_empty() && priority.iter().all(u8::is_ascii_digit);
    digits.then_some((priority, rest.get(priority.len() + 2..)?))
}
