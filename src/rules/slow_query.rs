#![doc = include_str!("slow_query.md")]

use std::collections::BTreeMap;

use super::finding::count;
use super::sightings::{sightings, totals};
use super::{Context, Finding, KnownBy, Rule, Saving, Scope, Severity, full_load, missing_index};
use crate::advice;
use crate::workload::{Confidence, ExecutionId, Query, QueryId};

pub(super) const RULE: Rule = Rule {
    name: "slow-query",
    title: "Slow query",
    scope: Scope::Query,
    page: include_str!("slow_query.md"),
    check,
};

/// A query of which half the executions stay below this part of the threshold is fast as a rule, and slow at times.
const FAST_AS_A_RULE: f64 = 0.5;

fn check(context: &Context<'_>) -> Vec<Finding> {
    let slow = context.settings.slow_us();
    let candidates = (0..)
        .map(QueryId)
        .zip(&context.workload.queries)
        .filter(|(id, q)| {
            // The end of a transaction is slow for the sake of what it writes, which no rewriting of COMMIT mends.
            q.stats.max >= slow
                && !q.kind.is_transaction_control()
                && !full_load::applies(q, context.settings)
                && !missing_index::applies(context, *id)
        });
    let mut slow_ids: BTreeMap<QueryId, Vec<ExecutionId>> = BTreeMap::new();
    let may_be = |q: QueryId| {
        let query = context.workload.query(q);
        query.is_some_and(|q| q.stats.max >= slow)
    };
    let executions = context.workload.executions.of(may_be);
    for (id, e) in executions.filter(|(_, e)| e.duration >= slow) {
        slow_ids.entry(e.query).or_default().push(id);
    }
    candidates
        .filter_map(|(id, query)| finding(context, id, query, &slow_ids.remove(&id)?))
        .collect()
}

fn finding(
    context: &Context<'_>,
    id: QueryId,
    query: &Query,
    slow_ids: &[ExecutionId],
) -> Option<Finding> {
    let sightings = sightings(context.workload, slow_ids.iter().copied());
    let (db_time, executions) = totals(&sightings);
    let slow = context.settings.slow_us();
    let usual = query.stats.p50;
    let at_times = usual < slow as f64 * FAST_AS_A_RULE;
    // Where the same query is mostly fast, being as fast as usual is a fair guess at what can be had.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a duration, not negative"
    )]
    let saving = at_times.then(|| db_time.saturating_sub((usual * executions as f64) as u64));
    let example = context
        .sources
        .statement(context.workload.executions.get(query.slowest?)?.place)
        .ok();
    Some(Finding {
        rule: RULE.name,
        severity: severity(
            query.stats.max,
            slow,
            context.workload.share_of_cost(db_time),
        ),
        title: title(query, at_times),
        detail: format!(
            "{} of {} executions took {} ms or longer, the slowest {} ms",
            count(executions),
            count(query.stats.executions),
            context.settings.slow_ms,
            count(query.stats.max / 1_000)
        ),
        subject: None,
        queries: vec![id],
        parent: None,
        confidence: Confidence::High,
        reasons: vec!["the server measured it".to_owned()],
        cost: context.cost(db_time, executions),
        saving: Saving {
            db_time: saving,
            executions: None,
            known_by: if saving.is_some() {
                KnownBy::Estimate
            } else {
                KnownBy::Advice
            },
        },
        sightings,
        suggestions: advice::slow_query(
            query,
            example
                .map_or_else(|| query.sql.clone(), |s| s.bound())
                .trim(),
        ),
    })
}

/// By how far the slowest execution is past the threshold, or by how much of all database time it takes.
fn severity(max: u64, slow: u64, share: f64) -> Severity {
    if max >= slow.saturating_mul(10) || share >= 0.2 {
        Severity::High
    } else if max >= slow.saturating_mul(2) || share >= 0.05 {
        Severity::Medium
    } else {
        Severity::Low
    }
}

fn title(query: &Query, at_times: bool) -> String {
    let table = query
        .facts()
        .and_then(|f| f.tables.first())
        .map_or("the database", |t| t.name.as_str());
    let verb = match query.kind {
        k if k.is_read() => "reading",
        crate::sql::Kind::Insert => "inserting into",
        crate::sql::Kind::Update => "updating",
        crate::sql::Kind::Delete => "deleting from",
        _ => {
            return if at_times {
                "a statement is slow at times".to_owned()
            } else {
                "a statement is slow".to_owned()
            };
        }
    };
    let by = query
        .facts()
        .map(advice::condition)
        .filter(|c| !c.is_empty())
        .map(|c| format!(" by {c}"))
        .unwrap_or_default();
    format!(
        "{verb} {table}{by} is slow{}",
        if at_times { " at times" } else { "" }
    )
}
