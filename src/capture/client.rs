//! What the application's side tells of statements and requests, as events of a batch: its logs, traces, and the log
//! of the requests that it served.

use std::borrow::Cow;
use std::collections::HashMap;

use super::app::{self, AppEvent, AppLog, AppRecord, Parameters};
use super::batch::{EventKind, ServedEvent, UNKNOWN_TIME};
use super::detect::Format;
use super::interpret::parameter_list;
use super::served::{self, ServedForm, ServedRequest};
use super::trace::{self, Span, TraceForm};
use super::worker::{At, Tables, Worker};

/// The session that statements of no known thread are on.
const NO_THREAD: &[u8] = b"application";

impl Worker {
    /// Reads a piece of an application's own log.
    pub(super) fn app(
        &mut self,
        bytes: &[u8],
        base: u64,
        log: AppLog,
        tables: &mut Tables<'_>,
        broken: &mut dyn FnMut(u64, &'static str),
    ) {
        app::records(
            bytes,
            base,
            log,
            &mut |mut record| {
                // A transaction's id: it parts what one request does.
                if log == AppLog::Sequelize {
                    record.thread = Cow::Borrowed(b"");
                }
                self.app_record(&record, tables);
            },
            broken,
        );
    }

    fn app_record(&mut self, record: &AppRecord<'_>, tables: &mut Tables<'_>) {
        tables.batch.records += 1;
        if record.time.is_some() {
            tables.batch.utc_offset.get_or_insert(record.utc_offset);
            tables.batch.zone_unknown |= record.zone_unknown;
        }
        let named = !record.thread.is_empty();
        // A thread that is a request's id is no session: the next request has another.
        let id = named && is_id(&record.thread);
        let at = At {
            offset: record.offset,
            time: record.time,
            session: if named && !id {
                &record.thread
            } else {
                NO_THREAD
            },
        };
        let thread = String::from_utf8_lossy(&record.thread).into_owned();
        match &record.what {
            AppEvent::Statement {
                sql,
                parameters,
                duration,
                cached,
                ..
            } => {
                if *cached {
                    tables.batch.cached += 1;
                    return;
                }
                let list = match parameters {
                    Parameters::Values(values) => parameter_list(values),
                    _ => String::new(),
                };
                let (ran, mut tags) = self.ran(sql, list.as_bytes(), tables);
                if id {
                    let tag = [("request_id".to_owned(), thread)];
                    tags = Some(self.with_tags(tags, tag, tables));
                }
                let kind = EventKind::Logged {
                    ran,
                    duration: *duration,
                };
                tables.push(&at, kind, tags);
            }
            AppEvent::Begin { method, path } => {
                let served = ServedEvent {
                    label: label(&text(method), &text(path), None),
                    request_id: id.then_some(thread),
                    ..ServedEvent::at(&at, tables.file)
                };
                let number = tables.served(served);
                tables.push(&at, EventKind::RequestBegan(number), None);
            }
            AppEvent::Handler(name) => {
                let number = tables.served(ServedEvent {
                    label: text(name).into_owned(),
                    ..ServedEvent::at(&at, tables.file)
                });
                tables.push(&at, EventKind::RequestHandled(number), None);
            }
            AppEvent::End {
                method,
                path,
                status,
                elapsed,
            } => {
                let number = tables.served(ServedEvent {
                    label: label(&text(method), &text(path), None),
                    status: *status,
                    elapsed: *elapsed,
                    end: record.time,
                    request_id: id.then_some(thread),
                    ..ServedEvent::at(&at, tables.file)
                });
                tables.push(&at, EventKind::RequestEnded(number), None);
            }
            AppEvent::Source(source) => {
                let number = tables.line_of_source(&text(source));
                tables.push(&at, EventKind::CalledFrom(number), None);
            }
        }
    }

    /// Reads a piece of a trace.
    pub(super) fn trace(
        &mut self,
        bytes: &[u8],
        base: u64,
        form: TraceForm,
        tables: &mut Tables<'_>,
        broken: &mut dyn FnMut(u64, &'static str),
    ) {
        let mut spans: Vec<Span> = Vec::new();
        trace::spans(bytes, base, form, &mut |span| spans.push(span), broken);
        // A mapper and a driver that are both watched tell of one statement twice, one inside the other.
        let texts: HashMap<(&str, &str), &str> = spans
            .iter()
            .filter_map(|s| {
                Some((
                    (s.trace.as_str(), s.id.as_str()),
                    s.statement.as_ref()?.sql.as_str(),
                ))
            })
            .collect();
        let twice: Vec<bool> = spans
            .iter()
            .map(|s| {
                let outer = s
                    .parent
                    .as_deref()
                    .and_then(|p| texts.get(&(s.trace.as_str(), p)));
                s.statement
                    .as_ref()
                    .zip(outer)
                    .is_some_and(|(own, outer)| same_words(&own.sql, outer))
            })
            .collect();
        let mut order: Vec<usize> = (0..spans.len()).collect();
        order.sort_by_key(|at| spans.get(*at).map(|s| (s.start, s.end)));
        for at in order {
            if let Some(span) = spans.get(at).filter(|_| twice.get(at) == Some(&false)) {
                self.span(span, tables);
            }
        }
    }

    fn span(&mut self, span: &Span, tables: &mut Tables<'_>) {
        tables.batch.records += 1;
        tables.batch.utc_offset.get_or_insert(0);
        let statement = span.statement.as_ref();
        let session = match (
            span.service.as_deref(),
            statement.and_then(|s| s.thread.as_deref()),
        ) {
            (Some(service), Some(thread)) => Cow::Owned(format!("{service} {thread}")),
            (Some(one), None) | (None, Some(one)) => Cow::Borrowed(one),
            (None, None) => String::from_utf8_lossy(NO_THREAD),
        };
        let at = At {
            offset: span.offset,
            time: Some(span.end),
            session: session.as_bytes(),
        };
        let elapsed = u64::try_from(span.end.saturating_sub(span.start)).unwrap_or(0);
        if let Some(served) = &span.served {
            let text = |t: &Option<String>| t.clone().unwrap_or_default();
            let name = label(
                &text(&served.method),
                &text(&served.path),
                served.route.as_deref(),
            );
            tables.served(ServedEvent {
                label: if name.is_empty() {
                    span.name.clone()
                } else {
                    name
                },
                status: served.status,
                elapsed: Some(elapsed),
                start: Some(span.start),
                end: Some(span.end),
                trace_id: Some(span.trace.clone()),
                ..ServedEvent::at(&at, tables.file)
            });
        }
        let Some(statement) = statement else { return };
        let list = if statement.parameters_known {
            parameter_list(&statement.parameters)
        } else {
            String::new()
        };
        let (ran, tags) = self.ran(statement.sql.as_bytes(), list.as_bytes(), tables);
        let tag = [("trace_id".to_owned(), span.trace.clone())];
        let tags = Some(self.with_tags(tags, tag, tables));
        let kind = EventKind::Logged {
            ran,
            duration: Some(elapsed),
        };
        tables.push(&at, kind, tags);
    }
}

/// Reads a piece of a log of requests.
pub(super) fn served(
    bytes: &[u8],
    base: u64,
    form: ServedForm,
    tables: &mut Tables<'_>,
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let mut each = |request: ServedRequest<'_>| {
        tables.batch.records += 1;
        if request.time.is_some() {
            tables.batch.utc_offset.get_or_insert(request.utc_offset);
            tables.batch.zone_unknown |= request.zone_unknown;
        }
        let at = At {
            offset: request.offset,
            time: request.time,
            session: NO_THREAD,
        };
        let owned = |id: &Option<Cow<'_, str>>| id.as_ref().map(|id| id.clone().into_owned());
        tables.served(ServedEvent {
            label: label(&request.method, &request.path, request.route.as_deref()),
            status: request.status,
            elapsed: request.elapsed,
            start: request.start,
            end: request.time,
            request_id: owned(&request.request_id),
            trace_id: owned(&request.trace_id),
            coarse: form == ServedForm::Access,
            ..ServedEvent::at(&at, tables.file)
        });
    };
    served::records(bytes, base, form, &mut each, broken);
}

impl ServedEvent {
    fn at(at: &At<'_>, file: u16) -> Self {
        Self {
            place: super::Place {
                file,
                offset: at.offset,
            },
            ..Self::default()
        }
    }
}

/// The statement of a record of an application's log, with its parameters as the server's log would show them.
pub(super) fn app_statement(
    bytes: &[u8],
    base: u64,
    log: AppLog,
    offset: u64,
) -> Option<(String, Vec<Option<String>>, String)> {
    let mut found = None;
    let mut each = |record: AppRecord<'_>| {
        if record.offset == offset
            && let AppEvent::Statement {
                sql, parameters, ..
            } = record.what
        {
            let values = match parameters {
                Parameters::Values(values) => values,
                _ => Vec::new(),
            };
            let thread = String::from_utf8_lossy(&record.thread).into_owned();
            found = Some((String::from_utf8_lossy(&sql).into_owned(), values, thread));
        }
    };
    app::records(bytes, base, log, &mut each, &mut |_, _| {});
    found
}

/// Where the first record of a block ends, and the next one begins.
pub(super) fn record_end(bytes: &[u8], log: AppLog) -> usize {
    let mut starts = Vec::new();
    app::records(
        bytes,
        0,
        log,
        &mut |record| starts.push(record.offset),
        &mut |_, _| {},
    );
    let next = starts.into_iter().find(|at| *at > 0);
    next.and_then(|at| usize::try_from(at).ok())
        .unwrap_or(bytes.len())
}

/// The first time that the head of a file tells, if it is the application's side of things.
pub(super) fn first_time(bytes: &[u8], format: &Format) -> Option<i64> {
    let mut first: Option<i64> = None;
    let mut note = |time: Option<i64>| first = first.or(time);
    match format {
        Format::App(log) => app::records(bytes, 0, *log, &mut |r| note(r.time), &mut |_, _| {}),
        Format::Trace(form) => {
            trace::spans(
                bytes,
                0,
                *form,
                &mut |s| note(Some(s.start)),
                &mut |_, _| {},
            );
        }
        Format::Served(form) => {
            served::records(
                bytes,
                0,
                *form,
                &mut |r| note(r.start.or(r.time)),
                &mut |_, _| {},
            );
        }
        _ => {}
    }
    first
}

/// What people call a request: its method with its route, or with its path where what differs from call to call is
/// taken out.
fn label(method: &str, path: &str, route: Option<&str>) -> String {
    let name = match route {
        Some(route) => Cow::Borrowed(route),
        None => pattern(path),
    };
    match (method.is_empty(), name.is_empty()) {
        (true, _) => name.into_owned(),
        (false, true) => method.to_owned(),
        (false, false) => format!("{method} {name}"),
    }
}

/// A path without its query, with `:id` for numbers and ids.
fn pattern(path: &str) -> Cow<'_, str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let differs = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let hex = part.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        !part.is_empty() && (digits == part.len() || (hex && part.len() >= 16 && digits > 0))
    };
    if !path.split('/').any(differs) {
        return Cow::Borrowed(path);
    }
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| if differs(part) { ":id" } else { part })
        .collect();
    Cow::Owned(parts.join("/"))
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Whether a thread's name is the id of a request or trace: 16 hexadecimal digits or more.
fn is_id(thread: &[u8]) -> bool {
    let digits = thread.iter().filter(|b| b.is_ascii_hexdigit()).count();
    digits >= 16 && thread.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-')
}

/// Whether two texts are equal but for white space.
fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// A number for a time that may be missing.
pub(super) fn time_or_unknown(time: Option<i64>) -> i64 {
    time.unwrap_or(UNKNOWN_TIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_patterns() {
        for (path, expected) in [
            ("/books/17?a=1", "/books/:id"),
            ("/books/lazy", "/books/lazy"),
            ("/u/0af76519-16cd-43dd-8448-eb211c80319c/x", "/u/:id/x"),
            ("/", "/"),
            ("", ""),
        ] {
            assert_eq!(pattern(path), expected);
        }
        assert_eq!(label("GET", "/a", Some("/<id>")), "GET /<id>");
        assert_eq!(label("", "/a", None), "/a");
    }

    #[test]
    fn ids_are_told_from_names_of_threads() {
        assert!(is_id(b"d230c308f2de5960a85e4c06f3401185"));
        assert!(is_id(b"e8a5731b-0af7-4512-8448-eb211c80319c"));
        assert!(!is_id(b"MainThread") && !is_id(b"12 1405") && !is_id(b""));
    }
}
