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
    /// What the application ran in it.
    steps: Vec<Plain>,
    anchored: bool,
    transaction: bool,
}

/// A statement of the application's own.
#[derive(Clone, Copy)]
struct Plain {
    query: QueryId,
    start: i64,
    end: i64,
    /// Whether its transaction was rolled back right after it.
    rolled_back: bool,
}

/// What a unit may end in: an application that rolls back is done more often than one that commits.
type Key = (QueryId, bool);

impl Plain {
    fn key(&self) -> Key {
        (self.query, self.rolled_back)
    }
}

/// A request that may go on.
struct Open {
    end: i64,
    /// The session that its last unit was on.
    stream: usize,
    /// In the order that they began.
    steps: Vec<Plain>,
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
    // Transactions last, and one that waits for a connection goes on late; single statements come close upon each other.
    let patience = match habits.sharing {
        Sharing::ByStatement | Sharing::ByFanOut { .. } => 1.8,
        _ => 0.7,
    };
    let mut follows = Follows {
        patience,
        ..Follows::default()
    };
    for unit in &units {
        follows.end(unit);
    }
    for pair in units.windows(2) {
        if let [one, other] = pair
            && one.stream == other.stream
        {
            follows.learn(one.steps.last(), other);
        }
    }
    units.sort_by_key(|u| (u.start, u.end));
    let mut firsts = Vec::new();
    for _ in 0..ROUNDS {
        let requests = assign(&units, &follows);
        follows = requests.follows;
        follows.patience = patience;
        follows.learn_stays(&units, &requests.of);
        firsts = requests.of;
    }
    let mut numbers: FxHashMap<usize, u32> = FxHashMap::default();
    for (unit, request) in units.iter().zip(&firsts) {
        let Some(stream) = streams.get(unit.stream) else {
            continue;
        };
        let ids = stream.ids.get(unit.from..unit.to).unwrap_or_default();
        let tagged = ids
            .iter()
            .find_map(|id| book.tags(*id)?.1.request.as_deref());
        let known = numbers.get(request).copied().filter(|_| tagged.is_none());
        let number = known.unwrap_or_else(|| {
            let grouping = if unit.anchored {
                Grouping::Anchor
            } else {
                Grouping::Run
            };
            book.open(stream.session, tagged, grouping)
        });
        numbers.entry(*request).or_insert(number);
        for &id in ids {
            if let Some(e) = stream.parts.executions.get(ExecutionId(id)) {
                book.put(id, &e, number);
            }
        }
    }
}

/// Requests in the making, and which of them each unit belongs to.
struct Assigned {
    of: Vec<usize>,
    /// What it teaches.
    follows: Follows,
}

fn assign(units: &[Unit], follows: &Follows) -> Assigned {
    let mut requests: Vec<Open> = Vec::new();
    let mut live: Vec<usize> = Vec::new();
    let mut of = Vec::with_capacity(units.len());
    let mut learned = Follows::default();
    for unit in units {
        live.retain(|at| {
            requests
                .get(*at)
                .is_some_and(|o| unit.start - o.end <= SILENCE)
        });
        let best = if unit.anchored {
            None
        } else {
            live.iter()
                .filter_map(|at| Some((score(requests.get(*at)?, unit, follows), *at)))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, at)| at)
        };
        let at = best.unwrap_or_else(|| {
            requests.push(Open {
                end: unit.end,
                stream: unit.stream,
                steps: Vec::new(),
            });
            live.push(requests.len() - 1);
            requests.len() - 1
        });
        if let Some(o) = requests.get_mut(at) {
            learned.learn(o.before(unit.start), unit);
            learned.end(unit);
            o.end = o.end.max(unit.end);
            o.stream = unit.stream;
            o.steps.extend_from_slice(&unit.steps);
            o.steps.sort_by_key(|s| (s.start, s.end));
        }
        of.push(at);
    }
    Assigned {
        of,
        follows: learned,
    }
}

impl Open {
    /// The last statement that began before an instant.
    fn before(&self, instant: i64) -> Option<&Plain> {
        let behind = self.steps.partition_point(|s| s.start <= instant);
        self.steps.get(behind.checked_sub(1)?)
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
        let prelude = unit.as_ref().is_some_and(|u| u.steps.is_empty());
        let goes_on = match sharing {
            Sharing::ByCheckout { pause } | Sharing::ByFanOut { pause } => {
                unit.as_ref().is_some_and(|u| {
                    matches!(step.role, Role::Plain | Role::Neutral | Role::Catalog)
                        && step.query != anchor
                        && step.start - u.end <= pause
                })
            }
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
            steps: Vec::new(),
            anchored: false,
            transaction: false,
        });
        u.to = at + 1;
        u.end = u.end.max(step.end);
        if step.role.is_plain() {
            if u.steps.is_empty() {
                u.anchored = step.query == anchor;
                u.start = step.start;
            }
            u.steps.push(Plain {
                query: step.query,
                start: step.start,
                end: step.end,
                rolled_back: false,
            });
        }
        match step.role {
            Role::Begin => {
                inside = true;
                u.transaction = true;
            }
            Role::End => {
                inside = false;
                if step.rolls_back
                    && let Some(last) = u.steps.last_mut()
                {
                    last.rolled_back = true;
                }
            }
            _ => {}
        }
    }
    units.extend(unit);
}

/// How likely a request goes on with a query, by the one before it.
#[derive(Default)]
struct Follows {
    pairs: FxHashMap<(Key, QueryId), f64>,
    times: FxHashMap<Key, f64>,
    /// How often a request's next unit stays on its session, and how often it goes elsewhere.
    stays: f64,
    goes: f64,
    /// How much a pause speaks against a request's going on.
    patience: f64,
}

impl Follows {
    /// Learns that a unit went on with what ended in `last`.
    fn learn(&mut self, last: Option<&Plain>, unit: &Unit) {
        if let (Some(last), Some(first)) = (last, unit.steps.first())
            && !unit.anchored
        {
            *self.pairs.entry((last.key(), first.query)).or_default() += 1.0;
        }
    }

    /// Learns what a unit ended in, whether its request goes on or not.
    fn end(&mut self, unit: &Unit) {
        if let Some(last) = unit.steps.last() {
            *self.times.entry(last.key()).or_default() += 1.0;
        }
    }

    /// Learns whether requests stay on their sessions.
    fn learn_stays(&mut self, units: &[Unit], of: &[usize]) {
        let mut last: FxHashMap<usize, (usize, i64)> = FxHashMap::default();
        for (unit, request) in units.iter().zip(of) {
            // What runs at the same time can't stay.
            if let Some((stream, end)) = last.insert(*request, (unit.stream, unit.end))
                && unit.start + BLUR >= end
            {
                if stream == unit.stream {
                    self.stays += 1.0;
                } else {
                    self.goes += 1.0;
                }
            }
        }
    }

    /// The logarithm of how likely it is.
    fn likely(&self, last: Key, next: QueryId) -> f64 {
        let pair = self.pairs.get(&(last, next)).copied().unwrap_or(0.0);
        let times = self.times.get(&last).copied().unwrap_or(0.0);
        ((pair + UNSEEN) / (times + 1.0)).ln()
    }
}

/// What stands for a pair that was never seen: one in a hundred.
const UNSEEN: f64 = 0.01;
/// How much it speaks against a request's going on that it rolled back.
const ROLLED_BACK: f64 = 4.0;
/// Statements of one query that begin within so many microseconds are a fan-out.
const FAN: i64 = 5_000;

/// How likely a unit goes on with a request; larger is likelier.
fn score(open: &Open, unit: &Unit, follows: &Follows) -> f64 {
    let behind = open.steps.partition_point(|s| s.start <= unit.start);
    let last = behind.checked_sub(1).and_then(|at| open.steps.get(at));
    let Some(last) = last.or(open.steps.first()) else {
        return f64::NEG_INFINITY;
    };
    // The end of a transaction takes its time too.
    let end = if open.end <= unit.start {
        open.end
    } else {
        last.end
    };
    let pause = (unit.start - end) as f64 / 1_000.0;
    let mut score = -follows.patience * (pause.max(0.0) + 1.0).ln();
    let stay = if open.stream == unit.stream {
        ((follows.stays + 1.0) / (follows.goes + 1.0)).ln()
    } else {
        0.0
    };
    let Some(first) = unit.steps.first() else {
        return score + stay;
    };
    let near = open
        .steps
        .get(behind.saturating_sub(8)..(behind + 8).min(open.steps.len()));
    let fans = !unit.transaction
        && near
            .unwrap_or_default()
            .iter()
            .any(|s| s.query == first.query && (s.start - unit.start).abs() <= FAN);
    if fans {
        return score + follows.likely(first.key(), first.query);
    }
    score += follows.likely(last.key(), first.query);
    if last.rolled_back {
        score -= ROLLED_BACK;
    }
    // A request mostly runs one statement at a time.
    if unit.start + BLUR < open.end {
        score -= 4.0;
    }
    score + stay
}
