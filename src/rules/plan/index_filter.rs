#![doc = include_str!("index_filter.md")]

use super::condition::{Term, terms};
use super::index::{Index, index};
use super::links::above;
use super::words::{alias, count, counted, percent, table};
use super::{Advice, PlanContext, PlanRule, limit_wrong_index, partitions_not_pruned};
use crate::advice::quoted;
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "index-filter",
    title: "Index lacks a column of the condition",
    page: include_str!("index_filter.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    if !matches!(
        node.kind.as_str(),
        "Index Scan" | "Index Only Scan" | "Bitmap Heap Scan"
    ) {
        return None;
    }
    let settings = context.settings;
    let filter = node.text("Filter")?;
    let removed = node.number("Rows Removed by Filter")? * node.loops();
    let kept = context.time(id).rows?;
    let all = (removed + kept).max(1.0);
    let saving_ms = context.time(id).self_ms.map(|ms| ms * removed / all);
    // A look-up that finds one row can't find fewer.
    if removed < settings.index_filter_rows
        || removed < settings.index_filter_share * all
        || all < 2.0 * node.loops()
        || !context.is_worth(saving_ms)
    {
        return None;
    }
    let looked_up = node
        .text("Index Cond")
        .or_else(|| node.text("Recheck Cond"));
    // An index read for its order only: what that wants depends on the LIMIT above, which has a rule of its own.
    if (looked_up.is_none() && has_limit(context.plan, id))
        || limit_wrong_index::speaks_of(context, id)
        || partitions_not_pruned::speaks_of(context, id)
    {
        return None;
    }
    let wanted = wanted(
        &looked_up.map_or_else(Vec::new, |c| own_terms(node, c)),
        &own_terms(node, filter),
    )?;
    let name = index_name(context.plan, id);
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{name} finds {} to keep {}",
            counted(all, "row"),
            count(kept)
        ),
        why: format!(
            "{} of {} rows found by the index removed by the filter, {} (from {} rows and {} on)",
            count(removed),
            count(all),
            percent(removed / all),
            count(settings.index_filter_rows),
            percent(settings.index_filter_share)
        ),
        saving_ms,
        share: context.time(id).total_share,
        suggestions: vec![wanted.create(&table(node)?)],
    })
}

/// The index for both conditions; for the filter alone, where the two look for ranges and only one can be found by.
/// `None` if no index serves the filter, or the index in use is all that could be had.
fn wanted(looked_up: &[Term], filtered: &[Term]) -> Option<Index> {
    let own = index(filtered)?;
    let both = index(&[looked_up, filtered].concat())?;
    let has_more = |wanted: &Index| {
        let mut columns = wanted.columns.iter();
        let known: Vec<String> = looked_up.iter().map(|t| quoted(&t.column.name)).collect();
        columns.any(|column| !known.contains(column))
    };
    [both, own].into_iter().find(has_more)
}

fn own_terms(node: &Node, condition: &str) -> Vec<Term> {
    terms(condition)
        .into_iter()
        .filter_map(|term| term.of(alias(node)))
        .collect()
}

fn has_limit(plan: &Plan, id: usize) -> bool {
    above(plan, id).any(|up| plan.nodes.get(up).is_some_and(|n| n.kind == "Limit"))
}

/// The index that a scan uses; a bitmap's stands in the nodes below.
fn index_name(plan: &Plan, id: usize) -> String {
    let names: Vec<&str> = plan
        .subtree(id)
        .filter_map(|n| plan.nodes.get(n)?.index.as_deref())
        .collect();
    match names.as_slice() {
        [] => "an index".to_owned(),
        [first] => (*first).to_owned(),
        [first, ..] => format!("{first} with others"),
    }
}
