//! Logs of the requests that an application served: a line each, as JSON or in the format of web servers.
//!
//! Beside a log of statements they name the requests and tell how long each took as a whole. Nobody writes JSON lines
//! in quite the same way: keys are taken by what they usually mean, whether `path`, `request.path` or `requestPath`.

mod access;
mod elapsed;
mod fields;
mod front;
mod json_lines;
mod target;
mod when;

use std::borrow::Cow;

/// How a request log is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServedForm {
    /// An object a line, with whatever keys.
    JsonLines,
    /// The common or the combined format of Apache and nginx, with or without a duration behind it.
    Access,
}

impl ServedForm {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "request-log",
            Self::Access => "access-log",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::JsonLines => "log of requests",
            Self::Access => "access log of a web server",
        }
    }
}

/// A request that was served.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ServedRequest<'a> {
    /// Where its line begins, in bytes from the start of the file.
    pub offset: u64,
    /// When it ended, which is when the line was written, in microseconds since 1970-01-01 UTC; `None` where the log
    /// gives only a start, or no time. Access logs give whole seconds.
    pub time: Option<i64>,
    /// The zone of the times, in seconds east of UTC.
    pub utc_offset: i32,
    /// Whether the log names no zone. Times were taken for UTC then.
    pub zone_unknown: bool,
    /// When it began, in microseconds since 1970-01-01 UTC, where the log itself says so.
    pub start: Option<i64>,
    /// How long it took, in microseconds.
    pub elapsed: Option<u64>,
    /// In capitals; empty where the log doesn't give it.
    pub method: Cow<'a, str>,
    /// The path without its query string.
    pub path: Cow<'a, str>,
    /// The pattern of the path, such as `/books/<id>`, or Rails' `BooksController#show`.
    pub route: Option<Cow<'a, str>>,
    pub status: Option<u16>,
    pub request_id: Option<Cow<'a, str>>,
    pub trace_id: Option<Cow<'a, str>>,
    /// The process, worker or thread that served it: `6450`, `MainThread`, or `6450/MainThread`.
    pub process: Option<Cow<'a, str>>,
}

/// Finds out from the first lines of a file whether it is such a log.
pub(super) fn detect(lines: &[&[u8]]) -> Option<ServedForm> {
    let (mut objects, mut requests, mut access) = (0, 0, 0);
    for line in lines {
        match json_lines::kind(line) {
            json_lines::Kind::Request => (objects, requests) = (objects + 1, requests + 1),
            json_lines::Kind::Object => objects += 1,
            // Elsewhere, people log what an application served into the database.
            json_lines::Kind::Postgres => return None,
            json_lines::Kind::Other if access::is_record(line) => access += 1,
            json_lines::Kind::Other => {}
        }
    }
    // An application's log may have few requests among its records, but all are objects.
    if requests > 0 && objects * 2 > lines.len() {
        return Some(ServedForm::JsonLines);
    }
    (access * 2 > lines.len()).then_some(ServedForm::Access)
}

/// Reads the lines of a block. Records of something else than requests are left out; what can't be read goes to
/// `broken`.
pub(super) fn records(
    block: &[u8],
    base: u64,
    form: ServedForm,
    each: &mut dyn FnMut(ServedRequest<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    match form {
        ServedForm::JsonLines => json_lines::records(block, base, each, broken),
        ServedForm::Access => access::records(block, base, each, broken),
    }
}

/// The lines of a block that aren't blank, with where they begin.
fn lines(block: &[u8], base: u64) -> impl Iterator<Item = (u64, &[u8])> {
    let mut offset = base;
    block
        .split_inclusive(|byte| *byte == b'\n')
        .filter_map(move |raw| {
            let at = offset;
            offset += raw.len() as u64;
            let line = raw.trim_ascii();
            (!line.is_empty()).then_some((at, line))
        })
}

#[cfg(test)]
mod tests;
