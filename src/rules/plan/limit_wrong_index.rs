#![doc = include_str!("limit_wrong_index.md")]

use super::condition::{Term, terms};
use super::known;
use super::order::{Key, keys};
use super::suggest::{noted, sql};
use super::walk::{input, removed, rows};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "limit-wrong-index",
    title: "Index walked for a LIMIT",
    page: include_str!("limit_wrong_index.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    let nodes = context.plan.nodes.iter().enumerate();
    nodes
        .filter(|(_, node)| node.kind == "Limit" && node.ran())
        .filter_map(|(limit, _)| advice(context, limit))
        .collect()
}

/// Whether this rule speaks of a node, so that others needn't.
pub(super) fn speaks_of(context: &PlanContext<'_>, id: usize) -> bool {
    check(context).iter().any(|advice| advice.node == Some(id))
}

fn advice(context: &PlanContext<'_>, limit: usize) -> Option<Advice> {
    let (plan, settings) = (context.plan, context.settings);
    let at = walked(plan, limit)?;
    let node = plan.nodes.get(at)?;
    let (removed, kept) = (removed(node), rows(context, at));
    let part = removed / (removed + kept).max(1.0);
    if removed < settings.limit_wrong_index_rows
        || part < settings.limit_wrong_index_removed
        || !context.matters(at)
    {
        return None;
    }
    // What can't be looked up would not be found sooner by another index.
    let looked_up: Vec<Term> = terms(node.text("Filter")?)
        .into_iter()
        .filter_map(|term| term.of(words::alias(node)))
        .filter(|term| term.is_indexable() && term.operator.is_equality())
        .collect();
    if looked_up.is_empty() {
        return None;
    }
    let names: Vec<&str> = looked_up.iter().map(|t| t.column.name.as_str()).collect();
    let mut order = keys(plan, limit);
    if order.is_empty() {
        order = known::order(context, node).unwrap_or_default();
    }
    // Where the index is there, the planner has seen it and preferred to walk: another one won't change its mind.
    let all: Vec<&str> = names
        .iter()
        .copied()
        .chain(order.iter().filter_map(|k| k.name.as_deref()))
        .collect();
    if !order.is_empty() && known::is_indexed(context, node, &all) {
        return None;
    }
    let time = context.time(at);
    let index = node.index.as_deref()?;
    Some(Advice {
        rule: RULE.name,
        node: Some(at),
        title: format!(
            "{} is walked in the order of {index} until {} are found",
            words::name(node),
            words::counted(kept, "row")
        ),
        why: format!(
            "{} of {} rows on the way are removed by the filter, {} (from {} and {} on)",
            words::count(removed),
            words::count(removed + kept),
            words::percent(part),
            words::counted(settings.limit_wrong_index_rows, "row"),
            words::percent(settings.limit_wrong_index_removed)
        ),
        // Behind the filter's columns the same order stands in one piece: only what is kept would be read.
        saving_ms: time.self_ms.map(|ms| ms * part),
        share: time.self_share,
        suggestions: suggestions(node, index, &looked_up, &order),
    })
}

/// The index scan whose order a Limit takes its rows in: nothing between them waits for the last row.
fn walked(plan: &Plan, limit: usize) -> Option<usize> {
    let mut at = input(plan, limit)?;
    loop {
        match plan.nodes.get(at)?.kind.as_str() {
            "Index Scan" | "Index Only Scan" => return Some(at),
            "LockRows" | "Result" | "Subquery Scan" | "ProjectSet" | "Nested Loop"
            | "Gather Merge" | "Incremental Sort" | "Unique" => at = input(plan, at)?,
            _ => return None,
        }
    }
}

fn suggestions(node: &Node, index: &str, terms: &[Term], keys: &[Key]) -> Vec<Suggestion> {
    let table = words::table(node).unwrap_or_default();
    let mut columns: Vec<String> = Vec::new();
    for term in terms {
        let name = quoted(&term.column.name);
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    let order: Option<Vec<String>> = keys
        .iter()
        .map(|key| {
            key.indexed()
                .filter(|_| key.table.is_none() || key.table.as_deref() == words::alias(node))
        })
        .collect();
    let order = order.filter(|keys| !keys.is_empty());
    let known = order.is_some();
    columns.extend(order.into_iter().flatten());
    let mut code = format!(
        "CREATE INDEX CONCURRENTLY ON {table} ({});",
        columns.join(", ")
    );
    if !known {
        code.insert_str(
            0,
            &format!("-- put the columns of {index} behind the others, in their order\n"),
        );
    }
    vec![noted(
        sql(
            SuggestionKind::Index,
            "Index the filter's columns, and behind them the order",
            code,
        ),
        "It gives the rows that are wanted, and no others, in the order that is wanted.",
    )]
}
