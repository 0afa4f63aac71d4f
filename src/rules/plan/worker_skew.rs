#![doc = include_str!("worker_skew.md")]

use super::suggest::{noted, sql};
use super::walk::{input, inputs};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "worker-skew",
    title: "Work shared unevenly",
    page: include_str!("worker_skew.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter(|(_, node)| {
            // One that starts anew has another rule, and shares each time's rows as chance has it.
            matches!(node.kind.as_str(), "Gather" | "Gather Merge") && node.loops() <= 1.0
        })
        .filter_map(|(gather, _)| advice(context, gather))
        .collect()
}

fn advice(context: &PlanContext<'_>, gather: usize) -> Option<Advice> {
    let settings = context.settings;
    let shared = input(context.plan, gather)?;
    let time = context.time(shared);
    let skew = time
        .skew
        .filter(|skew| *skew >= settings.worker_skew_factor)?;
    // What is shared counts with its mean, as processes side by side take it.
    let mean = time.total_ms?;
    let longest = mean * skew;
    let lost = longest - mean;
    if lost < settings.worker_skew_ms || !context.is_worth(Some(lost)) {
        return None;
    }
    let alone = alone(context, shared);
    // As many processes as the longest part fits into the whole would be done at the same time.
    let enough = (time.processes / skew).ceil().max(1.0);
    Some(Advice {
        rule: RULE.name,
        node: Some(gather),
        title: match &alone {
            Some(scan) => format!(
                "one of {} processes reads {} alone while the others wait",
                words::count(time.processes),
                words::name(scan)
            ),
            None => format!(
                "one of {} processes has most of the work while the others wait",
                words::count(time.processes)
            ),
        },
        why: format!(
            "the slowest process takes {}, {} the mean of {} (from {} and {} more on)",
            words::ms(longest),
            words::times(skew),
            words::ms(mean),
            words::times(settings.worker_skew_factor),
            words::ms(settings.worker_skew_ms)
        ),
        // A table can be cut up, so that all would be done at the mean. What else is uneven stays so.
        saving_ms: alone.is_some().then_some(lost),
        share: time.total_share.max(context.time(gather).total_share),
        suggestions: suggestions(alone, enough),
    })
}

/// The table whose reading takes more than half of a Parallel Append's time, and which the processes don't share.
fn alone<'a>(context: &PlanContext<'a>, shared: usize) -> Option<&'a Node> {
    let plan = context.plan;
    let append = plan.subtree(shared).find(|id| {
        plan.nodes
            .get(*id)
            .is_some_and(|n| n.kind == "Append" && n.parallel_aware)
    })?;
    let all = context.time(append).total_ms?;
    inputs(plan, append).find_map(|member| {
        let node = plan.nodes.get(member)?;
        let large = context.time(member).total_ms? > 0.5 * all;
        (large && !node.parallel_aware && node.loops() <= 1.0 && node.relation.is_some())
            .then_some(node)
    })
}

fn suggestions(alone: Option<&Node>, enough: f64) -> Vec<Suggestion> {
    let shared = alone.and_then(words::table).map(|table| {
        noted(
            sql(
                SuggestionKind::Settings,
                format!("Let processes share the reading of {table}"),
                format!("ALTER TABLE {table} RESET (parallel_workers);"),
            ),
            "If nothing was set there, the table is below min_parallel_table_scan_size, or something in the query is \
             not PARALLEL SAFE.",
        )
    });
    let fewer = noted(
        sql(
            SuggestionKind::Settings,
            "Use fewer processes, which are as fast",
            format!(
                "SET LOCAL max_parallel_workers_per_gather = {:.0};",
                enough - 1.0
            ),
        ),
        "The statement takes as long as its slowest process; the others are free for other statements then.",
    );
    shared.into_iter().chain(std::iter::once(fewer)).collect()
}
