#![doc = include_str!("count_per_page.md")]

use std::collections::{BTreeMap, BTreeSet};

use super::names::contains;
use super::parent::only_folds;
use super::sightings::{sightings, totals};
use super::{Context, Finding, KnownBy, Rule, Saving, Scope, Severity};
use crate::advice;
use crate::sql::{Facts, Item, Kind};
use crate::workload::{Confidence, ExecutionId, QueryId, Request};

pub(super) const RULE: Rule = Rule {
    name: "count-per-page",
    title: "Count per page",
    scope: Scope::Request,
    page: include_str!("count_per_page.md"),
    check,
};

/// A request that counts more tables than this shows figures, not a page.
const FIGURES: usize = 2;

fn check(context: &Context<'_>) -> Vec<Finding> {
    let workload = context.workload;
    let select = |q: &crate::workload::Query| q.kind == Kind::Select;
    let queries = || {
        (0..)
            .map(QueryId)
            .zip(&workload.queries)
            .filter(|(_, q)| select(q))
    };
    // Texts are looked at before they are parsed: there may be hundreds of thousands.
    let counts: BTreeMap<QueryId, &Facts> = queries()
        .filter(|(_, q)| begins_with_count(&q.sql))
        .filter_map(|(id, q)| Some((id, q.facts().filter(|f| is_count(f))?)))
        .collect();
    if counts.is_empty() {
        return Vec::new();
    }
    let tables: BTreeSet<&str> = counts
        .values()
        .filter_map(|f| f.tables.first())
        .map(|t| t.name.as_str())
        .collect();
    let paged: Vec<&Facts> = queries()
        .filter(|(_, q)| contains(&q.sql, "offset"))
        .filter(|(_, q)| tables.iter().any(|table| contains(&q.sql, table)))
        .filter_map(|(_, q)| q.facts().filter(|f| is_page(f)))
        .collect();
    let mut found: BTreeMap<QueryId, Vec<ExecutionId>> = BTreeMap::new();
    let mut last = None;
    for (id, _) in workload.executions.of(|q| counts.contains_key(&q)) {
        let request = workload.request_of(id).filter(|r| Some(*r) != last);
        last = request.or(last);
        if let Some(request) = request.and_then(|r| workload.request(r)) {
            for (count, id) in counted(context, request, &counts, &paged) {
                found.entry(count).or_default().push(id);
            }
        }
    }
    found
        .into_iter()
        .filter_map(|(id, ids)| finding(context, id, &ids))
        .collect()
}

/// A query that returns the number of rows and nothing else, `count(*)` or a cast of it.
fn is_count(facts: &Facts) -> bool {
    let only = facts.selected.iter().all(|s| match &s.item {
        Item::Function(name) => name.eq_ignore_ascii_case("count"),
        Item::Expression => true,
        _ => false,
    });
    only && facts.selected.iter().count() == 1 && only_folds(facts) && !facts.tables.is_empty()
}

fn begins_with_count(sql: &str) -> bool {
    let head = sql.get(..13).unwrap_or_default();
    head.eq_ignore_ascii_case("SELECT count(")
}

/// A query that returns one page of rows.
fn is_page(facts: &Facts) -> bool {
    facts.limit.is_some()
        && !facts.aggregates
        && !facts.tables.is_empty()
        && !facts.order_by.is_empty()
}

/// The counts of a request that stand beside a page of what they count.
fn counted(
    context: &Context<'_>,
    request: &Request,
    counts: &BTreeMap<QueryId, &Facts>,
    paged: &[&Facts],
) -> Vec<(QueryId, ExecutionId)> {
    let executions = &context.workload.executions;
    let queries = executions
        .queries()
        .get(request.first.index()..request.first.index() + request.executions as usize)
        .unwrap_or_default();
    let own: Vec<(usize, QueryId, &Facts)> = queries
        .iter()
        .enumerate()
        .filter_map(|(at, q)| Some((at, *q, *counts.get(q)?)))
        .collect();
    let mut tables: Vec<&str> = own
        .iter()
        .filter_map(|(_, _, f)| f.tables.first())
        .map(|t| t.name.as_str())
        .collect();
    tables.sort_unstable();
    tables.dedup();
    if own.is_empty() || tables.len() > FIGURES {
        return Vec::new();
    }
    let alone = own.len() == 1;
    let mut found: Vec<(QueryId, ExecutionId)> = Vec::new();
    for (at, count, facts) in own {
        // A page and its count follow each other, but for what a driver adds.
        let near = at.saturating_sub(2)..(at + 3).min(queries.len());
        let beside = near.clone().any(|n| {
            n != at
                && queries
                    .get(n)
                    .and_then(|q| page_of(context, *q, facts))
                    .is_some_and(|page| {
                        same_rows(facts, page)
                            // The first page has no OFFSET with some frameworks: right behind its count, it is one.
                            && (page.offset.is_some()
                                || pages_elsewhere(page, paged)
                                || alone && n == at + 1)
                    })
        });
        let id = ExecutionId(request.first.0 + u32::try_from(at).unwrap_or(0));
        if beside && !found.iter().any(|f| f.0 == count) {
            found.push((count, id));
        }
    }
    found
}

/// Whether both read the same table under the same conditions.
fn same_rows(count: &Facts, page: &Facts) -> bool {
    let conditions = |f: &Facts| {
        let mut all: Vec<(String, String)> = f
            .predicates
            .iter()
            .map(|p| (p.column.name.to_string(), format!("{:?}", p.op)))
            .collect();
        all.sort();
        all
    };
    let table = |f: &Facts| f.tables.first().map(|t| t.name.clone());
    table(count) == table(page) && conditions(count) == conditions(page)
}

/// Whether the same rows are paged through with an OFFSET elsewhere: the first page has none with some frameworks.
fn pages_elsewhere(page: &Facts, paged: &[&Facts]) -> bool {
    paged.iter().any(|other| {
        other.offset.is_some() && same_rows(other, page) && other.order_by == page.order_by
    })
}

/// What a query says that may be a page of the rows that a count counts.
fn page_of<'a>(context: &Context<'a>, query: QueryId, count: &Facts) -> Option<&'a Facts> {
    let query = context.workload.query(query)?;
    let table = count.tables.first()?;
    let may_be = query.kind == Kind::Select && contains(&query.sql, table.name.as_str());
    may_be.then(|| query.facts())?.filter(|f| is_page(f))
}

fn finding(context: &Context<'_>, id: QueryId, ids: &[ExecutionId]) -> Option<Finding> {
    let workload = context.workload;
    let query = workload.query(id)?;
    let table = super::loops::table(context, id);
    let sightings = sightings(workload, ids.iter().copied());
    let (db_time, executions) = totals(&sightings);
    let slow = query.stats.p95 >= context.settings.slow_us() as f64;
    Some(Finding {
        rule: RULE.name,
        severity: if slow {
            Severity::Medium
        } else {
            Severity::Low
        },
        title: format!("all {table} are counted for each page of them"),
        detail: format!(
            "{}, {:.1} ms at the median; the time grows with the table, not with the page",
            if executions == 1 {
                "counted once, beside a page".to_owned()
            } else {
                format!("{} counts beside pages", super::finding::count(executions))
            },
            query.stats.p50 / 1_000.0
        ),
        subject: None,
        queries: vec![id],
        parent: None,
        confidence: Confidence::High,
        reasons: vec!["the count stands beside a page of the same rows".to_owned()],
        cost: context.cost(db_time, executions),
        saving: Saving {
            db_time: workload.timed().then_some(db_time),
            executions: Some(executions),
            known_by: KnownBy::Measured,
        },
        sightings,
        suggestions: advice::count_per_page(query, &context.targets),
    })
}
