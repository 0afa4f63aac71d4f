//! Requests out of executions: by tags, by transactions, else by pauses.
//!
//! A capture seldom says which request ran a statement. What it does say, surest first: a trace or request id in
//! the statement's comment; `BEGIN` and its end, where an application works in transactions; a pause on the
//! session. Sessions are looked at one by one, so that it doesn't matter how they interleave.

use rustc_hash::FxHashMap;

use super::assemble::Parts;
use super::executions::Execution;
use super::ids::{ExecutionId, SessionId, TagsId};
use super::request::{Grouping, Request};
use crate::sql::Kind;

/// From this share of executions inside of transactions on, a transaction is taken for a request.
const MOSTLY: f64 = 0.9;

/// Finds the requests, in the order they began, and the order of executions in which those of each stand together.
pub(super) fn split(parts: &Parts, gap: i64) -> (Vec<Request>, Vec<u32>) {
    let by_session = group(
        parts.executions.sessions().iter().map(|s| s.0),
        parts.sessions.len(),
    );
    let mut requests: Vec<Request> = Vec::new();
    let mut request_of = vec![0_u32; parts.executions.len()];
    let mut tagged: FxHashMap<&str, u32> = FxHashMap::default();
    for (session, ids) in by_session.runs() {
        let mut walk = Walk {
            parts,
            session: SessionId(session),
            gap,
            transactions: works_in_transactions(parts, ids),
            open: None,
            ordinal: 0,
        };
        for &id in ids {
            let Some(e) = parts.executions.get(ExecutionId(id)) else {
                continue;
            };
            let number = walk.place(id, &e, &mut requests, &mut tagged);
            if let Some(request) = requests.get_mut(number as usize) {
                request.count(&e);
            }
            if let Some(of) = request_of.get_mut(id as usize) {
                *of = number;
            }
        }
    }
    in_order(requests, &request_of)
}

/// Sorts requests by when they began, and executions by their request.
fn in_order(requests: Vec<Request>, request_of: &[u32]) -> (Vec<Request>, Vec<u32>) {
    let mut ranked: Vec<(i64, u32)> = requests
        .iter()
        .zip(0..)
        .map(|(r, n)| (r.start, n))
        .collect();
    ranked.sort_unstable();
    let mut rank = vec![0_u32; ranked.len()];
    for (to, (_, from)) in ranked.iter().enumerate() {
        if let Some(rank) = rank.get_mut(*from as usize) {
            *rank = u32::try_from(to).unwrap_or(u32::MAX);
        }
    }
    let by_request = group(
        request_of
            .iter()
            .map(|&r| rank.get(r as usize).copied().unwrap_or(0)),
        ranked.len(),
    );
    let mut old: Vec<Option<Request>> = requests.into_iter().map(Some).collect();
    let mut sorted: Vec<Request> = ranked
        .iter()
        .filter_map(|(_, from)| old.get_mut(*from as usize).and_then(Option::take))
        .collect();
    for (request, first) in sorted.iter_mut().zip(&by_request.starts) {
        request.first = ExecutionId(*first);
    }
    (sorted, by_request.order)
}

/// Numbers grouped by a small key, in their own order within each (a counting sort).
struct Groups {
    order: Vec<u32>,
    /// Where each key's run begins; one more than there are keys.
    starts: Vec<u32>,
}

fn group(keys: impl ExactSizeIterator<Item = u32> + Clone, count: usize) -> Groups {
    let mut starts = vec![0_u32; count + 1];
    for key in keys.clone() {
        if let Some(n) = starts.get_mut(key as usize + 1) {
            *n += 1;
        }
    }
    for i in 1..starts.len() {
        let before = starts.get(i - 1).copied().unwrap_or(0);
        if let Some(n) = starts.get_mut(i) {
            *n += before;
        }
    }
    let mut next = starts.clone();
    let mut order = vec![0_u32; keys.len()];
    for (i, key) in (0..).zip(keys) {
        if let Some(to) = next.get_mut(key as usize) {
            if let Some(slot) = order.get_mut(*to as usize) {
                *slot = i;
            }
            *to += 1;
        }
    }
    Groups { order, starts }
}

impl Groups {
    fn runs(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let bounds = self.starts.iter().zip(self.starts.iter().skip(1));
        (0..).zip(bounds).filter_map(|(key, (&from, &to))| {
            Some((key, self.order.get(from as usize..to as usize)?))
        })
    }
}

/// Whether nearly all statements of a session stand inside transactions.
fn works_in_transactions(parts: &Parts, ids: &[u32]) -> bool {
    let (mut inside, mut outside, mut open) = (0_u64, 0_u64, false);
    for &id in ids {
        let Some(e) = parts.executions.get(ExecutionId(id)) else {
            continue;
        };
        match kind(parts, &e) {
            Kind::Begin => open = true,
            Kind::Commit | Kind::Rollback => open = false,
            _ if open => inside += 1,
            _ => outside += 1,
        }
    }
    inside > 0 && inside as f64 >= MOSTLY * (inside + outside) as f64
}

fn kind(parts: &Parts, e: &Execution) -> Kind {
    parts
        .queries
        .get(e.query.index())
        .map_or(Kind::Unknown, |q| q.kind)
}

/// One session, looked at from its first execution to its last.
struct Walk<'a> {
    parts: &'a Parts,
    session: SessionId,
    gap: i64,
    /// Whether a transaction is a request here.
    transactions: bool,
    open: Option<Open<'a>>,
    ordinal: u32,
}

/// The request that the session is at.
struct Open<'a> {
    number: u32,
    /// The trace or request id that it has.
    id: Option<&'a str>,
    /// Whether a transaction is under way.
    inside: bool,
    /// Whether all that it has so far is a `BEGIN`, which carries no tags and belongs to what comes next.
    only_begin: bool,
    end: i64,
}

impl<'a> Walk<'a> {
    /// The number of the request that an execution belongs to, a new one where needed.
    fn place(
        &mut self,
        id: u32,
        e: &Execution,
        requests: &mut Vec<Request>,
        tagged: &mut FxHashMap<&'a str, u32>,
    ) -> u32 {
        let kind = kind(self.parts, e);
        let tags = self.parts.tagged.get(id as usize).copied().flatten();
        let request_id = tags.and_then(|t| self.parts.tags.get(t.index())?.request.as_deref());
        let number = match &self.open {
            Some(open) if self.goes_on(open, kind, request_id, e) => open.number,
            _ => self.begin(request_id, tagged, requests),
        };
        if let Some(request) = requests.get_mut(number as usize) {
            adopt(request, number, request_id, tags, tagged);
        }
        let before = self.open.as_ref();
        self.open = Some(Open {
            number,
            id: request_id.or(before
                .and_then(|o| o.id)
                .filter(|_| before.is_some_and(|o| o.number == number))),
            inside: match kind {
                Kind::Begin => true,
                Kind::Commit | Kind::Rollback => false,
                _ => before.is_some_and(|o| o.number == number && o.inside),
            },
            only_begin: kind == Kind::Begin && before.is_none_or(|o| o.number != number),
            end: e.end(),
        });
        number
    }

    /// Whether an execution belongs to the request that is open.
    fn goes_on(&self, open: &Open<'_>, kind: Kind, id: Option<&str>, e: &Execution) -> bool {
        match (open.id, id) {
            (Some(open_id), Some(id)) => return open_id == id,
            // Drivers send BEGIN and COMMIT without the comment of the statements between them.
            (None, Some(_)) => return open.only_begin,
            (Some(_), None) => return open.inside || matches!(kind, Kind::Commit | Kind::Rollback),
            (None, None) => {}
        }
        if open.inside {
            return kind != Kind::Begin;
        }
        if self.transactions {
            // Outside of transactions stand only the odd statements of a connection's set-up.
            return kind != Kind::Begin && e.start - open.end <= self.gap;
        }
        e.start - open.end <= self.gap
    }

    fn begin(
        &mut self,
        id: Option<&'a str>,
        tagged: &mut FxHashMap<&'a str, u32>,
        requests: &mut Vec<Request>,
    ) -> u32 {
        // A request that works on several sessions at once is one request.
        if let Some(&number) = id.and_then(|id| tagged.get(id)) {
            return number;
        }
        self.ordinal += 1;
        requests.push(Request {
            grouping: if self.transactions {
                Grouping::Transaction
            } else {
                Grouping::Run
            },
            session: self.session,
            ordinal: self.ordinal,
            tags: None,
            first: ExecutionId(0),
            executions: 0,
            start: i64::MAX,
            end: i64::MIN,
            db_time: 0,
        });
        u32::try_from(requests.len() - 1).unwrap_or(u32::MAX)
    }
}

/// Notes on a request what an execution's tags say of it.
fn adopt<'a>(
    request: &mut Request,
    number: u32,
    id: Option<&'a str>,
    tags: Option<TagsId>,
    tagged: &mut FxHashMap<&'a str, u32>,
) {
    request.tags = request.tags.or(tags);
    if let Some(id) = id {
        request.grouping = Grouping::Tagged;
        tagged.entry(id).or_insert(number);
    }
}
