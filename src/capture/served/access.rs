//! Access logs of Apache, nginx and what writes like them (gunicorn, Rack, Werkzeug, Traefik):
//! `127.0.0.1 - app [21/Nov/2026:04:10:19 +0000] "GET /books?page=2 HTTP/1.1" 200 512 "-" "curl/8.5"`.
//!
//! Behind that people add how long it took and an id. A bare number with a fraction is nginx's time in seconds; a bare
//! whole number may be anything, and says nothing.

use std::borrow::Cow;

use super::super::trace::loose::Loose;
use super::elapsed::{self, Measure, Promise, Unit};
use super::when::{When, access};
use super::{ServedRequest, lines, target};

/// Whether a line is of such a log.
pub(super) fn is_record(line: &[u8]) -> bool {
    split(&String::from_utf8_lossy(line)).is_some()
}

pub(super) fn records(
    block: &[u8],
    base: u64,
    each: &mut dyn FnMut(ServedRequest<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    for (offset, line) in lines(block, base) {
        let text = String::from_utf8_lossy(line);
        let Some(parts) = split(&text) else {
            broken(offset, "not a line of an access log, or cut off");
            continue;
        };
        // What isn't HTTP never came to the application.
        let Some((method, path)) = target::request_line(without_colour(parts.request))
            .and_then(|(method, target)| Some((method, target::path(target)?)))
        else {
            continue;
        };
        let extras = extras(parts.rest);
        each(ServedRequest {
            offset,
            time: Some(parts.when.micros),
            utc_offset: parts.when.offset,
            zone_unknown: parts.when.zone_unknown,
            start: None,
            elapsed: extras
                .elapsed
                .and_then(|(_, measure)| measure.micros(measure.unit?)),
            method: Cow::Borrowed(method),
            path: Cow::Borrowed(path),
            route: None,
            status: Some(parts.status),
            request_id: extras.request_id.map(Cow::Borrowed),
            trace_id: extras.trace_id.map(Cow::Borrowed),
            process: extras.process.map(Cow::Borrowed),
        });
    }
}

/// What stands between two escape sequences of a terminal, as Werkzeug puts them around requests that failed.
fn without_colour(request: &str) -> &str {
    let Some((_, rest)) = request
        .strip_prefix("\x1b[")
        .and_then(|rest| rest.split_once('m'))
    else {
        return request;
    };
    rest.split('\x1b').next().unwrap_or_default()
}

/// The parts that all such lines have.
struct Parts<'a> {
    when: When,
    request: &'a str,
    status: u16,
    /// What follows the status.
    rest: &'a str,
}

/// The longest that stands before the time, in bytes: a host, names of users, other addresses.
const FRONT: usize = 500;

fn split(line: &str) -> Option<Parts<'_>> {
    // Names of users may have brackets too.
    let (when, rest) = line
        .match_indices('[')
        .take_while(|(at, _)| *at <= FRONT)
        .take(4)
        .find_map(|(at, _)| {
            let text = line.get(at + 1..)?;
            let (when, len) = access(text)?;
            Some((when, text.get(len..)?.strip_prefix("] ")?))
        })?;
    let (request, rest) = word(rest).filter(|(word, _)| word.quoted)?;
    let (status, rest) = word(rest)?;
    let number: u16 = status.text.parse().ok()?;
    (status.text.len() == 3 && (100..600).contains(&number)).then_some(Parts {
        when,
        request: request.text,
        status: number,
        rest,
    })
}

/// A word of a line.
#[derive(Clone, Copy)]
struct Word<'a> {
    /// Without quotes around it.
    text: &'a str,
    quoted: bool,
}

/// The next word, or what stands between quotes, and what follows it.
fn word(text: &str) -> Option<(Word<'_>, &str)> {
    let text = text.trim_start();
    if let Some(inside) = text.strip_prefix('"') {
        let mut escaped = false;
        let end = inside.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        let word = Word {
            text: inside.get(..end)?,
            quoted: true,
        };
        return Some((word, inside.get(end + 1..)?));
    }
    let end = text
        .find(|letter: char| letter.is_ascii_whitespace())
        .unwrap_or(text.len());
    // `rt="0.012"` is one word.
    let end = match text.get(..end)?.split_once("=\"") {
        Some((name, _)) => {
            let value = name.len() + 2;
            value + text.get(value..)?.find('"')? + 1
        }
        None => end,
    };
    let (word, rest) = text.split_at_checked(end)?;
    let word = Word {
        text: word,
        quoted: false,
    };
    (end > 0).then_some((word, rest))
}

/// What people add to the format.
#[derive(Default)]
struct Extras<'a> {
    /// With how sure it is; the smallest rank wins.
    elapsed: Option<(u8, Measure)>,
    request_id: Option<&'a str>,
    trace_id: Option<&'a str>,
    process: Option<&'a str>,
}

fn extras(mut rest: &str) -> Extras<'_> {
    let mut words = Vec::new();
    while let Some((word, after)) = word(rest) {
        words.push(word);
        rest = after;
    }
    // The size of the answer comes first, and in the combined format two in quotes: where from, and by which program.
    let combined = matches!(words.get(1..3), Some([a, b]) if a.quoted && b.quoted);
    let mut all = Extras::default();
    for word in words.iter().skip(if combined { 3 } else { 1 }) {
        extra(word.text, &mut all);
    }
    all
}

fn extra<'a>(text: &'a str, all: &mut Extras<'a>) {
    let named = text
        .split_once('=')
        .or_else(|| text.split_once(':'))
        .filter(|(name, _)| !name.is_empty() && name.bytes().all(is_of_name));
    if let Some((name, value)) = named {
        let value = value.trim_matches(['"', ',', ';']);
        let name: String = name
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| char::from(byte.to_ascii_lowercase()))
            .collect();
        let given = !matches!(value, "" | "-");
        match &*name {
            "requestid" | "reqid" | "rid" | "xrequestid" | "id" | "correlationid" if given => {
                all.request_id = Some(value);
            }
            "traceid" | "trace" if given => all.trace_id = Some(value),
            "traceparent" => all.trace_id = target::traceparent(value).or(all.trace_id),
            "pid" if given => all.process = Some(value),
            _ => {
                let promise = match &*name {
                    // Apache's %D, and what has a fraction where no name tells otherwise.
                    "d" => Some(Promise::Unit(Unit::Micros)),
                    name => elapsed::promise(name).map(|promise| match promise {
                        Promise::Unit(_) => promise,
                        _ => Promise::FractionOfSeconds,
                    }),
                };
                if let Some(promise) = promise {
                    let rank = if name.starts_with('u') { 2 } else { 0 };
                    // Several servers may have been asked.
                    let value = value.split([',', ' ']).next().unwrap_or_default();
                    duration(value, promise, rank, all);
                }
            }
        }
        return;
    }
    let pid = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    if let Some(pid) = pid.filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit())) {
        all.process = Some(pid);
    } else if let Some(trace) = target::traceparent(text) {
        all.trace_id = Some(trace);
    } else if target::is_id(text) {
        all.request_id = Some(text);
    } else if text.contains('.') || text.ends_with('s') {
        // Only a fraction or a unit tells a duration from sizes and ports.
        duration(text, Promise::FractionOfSeconds, 1, all);
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'%')
}

fn duration(value: &str, promise: Promise, rank: u8, all: &mut Extras<'_>) {
    let measure = elapsed::measure(&Loose::Text(Cow::Borrowed(value)), promise);
    if let Some(measure) = measure
        && all.elapsed.is_none_or(|(best, _)| rank < best)
    {
        all.elapsed = Some((rank, measure));
    }
}
