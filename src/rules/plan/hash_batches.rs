#![doc = include_str!("hash_batches.md")]

use super::misestimate;
use super::suggest::{noted, sql, work_mem};
use super::temp::spent;
use super::words::{count, counted, kilobytes};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "hash-batches",
    title: "Hash join in several batches",
    page: include_str!("hash_batches.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .plan
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    let batches = node.number("Hash Batches").filter(|n| *n > 1.0)?;
    if node.kind != "Hash" || !node.ran() {
        return None;
    }
    let join = node.parent?;
    let own = [id, join].map(|n| context.time(n));
    let own_ms = own.iter().map(|t| t.self_ms).sum::<Option<f64>>();
    if !context.is_worth(own_ms) {
        return None;
    }
    let planned = node.number("Original Hash Batches").unwrap_or(batches);
    let peak = node.number("Peak Memory Usage")?;
    let wanted = peak * batches;
    let mut suggestions: Vec<Suggestion> = memory(wanted).into_iter().collect();
    let grew = batches > planned;
    if grew && misestimate::below(context, id) {
        suggestions.splice(0..0, misestimate::fixes(context, id));
    }
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "a hash table of {} doesn't fit into memory",
            counted(context.time(id).rows.unwrap_or_default(), "row")
        ),
        why: format!(
            "{} batches (from 2 on), {} planned, of up to {} each: about {} together{}",
            count(batches),
            count(planned),
            kilobytes(peak),
            kilobytes(wanted),
            if grew {
                "; more rows came than were expected"
            } else {
                ""
            }
        ),
        saving_ms: spent(context, &[id, join], wanted),
        share: own.iter().map(|t| t.self_share).sum(),
        suggestions,
    })
}

/// More memory for all, or for hash tables alone.
pub(super) fn memory(kb: f64) -> Option<Suggestion> {
    Some(match work_mem(kb) {
        Some(more) => noted(
            more,
            "It holds until the end of the transaction. From PostgreSQL 13 on hash_mem_multiplier gives more to hash tables alone: they get work_mem times that.",
        ),
        None => noted(
            sql(
                SuggestionKind::Settings,
                "Give this statement's hash tables more memory",
                "SET LOCAL work_mem = '256MB';\nSET LOCAL hash_mem_multiplier = 4;",
            ),
            "All of it would need more than a gigabyte. Fewer batches help too, and fewer rows or columns on the smaller side help most.",
        ),
    })
}
