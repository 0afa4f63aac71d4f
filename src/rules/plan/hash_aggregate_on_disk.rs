#![doc = include_str!("hash_aggregate_on_disk.md")]

use super::hash_batches::memory;
use super::temp::spent;
use super::words::{counted, kilobytes};
use super::{Advice, PlanContext, PlanRule};
use crate::plan::{Node, Property, Value, find};

pub(super) const RULE: PlanRule = PlanRule {
    name: "hash-aggregate-on-disk",
    title: "Grouping on disk",
    page: include_str!("hash_aggregate_on_disk.md"),
    check,
};

/// Rows on disk are packed; groups in memory have a header and their aggregates' state.
const MEMORY_FOR_DISK: f64 = 2.5;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    if node.kind != "Aggregate" {
        return None;
    }
    let (disk, peak) = spilled(node)?;
    let time = context.time(id);
    if !context.is_worth(time.self_ms) {
        return None;
    }
    let wanted = peak + disk * MEMORY_FOR_DISK;
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "grouping into {} goes through {} on disk",
            counted(time.rows.unwrap_or_default(), "row"),
            kilobytes(disk)
        ),
        why: format!(
            "{} on disk beside {} in memory (from the first kilobyte on); all in memory takes up to {}",
            kilobytes(disk),
            kilobytes(peak),
            kilobytes(wanted)
        ),
        saving_ms: spent(context, &[id], disk),
        share: time.self_share,
        suggestions: memory(wanted).into_iter().collect(),
    })
}

/// Kilobytes on disk and in memory of the process that had most on disk.
fn spilled(node: &Node) -> Option<(f64, f64)> {
    let workers = node.workers.iter().map(|w| w.properties.as_slice());
    workers
        .chain([node.properties.as_slice()])
        .filter_map(of_process)
        .max_by(|a, b| a.0.total_cmp(&b.0))
}

fn of_process(properties: &[Property]) -> Option<(f64, f64)> {
    let number = |name| find(properties, name).and_then(Value::number);
    let disk = number("Disk Usage").filter(|kb| *kb > 0.0)?;
    Some((disk, number("Peak Memory Usage").unwrap_or_default()))
}
