#![doc = include_str!("cache_candidate.md")]

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::catalog::reads_catalog;
use super::finding::count;
use super::form::values;
use super::names::contains;
use super::sightings::{sightings, totals};
use super::{Context, Finding, KnownBy, Rule, Saving, Scope, Severity};
use crate::advice::{self, CacheScope};
use crate::sql::{Facts, Kind};
use crate::workload::{Confidence, ExecutionId, Grouping, Query, QueryId, RequestId};

pub(super) const RULE: Rule = Rule {
    name: "cache-candidate",
    title: "Cache candidate",
    scope: Scope::Capture,
    page: include_str!("cache_candidate.md"),
    check,
};

/// Fewer requests than these are no habit.
const REQUESTS: usize = 10;

fn check(context: &Context<'_>) -> Vec<Finding> {
    let workload = context.workload;
    // Where requests aren't known, neither is what each of them asks.
    let known = workload
        .requests
        .iter()
        .filter(|r| r.grouping != Grouping::Run)
        .count();
    if known < REQUESTS || known * 2 < workload.requests.len() {
        return Vec::new();
    }
    let least = context.settings.cache_share.clamp(0.0, 1.0) * workload.requests.len() as f64;
    let least = least.max(REQUESTS as f64);
    (0..)
        .map(QueryId)
        .zip(&workload.queries)
        .filter(|(_, q)| q.kind == Kind::Select && f64::from(q.stats.requests) >= least)
        .filter(|(_, q)| q.facts().is_some_and(is_worth_keeping))
        .filter_map(|(id, q)| finding(context, id, q, least))
        .collect()
}

fn is_worth_keeping(facts: &Facts) -> bool {
    !facts.tables.is_empty() && facts.locking.is_none() && !reads_catalog(facts)
}

fn finding(context: &Context<'_>, id: QueryId, query: &Query, least: f64) -> Option<Finding> {
    let workload = context.workload;
    let mut by_values: FxHashMap<u32, Vec<ExecutionId>> = FxHashMap::default();
    for (execution, e) in workload.executions.of(|q| q == id) {
        by_values.entry(e.values).or_default().push(execution);
    }
    let distinct = by_values.len() as u64;
    let (_, common) = by_values
        .into_iter()
        .max_by_key(|(values, ids)| (ids.len(), *values))?;
    // Values that the capture leaves out can't be told apart.
    let place = workload.executions.get(*common.first()?)?.place;
    if values(&context.sources.statement(place).ok()?).hidden {
        return None;
    }
    let sightings = sightings(workload, common.iter().copied());
    let requests = super::sightings::requests(&sightings);
    // A program that asks this and nothing else waits for something.
    let beside = sightings
        .iter()
        .filter(|s| asks_more(context, s.request, id))
        .count();
    if (requests as f64) < least || (beside as f64) < least {
        return None;
    }
    let (db_time, executions) = totals(&sightings);
    let hits = query.stats.executions.saturating_sub(distinct);
    let hit_rate = hits as f64 / query.stats.executions.max(1) as f64;
    let table = super::loops::table(context, id);
    let written = is_written(context, query);
    let by = query
        .facts()
        .map(advice::condition)
        .filter(|c| !c.is_empty());
    let by = by.map(|c| format!(" by {c}")).unwrap_or_default();
    let mut reasons = vec![format!(
        "{} of {} requests ask with the same values",
        count(requests),
        count(workload.requests.len() as u64)
    )];
    reasons.push(if written {
        "the table is written in this capture: keep the answer for a short time only".to_owned()
    } else {
        "the table isn't written in this capture".to_owned()
    });
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Low,
        title: format!("nearly every request reads the same {table}{by}"),
        detail: format!(
            "a cache would have answered {} of {} executions ({:.0} %)",
            count(hits),
            count(query.stats.executions),
            hit_rate * 100.0
        ),
        subject: None,
        queries: vec![id],
        parent: None,
        confidence: if written {
            Confidence::Medium
        } else {
            Confidence::High
        },
        reasons,
        cost: context.cost(db_time, executions),
        saving: Saving {
            db_time: workload
                .timed()
                .then(|| db_time.saturating_sub(db_time.checked_div(executions).unwrap_or(0))),
            executions: Some(executions.saturating_sub(1)),
            known_by: KnownBy::Measured,
        },
        sightings,
        suggestions: advice::cache(
            query,
            CacheScope::Capture {
                hit_rate,
                ttl_s: None,
            },
            &context.targets,
        ),
    })
}

/// Whether a request asks anything but this query.
fn asks_more(context: &Context<'_>, request: RequestId, query: QueryId) -> bool {
    let workload = context.workload;
    let tables = |query| {
        let facts = workload.query(query).and_then(|q| q.facts());
        facts.is_some_and(|f| !f.tables.is_empty())
    };
    workload.request(request).is_some_and(|request| {
        let mut own = workload.executions.range(request.ids());
        own.any(|(_, e)| e.query != query && tables(e.query))
    })
}

/// Whether a statement of this capture writes to a table that the query reads.
fn is_written(context: &Context<'_>, query: &Query) -> bool {
    let read: BTreeSet<&str> = query
        .facts()
        .into_iter()
        .flat_map(|f| f.tables.iter())
        .map(|t| t.name.as_str())
        .collect();
    let writes = |q: &&Query| {
        matches!(
            q.kind,
            Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge
        )
    };
    // Texts are looked at before they are parsed: there may be hundreds of thousands.
    let names = |q: &&Query| read.iter().any(|table| contains(&q.sql, table));
    let mut written = context.workload.queries.iter().filter(writes).filter(names);
    written.any(|q| {
        let table = q.facts().and_then(|f| f.tables.first());
        table.is_some_and(|t| read.contains(t.name.as_str()))
    })
}
