//! What the keys of a request's record mean, whoever has named them.
//!
//! Names are compared without case and punctuation, with the keys of objects around them in front: `requestPath`,
//! `request_path`, `request.path` and `{"request":{"path":…}}` are the same.

use std::borrow::Cow;

use super::super::trace::loose::Loose;
use super::elapsed::{self, Measure, Promise, Unit};
use super::target;
use super::when::{When, when};

/// A value and how sure its name is; the smallest rank wins.
type Best<T> = Option<(u8, T)>;

/// What was found in a record.
#[derive(Default)]
pub(super) struct Fields<'a> {
    pub(super) time: Best<When>,
    pub(super) start: Best<When>,
    pub(super) elapsed: Best<Measure>,
    pub(super) method: Best<Cow<'a, str>>,
    pub(super) path: Best<Cow<'a, str>>,
    pub(super) route: Best<Cow<'a, str>>,
    pub(super) status: Best<u16>,
    pub(super) request_id: Best<Cow<'a, str>>,
    pub(super) trace_id: Best<Cow<'a, str>>,
    pub(super) process: Best<Cow<'a, str>>,
    pub(super) thread: Best<Cow<'a, str>>,
    controller: Option<Cow<'a, str>>,
    action: Option<Cow<'a, str>>,
    /// The unit of durations without one, where the record shows who wrote it.
    maker: Option<Unit>,
    /// It is a record of Postgres' own log.
    pub(super) is_postgres: bool,
}

/// Objects within objects that are looked into: `{"http":{"request":{"method":…}}}`.
const DEEPEST: u8 = 2;
/// Objects whose name says nothing about what is in them.
const PLAIN: &[&str] = &[
    "attributes",
    "attrs",
    "context",
    "data",
    "extra",
    "fields",
    "httprequest",
    "httpresponse",
    "jsonpayload",
    "payload",
    "properties",
    "record",
];
/// Keys are short; the longest that is looked up.
const LONGEST: usize = 64;

/// Reads the fields of a record.
pub(super) fn fields<'a>(record: &'a Loose<'a>) -> Fields<'a> {
    let mut found = Fields::default();
    collect(record, &mut String::new(), 0, &mut found);
    if let (Some(controller), Some(action)) = (&found.controller, &found.action) {
        // Rails' lograge has both, and a duration in milliseconds.
        found.maker = Some(Unit::Millis);
        let route = Cow::Owned(format!("{controller}#{action}"));
        offer(&mut found.route, 9, Some(route));
    }
    if let (Some((_, measure)), Some(maker)) = (&mut found.elapsed, found.maker) {
        measure.unit.get_or_insert(maker);
    }
    found
}

fn collect<'a>(value: &'a Loose<'a>, name: &mut String, depth: u8, found: &mut Fields<'a>) {
    let Loose::Map(all) = value else { return };
    for (key, value) in all {
        let before = name.len();
        let letters = key.chars().filter(char::is_ascii_alphanumeric);
        name.extend(letters.map(|letter| letter.to_ascii_lowercase()));
        if name.get(before..).is_some_and(|key| PLAIN.contains(&key))
            && matches!(value, Loose::Map(_))
        {
            name.truncate(before);
        }
        if name.len() <= LONGEST {
            match value {
                Loose::Map(_) if depth < DEEPEST => collect(value, name, depth + 1, found),
                Loose::Map(_) | Loose::List(_) | Loose::Null => {}
                _ => take(name, value, found),
            }
        }
        name.truncate(before);
    }
}

/// Keeps a value if it is the best so far.
fn offer<T>(best: &mut Best<T>, rank: u8, value: Option<T>) {
    if let Some(value) = value
        && best.as_ref().is_none_or(|(other, _)| rank < *other)
    {
        *best = Some((rank, value));
    }
}

fn take<'a>(name: &str, value: &'a Loose<'a>, found: &mut Fields<'a>) {
    let word = || value.text().filter(|text| !text.trim().is_empty());
    let text = || match value {
        Loose::Text(text) => Some(&**text),
        _ => None,
    };
    match name {
        "end" | "eventend" | "endtime" | "endedat" | "finishedat" | "completedat" => {
            offer(&mut found.time, 0, when(value));
        }
        "timestamp" | "ts" => offer(&mut found.time, 1, when(value)),
        "time" | "datetime" | "asctime" | "timeiso8601" | "timelocal" | "eventtime" | "logtime"
        | "msec" | "date" | "when" | "t" => offer(&mut found.time, 2, when(value)),
        "start" | "eventstart" | "starttime" | "startedat" | "startutc" | "starttimestamp"
        | "requeststart" | "requeststarttime" | "requeststartedat" => {
            offer(&mut found.start, 1, when(value));
        }
        "path" | "requestpath" | "httppath" | "httprequestpath" | "urlpath" | "pathname"
        | "reqpath" | "fullpath" | "pathinfo" => offer(&mut found.path, 1, path(text())),
        "requesturi" | "uri" | "url" | "requrl" | "requesturl" | "originalurl" | "requri"
        | "reqoriginalurl" | "httptarget" | "httpurl" | "httprequesturl" | "target"
        | "httprequesttarget" | "urloriginal" | "urlfull" | "rawpath" => {
            offer(&mut found.path, 2, path(text()));
        }
        "request" | "requestline" | "httprequest" => {
            if let Some((method, target)) = text().and_then(target::request_line) {
                offer(&mut found.method, 3, Some(Cow::Borrowed(method)));
                offer(&mut found.path, 3, path(Some(target)));
            }
        }
        "method" | "httpmethod" | "requestmethod" | "verb" | "httpverb" | "httprequestmethod"
        | "reqmethod" => {
            let method = text().filter(|word| target::is_method(word));
            offer(&mut found.method, 1, method.map(Cow::Borrowed));
        }
        "route" | "httproute" | "routepattern" | "routepath" | "urlpattern" | "urlrule"
        | "matchedroute" | "routetemplate" | "pathtemplate" | "requestroute" | "reqroutepath" => {
            offer(&mut found.route, 1, text().map(Cow::Borrowed));
        }
        "controller" => found.controller = text().map(Cow::Borrowed),
        "action" => found.action = text().map(Cow::Borrowed),
        "status"
        | "statuscode"
        | "httpstatus"
        | "httpstatuscode"
        | "responsestatus"
        | "responsestatuscode"
        | "responsecode"
        | "httpresponsestatuscode"
        | "resstatuscode"
        | "resstatus" => offer(&mut found.status, 1, status(value)),
        "downstreamstatus" => {
            // Only Traefik has it.
            offer(&mut found.status, 1, status(value));
            found.maker = Some(Unit::Nanos);
        }
        "code" => offer(&mut found.status, 2, status(value)),
        "requestid"
        | "reqid"
        | "xrequestid"
        | "httprequestid"
        | "requestuuid"
        | "headersxrequestid"
        | "reqheadersxrequestid"
        | "requestheadersxrequestid" => {
            offer(&mut found.request_id, 1, word());
        }
        "correlationid" | "xcorrelationid" => offer(&mut found.request_id, 2, word()),
        "traceid" | "ddtraceid" | "oteltraceid" | "xb3traceid" | "tracetraceid" => {
            // Zeros where no trace was going on.
            let id = word().filter(|id| id.bytes().any(|byte| byte != b'0'));
            offer(&mut found.trace_id, 1, id);
        }
        "traceparent" | "reqheaderstraceparent" | "requestheaderstraceparent" => {
            let id = text().and_then(target::traceparent);
            offer(&mut found.trace_id, 2, id.map(Cow::Borrowed));
        }
        "pid" | "processid" | "processpid" => offer(&mut found.process, 1, word()),
        "worker" | "workerid" | "process" | "processname" => {
            offer(&mut found.process, 2, word());
        }
        "thread" | "threadname" | "processthreadname" => offer(&mut found.thread, 1, word()),
        "threadid" | "tid" | "processthreadid" => offer(&mut found.thread, 2, word()),
        "logger" if text().is_some_and(|logger| logger.starts_with("http.log.access")) => {
            // Caddy's.
            found.maker = Some(Unit::Seconds);
        }
        "linenum" | "backendtype" | "sqlstatecode" => found.is_postgres = true,
        _ if name.ends_with("errorseverity") => found.is_postgres = true,
        _ => {
            if let Some(promise) = elapsed::promise(name) {
                let rank = match promise {
                    // What a server behind a server took is less.
                    _ if name.starts_with('u') => 5,
                    Promise::Unit(_) => 1,
                    Promise::Usual(_) | Promise::FractionOfSeconds => 2,
                    Promise::Unclear => 3,
                };
                offer(&mut found.elapsed, rank, elapsed::measure(value, promise));
            }
        }
    }
}

fn path(target: Option<&str>) -> Option<Cow<'_, str>> {
    target.and_then(target::path).map(Cow::Borrowed)
}

fn status(value: &Loose<'_>) -> Option<u16> {
    let number = match value {
        // `200 OK` is written too.
        Loose::Text(text) => text.split_ascii_whitespace().next()?.parse().ok()?,
        other => u16::try_from(other.integer()?).ok()?,
    };
    (100..600).contains(&number).then_some(number)
}
