#![doc = include_str!("chatty_request.md")]

use std::collections::BTreeMap;

use super::catalog::{may_read_catalog, reads_catalog};
use super::finding::count;
use super::names::contains;
use super::{Context, Finding, KnownBy, Rule, Saving, Scope, Severity, Sighting};
use crate::advice;
use crate::sql::Kind;
use crate::workload::{ExecutionId, Query, QueryId, Request, RequestId};

pub(super) const RULE: Rule = Rule {
    name: "chatty-request",
    title: "Chatty request",
    scope: Scope::Request,
    page: include_str!("chatty_request.md"),
    check,
};

/// A query counts as often at most: one that is repeated more is a loop, which other rules speak of.
const FEW: u32 = 3;

fn check(context: &Context<'_>) -> Vec<Finding> {
    let workload = context.workload;
    let least = context.settings.chatty_executions.max(2);
    // Requests of one name are one finding; those without a name are one together.
    let mut found: BTreeMap<Option<&str>, Vec<Sighting>> = BTreeMap::new();
    for (number, request) in workload.requests.iter().enumerate() {
        if request.executions < least {
            continue;
        }
        let id = RequestId::at(number);
        let queries = own_queries(context, request);
        let rest = queries.iter().map(|(n, _)| (*n).min(FEW)).sum::<u32>();
        // Where requests aren't known, their length says nothing.
        let told = request.grouping.confidence() > crate::workload::Confidence::Low;
        if rest >= least && told && request.executions > 0 {
            let label = workload.label(request);
            found.entry(label).or_default().push(Sighting {
                request: id,
                query: workload
                    .executions
                    .queries()
                    .get(request.first.index())
                    .copied()
                    .unwrap_or(QueryId(0)),
                executions: rest,
                first: request.first,
                last: ExecutionId(request.first.0 + request.executions - 1),
                db_time: request.db_time,
            });
        }
    }
    found
        .into_iter()
        .filter_map(|(label, sightings)| finding(context, label, sightings))
        .collect()
}

/// What the application itself asks in a request, and how often, the most frequent first.
fn own_queries(context: &Context<'_>, request: &Request) -> Vec<(u32, QueryId)> {
    let workload = context.workload;
    let mut queries: BTreeMap<QueryId, u32> = BTreeMap::new();
    for (_, e) in workload.executions.range(request.ids()) {
        *queries.entry(e.query).or_default() += 1;
    }
    queries.retain(|q, _| workload.query(*q).is_some_and(is_own));
    let mut ranked: Vec<(u32, QueryId)> = queries.into_iter().map(|(q, n)| (n, q)).collect();
    ranked.sort_by_key(|(n, q)| (std::cmp::Reverse(*n), *q));
    ranked
}

/// Whether a query is the application's own, by its text where that is enough: a request may have thousands.
fn is_own(query: &Query) -> bool {
    match query.kind {
        Kind::Select if may_read_catalog(&query.sql) => query
            .facts()
            .is_some_and(|f| !f.tables.is_empty() && !reads_catalog(f)),
        Kind::Select => contains(&query.sql, "from"),
        Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge => true,
        _ => false,
    }
}

fn finding(
    context: &Context<'_>,
    label: Option<&str>,
    sightings: Vec<Sighting>,
) -> Option<Finding> {
    let workload = context.workload;
    let worst = *sightings.iter().max_by_key(|s| s.executions)?;
    let (db_time, executions) = super::sightings::totals(&sightings);
    let request = workload.request(worst.request)?;
    let ranked = own_queries(context, request);
    let distinct = ranked.len();
    Some(Finding {
        rule: RULE.name,
        severity: if worst.executions >= 4 * context.settings.chatty_executions {
            Severity::Medium
        } else {
            Severity::Low
        },
        title: match label {
            Some(label) => format!(
                "{label} takes {} statements",
                count(worst.executions.into())
            ),
            None => format!(
                "requests take up to {} statements",
                count(worst.executions.into())
            ),
        },
        detail: format!(
            "{} different queries{}; loops that other findings name are left out",
            count(distinct as u64),
            if sightings.len() == 1 {
                String::new()
            } else {
                format!(
                    " in the longest of {} such requests",
                    count(sightings.len() as u64)
                )
            }
        ),
        subject: None,
        queries: ranked.into_iter().take(5).map(|(_, q)| q).collect(),
        parent: None,
        confidence: request.grouping.confidence(),
        reasons: vec![format!(
            "its statements were counted, found by {}",
            request.grouping.name()
        )],
        cost: context.cost(db_time, executions),
        saving: Saving {
            db_time: None,
            executions: None,
            known_by: KnownBy::Advice,
        },
        sightings,
        suggestions: advice::fewer_round_trips(&context.targets),
    })
}
