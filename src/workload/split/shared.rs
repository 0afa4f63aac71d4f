//! Sessions that share requests: a pool hands a request another connection each time, or several at once.
//!
//! What runs is cut into units that surely belong together: a transaction, or a statement outside of one. A unit that
//! begins with the anchor begins a request. Any other goes on with one of those under way: the one that it follows
//! most closely and most likely, by what comes behind what elsewhere in the capture.

use rustc_hash::FxHashMap;

use super::Stream;
use super::book::Book;
use super::habits::{Habits, Sharing};
use super::roles::Role;
use crate::workload::ids::{ExecutionId, QueryId, SessionId};
use crate::workload::request::Grouping;

/// A request that has been silent for so many microseconds is over.
const SILENCE: i64 = 5_000_000;
/// Time stamps of a log are milliseconds: a statement may seem to begin before the one that it follows has ended.
const BLUR: i64 = 1_500;

/// What surely belongs together.
struct Unit {
    stream: usize,
    /// Its executions in the stream.
    from: usize,
    to: usize,
    start: i64,
    end: i64,
    first: Option<QueryId>,
    last: Option<QueryId>,
    anchored: bool,
}

/// A request that may go on.
struct Open {
    number: u32,
    end: i64,
    session: SessionId,
    /// What its last unit began and ended with.
    first: Option<QueryId>,
    last: Option<QueryId>,
}

/// Places all executions of sessions that share requests.
pub(super) fn place<'a>(streams: &[Stream<'a>], habits: &Habits, book: &mut Book<'a>) {
    let Some(anchor) = habits.anchor else { return };
    let mut units: Vec<Unit> = Vec::new();
    for (number, stream) in streams.iter().enumerate() {
        cut(stream, number, anchor, habits.sharing, &mut units);
    }
    units.sort_by_key(|u| (u.start, u.end));
    let follows = follows(&units);
    let mut open: Vec<Open> = Vec::new();
    for unit in &units {
        let Some(stream) = streams.get(unit.stream) else {
            continue;
        };
        open.retain(|o| unit.start - o.end <= SILENCE);
        let tagged = stream
            .ids
            .get(unit.from..unit.to)
            .unwrap_or_default()
            .iter()
            .find_map(|id| book.tags(*id)?.1.request.as_deref());
        let best = if unit.anchored || tagged.is_some() {
            None
        } else {
            open.iter_mut()
                .map(|o| (score(o, unit, stream.session, &follows), o))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, o)| o)
        };
        let number = match best {
            Some(o) => {
                o.end = o.end.max(unit.end);
                (o.session, o.first, o.last) = (stream.session, unit.first, unit.last);
                o.number
            }
            None => {
                let grouping = if unit.anchored {
                    Grouping::Anchor
                } else {
                    Grouping::Run
                };
                let number = book.open(stream.session, tagged, grouping);
                open.push(Open {
                    number,
                    end: unit.end,
                    session: stream.session,
                    first: unit.first,
                    last: unit.last,
                });
                number
            }
        };
        for &id in stream.ids.get(unit.from..unit.to).unwrap_or_default() {
            if let Some(e) = stream.parts.executions.get(ExecutionId(id)) {
                book.put(id, &e, number);
            }
        }
    }
}

/// Cuts a session into units.
fn cut(
    stream: &Stream<'_>,
    number: usize,
    anchor: QueryId,
    sharing: Sharing,
    units: &mut Vec<Unit>,
) {
    let mut inside = false;
    let mut unit: Option<Unit> = None;
    for (at, step) in stream.steps().enumerate() {
        // Settings and probes belong to what comes behind them, the end of a transaction to what was before.
        let prelude = unit.as_ref().is_some_and(|u| u.first.is_none());
        let goes_on = match sharing {
            Sharing::ByCheckout { pause } => unit.as_ref().is_some_and(|u| {
                matches!(step.role, Role::Plain | Role::Neutral | Role::Catalog)
                    && step.query != anchor
                    && step.start - u.end <= pause
            }),
            _ => false,
        };
        if !inside && step.role != Role::End && !prelude && !goes_on {
            units.extend(unit.take());
        }
        let u = unit.get_or_insert(Unit {
            stream: number,
            from: at,
            to: at,
            start: step.start,
            end: step.end,
            first: None,
            last: None,
            anchored: false,
        });
        u.to = at + 1;
        u.end = u.end.max(step.end);
        if step.role.is_plain() {
            if u.first.is_none() {
                u.first = Some(step.query);
                u.anchored = step.query == anchor;
            }
            u.last = Some(step.query);
        }
        match step.role {
            Role::Begin => inside = true,
            Role::End => inside = false,
            _ => {}
        }
    }
    units.extend(unit);
}

/// How often a query comes right behind another, in the order of time.
fn follows(units: &[Unit]) -> FxHashMap<(QueryId, QueryId), f64> {
    let mut counts: FxHashMap<(QueryId, QueryId), f64> = FxHashMap::default();
    let mut before: FxHashMap<QueryId, f64> = FxHashMap::default();
    for pair in units.windows(2) {
        if let [one, other] = pair
            && let (Some(last), Some(first)) = (one.last, other.first)
        {
            *counts.entry((last, first)).or_default() += 1.0;
            *before.entry(last).or_default() += 1.0;
        }
    }
    for ((last, _), count) in &mut counts {
        *count /= before.get(last).copied().unwrap_or(1.0).max(1.0);
    }
    counts
}

/// How likely a unit goes on with a request; larger is likelier.
fn score(
    open: &Open,
    unit: &Unit,
    session: SessionId,
    follows: &FxHashMap<(QueryId, QueryId), f64>,
) -> f64 {
    let pause = (unit.start - open.end) as f64 / 1_000.0;
    let mut score = -(pause.max(0.0) + 1.0).ln();
    let same = open.first.is_some() && open.first == unit.first;
    if same {
        score += 2.0;
    }
    // A request runs one statement at a time, but for a fan-out of the same query.
    if unit.start + BLUR < open.end && !same {
        score -= 4.0;
    }
    if let (Some(last), Some(first)) = (open.last, unit.first) {
        let likely = follows.get(&(last, first)).copied().unwrap_or(0.0);
        score += 4.0 * likely;
    }
    if open.session == session {
        score += 0.5;
    }
    score
}
