#![doc = include_str!("partitions_not_pruned.md")]

use super::condition::{Term, terms};
use super::ranges::range;
use super::suggest::{noted, sql};
use super::walk::{inputs, partition_of, removed};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::{Actual, Node};

pub(super) const RULE: PlanRule = PlanRule {
    name: "partitions-not-pruned",
    title: "Partitions read in vain",
    page: include_str!("partitions_not_pruned.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter(|(_, node)| matches!(node.kind.as_str(), "Append" | "Merge Append"))
        .filter_map(|(id, _)| advice(context, id))
        .collect()
}

/// Whether this rule speaks of the table that a node reads a partition of, so that others needn't.
pub(super) fn speaks_of(context: &PlanContext<'_>, partition: usize) -> bool {
    let whole = context.plan.nodes.get(partition).and_then(|n| n.parent);
    whole.is_some_and(|id| check(context).iter().any(|advice| advice.node == Some(id)))
}

fn advice(context: &PlanContext<'_>, id: usize) -> Option<Advice> {
    let (plan, settings) = (context.plan, context.settings);
    let read: Vec<(usize, &Node)> = inputs(plan, id)
        .filter_map(|at| Some((at, plan.nodes.get(at)?)))
        .filter(|(_, node)| node.ran())
        .collect();
    // Members that are named alike and numbered are one table's partitions; others were put together by a UNION.
    let base = partition_of(read.first()?.1)?;
    if read
        .iter()
        .any(|(_, node)| partition_of(node) != Some(base))
    {
        return None;
    }
    let empty: Vec<&(usize, &Node)> = read
        .iter()
        .filter(|(at, _)| gave_nothing(context, *at))
        .collect();
    let part = empty.len() as f64 / read.len() as f64;
    let (_, first) = empty.first()?;
    let saving: Option<f64> = empty.iter().map(|(at, _)| context.time(*at).total_ms).sum();
    let share: f64 = empty
        .iter()
        .map(|(at, _)| context.time(*at).total_share)
        .sum();
    // Reading partitions without any rows costs nothing, which an execution without times doesn't tell.
    let matters = match context.timing.execution_ms {
        Some(_) => share >= settings.share,
        None => empty.iter().any(|(_, node)| removed(node) > 0.0),
    };
    if (read.len() as f64) < settings.partitions_not_pruned_read
        || part < settings.partitions_not_pruned_empty
        // Where no row was found at all, nobody knows which of them would be left out.
        || empty.len() == read.len()
        || !matters
    {
        return None;
    }
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{} of {} partitions of {base} are read and hold nothing that is wanted",
            empty.len(),
            read.len()
        ),
        why: format!(
            "{} of {} partitions read gave no row, {} (from {} read and {} on)",
            empty.len(),
            read.len(),
            words::percent(part),
            words::count(settings.partitions_not_pruned_read),
            words::percent(settings.partitions_not_pruned_empty)
        ),
        saving_ms: saving,
        share,
        suggestions: suggestions(first),
    })
}

/// Whether a node gave no row in any of its loops: averages of many loops are rounded.
fn gave_nothing(context: &PlanContext<'_>, id: usize) -> bool {
    let time = context.time(id);
    let rows = context.plan.nodes.get(id).map(|n| n.actual);
    matches!(rows, Some(Actual::Ran { rows, .. }) if rows == 0.0) && time.rows_uncertainty < 1.0
}

fn suggestions(partition: &Node) -> Vec<Suggestion> {
    let condition = partition.text("Filter").unwrap_or_default();
    let terms: Vec<Term> = terms(condition);
    let range = terms.iter().find_map(range).map(|range| {
        sql(
            SuggestionKind::Rewrite,
            "Compare the column itself, without a function around it",
            format!("WHERE {range}"),
        )
    });
    let key = words::table(partition).map(|table| {
        let literal = table.replace('\'', "''");
        noted(
            sql(
                SuggestionKind::Rewrite,
                "See which column the table is partitioned by, and say in the query what it has to be",
                format!(
                    "SELECT inhparent::regclass, pg_get_partkeydef(inhparent)\nFROM pg_inherits WHERE inhrelid = \
                     '{literal}'::regclass"
                ),
            ),
            "The condition has to compare that column alone with a value. If the query can't know it, partition by what \
             queries ask for.",
        )
    });
    range.into_iter().chain(key).collect()
}
