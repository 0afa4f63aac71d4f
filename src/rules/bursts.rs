//! What the requests of a capture do again and again, each repetition called by its name.
//!
//! All rules about repetitions look at these, so that no two of them speak of the same executions.

use std::collections::BTreeMap;

use super::Context;
use super::catalog::reads_catalog;
use super::form::Form;
use super::parent::{Links, Parent, look_up, looked_up_by, parent};
use crate::advice::{Load, Relation};
use crate::sql::{Bound, Facts, Kind, Op, Value};
use crate::workload::{
    Confidence, Execution, ExecutionId, Grouping, Query, QueryId, Request, Run, Workload,
};

/// A pause, in microseconds, between executions of one query with the same values that is a program's waiting.
const POLL: i64 = 50_000;
/// Executions without a query that gave their values are a loop from here on.
const LOOK_UPS: u32 = 5;
/// Ranges that change, without a page's limit, are a loop from here on: fewer are a page with a few figures.
const RANGES: u32 = 10;

/// The part of all requests from which on what they ask is asked by nearly all.
const HOT: f64 = 0.6;

/// A run that is worth a word.
#[derive(Clone, Debug)]
pub(super) struct Burst {
    pub run: Run,
    pub kind: BurstKind,
    /// Whether the capture leaves out the values that would tell look-ups from repeats.
    pub hidden: bool,
}

/// What a run is.
#[derive(Clone, Debug)]
pub(super) enum BurstKind {
    /// Rows are looked up one value at a time, for those of another query.
    Children(Parent),
    /// Rows are looked up one value at a time, and the values came from outside.
    LookUps(Relation),
    /// The same values again and again.
    Repeats {
        /// Whether a program waits for something: the executions stand apart.
        polls: bool,
    },
    /// Rows are inserted one at a time.
    Inserts {
        /// Whether each is committed by itself.
        committed: bool,
    },
    /// Rows are changed or deleted one at a time by their key.
    Updates,
    /// Each row is looked for, and then written: the run is that of the looking, `write` the query that writes.
    Upserts {
        /// The query that writes.
        write: QueryId,
    },
    /// A table is read page after page with OFFSET.
    Pages,
}

/// All bursts, in the order of the requests.
pub(super) fn bursts(context: &Context<'_>) -> Vec<Burst> {
    let mut links = Links::default();
    let mut found = Vec::new();
    let runs = &context.workload.runs;
    for runs in runs.chunk_by(|a, b| a.request == b.request) {
        let Some(request) = runs
            .first()
            .and_then(|r| context.workload.request(r.request))
        else {
            continue;
        };
        let from = found.len();
        for run in runs {
            let run = trimmed(context.workload, request, run);
            found.extend(burst(context, request, &run, &mut links));
        }
        drop_covered(context.workload, &mut found, from);
    }
    found
}

/// A run without a first execution that stands far before the others, where requests were told apart by what they ask
/// first: it may well be another one's.
fn trimmed(workload: &Workload, request: &Request, run: &Run) -> Run {
    if request.grouping != Grouping::Anchor || run.executions < LOOK_UPS {
        return *run;
    }
    let ids: Vec<u32> = executions(workload, run).map(|(id, _)| id.0).collect();
    let mut strides: Vec<u32> = ids
        .windows(2)
        .filter_map(|w| Some(w.get(1)? - w.first()?))
        .collect();
    let first = strides.first().copied().unwrap_or(0);
    strides.sort_unstable();
    let usual = strides.get(strides.len() / 2).copied().unwrap_or(0);
    match ids.get(1) {
        Some(second) if first > 4 * usual + 4 => Run {
            first: ExecutionId(*second),
            executions: run.executions - 1,
            ..*run
        },
        _ => *run,
    }
}

/// Leaves out inserts that an upsert has.
fn drop_covered(workload: &Workload, found: &mut Vec<Burst>, from: usize) {
    let upserts: Vec<(QueryId, Run)> = found
        .iter()
        .skip(from)
        .filter_map(|b| match b.kind {
            BurstKind::Upserts { write } => Some((write, b.run)),
            _ => None,
        })
        .collect();
    if upserts.is_empty() {
        return;
    }
    let table = |query: QueryId| {
        let facts = workload.query(query)?.facts()?;
        Some(facts.tables.first()?.name.clone())
    };
    let mut at = 0;
    found.retain(|burst| {
        at += 1;
        let write = matches!(burst.kind, BurstKind::Inserts { .. } | BurstKind::Updates);
        if at <= from || !write {
            return true;
        }
        let own = table(burst.run.query);
        !upserts.iter().any(|(write, run)| {
            run.first <= burst.run.last
                && burst.run.first.0 <= run.last.0 + 2
                && (*write == burst.run.query || table(*write) == own)
        })
    });
}

fn burst(context: &Context<'_>, request: &Request, run: &Run, links: &mut Links) -> Option<Burst> {
    let query = context.workload.query(run.query)?;
    let facts = query
        .facts()
        .filter(|f| !f.tables.is_empty() && !reads_catalog(f))?;
    let found = |kind, hidden| {
        Some(Burst {
            run: *run,
            kind,
            hidden,
        })
    };
    match query.kind {
        Kind::Select => {
            let (kind, hidden) = select(context, request, run, query, facts, links)?;
            found(kind, hidden)
        }
        Kind::Insert | Kind::Update | Kind::Delete => {
            found(write(context, request, run, query, facts)?, false)
        }
        _ => None,
    }
}

fn select(
    context: &Context<'_>,
    request: &Request,
    run: &Run,
    query: &Query,
    facts: &Facts,
    links: &mut Links,
) -> Option<(BurstKind, bool)> {
    let workload = context.workload;
    if facts.locking.is_some() {
        return None;
    }
    let form = context.form(run.query)?;
    let takes_values = facts
        .predicates
        .iter()
        .any(|p| matches!(p.value, Value::Parameter(_)));
    let hidden = form.hidden && takes_values;
    // Where requests aren't known, what each of them asks once looks like a repeat.
    let known = request.grouping.confidence() > Confidence::Low;
    if !hidden && (run.distinct == 1 || run.distinct == 2 && run.commonest >= 3) {
        // Three of what nearly every request asks once are likely those of others.
        let hot = query.stats.requests > 2
            && f64::from(query.stats.requests) >= HOT * workload.requests.len() as f64;
        let sure = request.grouping.confidence() == Confidence::High;
        if !known || hot && !sure && run.executions <= 3 {
            return None;
        }
        let polls = pauses(workload, run).is_some_and(|least| least >= POLL);
        return Some((BurstKind::Repeats { polls }, false));
    }
    let distinct = if hidden { run.executions } else { run.distinct };
    let least = context.settings.n_plus_one_executions.max(3);
    if distinct < least || form.lists {
        return None;
    }
    let by_value = looked_up_by(facts, form).next().is_some();
    let paged = pages(facts, form, workload, run);
    if paged && (!by_value || hidden) {
        return Some((BurstKind::Pages, hidden));
    }
    if !by_value {
        // A page that begins where the last one ended is as it should be.
        let keyset = facts.limit.is_some();
        let ranges = facts.predicates.iter().any(|p| {
            matches!(p.op, Op::Range | Op::Between)
                && matches!(p.value, Value::Parameter(n) if form.varies(n))
        });
        let enough = ranges && !keyset && run.distinct >= RANGES && facts.offset.is_none();
        let relation = look_up(facts, form).filter(|_| enough)?;
        return Some((BurstKind::LookUps(relation), false));
    }
    if paged {
        return None;
    }
    let (inserts, writes) = writes_between(context, facts, run);
    if let Some(write) = inserts.filter(|_| writes * 2 >= run.executions) {
        let enough = run.executions >= context.settings.loop_executions.max(2);
        return enough.then_some((BurstKind::Upserts { write }, hidden));
    }
    let parent = parent(workload, request, run, form, links);
    // Rows that are read to be changed are the changing loop's, but where a list had them already.
    if writes * 2 >= run.executions
        && !parent
            .as_ref()
            .is_some_and(|p| p.named && p.relation.load == Load::Columns)
    {
        return None;
    }
    let parent = parent.filter(|p| known || !repeats(workload, request, p.query, distinct));
    if let Some(parent) = parent {
        return Some((BurstKind::Children(parent), hidden));
    }
    let relation = look_up(facts, form).filter(|_| known && distinct >= LOOK_UPS.max(least))?;
    Some((BurstKind::LookUps(relation), hidden))
}

/// Whether a request runs a query so often that others may just come behind it each time.
fn repeats(workload: &Workload, request: &Request, query: QueryId, distinct: u32) -> bool {
    let own = workload.executions.range(request.ids());
    let times = own.filter(|(_, e)| e.query == query).count();
    times * 3 > distinct as usize
}

/// Whether a run reads one page after the other, by OFFSET.
fn pages(facts: &Facts, form: &Form, workload: &Workload, run: &Run) -> bool {
    match facts.offset {
        Some(Bound::Parameter(n)) if !form.hidden => form.varies(n),
        Some(_) => {
            let rows = executions(workload, run).map(|(_, e)| workload.executions.offset(&e));
            let mut rows: Vec<u64> = rows.collect();
            rows.sort_unstable();
            rows.dedup();
            rows.len() >= 3
        }
        None => false,
    }
}

fn write(
    context: &Context<'_>,
    request: &Request,
    run: &Run,
    query: &Query,
    facts: &Facts,
) -> Option<BurstKind> {
    if run.executions < context.settings.loop_executions.max(2)
        || is_pipelined(context.workload, run)
    {
        return None;
    }
    let form = context.form(run.query)?;
    if query.kind == Kind::Insert {
        let values = facts.insert.as_ref().is_some_and(|i| i.rows.is_some());
        let committed = commits_between(context.workload, request, run) * 2 >= run.executions;
        return (values && !form.lists).then_some(BurstKind::Inserts { committed });
    }
    let by_key = looked_up_by(facts, form).any(|p| p.conjunct);
    (by_key && !form.lists).then_some(BurstKind::Updates)
}

pub(super) fn executions<'a>(
    workload: &'a Workload,
    run: &Run,
) -> impl Iterator<Item = (ExecutionId, Execution)> + 'a {
    let query = run.query;
    workload
        .executions
        .range(run.first.0..run.last.0.saturating_add(1))
        .filter(move |(_, e)| e.query == query)
}

/// The shortest pause between executions of a run, in microseconds.
fn pauses(workload: &Workload, run: &Run) -> Option<i64> {
    let times: Vec<(i64, i64)> = executions(workload, run)
        .map(|(_, e)| (e.start, e.end()))
        .collect();
    times
        .windows(2)
        .filter_map(|pair| Some(pair.get(1)?.0 - pair.first()?.1))
        // The first may be a look at what is there, before the waiting begins.
        .skip(1)
        .min()
}

/// Whether a driver sent all executions of a run at once: next to no time passes between them.
fn is_pipelined(workload: &Workload, run: &Run) -> bool {
    let (mut from, mut to, mut busy, mut sessions) = (i64::MAX, i64::MIN, 0_u64, Vec::new());
    for (_, e) in executions(workload, run) {
        (from, to, busy) = (from.min(e.start), to.max(e.end()), busy + e.cost());
        sessions.push(e.session);
    }
    sessions.dedup();
    // All that runs between them counts as busy too.
    let between = workload
        .executions
        .range(run.first.0..run.last.0.saturating_add(1));
    let others = between.filter(|(_, e)| e.query != run.query).count();
    let idle = to.saturating_sub(from).saturating_sub_unsigned(busy);
    // Of fewer, a log's milliseconds can't tell.
    sessions.len() == 1
        && others == 0
        && run.executions >= 40
        && idle <= 1_000 + 10 * i64::from(run.executions)
}

/// How often a transaction ends between the executions of a run.
fn commits_between(workload: &Workload, request: &Request, run: &Run) -> u32 {
    let last = request.first.0 + request.executions;
    let to = run.last.0.saturating_add(2).min(last);
    let ends = workload.executions.range(run.first.0..to).filter(|(_, e)| {
        workload
            .query(e.query)
            .is_some_and(|q| q.kind == Kind::Commit)
    });
    u32::try_from(ends.count()).unwrap_or(u32::MAX)
}

/// The query that inserts into the table that a run reads, while it does, and how many writes there are.
fn writes_between(context: &Context<'_>, facts: &Facts, run: &Run) -> (Option<QueryId>, u32) {
    let Some(table) = facts.tables.first() else {
        return (None, 0);
    };
    let mut counts: BTreeMap<QueryId, u32> = BTreeMap::new();
    let range = run.first.0..run.last.0.saturating_add(3);
    for (_, e) in context.workload.executions.range(range) {
        if e.query != run.query {
            *counts.entry(e.query).or_default() += 1;
        }
    }
    let (mut insert, mut writes) = (None::<(u32, QueryId)>, 0);
    for (query, times) in counts {
        let Some(q) = context.workload.query(query) else {
            continue;
        };
        let written = matches!(
            q.kind,
            Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge
        ) && q
            .facts()
            .and_then(|f| f.tables.first())
            .is_some_and(|t| t.name == table.name);
        if written {
            writes += times;
            if q.kind == Kind::Insert {
                insert = insert.max(Some((times, query)));
            }
        }
    }
    (insert.map(|(_, query)| query), writes)
}
