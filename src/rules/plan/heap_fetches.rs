#![doc = include_str!("heap_fetches.md")]

use super::suggest::{noted, sql};
use super::words::{count, counted, name, percent, table};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::SuggestionKind;
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "heap-fetches",
    title: "Index-only scan reads the table",
    page: include_str!("heap_fetches.md"),
    check,
};

/// How many entries of the index are read in the time of one look into the table, as measured where all is cached.
const LOOK_UP: f64 = 10.0;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    if node.kind != "Index Only Scan" {
        return None;
    }
    let settings = context.settings;
    // Unlike rows, this is a total over all loops.
    let fetches = node.number("Heap Fetches")?;
    let time = context.time(id);
    let filtered = node.number("Rows Removed by Filter").unwrap_or_default() * node.loops();
    // Dead rows are fetched too, and then not counted.
    let rows = (time.rows? + filtered).max(fetches);
    let looked_up = fetches * LOOK_UP;
    let saving_ms = time
        .self_ms
        .map(|ms| ms * looked_up / (looked_up + rows).max(1.0));
    if fetches < settings.heap_fetches_rows
        || fetches < settings.heap_fetches_share * rows
        || !context.is_worth(saving_ms)
    {
        return None;
    }
    let table = table(node)?;
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{} of {} can't be had from its index alone",
            counted(fetches, "row"),
            name(node)
        ),
        why: format!(
            "{} heap fetches for {} rows, {} (from {} rows and {} on): their pages aren't marked as visible to all",
            count(fetches),
            count(rows),
            percent(fetches / rows.max(1.0)),
            count(settings.heap_fetches_rows),
            percent(settings.heap_fetches_share)
        ),
        saving_ms,
        share: time.total_share,
        suggestions: vec![
            sql(
                SuggestionKind::Maintenance,
                format!("Mark the pages of {table} that all may see"),
                format!("VACUUM {table};"),
            ),
            noted(
                sql(
                    SuggestionKind::Maintenance,
                    format!("Vacuum {table} more often by itself"),
                    format!(
                        "ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);"
                    ),
                ),
                "The second is there from PostgreSQL 13 on and is for tables that only grow.",
            ),
        ],
    })
}
