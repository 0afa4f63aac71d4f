//! Puts the lines and pieces of a message together, so that no other stream's lines come between them.
//!
//! Messages go out in the order of their first lines, as soon as those before are complete: a message of the text log is
//! when its stream begins another, a record of a csvlog when its quotes are closed, a JSON object at once. A line
//! without anything known in it belongs to the message before it, or else to another program.
//!
//! `DETAIL:  ` and its like go behind the message before them *in their stream*. Where entries of many processes come
//! in one stream and out of order, each process that the prefix names in brackets is a stream of its own.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::entry::{Entry, Join, hash, number};
use super::head::{Head, head};
use super::lines::LONGEST;
use super::{Origin, Unwrapped};

/// Messages that wait for one before them whose stream is silent.
const WAITING: usize = 4_096;
/// Syslog cuts lines between words before this many bytes: a piece shorter than half of it ended its line.
const FULL_PIECE: usize = 400;

/// The messages that are not yet complete, and those that wait for them.
#[derive(Default)]
pub(super) struct Assembler {
    /// The number of the message that a stream is at, counted over the file.
    open: FxHashMap<u64, u64>,
    queue: VecDeque<Message>,
    /// The number of the message at the queue's front.
    front: u64,
    /// Messages whose memory is used again.
    spare: Vec<Message>,
    /// Whether processes are told apart.
    by_process: bool,
    /// The stream that each stream's last process is.
    processes: FxHashMap<u64, u64>,
}

#[derive(Default)]
struct Message {
    bytes: Vec<u8>,
    /// Where its lines come from; `at` counts from its own start.
    origins: Vec<Origin>,
    kind: Kind,
    /// Where the level begins in a message of the text log.
    level: usize,
    stream: u64,
    /// Whether a quote of a csvlog is open.
    quoted: bool,
    /// How long the last piece was.
    last: usize,
    complete: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Text,
    Csv,
    Json,
}

/// What an entry is to the message that its stream is at.
enum Step {
    Begin,
    Line,
    Glue,
    LeftOut,
}

impl Assembler {
    pub(super) fn new(by_process: bool) -> Self {
        Self {
            by_process,
            ..Self::default()
        }
    }

    /// Takes the next entry, and writes the messages that it completes.
    pub(super) fn take(&mut self, entry: &Entry<'_>, out: &mut Unwrapped) {
        let found = head(entry.text);
        let stream = if self.by_process {
            self.process_stream(entry, found)
        } else {
            entry.stream
        };
        let open = self.open.get(&stream).and_then(|number| {
            let at = usize::try_from(number.checked_sub(self.front)?).ok()?;
            self.queue.get_mut(at)
        });
        match (step(entry, found, open.as_deref()), open) {
            (Step::LeftOut, _) => {
                out.left_out += 1;
                return;
            }
            (Step::Line, Some(message)) => message.line(entry, true),
            (Step::Glue, Some(message)) => message.glue(entry),
            (_, open) => {
                if let Some(message) = open {
                    message.complete = true;
                }
                self.begin(entry, found, stream);
            }
        }
        self.write(out);
    }

    /// The file has ended.
    pub(super) fn finish(&mut self, out: &mut Unwrapped) {
        for message in self.queue.drain(..) {
            message.write(out);
        }
        self.open.clear();
    }

    fn begin(&mut self, entry: &Entry<'_>, found: Head, stream: u64) {
        let mut message = self.spare.pop().unwrap_or_default();
        message.stream = stream;
        (message.kind, message.level) = match found {
            Head::Csv => (Kind::Csv, 0),
            Head::Json => (Kind::Json, 0),
            Head::Message(level) => (Kind::Text, level),
            _ => (Kind::Text, 0),
        };
        message.line(entry, false);
        self.open
            .insert(stream, self.front + self.queue.len() as u64);
        self.queue.push_back(message);
    }

    /// Writes the messages at the front that are complete, or have waited too long.
    fn write(&mut self, out: &mut Unwrapped) {
        while let Some(message) = self.queue.front() {
            if !message.complete && self.queue.len() <= WAITING {
                return;
            }
            let Some(mut message) = self.queue.pop_front() else {
                return;
            };
            message.write(out);
            if self.open.get(&message.stream) == Some(&self.front) {
                self.open.remove(&message.stream);
            }
            self.front += 1;
            if message.bytes.capacity() <= 1 << 16 {
                message.clear();
                self.spare.push(message);
            }
        }
    }

    /// The stream of the process that an entry names, or that of the entry before it.
    fn process_stream(&mut self, entry: &Entry<'_>, found: Head) -> u64 {
        let window = entry.text.get(..160).unwrap_or(entry.text);
        let named = if matches!(found, Head::Message(_) | Head::Detail(_)) {
            memchr::memchr_iter(b'[', window).find_map(|at| {
                let digits = window.get(at + 1..)?.split(|b| *b == b']').next()?;
                number(digits)
            })
        } else {
            None
        };
        match named {
            Some(process) => {
                let stream = hash(entry.stream, &process.to_le_bytes());
                self.processes.insert(entry.stream, stream);
                stream
            }
            None => self
                .processes
                .get(&entry.stream)
                .copied()
                .unwrap_or(entry.stream),
        }
    }
}

fn step(entry: &Entry<'_>, found: Head, open: Option<&Message>) -> Step {
    if let Some(message) = open
        && message.kind == Kind::Csv
        && message.quoted
    {
        return Step::Line;
    }
    let text = open.filter(|message| message.kind == Kind::Text);
    match (entry.join, found) {
        (Join::Fresh, _)
        | (_, Head::Json | Head::Csv)
        | (Join::Tell | Join::Piece | Join::Line, Head::Message(_)) => Step::Begin,
        (Join::Glue, _) => match text {
            // A short piece ended its line; tabs have become spaces in some logs.
            Some(message) if message.last < FULL_PIECE && entry.text.starts_with(b"  ") => {
                Step::Line
            }
            _ => Step::Glue,
        },
        (Join::Part, Head::Detail(level)) => match text {
            Some(message) if !message.same_prefix(entry.text, level) => Step::Glue,
            _ => Step::Line,
        },
        (Join::Part, _) => Step::Glue,
        // A blank at its start is where a line was cut between words.
        (Join::Piece, _)
            if text.is_some_and(|message| {
                message.last >= FULL_PIECE || entry.text.starts_with(b" ")
            }) =>
        {
            Step::Glue
        }
        (_, Head::Other) if text.is_none() => Step::LeftOut,
        (_, Head::Tab | Head::Detail(_) | Head::Other) => Step::Line,
    }
}

impl Message {
    /// Adds a line, or the several that an entry holds.
    fn line(&mut self, entry: &Entry<'_>, further: bool) {
        self.origins.push(Origin {
            at: self.bytes.len(),
            offset: entry.offset,
            time: entry.time,
            process: entry.process,
        });
        if further && self.kind == Kind::Text && entry.join != Join::Tell {
            self.tab(entry.text);
        }
        self.text(entry.text);
    }

    /// Adds a piece to the last line.
    fn glue(&mut self, entry: &Entry<'_>) {
        if self.bytes.last() == Some(&b'\n') {
            self.bytes.pop();
        }
        self.text(entry.text);
    }

    fn text(&mut self, text: &[u8]) {
        self.last = text.len();
        let mut rest = text;
        if self.kind == Kind::Text {
            while let Some(at) = memchr::memchr(b'\n', rest) {
                let (line, after) = rest.split_at_checked(at + 1).unwrap_or((rest, b""));
                self.bytes.extend_from_slice(line);
                self.tab(after);
                rest = after;
            }
        }
        self.bytes.extend_from_slice(rest);
        self.bytes.push(b'\n');
        if self.kind == Kind::Csv {
            self.quoted ^= memchr::memchr_iter(b'"', text).count() % 2 == 1;
        }
        self.complete = match self.kind {
            Kind::Text => false,
            Kind::Csv => !self.quoted,
            Kind::Json => true,
        } || self.bytes.len() > LONGEST;
    }

    /// Gives a further line the tab that the server writes before it, where something on the way took it.
    fn tab(&mut self, line: &[u8]) {
        let own = match head(line) {
            Head::Tab => true,
            Head::Message(level) | Head::Detail(level) => self.same_prefix(line, level),
            _ => false,
        };
        if !own {
            self.bytes.push(b'\t');
        }
    }

    /// Whether a line has the prefix of this message before its level, but for numbers.
    fn same_prefix(&self, line: &[u8], level: usize) -> bool {
        shape(self.bytes.get(..self.level).unwrap_or_default())
            .eq(shape(line.get(..level).unwrap_or_default()))
    }

    fn write(&self, out: &mut Unwrapped) {
        let start = out.bytes.len();
        out.bytes.extend_from_slice(&self.bytes);
        out.origins.extend(self.origins.iter().map(|origin| Origin {
            at: start + origin.at,
            ..*origin
        }));
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.origins.clear();
        (self.quoted, self.complete) = (false, false);
    }
}

/// A text with one 0 for each number in it.
fn shape(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut before = b' ';
    text.iter().filter_map(move |byte| {
        let again = before.is_ascii_digit() && byte.is_ascii_digit();
        before = *byte;
        (!again).then_some(if byte.is_ascii_digit() { b'0' } else { *byte })
    })
}
