#![doc = include_str!("gather_restarted.md")]

use super::suggest::{noted, sql};
use super::walk::input;
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::SuggestionKind;

pub(super) const RULE: PlanRule = PlanRule {
    name: "gather-restarted",
    title: "Workers started anew",
    page: include_str!("gather_restarted.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter(|(_, node)| {
            matches!(node.kind.as_str(), "Gather" | "Gather Merge") && node.loops() > 1.0
        })
        .filter_map(|(id, _)| advice(context, id))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize) -> Option<Advice> {
    let node = context.plan.nodes.get(id)?;
    let (time, shared) = (context.time(id), context.time(input(context.plan, id)?));
    let (own, total) = (time.self_ms?, time.total_ms?);
    // One process would do alone what all of them do side by side.
    let alone = shared.total_ms? * shared.processes;
    let saving = total - alone;
    if own < total * context.settings.gather_restarted_self || saving <= 0.0 {
        return None;
    }
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "parallel workers are started {} for work that one process does sooner",
            words::counted(node.loops(), "time")
        ),
        why: format!(
            "{} of {} go to starting and waiting for them, {} (from {} on), and one process alone would need {}",
            words::ms(own),
            words::ms(total),
            words::percent(own / total),
            words::percent(context.settings.gather_restarted_self),
            words::ms(alone)
        ),
        saving_ms: Some(saving),
        share: time.total_share,
        suggestions: vec![
            noted(
                sql(
                    SuggestionKind::Settings,
                    "Run this statement without workers",
                    "SET LOCAL max_parallel_workers_per_gather = 0;",
                ),
                "It holds until the end of the transaction.",
            ),
            noted(
                sql(
                    SuggestionKind::Rewrite,
                    "Or read the rows once, and let the join look them up",
                    "WITH read_once AS MATERIALIZED (\n    SELECT …  -- what stands below the Gather\n)\nSELECT …",
                ),
                "What is read again for each row is the same each time.",
            ),
        ],
    })
}
