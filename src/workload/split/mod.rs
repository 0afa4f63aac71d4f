//! Requests out of executions: by tags, by anchors, by transactions, else by pauses.
//!
//! A capture seldom says which request ran a statement. What it does say, surest first: a trace or request id in the
//! statement's comment; what an application asks at the start of each request; `BEGIN` and its end, where an
//! application works in transactions; a pause on the session.
//!
//! | file | what it knows |
//! |---|---|
//! | `roles` | which statements are the application's own |
//! | `habits`, `gaps` | what requests begin with, how long the pauses between them are, whether they share sessions |
//! | `walk` | one session after another, so that it doesn't matter how they interleave |
//! | `shared` | sessions that share requests, all at once |
//! | `book` | the requests found so far |

mod book;
mod gaps;
mod groups;
mod habits;
mod roles;
mod shared;
mod walk;

use rustc_hash::FxHashMap;

use super::assemble::Parts;
use super::ids::{ExecutionId, QueryId, SessionId};
use super::request::Request;
use crate::capture::Format;
use crate::sql::Kind;
use book::Book;
use groups::group;
use habits::Sharing;
use roles::{Role, Roles};

/// Finds the requests, in the order they began, and the order of executions in which those of each stand together.
pub(super) fn split(parts: &Parts, gap: i64) -> (Vec<Request>, Vec<u32>) {
    let by_session = group(
        parts.executions.sessions().iter().map(|s| s.0),
        parts.sessions.len(),
    );
    let roles = Roles::new(&parts.queries);
    let mut book = Book::new(parts);
    let pools: Vec<Vec<Stream<'_>>> = pools(parts)
        .into_iter()
        .map(|pool| {
            let streams = pool.into_iter().map(|session| Stream {
                parts,
                roles: &roles,
                session,
                ids: by_session.run(session.index()),
            });
            streams.filter(|stream| !stream.ids.is_empty()).collect()
        })
        .filter(|pool: &Vec<_>| !pool.is_empty())
        .collect();
    // Over all of them: which of them are one application's isn't in every log.
    let valley = habits::valley(&pools);
    for streams in pools {
        let habits = habits::habits(&streams, valley, gap);
        // Where statements say themselves whose they are, nothing has to be guessed.
        if habits.sharing == Sharing::None || carries_ids(&streams, &book) {
            for stream in &streams {
                walk::walk(stream, &habits, &mut book);
            }
        } else {
            shared::place(&streams, &habits, &mut book);
        }
    }
    in_order(book)
}

/// Whether most statements of an application carry the id of their request; a few thousand tell.
fn carries_ids<'a>(streams: &[Stream<'a>], book: &Book<'a>) -> bool {
    const LOOKED_AT: usize = 4_096;
    let (mut with, mut all) = (0_usize, 0_usize);
    for id in streams.iter().flat_map(|s| s.ids).take(LOOKED_AT) {
        all += 1;
        with += usize::from(book.tags(*id).is_some_and(|(_, t)| t.request.is_some()));
    }
    with * 2 > all
}

/// The sessions of each application: those of one role on one database under one name.
fn pools(parts: &Parts) -> Vec<Vec<SessionId>> {
    let mut numbers: FxHashMap<_, usize> = FxHashMap::default();
    let mut pools: Vec<Vec<SessionId>> = Vec::new();
    for (session, at) in parts.sessions.iter().zip(0..) {
        let key = (&session.user, &session.database, &session.application);
        let number = *numbers.entry(key).or_insert_with(|| {
            pools.push(Vec::new());
            pools.len() - 1
        });
        if let Some(pool) = pools.get_mut(number) {
            pool.push(SessionId(at));
        }
    }
    pools
}

/// What ran on one session.
#[derive(Clone, Copy)]
struct Stream<'a> {
    parts: &'a Parts,
    roles: &'a Roles,
    session: SessionId,
    ids: &'a [u32],
}

/// One statement of a stream.
#[derive(Clone, Copy)]
struct Step {
    query: QueryId,
    role: Role,
    rolls_back: bool,
    /// When it began and ended, in microseconds since 1970-01-01 UTC.
    start: i64,
    end: i64,
}

impl Stream<'_> {
    fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        self.ids.iter().filter_map(|id| self.step(*id))
    }

    fn kind(&self, query: QueryId) -> Kind {
        let query = self.parts.queries.get(query.index());
        query.map_or(Kind::Unknown, |q| q.kind)
    }

    fn step(&self, id: u32) -> Option<Step> {
        let e = self.parts.executions.get(ExecutionId(id))?;
        Some(Step {
            query: e.query,
            role: self.roles.get(e.query.index()),
            rolls_back: self.kind(e.query) == Kind::Rollback,
            start: e.start,
            end: e.end(),
        })
    }

    /// The first query from `at` on that is the application's own.
    fn next_plain(&self, at: usize) -> Option<QueryId> {
        let id = self.next_plain_id(at)?;
        self.parts.executions.queries().get(id as usize).copied()
    }

    /// The first execution from `at` on that is the application's own.
    fn next_plain_id(&self, at: usize) -> Option<u32> {
        let queries = self.parts.executions.queries();
        let rest = self.ids.get(at..).unwrap_or_default();
        let plain = |id: &&u32| {
            let query = queries.get(**id as usize);
            query.is_some_and(|q| self.roles.get(q.index()).is_plain())
        };
        rest.iter().find(plain).copied()
    }
}

/// Sorts the executions of a request by when they began, if they are a trace's: those of a server's log stand in the
/// order that they ended, and their times are rounded.
fn by_time(parts: &Parts, ids: &mut [u32]) {
    let first = ids
        .first()
        .and_then(|id| parts.executions.get(ExecutionId(*id)));
    let file = first.and_then(|e| parts.capture.files.get(usize::from(e.place.file)));
    if file.is_some_and(|f| matches!(f.format, Format::Trace(_))) {
        ids.sort_by_key(|id| {
            parts
                .executions
                .get(ExecutionId(*id))
                .map(|e| (e.start, e.end()))
        });
    }
}

/// Sorts requests by when they began, and executions by their request.
fn in_order(book: Book<'_>) -> (Vec<Request>, Vec<u32>) {
    let parts = book.parts();
    let (requests, request_of) = book.close();
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
    let mut by_request = group(
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
        let ids = *first as usize..(*first + request.executions) as usize;
        if let Some(own) = by_request.order.get_mut(ids) {
            by_time(parts, own);
        }
    }
    (sorted, by_request.order)
}
