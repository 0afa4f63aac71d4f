#![doc = include_str!("stale_statistics.md")]

use std::collections::BTreeMap;

use super::links::{above, is_join};
use super::suggest::{analyze, noted, sql};
use super::walk::is_scan;
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::catalog::{Catalog, Counters, Table};
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "stale-statistics",
    title: "Statistics out of date",
    page: include_str!("stale_statistics.md"),
    check,
};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    let Some(catalog) = context.catalog else {
        return Vec::new();
    };
    // One word for each table: on the scan that was misjudged most.
    let mut worst: BTreeMap<String, (f64, Advice)> = BTreeMap::new();
    for (id, node) in context.plan.nodes.iter().enumerate() {
        let Some((factor, advice)) = advice(context, catalog, id, node) else {
            continue;
        };
        let table = words::table(node).unwrap_or_default();
        let known = worst.get(&table).map_or(0.0, |(factor, _)| *factor);
        if factor > known {
            worst.insert(table, (factor, advice));
        }
    }
    worst.into_values().map(|(_, advice)| advice).collect()
}

fn advice(
    context: &PlanContext<'_>,
    catalog: &Catalog,
    id: usize,
    node: &Node,
) -> Option<(f64, Advice)> {
    let settings = context.settings;
    // Old statistics that tell the truth do no harm.
    let factor = context
        .time(id)
        .estimate_factor
        .filter(|factor| *factor >= settings.stale_statistics_factor)?;
    if !is_scan(node) || !node.ran() {
        return None;
    }
    let share = share(context, id)?;
    let table = catalog.find(node.schema.as_deref(), node.relation.as_deref()?)?;
    let counters = table.counters.as_ref()?;
    let changed = counters.changed_since_analyze as f64;
    let rows = table.rows.unwrap_or_default().max(counters.live) as f64;
    let part = changed / rows.max(1.0);
    if part < settings.stale_statistics_changed {
        return None;
    }
    let name = words::name(node);
    let advice = Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!("the planner knows {name} as it was before much of it changed"),
        why: format!(
            "{} of {} rows changed since {}, {}, and the estimate is {} off (from {} and {} on)",
            words::count(changed),
            words::count(rows),
            last(catalog, counters),
            words::percent(part),
            words::times(factor),
            words::percent(settings.stale_statistics_changed),
            words::times(settings.stale_statistics_factor)
        ),
        saving_ms: None,
        share,
        suggestions: suggestions(node, table, counters),
    };
    Some((factor, advice))
}

/// The share of the execution that the scan, or the join that was planned by its estimate, takes; `None` if neither is
/// worth a word.
fn share(context: &PlanContext<'_>, id: usize) -> Option<f64> {
    let plan = context.plan;
    let join = above(plan, id).find(|up| plan.nodes.get(*up).is_some_and(is_join));
    std::iter::once(id)
        .chain(join)
        .filter(|id| context.matters(*id))
        .map(|id| context.time(id).total_share)
        .max_by(f64::total_cmp)
}

/// When the table was analysed: `it was analysed 12 days ago`.
fn last(catalog: &Catalog, counters: &Counters) -> String {
    let last = counters.last_analyze.max(counters.last_autoanalyze);
    match (last, catalog.taken_at) {
        (Some(last), Some(now)) if now - last >= 2 * DAY => {
            format!("it was analysed {} days ago", (now - last) / DAY)
        }
        (Some(_), _) => "it was analysed".to_owned(),
        (None, _) => "the counters began, in which time it was never analysed".to_owned(),
    }
}

fn suggestions(node: &Node, table: &Table, counters: &Counters) -> Vec<Suggestion> {
    let Some(name) = words::table(node) else {
        return Vec::new();
    };
    let now = analyze(std::slice::from_ref(&name));
    // Autovacuum comes when a tenth of the rows and 50 have changed, unless the table says otherwise.
    let own = table
        .options
        .contains_key("autovacuum_analyze_scale_factor");
    let sooner = (!own && counters.live >= 100_000).then(|| {
        noted(
            sql(
                SuggestionKind::Settings,
                format!("Have autovacuum analyse {name} sooner"),
                format!("ALTER TABLE {name} SET (autovacuum_analyze_scale_factor = 0.02);"),
            ),
            "By default it waits until a tenth of the rows have changed, of a large table for long.",
        )
    });
    now.into_iter().chain(sooner).collect()
}
