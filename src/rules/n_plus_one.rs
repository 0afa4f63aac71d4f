#![doc = include_str!("n_plus_one.md")]

use std::collections::BTreeMap;

use super::catalog::reads_catalog;
use super::finding::count;
use super::parent::{Parent, parent};
use super::sightings::{sightings, totals};
use super::values::{Loop, kind_of_loop};
use super::{Context, Cost, Finding, KnownBy, Rule, Saving, Severity, Sighting};
use crate::advice::{self, Relation, RelationKind, Target};
use crate::sql::{Facts, Kind, Op, Value};
use crate::workload::{Execution, ExecutionId, Query, QueryId, Request};

pub(super) const RULE: Rule = Rule {
    name: "n-plus-one",
    title: "N+1",
    page: include_str!("n_plus_one.md"),
    check,
};

/// From this many executions in one request on, a burst is serious whatever its time: it grows with the data.
const MANY: u32 = 10;

/// A run of one query in one request, with the query that fed it.
struct Burst {
    child: QueryId,
    parent: Parent,
    ids: Vec<ExecutionId>,
}

fn check(context: &Context<'_>) -> Vec<Finding> {
    // A relation that is loaded in many requests is one finding.
    let mut relations: BTreeMap<(QueryId, QueryId), (Relation, Vec<ExecutionId>)> = BTreeMap::new();
    for request in &context.workload.requests {
        for burst in bursts(context, request) {
            let relation = burst.parent.relation;
            relations
                .entry((burst.child, burst.parent.query))
                .or_insert_with(|| (relation, Vec::new()))
                .1
                .extend(burst.ids);
        }
    }
    // The same for all relations, and a look at every query.
    let targets = advice::recognise(context.workload);
    relations
        .into_iter()
        .filter_map(|((child, parent), (relation, ids))| {
            finding(context, child, parent, &relation, &ids, &targets)
        })
        .collect()
}

fn bursts(context: &Context<'_>, request: &Request) -> Vec<Burst> {
    let least = context.settings.n_plus_one_executions.max(2);
    if request.executions <= least {
        return Vec::new();
    }
    let mut runs: BTreeMap<QueryId, Vec<(ExecutionId, Execution)>> = BTreeMap::new();
    for (id, e) in context.workload.executions.range(request.ids()) {
        runs.entry(e.query).or_default().push((id, e));
    }
    let long = runs.iter().filter(|(_, run)| run.len() >= least as usize);
    long.filter_map(|(&child, run)| {
        let query = context.workload.query(child)?;
        let looked_up = query
            .facts()
            .filter(|f| query.kind == Kind::Select && looks_up(f))?;
        // The same parameters again and again are a repeat, which eager loading doesn't mend.
        let distinct: std::collections::BTreeSet<u32> = run.iter().map(|(_, e)| e.values).collect();
        if distinct.len() < 3.min(least as usize) || writes_between(context, looked_up, run) {
            return None;
        }
        let places: Vec<_> = run.iter().map(|(_, e)| e.place).collect();
        if kind_of_loop(context.sources, looked_up, &places) != Loop::LookUps {
            return None;
        }
        let parent = parent(context.workload, request, child, run, distinct.len())?;
        Some(Burst {
            child,
            parent,
            ids: run.iter().map(|(id, _)| *id).collect(),
        })
    })
    .collect()
}

/// Whether a query finds rows by a value: an equality in its WHERE clause. Catalog queries are a driver's own.
fn looks_up(facts: &Facts) -> bool {
    let by_value = facts.predicates.iter().any(|p| {
        let certain = p.conjunct && !p.negated && !p.nested;
        certain
            && matches!(p.op, Op::Eq | Op::In | Op::Any)
            && matches!(p.value, Value::Parameter(_))
    });
    by_value && facts.offset.is_none() && facts.locking.is_none() && !reads_catalog(facts)
}

/// Whether the request writes to the table about as often as it reads from it: then it is a loop of look-ups and
/// writes (an upsert, a uniqueness check), which needs another fix.
fn writes_between(context: &Context<'_>, facts: &Facts, run: &[(ExecutionId, Execution)]) -> bool {
    let (Some((first, _)), Some((last, _)), Some(table)) =
        (run.first(), run.last(), facts.tables.first())
    else {
        return false;
    };
    let writes = context
        .workload
        .executions
        .range(first.0..last.0 + 2)
        .filter(|(_, e)| {
            context.workload.query(e.query).is_some_and(|q| {
                let written = q.facts().and_then(|f| f.tables.first());
                matches!(
                    q.kind,
                    Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge
                ) && written.is_some_and(|t| t.name == table.name)
            })
        });
    writes.count() * 2 >= run.len()
}

fn finding(
    context: &Context<'_>,
    child: QueryId,
    parent: QueryId,
    relation: &Relation,
    ids: &[ExecutionId],
    targets: &[Target],
) -> Option<Finding> {
    let workload = context.workload;
    let sightings = sightings(workload, ids.iter().copied());
    let (db_time, executions) = totals(&sightings);
    let worst = sightings.iter().max_by_key(|s| s.executions)?;
    let child_query = workload.query(child)?;
    let (left, known_by) = after_the_fix(context, child_query, &sightings, ids);
    let label = workload
        .request(worst.request)
        .and_then(|r| workload.label(r))
        .map(|l| format!(" in {l}"))
        .unwrap_or_default();
    let in_use = targets.first().copied().unwrap_or(Target::Sql);
    let (children, parent_name) = (
        advice::plural(advice::spoken(&relation.child, in_use)),
        advice::spoken(&relation.parent, in_use),
    );
    Some(Finding {
        rule: RULE.name,
        severity: if worst.executions >= MANY {
            Severity::High
        } else {
            Severity::Medium
        },
        title: format!(
            "{} are loaded once per {}",
            advice::words(&children),
            advice::words(&advice::singular(parent_name))
        ),
        detail: detail(
            relation.kind,
            parent_name,
            worst.executions,
            &label,
            executions,
            sightings.len(),
        ),
        queries: vec![child],
        parent: Some(parent),
        cost: Cost {
            db_time,
            executions,
            share: workload.share_of_cost(db_time),
        },
        saving: Saving {
            db_time: Some(db_time.saturating_sub(left)),
            executions: Some(executions - sightings.len() as u64),
            known_by,
        },
        sightings,
        suggestions: advice::eager_loading(relation, child_query, targets),
    })
}

fn detail(
    kind: RelationKind,
    parent: &str,
    worst: u32,
    label: &str,
    executions: u64,
    requests: usize,
) -> String {
    let parents = advice::words(&advice::plural(parent));
    // Of a belongs-to relation, parents that share a child don't load it again: they are more than the queries.
    let who = if kind == RelationKind::HasMany {
        format!("{worst} {parents}")
    } else {
        parents
    };
    let in_all = if requests == 1 {
        String::new()
    } else {
        format!(
            ", {} in all over {} requests",
            count(executions),
            count(requests as u64)
        )
    };
    format!("{who} cause {worst} more queries{label}{in_all}")
}

/// What the relation would cost when loaded at once in each request, in microseconds, and how that is known.
fn after_the_fix(
    context: &Context<'_>,
    child: &Query,
    sightings: &[Sighting],
    ids: &[ExecutionId],
) -> (u64, KnownBy) {
    let requests = sightings.len() as u64;
    if let Some(eager) = eager_twin(context, child)
        && let Some(mean) = eager.stats.cost().checked_div(eager.stats.executions)
    {
        return (mean * requests, KnownBy::Measured);
    }
    // Nobody timed the eager form. One round trip that finds all rows is taken to cost as the slowest of those it
    // replaces, in each request.
    let slowest = ids
        .iter()
        .filter_map(|id| context.workload.executions.get(*id))
        .map(|e| e.cost())
        .max()
        .unwrap_or(0);
    (slowest * requests, KnownBy::Estimate)
}

/// The query that reads the same table by a list of the same column, if this capture has it.
fn eager_twin<'a>(context: &Context<'a>, child: &Query) -> Option<&'a Query> {
    let key = |q: &Query, ops: &[Op]| {
        let facts = q.facts().filter(|f| f.tables.len() == 1)?;
        let predicate = facts
            .predicates
            .iter()
            .find(|p| p.conjunct && ops.contains(&p.op))?;
        Some((
            facts.tables.first()?.name.clone(),
            predicate.column.name.clone(),
            facts.predicates.len(),
        ))
    };
    let wanted = key(child, &[Op::Eq])?;
    let twin = |q: &&Query| {
        q.kind == Kind::Select && key(q, &[Op::In, Op::Any]).is_some_and(|k| k == wanted)
    };
    context.workload.queries.iter().find(twin)
}
