#![doc = include_str!("foreign_filter.md")]

use super::suggest::{noted, sql};
use super::walk::{removed, rows};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "foreign-filter",
    title: "Foreign rows filtered here",
    page: include_str!("foreign_filter.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter(|(_, node)| node.kind == "Foreign Scan")
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    let settings = context.settings;
    let filter = node.text("Filter")?;
    let (removed, kept) = (removed(node), rows(context, id));
    let part = removed / (removed + kept).max(1.0);
    if removed < settings.foreign_filter_rows || part < settings.foreign_filter_removed {
        return None;
    }
    let time = context.time(id);
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{} of {} are fetched to be thrown away here",
            words::counted(removed, "row"),
            words::name(node)
        ),
        why: format!(
            "{} of {} rows fetched are removed by the filter, {} (from {} and {} on)",
            words::count(removed),
            words::count(removed + kept),
            words::percent(part),
            words::counted(settings.foreign_filter_rows, "row"),
            words::percent(settings.foreign_filter_removed)
        ),
        // The other side has to read its rows all the same; what is spared is their way here, of which the plan tells
        // no more than the whole.
        saving_ms: node.get("Remote SQL").and(time.self_ms).map(|ms| ms * part),
        share: time.total_share,
        suggestions: suggestions(node, filter),
    })
}

fn suggestions(node: &Node, filter: &str) -> Vec<Suggestion> {
    let table = words::table(node).unwrap_or_else(|| quoted(words::name(node)));
    if node.get("Remote SQL").is_none() {
        let copy = quoted(&format!("{}_copy", words::name(node)));
        return vec![noted(
            sql(
                SuggestionKind::Rewrite,
                "Keep a copy here that can have indexes",
                format!(
                    "CREATE MATERIALIZED VIEW {copy} AS SELECT * FROM {table};\n\
                     -- and, when the source has changed:\nREFRESH MATERIALIZED VIEW {copy};"
                ),
            ),
            "A file has no index: all of it is read for each question.",
        )];
    }
    let alias = words::alias(node).filter(|alias| node.relation.as_deref() != Some(*alias));
    let from = alias.map_or_else(
        || table.clone(),
        |alias| format!("{table} {}", quoted(alias)),
    );
    vec![
        noted(
            sql(
                SuggestionKind::Rewrite,
                "Say it in words that the other server runs, until they stand behind `Remote SQL`",
                format!(
                    "EXPLAIN (VERBOSE)
SELECT * FROM {from} WHERE {filter}"
                ),
            ),
            "Built-in operators and immutable built-in functions are sent there. Functions of your own, now() and what \
             depends on settings of the session are not: work such values out first, and pass them as parameters.",
        ),
        noted(
            sql(
                SuggestionKind::Settings,
                "Let the planner ask the other server what conditions cost there",
                format!("ALTER FOREIGN TABLE {table} OPTIONS (ADD use_remote_estimate 'true');"),
            ),
            "For operators of an extension that both servers have, name it in the server's option `extensions`.",
        ),
    ]
}
