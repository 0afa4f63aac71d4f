#![doc = include_str!("memoize_thrash.md")]

use super::suggest::{noted, sql, work_mem};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::{Node, Value, find};

pub(super) const RULE: PlanRule = PlanRule {
    name: "memoize-thrash",
    title: "Answers forgotten before they are used",
    page: include_str!("memoize_thrash.md"),
    check,
};

/// What became of remembered answers, in all processes together.
#[derive(Default)]
struct Counts {
    hits: f64,
    misses: f64,
    evictions: f64,
    overflows: f64,
    /// The most that a process took, in kilobytes.
    peak_kb: f64,
}

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter(|(_, node)| node.kind == "Memoize")
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    let settings = context.settings;
    let counts = counts(node);
    let thrashes = counts.evictions > 0.0
        && counts.evictions >= settings.memoize_thrash_evictions * counts.hits.max(1.0);
    if !thrashes && counts.overflows == 0.0 {
        return None;
    }
    let time = context.time(id);
    let key = node.text("Cache Key").unwrap_or("its key");
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!("what was found for {key} is forgotten before it is asked for again"),
        why: format!(
            "{} found again, {} looked up, {} thrown away, {} too large to keep (from {} thrown away for each one \
             found again on)",
            words::count(counts.hits),
            words::count(counts.misses),
            words::count(counts.evictions),
            words::count(counts.overflows),
            words::count(settings.memoize_thrash_evictions)
        ),
        // What would be found again with more memory isn't known; without a memory its own time goes.
        saving_ms: time.self_ms.filter(|ms| *ms > time.uncertainty_ms),
        share: time.total_share,
        suggestions: suggestions(&counts),
    })
}

fn counts(node: &Node) -> Counts {
    let mut counts = Counts::default();
    let places =
        std::iter::once(&node.properties).chain(node.workers.iter().map(|w| &w.properties));
    for properties in places {
        let number = |name| {
            find(properties, name)
                .and_then(Value::number)
                .unwrap_or(0.0)
        };
        counts.hits += number("Cache Hits");
        counts.misses += number("Cache Misses");
        counts.evictions += number("Cache Evictions");
        counts.overflows += number("Cache Overflows");
        counts.peak_kb = counts.peak_kb.max(number("Peak Memory Usage"));
    }
    counts
}

fn suggestions(counts: &Counts) -> Vec<Suggestion> {
    let kept = (counts.misses - counts.evictions).max(1.0);
    let memory = (counts.overflows == 0.0)
        .then(|| work_mem(counts.peak_kb * counts.misses / kept))
        .flatten();
    let off = noted(
        sql(
            SuggestionKind::Settings,
            "Do without the memory",
            "SET LOCAL enable_memoize = off;",
        ),
        "Right where hardly any value comes twice. The planner expected them to: renew the statistics of the outer \
         table, or set n_distinct of its column.",
    );
    // Where nothing at all was found again, it may be that nothing comes again.
    if counts.hits > 0.0 {
        memory.into_iter().chain([off]).collect()
    } else {
        std::iter::once(off).chain(memory).collect()
    }
}
