//! One session from its first execution to its last.

use super::Stream;
use super::book::Book;
use super::habits::Habits;
use super::roles::Role;
use crate::workload::executions::Execution;
use crate::workload::ids::ExecutionId;
use crate::workload::request::{Grouping, Tags};

/// From this share of executions inside of transactions on, a transaction is taken for a request.
const MOSTLY: f64 = 0.9;

/// Where anchors part requests, a pause does so from here on, in microseconds: nobody waits that long for a page.
const LONGEST_PAUSE: i64 = 5_000_000;

/// Places all executions of a session that shares its requests with no other.
pub(super) fn walk<'a>(stream: &Stream<'a>, habits: &Habits, book: &mut Book<'a>) {
    let mut walk = Walk {
        stream,
        habits,
        transactions: works_in_transactions(stream),
        open: None,
    };
    for (at, &id) in stream.ids.iter().enumerate() {
        if let Some(e) = stream.parts.executions.get(ExecutionId(id)) {
            let number = walk.place(at, id, &e, book);
            book.put(id, &e, number);
        }
    }
}

/// Whether nearly all statements of a session stand inside transactions.
fn works_in_transactions(stream: &Stream<'_>) -> bool {
    let (mut inside, mut outside, mut open) = (0_u64, 0_u64, false);
    for step in stream.steps() {
        match step.role {
            Role::Begin => open = true,
            Role::End => open = false,
            _ if open => inside += 1,
            _ => outside += 1,
        }
    }
    inside > 0 && inside as f64 >= MOSTLY * (inside + outside) as f64
}

struct Walk<'s, 'a> {
    stream: &'s Stream<'a>,
    habits: &'s Habits,
    /// Whether a transaction is a request here.
    transactions: bool,
    open: Option<Open<'a>>,
}

/// The request that the session is at.
#[derive(Clone, Copy)]
struct Open<'a> {
    number: u32,
    /// The trace or request id that it has.
    id: Option<&'a str>,
    /// The route or action that it has.
    label: Option<&'a str>,
    /// Whether a transaction is under way.
    inside: bool,
    /// Whether nothing of the application's own has run yet: what comes next may say more.
    only_prelude: bool,
    end: i64,
}

impl<'a> Walk<'_, 'a> {
    /// The number of the request that an execution belongs to, a new one where needed.
    fn place(&mut self, at: usize, id: u32, e: &Execution, book: &mut Book<'a>) -> u32 {
        let role = self.stream.roles.get(e.query.index());
        let tags = book.tags(id).map(|(_, tags)| tags);
        // What drivers send before a statement is of its request.
        let prelude = matches!(role, Role::Begin | Role::Probe | Role::Neutral)
            && !self.open.is_some_and(|o| o.inside);
        let request_id = tags.and_then(|t| t.request.as_deref()).or_else(|| {
            let next = self.stream.next_plain_id(at).filter(|_| prelude)?;
            book.tags(next)?.1.request.as_deref()
        });
        let goes_on = self
            .open
            .is_some_and(|open| self.goes_on(&open, at, role, request_id, tags, e));
        let number = match self.open {
            Some(open) if goes_on => open.number,
            _ => book.open(self.stream.session, request_id, self.grouping()),
        };
        let before = self.open.filter(|o| goes_on && o.number == number);
        self.open = Some(Open {
            number,
            id: request_id.or(before.and_then(|o| o.id)),
            label: tags
                .and_then(|t| t.label.as_deref())
                .or(before.and_then(|o| o.label)),
            inside: match role {
                Role::Begin => true,
                Role::End => false,
                _ => before.is_some_and(|o| o.inside),
            },
            only_prelude: !matches!(role, Role::Plain | Role::End)
                && before.is_none_or(|o| o.only_prelude),
            end: before.map_or(e.end(), |o| o.end.max(e.end())),
        });
        number
    }

    /// How a request that begins here is found.
    fn grouping(&self) -> Grouping {
        if self.habits.anchor.is_some() {
            Grouping::Anchor
        } else if self.transactions {
            Grouping::Transaction
        } else if self.habits.pauses_tell {
            Grouping::Pause
        } else {
            Grouping::Run
        }
    }

    /// Whether an execution belongs to the request that is open.
    fn goes_on(
        &self,
        open: &Open<'_>,
        at: usize,
        role: Role,
        id: Option<&str>,
        tags: Option<&Tags>,
        e: &Execution,
    ) -> bool {
        match (open.id, id) {
            (Some(open_id), Some(id)) => return open_id == id,
            // Drivers send BEGIN and COMMIT without the comment of the statements between them, and what runs
            // before a middleware has begun has none either.
            (None, Some(_)) => {
                return open.only_prelude || (open.label.is_none() && self.is_near(open, e));
            }
            (Some(_), None) => {
                return open.inside
                    || role == Role::End
                    || !self.next_is_tagged_otherwise(open, at, e);
            }
            (None, None) => {}
        }
        if open.inside {
            return role != Role::Begin;
        }
        if let (Some(label), Some(other)) = (open.label, tags.and_then(|t| t.label.as_deref()))
            && label != other
        {
            return false;
        }
        let pause = e.start - open.end;
        if let Some(anchor) = self.habits.anchor {
            let begins = !open.only_prelude && role != Role::End && self.begins(at, role, anchor);
            return !begins && pause <= LONGEST_PAUSE;
        }
        // Outside of transactions stand only the odd statements of a connection's set-up.
        !(self.transactions && role == Role::Begin && !open.only_prelude)
            && pause <= self.habits.gap
    }

    /// Whether a request begins at a statement: it is the anchor, or what a pool and a driver send before it.
    fn begins(&self, at: usize, role: Role, anchor: crate::workload::QueryId) -> bool {
        match role {
            Role::Plain | Role::Begin | Role::Probe | Role::Neutral | Role::Catalog => {
                self.stream.next_plain(at) == Some(anchor)
            }
            Role::End => false,
        }
    }

    fn is_near(&self, open: &Open<'_>, e: &Execution) -> bool {
        e.start - open.end <= self.habits.gap.min(50_000)
    }

    /// Whether an execution without an id stands nearer to a request that follows than to the open one.
    fn next_is_tagged_otherwise(&self, open: &Open<'_>, at: usize, e: &Execution) -> bool {
        let rest = self.stream.ids.get(at + 1..).unwrap_or_default();
        let mut end = e.end();
        for id in rest.iter().take(8) {
            let Some(next) = self.stream.parts.executions.get(ExecutionId(*id)) else {
                break;
            };
            let tags = self
                .stream
                .parts
                .tagged
                .get(*id as usize)
                .copied()
                .flatten()
                .and_then(|t| self.stream.parts.tags.get(t.index()));
            if let Some(id) = tags.and_then(|t| t.request.as_deref()) {
                return Some(id) != open.id && next.start - end < e.start - open.end;
            }
            end = next.end();
        }
        e.start - open.end > self.habits.gap
    }
}
