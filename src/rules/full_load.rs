#![doc = include_str!("full_load.md")]

use super::catalog::reads_catalog;
use super::finding::count;
use super::loops;
use super::{
    Context, Finding, KnownBy, Rule, Saving, Scope, Settings, Severity, sightings::sightings,
};
use crate::advice;
use crate::sql::{Facts, Kind};
use crate::workload::{Confidence, Query, QueryId};

pub(super) const RULE: Rule = Rule {
    name: "full-load",
    title: "Full load",
    scope: Scope::Query,
    page: include_str!("full_load.md"),
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let queries = (0..).map(QueryId).zip(&context.workload.queries);
    queries
        .filter(|(_, q)| applies(q, context.settings))
        .map(|(id, q)| finding(context, id, q))
        .collect()
}

/// Whether the query reads all rows of its tables, and takes as long over it as no small table does.
pub(super) fn applies(query: &Query, settings: &Settings) -> bool {
    let long = query.stats.p50 >= settings.full_load_us() as f64;
    // Texts are looked at before they are parsed: there may be hundreds of thousands.
    let bounded = [" WHERE ", " where ", " LIMIT ", " limit "]
        .iter()
        .any(|word| query.sql.contains(word));
    long && query.kind == Kind::Select && !bounded && query.facts().is_some_and(reads_everything)
}

fn reads_everything(facts: &Facts) -> bool {
    let unbounded = facts.limit.is_none() && facts.offset.is_none() && facts.locking.is_none();
    let folded = facts.aggregates || facts.distinct || !facts.group_by.is_empty();
    !facts.tables.is_empty()
        && unbounded
        && !folded
        && !facts.subqueries
        && !reads_catalog(facts)
        && facts.predicates.is_empty()
}

fn finding(context: &Context<'_>, id: QueryId, query: &Query) -> Finding {
    let workload = context.workload;
    let db_time = query.stats.cost();
    let executions = query.stats.executions;
    let ids = workload.executions.of(|q| q == id);
    Finding {
        rule: RULE.name,
        severity: if query.stats.p50 >= context.settings.slow_us() as f64 {
            Severity::High
        } else {
            Severity::Medium
        },
        title: format!("all {} are read without a limit", loops::table(context, id)),
        detail: format!(
            "read {} without WHERE and LIMIT, {:.1} ms at the median; the time grows with the table",
            if executions == 1 {
                "once".to_owned()
            } else {
                format!("{} times", count(executions))
            },
            query.stats.p50 / 1_000.0
        ),
        subject: None,
        queries: vec![id],
        parent: None,
        confidence: Confidence::Medium,
        reasons: vec![
            "it takes longer than a table of a few rows does; a log tells no row counts".to_owned(),
        ],
        cost: context.cost(db_time, executions),
        // How much of it the application needs is not in the capture.
        saving: Saving {
            db_time: None,
            executions: None,
            known_by: KnownBy::Advice,
        },
        sightings: sightings(workload, ids.map(|(id, _)| id)),
        suggestions: advice::pagination(query, &context.targets),
    }
}
