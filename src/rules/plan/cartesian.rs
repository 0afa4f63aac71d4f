#![doc = include_str!("cartesian.md")]

use super::condition::{Against, terms};
use super::links::{aliases, called, mentions_any, sides, source};
use super::suggest::sql;
use super::words::{alias, count, counted};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted, singular};
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "cartesian",
    title: "Join without a condition",
    page: include_str!("cartesian.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

/// Whether this rule speaks of a join, so that others needn't.
pub(super) fn speaks_of(context: &PlanContext<'_>, id: usize) -> bool {
    let node = context.plan.nodes.get(id);
    node.is_some_and(|node| advice(context, id, node).is_some())
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    if node.kind != "Nested Loop" || node.get("Join Filter").is_some() {
        return None;
    }
    let plan = context.plan;
    let (outer, inner) = sides(plan, id)?;
    let rows = context.time(outer).rows?;
    let pairs = context.time(id).rows?;
    let each = plan.nodes.get(inner)?.rows()?;
    if pairs < context.settings.cartesian_pairs || rows < 2.0 || each < 2.0 {
        return None;
    }
    if depends(plan, outer, inner) || is_made(plan, outer) || is_made(plan, inner) {
        return None;
    }
    // With a condition each row of the larger side would find one of the other.
    let left = rows.max(each) / pairs;
    let saving_ms = context
        .time(id)
        .self_ms
        .zip(context.time(inner).total_ms)
        .map(|(own, inner)| (own + inner) * (1.0 - left.min(1.0)));
    if !context.is_worth(saving_ms) {
        return None;
    }
    let (one, other) = (
        plan.nodes.get(source(plan, outer))?,
        plan.nodes.get(source(plan, inner))?,
    );
    // There mostly are more children than parents.
    let (parent, child) = if rows > each {
        (other, one)
    } else {
        (one, other)
    };
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "every row of {} is joined with every row of {}",
            called(plan, outer),
            called(plan, inner)
        ),
        why: format!(
            "{} times {} make {} (from {} on), and no condition links the two",
            counted(rows, "row"),
            counted(each, "row"),
            counted(pairs, "pair"),
            count(context.settings.cartesian_pairs)
        ),
        saving_ms,
        share: context.time(id).total_share,
        suggestions: condition(parent, child).into_iter().collect(),
    })
}

/// Whether the inner side looks at the outer one, or a value that both are compared with links them: of
/// `a.x = b.x AND a.x = 5` the planner leaves `a.x = 5` and `b.x = 5`.
fn depends(plan: &Plan, outer: usize, inner: usize) -> bool {
    let tables = aliases(plan, plan.subtree(outer));
    if mentions_any(plan, plan.subtree(inner), &tables) {
        return true;
    }
    let ours = values(plan, outer);
    values(plan, inner).iter().any(|value| ours.contains(value))
}

/// The values that columns of a side have to equal.
fn values(plan: &Plan, id: usize) -> Vec<Against> {
    plan.subtree(id)
        .filter_map(|n| plan.nodes.get(n))
        .flat_map(|n| {
            ["Index Cond", "Recheck Cond", "Filter"]
                .into_iter()
                .filter_map(|name| n.text(name))
                .flat_map(terms)
        })
        .filter(|term| term.operator.is_equality())
        .map(|term| term.against)
        .filter(|v| matches!(v, Against::Constant(_) | Against::Parameter(_)))
        .collect()
}

/// Whether a side's rows are made up by the query: a list of days, joined with everything on purpose.
fn is_made(plan: &Plan, side: usize) -> bool {
    plan.subtree(side)
        .filter_map(|n| plan.nodes.get(n))
        .all(|n| n.relation.is_none() && n.kind != "CTE Scan")
}

/// A condition by the names that keys usually have.
fn condition(one: &Node, many: &Node) -> Option<Suggestion> {
    let (parent, child) = (one.relation.as_deref()?, many.relation.as_deref()?);
    if parent == child {
        return None;
    }
    let key = format!("{}_id", singular(parent));
    let (parent, child) = (
        quoted(alias(one).unwrap_or(parent)),
        quoted(alias(many).unwrap_or(child)),
    );
    let key = format!("{child}.{}", quoted(&key));
    Some(Suggestion {
        guessed: vec![key.clone()],
        ..sql(
            SuggestionKind::Rewrite,
            format!("Say which rows of {child} belong to which of {parent}"),
            format!("ON {key} = {parent}.id"),
        )
    })
}
