#![doc = include_str!("n_plus_one.md")]

use super::finding::count;
use super::names::contains;
use super::relation::{Family, Member, families};
use super::sightings::{requests, totals};
use super::trust::{Grounds, trust};
use super::{Context, Finding, KnownBy, Rule, Saving, Scope, Severity, Sighting};
use crate::advice::{self, Load, Relation, RelationKind, Suggestion, Target};
use crate::sql::{Kind, Op};
use crate::workload::{Query, QueryId};

pub(super) const RULE: Rule = Rule {
    name: "n-plus-one",
    title: "N+1",
    scope: Scope::Request,
    page: include_str!("n_plus_one.md"),
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    families(context.workload, &context.bursts)
        .iter()
        .filter_map(|family| finding(context, family))
        .collect()
}

/// By how often a query is repeated in one request: whatever it takes today, it grows with the data.
pub(super) fn severity(worst: u32) -> Severity {
    match worst {
        n if n >= 10 => Severity::High,
        n if n >= 5 => Severity::Medium,
        _ => Severity::Low,
    }
}

fn finding(context: &Context<'_>, family: &Family) -> Option<Finding> {
    let workload = context.workload;
    let main = family.members.first()?;
    let (db_time, executions) = totals(&family.sightings);
    let worst = worst_request(&family.sightings)?;
    let (left, known_by) = after_the_fix(context, family);
    let (confidence, reasons) = trust(
        context,
        &Grounds {
            sightings: &family.sightings,
            parent: family.parent,
            named: family.named,
            hidden: family.hidden,
        },
    );
    // One query of each relation stays in each request.
    let stay = family.sightings.len() as u64;
    Some(Finding {
        rule: RULE.name,
        severity: severity(worst.1),
        title: title(family, context.in_use()),
        detail: detail(context, family, main, executions),
        subject: None,
        queries: family.members.iter().map(|m| m.query).collect(),
        parent: family.parent,
        confidence,
        reasons,
        cost: context.cost(db_time, executions),
        saving: Saving {
            db_time: workload.timed().then(|| db_time.saturating_sub(left)),
            executions: Some(executions.saturating_sub(stay)),
            known_by,
        },
        sightings: family.sightings.clone(),
        suggestions: suggestions(context, family),
    })
}

/// The fix of the longest path first, then those of what hangs beside it.
fn suggestions(context: &Context<'_>, family: &Family) -> Vec<Suggestion> {
    let mut all = Vec::new();
    for (at, member) in family.last().into_iter().enumerate() {
        let path = family.path(member);
        let top = member.above.first().unwrap_or(&member.query);
        let siblings: Vec<Relation> = if at == 0 {
            let others = family.first().filter(|m| m.query != *top);
            others.map(|m| m.relation.clone()).collect()
        } else if member.above.is_empty() {
            // Named beside the first already.
            continue;
        } else {
            Vec::new()
        };
        if let Some(query) = context.workload.query(member.query) {
            all.extend(advice::eager_loading(
                &path,
                &siblings,
                query,
                &context.targets,
            ));
        }
    }
    all
}

fn name(table: &str, target: Target) -> String {
    advice::words(&advice::plural(advice::spoken(table, target)))
}

fn one(table: &str, target: Target) -> String {
    advice::words(&advice::singular(advice::spoken(table, target)))
}

fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn title(family: &Family, target: Target) -> String {
    let mut tables: Vec<String> = family
        .first()
        .map(|m| name(&m.relation.child, target))
        .collect();
    tables.dedup();
    let Some(relation) = family.members.first().map(|m| &m.relation) else {
        return String::new();
    };
    let deeper: Vec<String> = family
        .members
        .iter()
        .filter(|m| !m.above.is_empty())
        .map(|m| name(&m.relation.child, target))
        .collect();
    let children = listed(&tables);
    let parent = one(&relation.parent, target);
    if !deeper.is_empty() {
        let mut deeper = deeper;
        deeper.dedup();
        let from = if relation.parent.is_empty() {
            String::new()
        } else {
            format!(" for each {parent}")
        };
        return format!(
            "{children} with their {} are loaded one at a time{from}",
            listed(&deeper)
        );
    }
    match (relation.kind, relation.load) {
        (RelationKind::LookUp, _) => {
            format!("{children} are looked up one at a time by {}", relation.key)
        }
        (RelationKind::Ancestors, _) => {
            format!(
                "the {} above a {parent} are read one after another",
                name(&relation.child, target)
            )
        }
        (_, Load::Columns) => format!("more columns of {children} are loaded once per row"),
        (RelationKind::SelfReference, _) => {
            format!("the {children} below each {parent} are loaded one at a time")
        }
        (_, Load::Count) => format!("{children} are counted once per {parent}"),
        (_, Load::Exists) => format!("each {parent} is asked by itself whether it has {children}"),
        (_, Load::First) => format!("the first of the {children} is loaded once per {parent}"),
        _ => format!("{children} are loaded once per {parent}"),
    }
}

fn detail(context: &Context<'_>, family: &Family, main: &Member, executions: u64) -> String {
    let target = context.in_use();
    let Some(worst) = worst_request(&family.sightings) else {
        return String::new();
    };
    let label = context
        .workload
        .request(worst.0)
        .and_then(|r| context.workload.label(r))
        .map(|l| format!(" in {l}"))
        .unwrap_or_default();
    let relation = &main.relation;
    let parents = name(&relation.parent, target);
    let requests = requests(&family.sightings);
    let in_all = if requests == 1 {
        String::new()
    } else {
        format!(
            ", {} in all over {} requests",
            count(executions),
            count(requests)
        )
    };
    let main_count = family
        .sightings
        .iter()
        .find(|s| s.request == worst.0 && s.query == main.query)
        .map_or(worst.1, |s| s.executions);
    let who = match relation.kind {
        RelationKind::LookUp | RelationKind::Ancestors => {
            return format!("{} queries where one would do{label}{in_all}", worst.1);
        }
        // Each of them has its own.
        RelationKind::HasMany | RelationKind::ManyToMany | RelationKind::SelfReference
            if family.members.len() == 1 =>
        {
            format!("{main_count} {parents}")
        }
        // Of a belongs-to relation, parents that share a child don't load it again: they are more than the queries.
        _ => parents,
    };
    format!("{who} cause {} more queries{label}{in_all}", worst.1)
}

/// The request with the most executions, and how many.
pub(super) fn worst_request(sightings: &[Sighting]) -> Option<(crate::workload::RequestId, u32)> {
    sightings
        .chunk_by(|a, b| a.request == b.request)
        .filter_map(|own| Some((own.first()?.request, own.iter().map(|s| s.executions).sum())))
        .max_by_key(|(request, n)| (*n, std::cmp::Reverse(*request)))
}

/// What the relations would cost when loaded at once in each request, in microseconds, and how that is known.
fn after_the_fix(context: &Context<'_>, family: &Family) -> (u64, KnownBy) {
    let mut left = 0_u64;
    let mut known_by = KnownBy::Measured;
    for member in &family.members {
        let requests = family
            .sightings
            .iter()
            .filter(|s| s.query == member.query)
            .count() as u64;
        let Some(query) = context.workload.query(member.query) else {
            continue;
        };
        let twin = eager_twin(context, member.query, query)
            .and_then(|eager| eager.stats.cost().checked_div(eager.stats.executions));
        // Nobody may have timed the eager form. One round trip that finds all rows is taken to cost as the slowest of
        // those it replaces, in each request.
        let each = twin.unwrap_or_else(|| {
            known_by = KnownBy::Estimate;
            query.stats.max
        });
        left = left.saturating_add(each.saturating_mul(requests));
    }
    (left, known_by)
}

/// The query that reads the same table by a list of the same column, if this capture has it.
fn eager_twin<'a>(context: &Context<'a>, id: QueryId, child: &Query) -> Option<&'a Query> {
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
    // Texts are looked at before they are parsed: there may be hundreds of thousands.
    let may_be = |q: &Query| {
        let lists = contains(&q.sql, " in") || contains(&q.sql, "any");
        q.kind == Kind::Select && lists && contains(&q.sql, wanted.0.as_str())
    };
    let queries = (0..).map(QueryId).zip(&context.workload.queries);
    queries
        .filter(|(other, q)| *other != id && may_be(q))
        .map(|(_, q)| q)
        .find(|q| key(q, &[Op::In, Op::Any]).is_some_and(|k| k == wanted))
}
