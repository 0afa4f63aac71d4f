#![doc = include_str!("deep_offset.md")]

use std::collections::{BTreeMap, BTreeSet};

use super::bursts::BurstKind;
use super::finding::count;
use super::names::contains;
use super::sightings::{sightings, totals};
use super::{Context, Finding, KnownBy, Rule, Saving, Scope, Severity};
use crate::advice;
use crate::workload::{Confidence, ExecutionId, QueryId, RequestId};

pub(super) const RULE: Rule = Rule {
    name: "deep-offset",
    title: "Deep OFFSET",
    scope: Scope::Query,
    page: include_str!("deep_offset.md"),
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    if !context.workload.executions.has_offsets() {
        return Vec::new();
    }
    // Pages of one loop are that loop's.
    let loops: BTreeSet<(RequestId, QueryId)> = context
        .bursts
        .iter()
        .filter(|b| matches!(b.kind, BurstKind::Pages))
        .map(|b| (b.run.request, b.run.query))
        .collect();
    let mut deep: BTreeMap<QueryId, Vec<ExecutionId>> = BTreeMap::new();
    let executions = &context.workload.executions;
    let skips: Vec<bool> = context
        .workload
        .queries
        .iter()
        .map(|q| contains(&q.sql, "offset"))
        .collect();
    for (id, e) in executions.of(|q| skips.get(q.index()) == Some(&true)) {
        let rows = executions.offset(&e);
        if rows >= context.settings.deep_offset_rows.max(1)
            && context
                .workload
                .request_of(id)
                .is_none_or(|r| !loops.contains(&(r, e.query)))
        {
            deep.entry(e.query).or_default().push(id);
        }
    }
    deep.into_iter()
        .filter_map(|(query, ids)| finding(context, query, &ids))
        .collect()
}

fn finding(context: &Context<'_>, id: QueryId, ids: &[ExecutionId]) -> Option<Finding> {
    let workload = context.workload;
    let query = workload.query(id)?;
    let table = super::loops::table(context, id);
    let sightings = sightings(workload, ids.iter().copied());
    let (db_time, executions) = totals(&sightings);
    let deepest = ids
        .iter()
        .filter_map(|id| workload.executions.get(*id))
        .map(|e| workload.executions.offset(&e))
        .max()?;
    // A page by a key costs what the shallowest page does; only where one was seen is that known.
    let shallow = workload.timed() && query.stats.executions > executions;
    let left = query.stats.min.saturating_mul(executions);
    Some(Finding {
        rule: RULE.name,
        severity: if deepest >= 100_000 || query.stats.p95 >= context.settings.slow_us() as f64 {
            Severity::High
        } else if deepest >= 10_000 {
            Severity::Medium
        } else {
            Severity::Low
        },
        title: format!("pages of {table} skip up to {} rows", count(deepest)),
        detail: format!(
            "the server reads what it skips: {} of {} pages begin behind {} rows or more",
            count(executions),
            count(query.stats.executions),
            count(context.settings.deep_offset_rows)
        ),
        subject: None,
        queries: vec![id],
        parent: None,
        confidence: Confidence::High,
        reasons: vec!["the OFFSET stands in the capture".to_owned()],
        cost: context.cost(db_time, executions),
        saving: Saving {
            db_time: shallow.then(|| db_time.saturating_sub(left)),
            executions: None,
            known_by: if shallow {
                KnownBy::Estimate
            } else {
                KnownBy::Advice
            },
        },
        sightings,
        suggestions: advice::pagination(query, &context.targets),
    })
}
