#![doc = include_str!("bitmap_and.md")]

use super::condition::{Term, terms};
use super::known;
use super::suggest::{noted, sql};
use super::walk::{inputs, rows};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{SuggestionKind, quoted};
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "bitmap-and",
    title: "Two indexes for one question",
    page: include_str!("bitmap_and.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter(|(_, node)| node.kind == "BitmapAnd")
        .filter_map(|(id, _)| advice(context, id))
        .collect()
}

/// What one index gave.
struct Side {
    column: String,
    is_equality: bool,
    rows: f64,
    ms: Option<f64>,
}

fn advice(context: &PlanContext<'_>, id: usize) -> Option<Advice> {
    let plan = context.plan;
    let mut sides: Vec<Side> = inputs(plan, id)
        .map(|at| side(context, at))
        .collect::<Option<_>>()?;
    // Equality stands first in an index; of two ranges, only the first one narrows what is read.
    sides.sort_by(|a, b| {
        b.is_equality
            .cmp(&a.is_equality)
            .then(a.rows.total_cmp(&b.rows))
    });
    let [first, second] = sides.as_slice() else {
        return None;
    };
    if first.column == second.column {
        return None;
    }
    let (heap, node) = heap(plan, id)?;
    let found = rows(context, heap)
        + node.loops()
            * ["Rows Removed by Filter", "Rows Removed by Index Recheck"]
                .iter()
                .filter_map(|name| node.number(name))
                .sum::<f64>();
    let time = context.time(id);
    let read = if first.is_equality { found } else { first.rows };
    // One index reads what it finds at the pace of the one that is spared.
    let left = |ms: f64| ms * (read / first.rows.max(1.0)).min(1.0);
    let saving = time
        .total_ms
        .zip(first.ms)
        .map(|(all, ms)| (all - left(ms)).max(0.0));
    let in_vain = first.rows + second.rows - 2.0 * found;
    if in_vain < context.settings.bitmap_and_rows || !context.is_worth(saving) {
        return None;
    }
    if known::is_indexed(context, node, &[&first.column, &second.column]) {
        return None;
    }
    let (table, name) = (words::table(node)?, words::name(node));
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!("two indexes of {name} are read to find what both of them know"),
        why: format!(
            "{} entries of {} and {} of {} are read for {} (from {} read in vain on)",
            words::count(first.rows),
            first.column,
            words::count(second.rows),
            second.column,
            words::counted(found, "row"),
            words::count(context.settings.bitmap_and_rows)
        ),
        saving_ms: saving,
        share: time.total_share,
        suggestions: vec![noted(
            sql(
                SuggestionKind::Index,
                "Index both columns together",
                format!(
                    "CREATE INDEX CONCURRENTLY ON {table} ({}, {});",
                    quoted(&first.column),
                    quoted(&second.column)
                ),
            ),
            format!(
                "It also serves what the index on {} alone does.",
                first.column
            ),
        )],
    })
}

/// What one of the indexes was asked; `None` if that isn't about one column alone, as a B-tree has it.
fn side(context: &PlanContext<'_>, at: usize) -> Option<Side> {
    let node = context.plan.nodes.get(at)?;
    let terms = terms(node.text("Index Cond")?);
    let first = terms.first()?;
    let same = |term: &Term| term.is_indexable() && term.column.name == first.column.name;
    (node.kind == "Bitmap Index Scan" && terms.iter().all(same)).then(|| Side {
        column: first.column.name.clone(),
        is_equality: terms.iter().any(|t| t.operator.is_equality()),
        rows: rows(context, at),
        ms: context.time(at).total_ms,
    })
}

/// The scan that reads what the bitmap says.
fn heap(plan: &Plan, id: usize) -> Option<(usize, &Node)> {
    let mut at = plan.nodes.get(id)?.parent?;
    loop {
        let node = plan.nodes.get(at)?;
        if node.kind == "Bitmap Heap Scan" {
            return Some((at, node));
        }
        at = node.parent?;
    }
}
