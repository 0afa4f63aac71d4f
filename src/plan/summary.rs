//! A plan's time and usage by table, by index and by kind of node.

use rustc_hash::FxHashMap;

use super::relation::tables;
use super::{Node, Plan, Timing, Usage};

/// What all nodes of one table, index or kind took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sum {
    /// The table, index or kind.
    pub name: String,
    /// Its nodes, in the order of the plan.
    pub nodes: Vec<usize>,
    /// Milliseconds of their own; `None` if none was timed.
    pub self_ms: Option<f64>,
    /// Part of the execution that is their own, 0 to 1.
    pub share: f64,
    /// Rows that they gave, over all loops; `None` if none ran. For a table, those of its scans.
    pub rows: Option<f64>,
    /// What is their own of what was read and written.
    pub own: Usage,
}

/// By table, the longest first. An index is read for its table.
#[must_use]
pub fn by_table(plan: &Plan, timing: &Timing) -> Vec<Sum> {
    let tables = tables(plan);
    sums(plan, timing, |id, node| {
        let table = plan.nodes.get(tables.get(id).copied().flatten()?)?;
        let gives_rows = node.relation.is_some() && node.kind != "ModifyTable";
        Some((table.qualified_relation()?, gives_rows))
    })
}

/// By index, the longest first.
#[must_use]
pub fn by_index(plan: &Plan, timing: &Timing) -> Vec<Sum> {
    sums(plan, timing, |_, node| Some((node.index.clone()?, true)))
}

/// By kind of node, the longest first.
#[must_use]
pub fn by_kind(plan: &Plan, timing: &Timing) -> Vec<Sum> {
    sums(plan, timing, |_, node| Some((node.kind.clone(), true)))
}

/// Sums up nodes under what `key` calls them, with their rows if it says so.
fn sums(
    plan: &Plan,
    timing: &Timing,
    key: impl Fn(usize, &Node) -> Option<(String, bool)>,
) -> Vec<Sum> {
    let mut sums: Vec<Sum> = Vec::new();
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    for ((id, node), time) in plan.nodes.iter().enumerate().zip(&timing.nodes) {
        let Some((name, gives_rows)) = key(id, node) else {
            continue;
        };
        let place = *places.entry(name.clone()).or_insert_with(|| {
            sums.push(Sum {
                name,
                ..Sum::default()
            });
            sums.len() - 1
        });
        if let Some(sum) = sums.get_mut(place) {
            sum.nodes.push(id);
            sum.self_ms = plus(sum.self_ms, time.self_ms);
            sum.share += time.self_share;
            sum.rows = plus(sum.rows, time.rows.filter(|_| gives_rows));
            sum.own = sum.own.plus(time.own);
        }
    }
    let blocks = |sum: &Sum| sum.own.shared.hit + sum.own.shared.read;
    sums.sort_by(|a, b| {
        let ms = |sum: &Sum| sum.self_ms.unwrap_or(-1.0);
        let order = ms(b).total_cmp(&ms(a));
        let order = order.then_with(|| blocks(b).total_cmp(&blocks(a)));
        order.then_with(|| a.name.cmp(&b.name))
    });
    sums
}

fn plus(sum: Option<f64>, more: Option<f64>) -> Option<f64> {
    match (sum, more) {
        (Some(sum), Some(more)) => Some(sum + more),
        (one, other) => one.or(other),
    }
}
