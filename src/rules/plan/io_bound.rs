#![doc = include_str!("io_bound.md")]

use super::suggest::{noted, sql};
use super::walk::removed;
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "io-bound",
    title: "Waiting for the disk",
    page: include_str!("io_bound.md"),
    check,
};

/// Milliseconds that looking at a row takes without any waiting: what is beyond them went to blocks.
const ROW_MS: f64 = 0.0002;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    let settings = context.settings;
    let time = context.time(id);
    let own = time.own.shared;
    let misses = own.read / (own.read + own.hit).max(1.0);
    let self_ms = time.self_ms?;
    if own.read < settings.io_bound_blocks
        || misses < settings.io_bound_misses
        || time.self_share < settings.share
    {
        return None;
    }
    // Blocks are those of all processes; they wait side by side.
    let processes = time.processes.max(1.0);
    let reading = own.read_ms / processes;
    let rows_ms = ROW_MS * (time.rows.unwrap_or_default() + removed(node));
    let per_block = (self_ms * processes - rows_ms) / own.read;
    let timed = own.read_ms > 0.0;
    let waits = if timed {
        reading >= self_ms * settings.io_bound_time
    } else {
        // What working a filter out takes isn't known.
        node.get("Filter").is_none() && per_block >= settings.io_bound_block_ms
    };
    if !waits {
        return None;
    }
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{} of {} are read from outside the cache",
            words::counted(own.read, "block"),
            node.relation
                .as_deref()
                .or(node.index.as_deref())
                .unwrap_or(&node.title)
        ),
        why: if timed {
            format!(
                "{} of {} blocks missed, {}, and reading them takes {} of {} (from {}, {} and {} of the time on)",
                words::count(own.read),
                words::count(own.read + own.hit),
                words::percent(misses),
                words::ms(reading),
                words::ms(self_ms),
                words::count(settings.io_bound_blocks),
                words::percent(settings.io_bound_misses),
                words::percent(settings.io_bound_time)
            )
        } else {
            format!(
                "{} of {} blocks missed, {}, about {} for each (from {}, {} and {} on)",
                words::count(own.read),
                words::count(own.read + own.hit),
                words::percent(misses),
                words::ms(per_block),
                words::count(settings.io_bound_blocks),
                words::percent(settings.io_bound_misses),
                words::ms(settings.io_bound_block_ms)
            )
        },
        saving_ms: timed.then_some(reading.min(self_ms)),
        share: time.self_share,
        suggestions: suggestions(context, node, timed),
    })
}

fn suggestions(context: &PlanContext<'_>, node: &Node, timed: bool) -> Vec<Suggestion> {
    let statement = context
        .plan
        .query
        .as_deref()
        .unwrap_or("SELECT …  -- the same statement");
    let timing = if timed {
        ""
    } else {
        "SET track_io_timing = on;\n"
    };
    let again = noted(
        sql(
            SuggestionKind::Rewrite,
            "Run it a second time: if it is fast then, only the first run after a pause is slow",
            format!("{timing}EXPLAIN (ANALYZE, BUFFERS)\n{statement}"),
        ),
        "What was read stays in the cache, unless the table is larger than a quarter of shared_buffers and read whole.",
    );
    let cache = words::table(node).map(|table| {
        let literal = table.replace('\'', "''");
        noted(
            sql(
                SuggestionKind::Settings,
                "Hold the sizes against each other",
                format!(
                    "SELECT pg_size_pretty(pg_table_size('{literal}'::regclass)) AS size,\n       \
                     current_setting('shared_buffers') AS cache"
                ),
            ),
            "If what is asked for all the time doesn't fit, make the cache larger, or have queries read less: by an \
             index, or one that holds all columns of the query.",
        )
    });
    std::iter::once(again).chain(cache).collect()
}
