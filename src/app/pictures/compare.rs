//! Two plans side by side, as they are drawn.

use super::plan::{blocks, rows, time};
use crate::plan::{Change, Comparison, Pair, Plan, Sides, compare};
use crate::rules::plan::Explained;

/// The plan that is shown beside the pinned one.
#[derive(Debug)]
pub(crate) struct Compared {
    /// What the whole took, before and after.
    pub(crate) totals: Vec<(&'static str, String)>,
    pub(crate) rows: Vec<PairRow>,
}

/// A node before and after.
#[derive(Debug)]
pub(crate) struct PairRow {
    pub(crate) depth: usize,
    /// The node in the plan that is shown; `None` if only the pinned one has it.
    pub(crate) node: Option<usize>,
    pub(crate) title: String,
    /// What is different about it, figures aside.
    pub(crate) changes: String,
    /// `210 ms → 4.2 ms`.
    pub(crate) own: String,
    pub(crate) rows: String,
    pub(crate) blocks: String,
    /// How much more of its own it takes, as a part of the longer execution: less if below zero.
    pub(crate) gain: f64,
    /// Whether only one of the plans has it.
    pub(crate) alone: bool,
}

impl Compared {
    /// Lays `after` beside `before`.
    pub(crate) fn new(before: &Explained, after: &Explained) -> Self {
        let comparison = compare(&before.plan, &after.plan);
        let longer = [before.ms(), after.ms()]
            .into_iter()
            .flatten()
            .fold(f64::MIN_POSITIVE, f64::max);
        let Comparison { pairs, .. } = &comparison;
        let rows = pairs
            .iter()
            .map(|pair| row(pair, &before.plan, &after.plan, longer))
            .collect();
        let mut totals = vec![("execution", sides(comparison.execution_ms, time))];
        totals.push(("planning", sides(comparison.planning_ms, time)));
        totals.push(("buffers", sides(comparison.blocks, blocks)));
        totals.push(("spilled", sides(comparison.temp_written, blocks)));
        totals.retain(|(_, text)| !text.is_empty());
        Self { totals, rows }
    }
}

fn row(pair: &Pair, before: &Plan, after: &Plan, longer: f64) -> PairRow {
    let node = match (pair.after, pair.before) {
        (Some(id), _) => after.nodes.get(id),
        (None, Some(id)) => before.nodes.get(id),
        (None, None) => None,
    };
    let own = (pair.self_ms.before, pair.self_ms.after);
    let more = own.1.unwrap_or(0.0) - own.0.unwrap_or(0.0);
    let changes: Vec<String> = pair.changes.iter().map(said).collect();
    let alone = pair.before.is_none() || pair.after.is_none();
    PairRow {
        depth: node.map_or(0, |n| n.depth),
        node: pair.after,
        title: node.map_or_else(String::new, |n| match &n.relation {
            Some(relation) => format!("{} {relation}", n.title),
            None => n.title.clone(),
        }),
        changes: match (pair.before, pair.after) {
            (None, Some(_)) => "only here".to_owned(),
            (Some(_), None) => "only in the pinned plan".to_owned(),
            _ => changes.join("; "),
        },
        own: sides(pair.self_ms, time),
        rows: sides(pair.rows, rows),
        blocks: sides(pair.blocks, blocks),
        gain: more / longer,
        alone,
    }
}

/// A difference in a few words.
fn said(change: &Change) -> String {
    let or_none = |index: &Option<String>| index.clone().unwrap_or_else(|| "no index".to_owned());
    match change {
        Change::Kind { before, after } => format!("{before} → {after}"),
        Change::Index { before, after } => format!("{} → {}", or_none(before), or_none(after)),
        Change::Condition {
            condition,
            before,
            after,
        } => match (before, after) {
            (Some(before), Some(after)) => format!("{condition}: {before} → {after}"),
            (None, Some(after)) => format!("new {after} {condition}"),
            (Some(before), None) => format!("no {before} {condition}"),
            (None, None) => condition.clone(),
        },
        Change::Keys {
            name,
            before,
            after,
        } => format!("{name} {} → {}", before.join(", "), after.join(", ")),
    }
}

/// Both figures, or one where they are equal or only one is known.
fn sides(sides: Sides, text: impl Fn(f64) -> String) -> String {
    match (sides.before.map(&text), sides.after.map(&text)) {
        (Some(a), Some(b)) if a == b => a,
        (Some(a), Some(b)) => format!("{a} → {b}"),
        (Some(a), None) => format!("{a} → –"),
        (None, Some(b)) => format!("– → {b}"),
        (None, None) => String::new(),
    }
}
