//! How an application works on its connections: what its requests begin with, how long it pauses between them, and
//! whether a request stays on one session.
//!
//! Many applications ask the same thing first in every request: who is it that calls? Such an *anchor* parts requests
//! even where they follow each other without a pause. It is taken for one when it looks a row up by a value, comes
//! first on sessions, again and again, never twice in a row, and nearly always with the same statement behind it.

use rustc_hash::FxHashMap;

use super::Stream;
use super::gaps::Gaps;
use super::roles::Role;
use crate::sql::{Op, Value};
use crate::workload::ids::QueryId;

/// Statements of a pool that are looked at; more would only say the same.
const SAMPLE: usize = 200_000;
/// Queries that are tried as anchors.
const CANDIDATES: usize = 4;
/// An anchor recurs at least this often.
const RECURS: u32 = 4;

/// How one application works.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    /// What every request begins with.
    pub anchor: Option<QueryId>,
    /// The pause that ends a request where nothing else does, in microseconds.
    pub gap: i64,
    /// Whether the pauses themselves tell where requests end.
    pub pauses_tell: bool,
    /// Whether a request may go on on another session than it began on.
    pub sharing: Sharing,
}

/// How requests share sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sharing {
    /// A request stays on its session.
    None,
    /// A request may be given another session after each commit, or each time that it asks the pool for one.
    ByCheckout {
        /// The pause, in microseconds, that a request makes on a session that it holds on to.
        pause: i64,
    },
    /// A request stays on its session, but sends statements over others beside it at times.
    ByFanOut {
        /// As above.
        pause: i64,
    },
    /// Each statement outside of a transaction may run on any session.
    ByStatement,
}

/// What is counted of a candidate.
#[derive(Default)]
struct Counts {
    times: u32,
    /// How often it comes right behind itself.
    again: u32,
    /// How often it is the first on a session.
    first: u32,
    /// How often it follows a long pause.
    after_pause: u32,
    /// What comes behind it.
    next: FxHashMap<QueryId, u32>,
    /// How many transactions begin with it.
    transactions: u32,
    /// How many runs of transactions begin with something else.
    others: u32,
    /// Each query's number of segments that it is in, and the last of them.
    seen: FxHashMap<QueryId, (u32, u32)>,
}

/// As many of the streams as are worth looking at.
fn sample<'s, 'a>(streams: impl Iterator<Item = &'s Stream<'a>>) -> Vec<&'s Stream<'a>>
where
    'a: 's,
{
    let mut left = SAMPLE;
    let mut sample = Vec::new();
    for stream in streams {
        if left == 0 {
            break;
        }
        left = left.saturating_sub(stream.ids.len());
        sample.push(stream);
    }
    sample
}

/// The pause that parts requests from each other, in microseconds, where the pauses of all sessions tell one.
pub(super) fn valley(pools: &[Vec<Stream<'_>>]) -> Option<i64> {
    pauses(&sample(pools.iter().flatten())).valley()
}

/// Finds an application's habits on its sessions. `gap` stands where no pause is known to part requests.
pub(super) fn habits(streams: &[Stream<'_>], valley: Option<i64>, gap: i64) -> Habits {
    let sample = sample(streams.iter());
    let pause = valley.unwrap_or(i64::MAX);
    let transactional = mostly_in_transactions(&sample);
    let accepted = candidates(&sample, pause)
        .into_iter()
        .map(|query| (query, count(&sample, query, pause)))
        .filter(|(query, counts)| is_anchor(&sample, *query, counts, transactional))
        .max_by_key(|(_, counts)| counts.times);
    let anchor = accepted.map(|(query, _)| query);
    Habits {
        anchor,
        gap: valley.unwrap_or(gap),
        pauses_tell: valley.is_some(),
        sharing: match anchor {
            Some(anchor) if streams.len() > 1 => sharing(&sample, anchor, transactional),
            _ => Sharing::None,
        },
    }
}

/// The pauses between the statements of each session, but for those inside of transactions.
fn pauses(sample: &[&Stream<'_>]) -> Gaps {
    let mut gaps = Gaps::default();
    for stream in sample {
        let (mut inside, mut end) = (false, None::<i64>);
        for step in stream.steps() {
            if let Some(end) = end.filter(|_| !inside) {
                gaps.count(step.start - end);
            }
            match step.role {
                Role::Begin => inside = true,
                Role::End => inside = false,
                _ => {}
            }
            end = Some(step.end);
        }
    }
    gaps
}

/// Whether nearly all statements of the application stand inside of transactions.
fn mostly_in_transactions(sample: &[&Stream<'_>]) -> bool {
    let (mut within, mut outside) = (0_u64, 0_u64);
    for stream in sample {
        let mut open = false;
        for step in stream.steps() {
            match step.role {
                Role::Begin => open = true,
                Role::End => open = false,
                Role::Plain if open => within += 1,
                Role::Plain => outside += 1,
                _ => {}
            }
        }
    }
    within > 0 && within * 10 >= (within + outside) * 9
}

/// The queries that come first on sessions or behind long pauses, the most frequent first.
fn candidates(sample: &[&Stream<'_>], pause: i64) -> Vec<QueryId> {
    let mut starts: FxHashMap<QueryId, u32> = FxHashMap::default();
    for stream in sample {
        let mut end = None::<i64>;
        for step in stream.steps().filter(|s| s.role.is_plain()) {
            if end.is_none_or(|end| step.start - end >= pause) {
                *starts.entry(step.query).or_default() += 1;
            }
            end = Some(step.end);
        }
    }
    // What comes first on all sessions together stands for those that share requests.
    let earliest = sample
        .iter()
        .filter_map(|s| s.steps().find(|step| step.role.is_plain()))
        .min_by_key(|step| step.start);
    let mut ranked: Vec<(u32, QueryId)> = starts.into_iter().map(|(q, n)| (n, q)).collect();
    ranked.sort_unstable_by_key(|(n, q)| (std::cmp::Reverse(*n), *q));
    let mut found: Vec<QueryId> = ranked.iter().take(CANDIDATES).map(|(_, q)| *q).collect();
    found.extend(earliest.map(|step| step.query));
    found.sort_unstable();
    found.dedup();
    found
}

fn count(sample: &[&Stream<'_>], candidate: QueryId, pause: i64) -> Counts {
    let mut c = Counts::default();
    for stream in sample {
        let mut before: Option<QueryId> = None;
        let mut end = None::<i64>;
        let (mut first, mut in_segment) = (true, false);
        let (mut begun, mut other) = (false, None::<QueryId>);
        for step in stream.steps() {
            if step.role == Role::Begin {
                begun = true;
            }
            if !step.role.is_plain() {
                continue;
            }
            let own = step.query == candidate;
            if before == Some(candidate) {
                *c.next.entry(step.query).or_default() += 1;
            }
            if begun {
                c.transactions += u32::from(own);
                // A loop that commits each time is one of them.
                c.others += u32::from(!own && other != Some(step.query));
                other = (!own).then_some(step.query);
                begun = false;
            }
            if own {
                c.times += 1;
                c.again += u32::from(before == Some(candidate));
                c.first += u32::from(first);
                c.after_pause += u32::from(end.is_some_and(|end| step.start - end >= pause));
                in_segment = true;
            } else if in_segment {
                let seen = c.seen.entry(step.query).or_default();
                if seen.1 != c.times {
                    *seen = (seen.0 + 1, c.times);
                }
            }
            (first, before, end) = (false, Some(step.query), Some(step.end));
        }
    }
    c
}

fn is_anchor(sample: &[&Stream<'_>], query: QueryId, c: &Counts, transactional: bool) -> bool {
    if c.times < RECURS || c.again * 10 > c.times || !looks_up(sample, query) {
        return false;
    }
    let steady = c
        .next
        .values()
        .max()
        .is_some_and(|most| most * 10 >= c.times * 6);
    // Behind it, requests go different ways.
    let ways = c.seen.values().filter(|(n, _)| n * 2 < c.times).count();
    let sessions = u32::try_from(sample.len()).unwrap_or(u32::MAX);
    let first = c.first * 10 >= sessions * 7;
    let earliest = sample
        .iter()
        .filter_map(|s| s.steps().find(|step| step.role.is_plain()))
        .min_by_key(|step| step.start)
        .is_some_and(|step| step.query == query);
    if transactional {
        return steady && ways >= 2 && c.transactions * 10 >= (c.transactions + c.others) * 5;
    }
    // Where connections are shared, what follows on one session is of another request.
    (first && steady) || (earliest && ways >= 2 && !first)
}

/// Whether a query finds a row by a value.
fn looks_up(sample: &[&Stream<'_>], query: QueryId) -> bool {
    let facts = sample
        .first()
        .and_then(|s| s.parts.queries.get(query.index()))
        .and_then(|q| q.facts());
    facts.is_some_and(|f| {
        f.predicates
            .iter()
            .any(|p| p.conjunct && p.op == Op::Eq && matches!(p.value, Value::Parameter(_)))
    })
}

/// How requests move between sessions: these don't each begin with the anchor, or what goes on with a request follows
/// another session's statements more closely than its own's.
fn sharing(sample: &[&Stream<'_>], anchor: QueryId, transactional: bool) -> Sharing {
    let firsts = sample
        .iter()
        .filter_map(|stream| stream.steps().find(|step| step.role.is_plain()));
    let (own, all) = firsts.fold((0, 0), |(own, all), step| {
        (own + usize::from(step.query == anchor), all + 1)
    });
    if own * 10 < all * 7 {
        return Sharing::ByStatement;
    }
    // Units that go on with a request: a probe or BEGIN that no anchor follows.
    let mut orphans: Vec<(i64, i64)> = Vec::new();
    let (mut ends, mut pauses): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
    for stream in sample {
        let (mut last, mut inside) = (None::<i64>, false);
        for (at, step) in stream.steps().enumerate() {
            let opens = step.role == Role::Probe || (transactional && step.role == Role::Begin);
            if let Some(last) = last {
                if opens && stream.next_plain(at).is_some_and(|q| q != anchor) {
                    orphans.push((step.start, last));
                } else if step.role.is_plain() && step.query != anchor && (inside || !transactional)
                {
                    pauses.push(step.start - last);
                }
            }
            match step.role {
                Role::Begin => inside = true,
                Role::End => inside = false,
                _ => {}
            }
            last = Some(step.end);
            ends.push(step.end);
        }
    }
    ends.sort_unstable();
    pauses.sort_unstable();
    let elsewhere = |(start, own): &&(i64, i64)| {
        let at = ends.partition_point(|end| end <= start);
        let closest = at.checked_sub(1).and_then(|at| ends.get(at));
        closest.is_some_and(|end| end > own && start - own > 2 * (start - end) + 1_000)
    };
    let usual = pauses
        .get(pauses.len() * 19 / 20)
        .copied()
        .unwrap_or(0)
        .max(1_000);
    let moves = orphans.iter().filter(elsewhere).count() * 5 > orphans.len();
    let pause = usual * 4;
    if moves {
        Sharing::ByCheckout { pause }
    } else if !transactional && fans_out(sample, anchor, usual, &ends) {
        Sharing::ByFanOut { pause }
    } else {
        Sharing::None
    }
}

/// Whether requests that come one after the other send statements over further sessions at times: what begins there
/// behind a long pause comes right behind another session's statement, which requests themselves don't.
fn fans_out(sample: &[&Stream<'_>], anchor: QueryId, usual: i64, ends: &[i64]) -> bool {
    let near = |start: i64, own: i64| {
        let at = ends.partition_point(|end| *end <= start);
        let closest = at.checked_sub(1).and_then(|at| ends.get(at));
        closest.is_some_and(|end| *end > own && start - end <= usual)
    };
    let (mut strays, mut strays_near, mut begins, mut begins_near) = (0, 0, 0, 0);
    for stream in sample {
        let (mut last, mut inside) = (None::<(i64, QueryId)>, false);
        for step in stream.steps() {
            match step.role {
                Role::Begin => inside = true,
                Role::End => inside = false,
                Role::Plain => {
                    if let Some((own, query)) = last.filter(|(own, _)| step.start - own > usual * 4)
                    {
                        let near = usize::from(near(step.start, own));
                        if step.query == anchor {
                            (begins, begins_near) = (begins + 1, begins_near + near);
                        } else if !inside && step.query != query {
                            // The same query again is a program that waits.
                            (strays, strays_near) = (strays + 1, strays_near + near);
                        }
                    }
                    last = Some((step.end, step.query));
                }
                _ => {}
            }
        }
    }
    strays >= 3 && strays_near * 10 >= strays * 8 && begins_near * 2 <= begins
}
