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
use crate::workload::ids::{ExecutionId, QueryId};
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
    /// Its last unit.
    unit: usize,
    end: i64,
    stream: usize,
    /// What its last unit began and ended with.
    first: Option<QueryId>,
    last: Option<QueryId>,
}

/// How often units are assigned: each time, what comes behind what is known better.
const ROUNDS: usize = 3;

/// Places all executions of sessions that share requests.
pub(super) fn place<'a>(streams: &[Stream<'a>], habits: &Habits, book: &mut Book<'a>) {
    let Some(anchor) = habits.anchor else { return };
    let mut units: Vec<Unit> = Vec::new();
    for (number, stream) in streams.iter().enumerate() {
        cut(stream, number, anchor, habits.sharing, &mut units);
    }
    let mut follows = Follows::on_sessions(&units);
    units.sort_by_key(|u| (u.start, u.end));
    let mut before = Vec::new();
    for _ in 0..ROUNDS {
        before = predecessors(&units, &follows);
        follows = Follows::in_requests(&units, &before);
    }
    let mut numbers: Vec<u32> = Vec::with_capacity(units.len());
    for (unit, before) in units.iter().zip(&before) {
        let Some(stream) = streams.get(unit.stream) else {
            continue;
        };
        let ids = stream.ids.get(unit.from..unit.to).unwrap_or_default();
        let tagged = ids
            .iter()
            .find_map(|id| book.tags(*id)?.1.request.as_deref());
        let known = before
            .filter(|_| tagged.is_none())
            .and_then(|at| numbers.get(at).copied());
        let number = known.unwrap_or_else(|| {
            let grouping = if unit.anchored {
                Grouping::Anchor
            } else {
                Grouping::Run
            };
            book.open(stream.session, tagged, grouping)
        });
        numbers.push(number);
        for &id in ids {
            if let Some(e) = stream.parts.executions.get(ExecutionId(id)) {
                book.put(id, &e, number);
            }
        }
    }
}

/// For each unit the one that its request was at before; `None` where a request begins.
fn predecessors(units: &[Unit], follows: &Follows) -> Vec<Option<usize>> {
    let mut open: Vec<Open> = Vec::new();
    let mut found = Vec::with_capacity(units.len());
    for (at, unit) in units.iter().enumerate() {
        open.retain(|o| unit.start - o.end <= SILENCE);
        let best = if unit.anchored {
            None
        } else {
            open.iter_mut()
                .map(|o| (score(o, unit, follows), o))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, o)| o)
        };
        match best {
            Some(o) => {
                found.push(Some(o.unit));
                o.end = o.end.max(unit.end);
                (o.unit, o.stream, o.first, o.last) = (at, unit.stream, unit.first, unit.last);
            }
            None => {
                found.push(None);
                open.push(Open {
                    unit: at,
                    end: unit.end,
                    stream: unit.stream,
                    first: unit.first,
                    last: unit.last,
                });
            }
        }
    }
    found
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

/// How likely a request goes on with a query, by the one before it, and on the same session.
#[derive(Default)]
struct Follows {
    pairs: FxHashMap<(QueryId, QueryId), f64>,
    times: FxHashMap<QueryId, f64>,
    /// The part of all steps that stay on their session, 0 to 1.
    stays: f64,
}

impl Follows {
    /// As it seems from each session alone.
    fn on_sessions(units: &[Unit]) -> Self {
        let mut follows = Self {
            stays: 0.5,
            ..Self::default()
        };
        for pair in units.windows(2) {
            if let [one, other] = pair
                && one.stream == other.stream
                && !other.anchored
            {
                follows.count(one, other);
            }
        }
        follows
    }

    /// As it is in the requests found so far.
    fn in_requests(units: &[Unit], before: &[Option<usize>]) -> Self {
        let mut follows = Self::default();
        let (mut stay, mut all) = (1.0, 2.0);
        for (unit, before) in units.iter().zip(before) {
            if let Some(one) = before.and_then(|at| units.get(at)) {
                follows.count(one, unit);
                all += 1.0;
                stay += f64::from(u8::from(one.stream == unit.stream));
            }
        }
        follows.stays = stay / all;
        follows
    }

    fn count(&mut self, one: &Unit, other: &Unit) {
        if let (Some(last), Some(first)) = (one.last, other.first) {
            *self.pairs.entry((last, first)).or_default() += 1.0;
            *self.times.entry(last).or_default() += 1.0;
        }
    }

    /// The logarithm of how likely it is.
    fn likely(&self, last: Option<QueryId>, first: Option<QueryId>) -> f64 {
        let (Some(last), Some(first)) = (last, first) else {
            return UNSEEN.ln();
        };
        let pair = self.pairs.get(&(last, first)).copied().unwrap_or(0.0);
        let times = self.times.get(&last).copied().unwrap_or(0.0);
        ((pair + UNSEEN) / (times + 1.0)).ln()
    }
}

/// What stands for a pair that was never seen: one in a hundred.
const UNSEEN: f64 = 0.01;

/// How likely a unit goes on with a request; larger is likelier.
fn score(open: &Open, unit: &Unit, follows: &Follows) -> f64 {
    let pause = (unit.start - open.end) as f64 / 1_000.0;
    let mut score = -(pause.max(0.0) + 1.0).ln() + follows.likely(open.last, unit.first);
    // A request runs one statement at a time, but for a fan-out of the same query.
    if unit.start + BLUR < open.end && open.first != unit.first {
        score -= 4.0;
    }
    // A fan-out says nothing of the session.
    if open.first != unit.first {
        let stays = follows.stays.clamp(0.05, 0.95);
        score += if open.stream == unit.stream {
            stays.ln()
        } else {
            (1.0 - stays).ln()
        };
    }
    score
}
