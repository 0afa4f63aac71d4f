#![doc = include_str!("not_in_unhashed.md")]

use super::links::{aliases, mentions_any, source};
use super::suggest::{noted, sql, work_mem};
use super::words::{alias, count, counted, table};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted, singular};
use crate::plan::{Node, Plan, Role};

pub(super) const RULE: PlanRule = PlanRule {
    name: "not-in-unhashed",
    title: "NOT IN without a hash table",
    page: include_str!("not_in_unhashed.md"),
    check,
};

/// Bytes that a row of a hashed sub plan takes beside its columns.
const ROW_OVERHEAD: f64 = 48.0;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

/// Whether this rule speaks of a sub plan, so that others needn't.
pub(super) fn speaks_of(context: &PlanContext<'_>, id: usize) -> bool {
    let node = context.plan.nodes.get(id);
    node.is_some_and(|node| advice(context, id, node).is_some())
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    let plan = context.plan;
    let loops = node.loops();
    if node.role != Some(Role::SubPlan) || loops < context.settings.not_in_loops {
        return None;
    }
    let parent = plan.nodes.get(node.parent?)?;
    if !is_not_in(parent, node.subplan.as_deref()?) || is_correlated(plan, id) {
        return None;
    }
    let time = context.time(id);
    // Read and hashed once; what is behind a Materialize is so already.
    let once = plan
        .children(id)
        .next()
        .filter(|_| node.kind == "Materialize")
        .and_then(|child| context.time(child).total_ms);
    let saving_ms = time
        .total_ms
        .map(|ms| (ms - once.unwrap_or(ms / loops)).max(0.0));
    let inside = plan.nodes.get(source(plan, id))?;
    let mut suggestions: Vec<Suggestion> = exists(parent, inside).into_iter().collect();
    suggestions.extend(hashed(inside));
    let of = inside.relation.as_deref().unwrap_or("its sub-select");
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!("NOT IN goes through the rows of {of} for each row"),
        why: format!(
            "{} loops (from {} on) over {} without a hash table",
            count(loops),
            count(context.settings.not_in_loops),
            counted(inside.rows().unwrap_or_default(), "row")
        ),
        saving_ms,
        share: time.total_share,
        suggestions,
    })
}

/// Whether a node demands that nothing of the sub plan equals: `NOT (SubPlan 1)`, since PostgreSQL 17
/// `NOT (ANY (id = (SubPlan 1).col1))`. Hashed ones are called so.
fn is_not_in(parent: &Node, name: &str) -> bool {
    let old = format!("NOT ({name})");
    let new = format!("({name}).");
    ["Filter", "Join Filter", "One-Time Filter"]
        .into_iter()
        .filter_map(|property| parent.text(property))
        .any(|text| {
            text.contains(&old)
                || text
                    .split_once("NOT (ANY (")
                    .is_some_and(|(_, rest)| rest.contains(&new))
        })
}

/// `NOT EXISTS` was written like `NOT IN` before PostgreSQL 17, but looks at the row that it is run for.
fn is_correlated(plan: &Plan, id: usize) -> bool {
    let inside = plan.subtree(id);
    let own = aliases(plan, inside.clone());
    let outside: Vec<&str> = aliases(plan, 0..plan.nodes.len())
        .into_iter()
        .filter(|alias| !own.contains(alias))
        .collect();
    mentions_any(plan, inside, &outside)
}

fn exists(parent: &Node, inside: &Node) -> Option<Suggestion> {
    let (ours, theirs) = (parent.relation.as_deref()?, table(inside)?);
    let key = format!("{}_id", singular(ours));
    let own = quoted(alias(parent).unwrap_or(ours));
    let other = quoted(alias(inside)?);
    let called = match &inside.alias {
        Some(_) => format!("{theirs} AS {other}"),
        None => theirs,
    };
    let (left, right) = (format!("{other}.{}", quoted(&key)), format!("{own}.id"));
    Some(Suggestion {
        guessed: vec![left.clone(), right.clone()],
        ..noted(
            sql(
                SuggestionKind::Rewrite,
                "Ask for rows that have no match",
                format!("WHERE NOT EXISTS (SELECT FROM {called} WHERE {left} = {right})"),
            ),
            "NOT IN gives no row at all once the sub-select has a NULL; NOT EXISTS doesn't mind, and can be a join. The sub-select's own conditions go into it.",
        )
    })
}

/// Enough memory for the planner to hash the sub-select.
fn hashed(inside: &Node) -> Option<Suggestion> {
    let estimate = inside.estimate?;
    let rows = estimate.rows.max(inside.rows()?);
    work_mem(rows * (estimate.width + ROW_OVERHEAD) / 1_024.0 * 1.5)
}
