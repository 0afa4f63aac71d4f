//! Scans that read rows to throw them away, the partitions of a table together.

use super::PlanContext;
use super::condition::Term;
use super::walk::{is_scan, partition_of, partitioned, removed, rows};
use super::words;
use crate::advice::quoted;
use crate::plan::Node;

/// A scan with a filter.
pub(super) struct Filtered<'a> {
    /// The scan, or what puts the scans of the partitions together.
    pub(super) id: usize,
    /// The scan, or that of the first partition, by its place.
    pub(super) first: usize,
    /// The same.
    pub(super) node: &'a Node,
    /// How many partitions; 1 if there are none.
    pub(super) parts: usize,
    /// Rows that the filter removed.
    pub(super) removed: f64,
    /// Rows that it left.
    pub(super) kept: f64,
    /// Milliseconds of the scans themselves.
    pub(super) self_ms: Option<f64>,
    /// Part of the execution that they take.
    pub(super) share: f64,
}

/// What a filter has to remove for a rule to tell of it.
#[derive(Clone, Copy)]
pub(super) struct Threshold {
    /// Rows.
    pub(super) rows: f64,
    /// Part of the rows, 0 to 1.
    pub(super) part: f64,
}

/// The scans whose filter removes at least that, and whose share of the execution is worth a word.
pub(super) fn filtered<'a>(context: &PlanContext<'a>, threshold: Threshold) -> Vec<Filtered<'a>> {
    let plan = context.plan;
    let mut found: Vec<Filtered<'a>> = Vec::new();
    for (at, node) in plan.nodes.iter().enumerate() {
        if !is_scan(node) || !node.ran() || node.text("Filter").is_none() {
            continue;
        }
        let time = context.time(at);
        let whole = partition_of(node).and(node.parent).filter(|parent| {
            plan.nodes
                .get(*parent)
                .is_some_and(|p| p.kind == "Append" || p.kind == "Merge Append")
        });
        let id = whole.unwrap_or(at);
        let other = found
            .iter_mut()
            .find(|f| f.id == id && partition_of(f.node) == partition_of(node));
        if let Some(other) = other {
            other.parts += 1;
            other.removed += removed(node);
            other.kept += rows(context, at);
            other.self_ms = other.self_ms.zip(time.self_ms).map(|(a, b)| a + b);
            other.share += time.self_share;
        } else {
            found.push(Filtered {
                id,
                first: at,
                node,
                parts: 1,
                removed: removed(node),
                kept: rows(context, at),
                self_ms: time.self_ms,
                share: time.self_share,
            });
        }
    }
    found.retain(|f| {
        f.removed >= threshold.rows
            && f.part() >= threshold.part
            && (context.timing.execution_ms.is_none() || f.share >= context.settings.share)
    });
    found
}

impl Filtered<'_> {
    /// The part of the rows that the filter removed.
    pub(super) fn part(&self) -> f64 {
        self.removed / (self.removed + self.kept).max(1.0)
    }

    /// What an index that finds the kept rows alone would save: it fetches them one by one, which the planner's
    /// `random_page_cost` takes to be four times as dear as reading on.
    pub(super) fn saving(&self) -> Option<f64> {
        let left = (4.0 * (1.0 - self.part())).min(1.0);
        self.self_ms.map(|ms| ms * (1.0 - left))
    }

    /// The measured values beside the thresholds.
    pub(super) fn why(&self, threshold: Threshold) -> String {
        format!(
            "the filter removes {} of {} rows read, {} (from {} and {} on)",
            words::count(self.removed),
            words::count(self.removed + self.kept),
            words::percent(self.part()),
            words::counted(threshold.rows, "row"),
            words::percent(threshold.part)
        )
    }

    /// What is compared, as an index on it says it: without the table's name, and without the casts that texts in quotes
    /// get, as they are texts anyway.
    pub(super) fn expression(&self, term: &Term) -> String {
        let plain = term.expression.replace("'::TEXT", "'");
        match words::alias(self.node) {
            Some(alias) => plain.replace(&format!("{}.", quoted(alias)), ""),
            None => plain,
        }
    }

    /// The table as sentences name it.
    pub(super) fn name(&self) -> &str {
        partitioned(self.node)
            .or_else(|| partition_of(self.node))
            .unwrap_or_else(|| words::name(self.node))
    }

    /// The table as statements name it; of partitions whose table the plan doesn't name, the first of them.
    pub(super) fn table(&self) -> String {
        let parent = partitioned(self.node).map(|name| match &self.node.schema {
            Some(schema) => format!("{}.{}", quoted(schema), quoted(name)),
            None => quoted(name),
        });
        parent
            .or_else(|| words::table(self.node))
            .unwrap_or_default()
    }

    /// `CREATE INDEX` over `what`, with its brackets. An index over partitions can't be built concurrently.
    pub(super) fn create_index(&self, what: &str) -> String {
        let concurrently = if partitioned(self.node).is_some() {
            ""
        } else {
            "CONCURRENTLY "
        };
        format!("CREATE INDEX {concurrently}ON {} {what};", self.table())
    }
}
