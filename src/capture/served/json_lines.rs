//! A request log of an object a line. In front of its object a line may have what loggers put there, such as
//! `I, [2026-11-21T04:10:19.773124 #6450]  INFO -- : {"method":"GET", … }`.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::super::trace::loose::Loose;
use super::elapsed::{Unit, guess};
use super::fields::{Fields, fields};
use super::front::Front;
use super::{ServedRequest, lines};

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A request that was served.
    Request,
    /// Another object.
    Object,
    /// A record of Postgres' own log.
    Postgres,
    /// No object.
    Other,
}

pub(super) fn kind(line: &[u8]) -> Kind {
    let text = String::from_utf8_lossy(line);
    let Some((_, object)) = object(text.trim()) else {
        return Kind::Other;
    };
    let found = fields(&object);
    if found.is_postgres {
        Kind::Postgres
    } else if found.path.is_some() && (found.method.is_some() || has_outcome(&found)) {
        Kind::Request
    } else {
        Kind::Object
    }
}

/// Whether a record tells how a request ended.
fn has_outcome(found: &Fields<'_>) -> bool {
    found.status.is_some() || found.elapsed.is_some()
}

/// What a block shows about its log.
struct Habits {
    /// The unit of durations that nothing else tells.
    unit: Unit,
    /// How many records a request has.
    records: Records,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Records {
    /// Each record with a path is a request: none says how it ended.
    Any,
    /// A request's record has a status or a duration. Others are of its start, or of something within it.
    WithOutcome,
    /// One with the path at the start, and one with the status or the duration at the end (Fastify).
    Pairs,
}

/// How many requests show it, and in how many lines.
const SHOWN: usize = 200;
const LOOKED_AT: usize = 4_000;

impl Habits {
    fn of(block: &[u8]) -> Self {
        let mut unclear = Vec::new();
        let (mut whole, mut ends, mut seen) = (0, 0, 0);
        for (_, line) in lines(block, 0).take(LOOKED_AT) {
            let text = String::from_utf8_lossy(line);
            let Some((_, object)) = object(&text) else {
                continue;
            };
            let found = fields(&object);
            let outcome = has_outcome(&found);
            if found.path.is_some() {
                whole += usize::from(outcome);
            } else if outcome && found.request_id.is_some() {
                ends += 1;
            } else {
                continue;
            }
            let measure = found.elapsed.map(|(_, measure)| measure);
            unclear.extend(measure.filter(|measure| measure.unit.is_none()));
            seen += 1;
            if seen == SHOWN {
                break;
            }
        }
        Self {
            unit: guess(&mut unclear),
            records: match (whole, ends) {
                (0, 0) => Records::Any,
                (0, _) => Records::Pairs,
                _ => Records::WithOutcome,
            },
        }
    }
}

/// The first record of a request, until the second comes.
struct Begun {
    time: Option<i64>,
    method: String,
    path: String,
    route: Option<String>,
}

pub(super) fn records(
    block: &[u8],
    base: u64,
    each: &mut dyn FnMut(ServedRequest<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let habits = Habits::of(block);
    let mut begun: FxHashMap<String, Begun> = FxHashMap::default();
    for (offset, line) in lines(block, base) {
        // A name in another encoding must not cost the record.
        let text = String::from_utf8_lossy(line);
        let Some((front, object)) = object(&text) else {
            broken(offset, "not a JSON object, or cut off");
            continue;
        };
        let found = fields(&object);
        if found.is_postgres {
            continue;
        }
        let (has_path, outcome) = (found.path.is_some(), has_outcome(&found));
        let mut request = request(front, found, offset, &habits);
        match habits.records {
            Records::Any if has_path && !request.method.is_empty() => each(request),
            Records::WithOutcome if has_path && outcome => each(request),
            Records::Pairs if has_path => {
                if let Some(key) = key(&request) {
                    let first = Begun {
                        time: request.time,
                        method: request.method.into_owned(),
                        path: request.path.into_owned(),
                        route: request.route.map(Cow::into_owned),
                    };
                    begun.insert(key, first);
                }
            }
            Records::Pairs if outcome => {
                if let Some(first) = key(&request).and_then(|key| begun.remove(&key)) {
                    request.start = first.time;
                    request.method = Cow::Owned(first.method);
                    request.path = Cow::Owned(first.path);
                    request.route = first.route.map(Cow::Owned);
                    each(request);
                }
            }
            _ => {}
        }
    }
}

/// What the two records of a request have in common. Every process may count its requests from 1.
fn key(request: &ServedRequest<'_>) -> Option<String> {
    let id = request.request_id.as_ref()?;
    Some(format!(
        "{}/{id}",
        request.process.as_deref().unwrap_or_default()
    ))
}

/// The longest that stands in front of an object, in bytes.
const FRONT: usize = 250;

/// The object that ends a line, and what stands in front of it.
fn object(line: &str) -> Option<(&str, Loose<'_>)> {
    let start = line.find('{').filter(|start| *start <= FRONT)?;
    let (front, object) = line.split_at_checked(start)?;
    // What Postgres writes behind its levels may be JSON.
    if !object.ends_with('}') || front.contains(":  ") {
        return None;
    }
    Some((front, serde_json::from_str(object).ok()?))
}

fn best<T>(found: Option<(u8, T)>) -> Option<T> {
    found.map(|(_, value)| value)
}

fn request<'a>(
    front: &'a str,
    found: Fields<'a>,
    offset: u64,
    habits: &Habits,
) -> ServedRequest<'a> {
    let around = Front::of(front);
    let start = best(found.start);
    let elapsed = best(found.elapsed).and_then(|measure| measure.micros(habits.unit));
    let time = best(found.time).or(around.time);
    let end = match (time, start, elapsed) {
        (Some(time), _, _) => Some(time.micros),
        (None, Some(start), Some(elapsed)) => i64::try_from(elapsed)
            .ok()
            .map(|elapsed| start.micros.saturating_add(elapsed)),
        _ => None,
    };
    let zone = time.or(start);
    let process = match (best(found.process).or(around.process), best(found.thread)) {
        (Some(process), Some(thread)) => Some(Cow::Owned(format!("{process}/{thread}"))),
        (process, thread) => process.or(thread),
    };
    ServedRequest {
        offset,
        time: end,
        utc_offset: zone.map_or(0, |zone| zone.offset),
        zone_unknown: zone.is_some_and(|zone| zone.zone_unknown),
        start: start.map(|start| start.micros),
        elapsed,
        method: best(found.method).map(capitals).unwrap_or_default(),
        path: best(found.path).unwrap_or_default(),
        route: best(found.route),
        status: best(found.status),
        request_id: best(found.request_id).or(around.request_id),
        trace_id: best(found.trace_id),
        process,
    }
}

fn capitals(method: Cow<'_, str>) -> Cow<'_, str> {
    if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Cow::Owned(method.to_ascii_uppercase())
    } else {
        method
    }
}
