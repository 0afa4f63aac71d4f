//! What a wrapper says of one line or record.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// A wrapped line or record whose wrapper was taken away.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    /// What was wrapped, without a newline at its end. It may hold newlines inside.
    pub text: &'a [u8],
    /// Byte of the file where the wrapped line begins.
    pub offset: u64,
    /// Microseconds since 1970-01-01 UTC by the wrapper.
    pub time: Option<i64>,
    /// Process id by the wrapper, 0 unknown.
    pub process: u32,
    /// Which container, pod, host or process wrote it: lines of different streams never go on each other's messages.
    pub stream: u64,
    /// How it goes on with what its stream wrote before.
    pub join: Join,
    /// The line goes on in the next entry of the same stream.
    pub partial: bool,
}

/// How an entry goes on with what its stream wrote before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Join {
    /// The text itself tells: a tab or a detail level goes on with a message, a level begins one.
    #[default]
    Tell,
    /// It begins a message.
    Fresh,
    /// It is a further line of the message.
    Line,
    /// It goes on in the middle of the message's last line.
    Glue,
    /// It goes on with the message, on a line of its own if it reads like a detail of it.
    Part,
    /// Syslog's pieces are not numbered: it is a piece if nothing else is known of it and the one before was full, or
    /// it begins where words were parted.
    Piece,
}

/// What a wrapper makes of an item.
#[derive(Debug)]
pub(super) enum Read<'a> {
    /// The entry in it.
    Entry(Entry<'a>),
    /// It has no wrapper of its own: it is a further line of the entry before it in the file.
    Further,
    /// Another program wrote it.
    LeftOut,
    /// It holds nothing.
    Nothing,
    /// It can't be read.
    Broken(&'static str),
}

impl<'a> Entry<'a> {
    /// The same place and stream with the text that a wrapper held.
    pub(super) fn inside<'b>(self, text: &'b [u8]) -> Entry<'b>
    where
        'a: 'b,
    {
        Entry {
            text,
            join: Join::Tell,
            partial: false,
            ..self
        }
    }

    /// With the wrapper's own time, where it has one.
    pub(super) fn at(self, time: Option<i64>) -> Self {
        Self {
            time: time.or(self.time),
            ..self
        }
    }

    /// In a stream of its own for every `name` within the stream of the wrapper around.
    pub(super) fn of(self, name: &[u8]) -> Self {
        Self {
            stream: hash(self.stream, name),
            ..self
        }
    }
}

/// A stream's number from that of the wrapper around it and its name.
pub(super) fn hash(outer: u64, name: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(outer);
    hasher.write(name);
    hasher.finish()
}

/// A line without its line end.
pub(super) fn chomp(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The number that all of `text` is written as in digits.
pub(super) fn number(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0_i64, |n, b| {
        b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0'))
    })
}

/// A process id, 0 when it is none.
pub(super) fn process(text: &[u8]) -> u32 {
    number(text)
        .and_then(|n| u32::try_from(n).ok())
        .unwrap_or(0)
}

/// Splits at the first `byte`, which goes to neither side.
pub(super) fn split_once(text: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(byte, text)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// What follows the colour codes (`ESC [ … m`) at the start of `text`.
pub(super) fn after_colours(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let Some(code) = rest.strip_prefix(b"\x1b[") {
        let Some(end) = code
            .iter()
            .take(16)
            .position(|b| !b.is_ascii_digit() && *b != b';')
        else {
            break;
        };
        if code.get(end) != Some(&b'm') {
            break;
        }
        rest = code.get(end + 1..).unwrap_or_default();
    }
    rest
}
