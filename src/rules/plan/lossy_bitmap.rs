#![doc = include_str!("lossy_bitmap.md")]

use super::suggest::work_mem;
use super::words::{count, counted, name};
use super::{Advice, PlanContext, PlanRule};
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "lossy-bitmap",
    title: "Bitmap too large for its memory",
    page: include_str!("lossy_bitmap.md"),
    check,
};

/// Kilobytes that a page takes in a bitmap which knows its rows, with a quarter to spare: 64 bytes.
const KB_PER_PAGE: f64 = 64.0 / 1_024.0 * 1.25;

/// How many rows are rechecked in vain in the time that it takes to give one out, as measured.
const KEPT: f64 = 3.0;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    if node.kind != "Bitmap Heap Scan" {
        return None;
    }
    let lossy = node.number("Lossy Heap Blocks").filter(|n| *n > 0.0)?;
    // A BRIN index knows pages only, and has no exact ones.
    let exact = node.number("Exact Heap Blocks").filter(|n| *n > 0.0)?;
    let time = context.time(id);
    let number = |name| node.number(name).unwrap_or_default() * node.loops();
    let rechecked = number("Rows Removed by Index Recheck");
    let read = rechecked + number("Rows Removed by Filter") + time.rows?;
    let saving_ms = time.self_ms.map(|ms| {
        let kept = (read - rechecked) * KEPT;
        ms * rechecked / (rechecked + kept).max(1.0)
    });
    // Pages are counted over all loops, but each loop has a bitmap of its own.
    let wanted = (exact + lossy) / node.loops().max(1.0) * time.processes.max(1.0) * KB_PER_PAGE;
    context.is_worth(saving_ms).then(|| Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "the bitmap for {} has no room for rows, so {} are checked in vain",
            name(node),
            counted(rechecked, "row")
        ),
        why: format!(
            "{} of {} pages without their rows (from the first on), {} of {} rows read removed by the recheck",
            count(lossy),
            count(exact + lossy),
            count(rechecked),
            count(read)
        ),
        saving_ms,
        share: time.total_share,
        suggestions: work_mem(wanted).into_iter().collect(),
    })
}
