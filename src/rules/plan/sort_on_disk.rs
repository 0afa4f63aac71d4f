#![doc = include_str!("sort_on_disk.md")]

use super::links::source;
use super::suggest::{noted, sql, work_mem};
use super::temp::spent;
use super::words::{alias, counted, kilobytes, table};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::{Node, Plan, Property, Value, find};

pub(super) const RULE: PlanRule = PlanRule {
    name: "sort-on-disk",
    title: "Sort on disk",
    page: include_str!("sort_on_disk.md"),
    check,
};

/// Rows take more room in memory than on disk, as `postgresql.conf` has it for sorts: about two and a half times.
const MEMORY_FOR_DISK: f64 = 2.5;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    if !matches!(node.kind.as_str(), "Sort" | "Incremental Sort") {
        return None;
    }
    let disk = disk(node)?;
    let time = context.time(id);
    if !context.is_worth(time.self_ms) {
        return None;
    }
    let wanted = disk * MEMORY_FOR_DISK;
    let memory = work_mem(wanted);
    // A Limit above may have wanted only the first of them.
    let below = context.plan.children(id).next();
    let rows = below.and_then(|child| context.time(child).rows);
    let rows = rows.or(time.rows).unwrap_or_default();
    let indexed = indexed(context.plan, id, node);
    let mut suggestions: Vec<Suggestion> = memory.into_iter().collect();
    suggestions.extend(indexed);
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "sorting {} goes through {} on disk",
            counted(rows, "row"),
            kilobytes(disk)
        ),
        why: format!(
            "{} written by {} (from the first kilobyte on); in memory they take about {}",
            kilobytes(disk),
            if node.workers.is_empty() {
                "the sort"
            } else {
                "one of the processes"
            },
            kilobytes(wanted)
        ),
        saving_ms: spent(context, &[id], disk),
        share: time.self_share,
        suggestions,
    })
}

/// Kilobytes on disk of the process that had most there.
fn disk(node: &Node) -> Option<f64> {
    let workers = node.workers.iter().map(|w| w.properties.as_slice());
    workers
        .chain([node.properties.as_slice()])
        .filter_map(of_process)
        .max_by(f64::total_cmp)
        .filter(|kb| *kb > 0.0)
}

fn of_process(properties: &[Property]) -> Option<f64> {
    let number = |name| find(properties, name).and_then(Value::number);
    if find(properties, "Sort Space Type").and_then(Value::text) == Some("Disk") {
        return number("Sort Space Used");
    }
    // An incremental sort tells of its groups.
    ["Full-sort Groups", "Pre-sorted Groups"]
        .into_iter()
        .filter_map(|groups| match find(properties, groups)? {
            Value::Group(group) => match find(group, "Sort Space Disk")? {
                Value::Group(space) => find(space, "Peak Sort Space Used")?.number(),
                Value::Text(_) | Value::List(_) => None,
            },
            Value::Text(_) | Value::List(_) => None,
        })
        .max_by(f64::total_cmp)
}

/// An index that has the rows in order, where all of a table is sorted by columns of it.
fn indexed(plan: &Plan, id: usize, node: &Node) -> Option<Suggestion> {
    let below = plan.children(id).next()?;
    let scan = plan.nodes.get(source(plan, below))?;
    if scan.kind != "Seq Scan" || scan.text("Filter").is_some() {
        return None;
    }
    let keys: Vec<String> = node
        .texts("Sort Key")
        .into_iter()
        .map(|key| plain_key(key, alias(scan)))
        .collect::<Option<_>>()?;
    let table = table(scan)?;
    (!keys.is_empty()).then(|| {
        noted(
            sql(
                SuggestionKind::Index,
                format!("Have the rows of {table} in order"),
                format!(
                    "CREATE INDEX CONCURRENTLY ON {table} ({});",
                    keys.join(", ")
                ),
            ),
            "Best with a LIMIT: the first rows come at once. For all rows of a large table the planner may sort all the same.",
        )
    })
}

/// A sort key as an index takes it: `bought_at DESC`; `None` if it is no column of the table.
fn plain_key(key: &str, alias: Option<&str>) -> Option<String> {
    let own = alias.and_then(|alias| {
        key.strip_prefix(&crate::advice::quoted(alias))?
            .strip_prefix('.')
    });
    let key = own.unwrap_or(key);
    let column = key.split_whitespace().next()?;
    (!column.contains(['(', ')', '.', '\''])).then(|| key.to_owned())
}
