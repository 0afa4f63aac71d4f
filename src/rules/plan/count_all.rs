#![doc = include_str!("count_all.md")]

use super::suggest::{noted, sql};
use super::walk::{input, inputs, is_scan, partitioned, removed, rows};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "count-all",
    title: "Whole table counted",
    page: include_str!("count_all.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter(|(_, node)| is_whole_count(node))
        .filter_map(|(id, _)| advice(context, id))
        .collect()
}

/// Whether a node makes one row of all that it reads.
fn is_whole_count(node: &Node) -> bool {
    node.kind == "Aggregate"
        && matches!(node.title.as_str(), "Aggregate" | "Finalize Aggregate")
        && node.get("Group Key").is_none()
}

fn advice(context: &PlanContext<'_>, id: usize) -> Option<Advice> {
    let plan = context.plan;
    let output = plan.nodes.get(id)?.texts("Output");
    if output
        .iter()
        .any(|what| !matches!(*what, "count(*)" | "count(1)"))
    {
        return None;
    }
    let scans = scans(context, id)?;
    let first = plan.nodes.get(*scans.first()?)?;
    let counted: f64 = scans.iter().map(|scan| rows(context, *scan)).sum();
    if counted < context.settings.count_all_rows {
        return None;
    }
    let (name, table) = match partitioned(first) {
        Some(base) => (base, quoted(base)),
        None if scans.len() == 1 => (words::name(first), words::table(first)?),
        None => return None,
    };
    let exact = scans
        .iter()
        .all(|scan| context.time(*scan).rows_uncertainty < 0.5);
    let time = context.time(id);
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!("all rows of {name} are counted"),
        why: format!(
            "{}{} counted without a condition (from {} on)",
            if exact { "" } else { "about " },
            words::counted(counted, "row"),
            words::count(context.settings.count_all_rows)
        ),
        // The server's own figure, or a counter's, is read in no time.
        saving_ms: time.total_ms,
        share: time.total_share,
        suggestions: suggestions(&table),
    })
}

/// The scans below a count that read whole tables for no column: nothing but rows is wanted.
fn scans(context: &PlanContext<'_>, id: usize) -> Option<Vec<usize>> {
    let plan = context.plan;
    let mut at = input(plan, id)?;
    while let Some(node) = plan.nodes.get(at) {
        match node.kind.as_str() {
            "Gather" | "Gather Merge" => {}
            "Aggregate"
                if node.title.starts_with("Partial ") && node.get("Group Key").is_none() => {}
            _ => break,
        }
        at = input(plan, at)?;
    }
    let scans: Vec<usize> = match plan.nodes.get(at)?.kind.as_str() {
        "Append" => inputs(plan, at).collect(),
        _ => vec![at],
    };
    let whole = |scan: &usize| {
        plan.nodes.get(*scan).is_some_and(|node| {
            is_scan(node)
                && node.estimate.is_some_and(|e| e.width == 0.0)
                && removed(node) == 0.0
                && ["Filter", "Index Cond", "Recheck Cond"]
                    .iter()
                    .all(|name| node.get(name).is_none())
        })
    };
    scans.iter().all(whole).then_some(scans)
}

fn suggestions(table: &str) -> Vec<Suggestion> {
    let literal = table.replace('\'', "''");
    vec![
        noted(
            sql(
                SuggestionKind::Rewrite,
                "Take the server's own estimate where a number of about that size will do",
                format!("SELECT reltuples::bigint FROM pg_class WHERE oid = '{literal}'::regclass"),
            ),
            "It is as old as the last VACUUM or ANALYZE; -1 means that there was none.",
        ),
        noted(
            sql(
                SuggestionKind::Rewrite,
                "Where only a next page matters, ask for one row more than a page",
                format!("SELECT EXISTS (SELECT FROM {table} OFFSET 1000)"),
            ),
            "Whether there are more than so many is known after reading so many.",
        ),
        noted(
            sql(
                SuggestionKind::Rewrite,
                "Where the number has to be exact, keep it",
                format!(
                    "CREATE TABLE row_count (n bigint NOT NULL);\n\
                     INSERT INTO row_count SELECT count(*) FROM {table};\n\
                     CREATE FUNCTION keep_row_count() RETURNS trigger LANGUAGE plpgsql AS $$\n\
                     BEGIN\n    \
                         IF TG_OP = 'INSERT' THEN\n        \
                             UPDATE row_count SET n = n + (SELECT count(*) FROM changed);\n    \
                         ELSE\n        \
                             UPDATE row_count SET n = n - (SELECT count(*) FROM changed);\n    \
                         END IF;\n    \
                         RETURN NULL;\n\
                     END\n\
                     $$;\n\
                     CREATE TRIGGER count_inserted AFTER INSERT ON {table}\n    \
                         REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_row_count();\n\
                     CREATE TRIGGER count_deleted AFTER DELETE ON {table}\n    \
                         REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_row_count();"
                ),
            ),
            "Every statement that adds or removes rows then waits for the counter's row.",
        ),
    ]
}
