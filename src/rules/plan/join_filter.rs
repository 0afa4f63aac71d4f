#![doc = include_str!("join_filter.md")]

use super::condition::{Against, Column, Term, arms, terms};
use super::index::index;
use super::links::{called, is_join, sides, source};
use super::suggest::{noted, sql};
use super::words::{alias, count, counted, percent, table};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "join-filter",
    title: "Join that compares every pair",
    page: include_str!("join_filter.md"),
    check,
};

/// What a join compared in vain.
struct Compared {
    removed: f64,
    kept: f64,
    saving_ms: Option<f64>,
}

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

/// Whether this rule speaks of a join, so that others needn't.
pub(super) fn speaks_of(context: &PlanContext<'_>, id: usize) -> bool {
    let node = context.plan.nodes.get(id);
    node.is_some_and(|node| compared(context, id, node).is_some())
}

fn compared(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Compared> {
    if !is_join(node) {
        return None;
    }
    let settings = context.settings;
    let removed = node.number("Rows Removed by Join Filter")? * node.loops();
    let time = context.time(id);
    let kept = time.rows?;
    let part = removed / (removed + kept).max(1.0);
    // Elsewhere pairs have equal keys already. Only keys that hardly tell rows apart make many of them.
    let inputs: f64 = sides(context.plan, id)
        .map(|(a, b)| [a, b].map(|side| context.time(side).rows.unwrap_or_default()))?
        .iter()
        .sum();
    if node.kind != "Nested Loop" && removed < 2.0 * inputs {
        return None;
    }
    // A nested loop goes through its inner side anew for each row, and all but the pairs that match in vain.
    let again = sides(context.plan, id)
        .filter(|_| node.kind == "Nested Loop")
        .and_then(|(_, inner)| {
            let loops = context.plan.nodes.get(inner)?.loops().max(1.0);
            Some(context.time(inner).total_ms? * (1.0 - 1.0 / loops))
        });
    let saving_ms = time
        .self_ms
        .map(|ms| (ms + again.unwrap_or_default()) * part);
    let speaks = removed >= settings.join_filter_rows
        && part >= settings.join_filter_share
        && context.is_worth(saving_ms);
    speaks.then_some(Compared {
        removed,
        kept,
        saving_ms,
    })
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    let found = compared(context, id, node)?;
    let (plan, settings) = (context.plan, context.settings);
    let filter = node.text("Join Filter").unwrap_or_default();
    let (outer_side, inner_side) = sides(plan, id)?;
    let (outer, inner) = (
        plan.nodes.get(source(plan, outer_side))?,
        plan.nodes.get(source(plan, inner_side))?,
    );
    let suggestions = if arms(filter).len() > 1 {
        union(outer, inner, filter)
    } else {
        look_up(node, inner, filter)
            .or_else(|| range(plan, id, filter))
            .into_iter()
            .collect()
    };
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{} of {} and {} are compared to find {}",
            counted(found.removed + found.kept, "pair"),
            called(plan, outer_side),
            called(plan, inner_side),
            count(found.kept)
        ),
        why: format!(
            "{} of {} pairs removed by the join filter, {} (from {} pairs and {} on)",
            count(found.removed),
            count(found.removed + found.kept),
            percent(found.removed / (found.removed + found.kept)),
            count(settings.join_filter_rows),
            percent(settings.join_filter_share)
        ),
        saving_ms: found.saving_ms,
        share: context.time(id).total_share,
        suggestions,
    })
}

/// An index for the inner side, where the filter compares one of its columns for equality.
fn look_up(join: &Node, inner: &Node, filter: &str) -> Option<Suggestion> {
    if join.kind != "Nested Loop" {
        return None;
    }
    let own: Vec<Term> = terms(filter)
        .into_iter()
        .filter_map(|term| owned(term, alias(inner)?))
        .collect();
    own.iter().find(|term| term.operator.is_equality())?;
    Some(index(&own)?.create(&table(inner)?))
}

/// The comparison with a column of the table called `name` on its left.
fn owned(term: Term, name: &str) -> Option<Term> {
    if term.column.table.as_deref() == Some(name) {
        return Some(term);
    }
    term.turned()
        .filter(|t| t.column.table.as_deref() == Some(name))
}

/// A column between two columns of the other table: ranges, which a GiST index finds.
fn range(plan: &Plan, id: usize, filter: &str) -> Option<Suggestion> {
    let mut bounds = terms(filter);
    bounds.extend(bounds.clone().iter().filter_map(Term::turned));
    bounds.retain(|t| t.operator.is_range() && t.wrap.is_none());
    let above = |t: &&Term| {
        matches!(
            t.operator,
            super::condition::Operator::Greater | super::condition::Operator::GreaterEq
        )
    };
    let other = |t: &Term| match &t.against {
        Against::Column(column) => Some(column.clone()),
        _ => None,
    };
    let (point, from, to) = bounds.iter().filter(above).find_map(|low| {
        let from = other(low)?;
        let to = bounds
            .iter()
            .filter(|high| !above(high) && high.column == low.column)
            .filter_map(other)
            .find(|to| to.table == from.table && *to != from)?;
        Some((low.column.clone(), from, to))
    })?;
    let node = plan
        .subtree(id)
        .filter_map(|n| plan.nodes.get(n))
        .find(|n| alias(n) == from.table.as_deref() && n.relation.is_some())?;
    let (start, end) = (quoted(&from.name), quoted(&to.name));
    let written = |c: &Column| match &c.table {
        Some(table) => format!("{}.{}", quoted(table), quoted(&c.name)),
        None => quoted(&c.name),
    };
    Some(Suggestion {
        guessed: vec!["tstzrange".to_owned()],
        ..noted(
            sql(
                SuggestionKind::Index,
                "Look for ranges with an index, and ask for them as ranges",
                format!(
                    "CREATE INDEX CONCURRENTLY ON {} USING gist (tstzrange({start}, {end}));\n-- and as the join's condition:\n-- tstzrange({}, {}) @> {}",
                    table(node)?,
                    written(&from),
                    written(&to),
                    written(&point)
                ),
            ),
            "tstzrange is for timestamps with time zone: take tsrange, daterange, int4range, int8range or numrange as the columns are. A range has its start in it and its end not, unless '[]' says so.",
        )
    })
}

/// A query for each arm of an OR, each with a join that can look up.
fn union(outer: &Node, inner: &Node, filter: &str) -> Vec<Suggestion> {
    let (Some(left), Some(right)) = (table(outer), table(inner)) else {
        return Vec::new();
    };
    let called = |node: &Node, table: String| match &node.alias {
        Some(alias) => format!("{table} AS {}", quoted(alias)),
        None => table,
    };
    let (left, right) = (called(outer, left), called(inner, right));
    let queries: Vec<String> = arms(filter)
        .into_iter()
        .map(|arm| format!("SELECT … FROM {left} JOIN {right} ON {arm}"))
        .collect();
    vec![noted(
        sql(
            SuggestionKind::Rewrite,
            "Join once for each side of the OR",
            queries.join("\nUNION\n"),
        ),
        "UNION drops rows that are equal; with a key of both tables among the columns these are only those found twice.",
    )]
}
