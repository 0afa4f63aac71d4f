//! The rules about plans: each looks at one `EXPLAIN` and says what in it takes time that it need not take.
//!
//! They are rules like the others: a file, a page and a folder of cases each. What they say is ranked by what it would
//! save, and they are silent about a node whose share of the execution is too small to matter.

use crate::advice::Suggestion;
use crate::catalog::Catalog;
use crate::plan::{Node, NodeTime, Plan, Timing};

mod bitmap_and;
mod cartesian;
mod cast_on_column;
mod condition;
mod correlated_subplan;
mod count_all;
mod cte_fence;
mod cut;
mod explained;
mod filtered;
mod foreign_filter;
mod foreign_key_trigger;
mod function_on_column;
mod gather_restarted;
mod hash_aggregate_on_disk;
mod hash_batches;
mod heap_fetches;
mod in_list;
mod index;
mod index_filter;
mod io_bound;
mod jit;
mod join_filter;
mod known;
mod like_leading;
mod limit_wrong_index;
mod links;
mod lossy_bitmap;
mod memoize_thrash;
mod misestimate;
mod nested_loop;
mod not_in_unhashed;
mod or_filter;
mod order;
mod partitions_not_pruned;
mod plan_offset;
mod planning_time;
mod ranges;
mod selective_seq_scan;
mod settings;
mod sort_on_disk;
mod stale_statistics;
mod suggest;
mod temp;
mod temp_io;
mod top_n;
mod trigger_time;
mod walk;
mod words;
mod worker_skew;
mod workers_missing;

pub use explained::Explained;
pub use settings::PlanSettings;

/// What the rules look at.
#[derive(Clone, Copy, Debug)]
pub struct PlanContext<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Where its time went.
    pub timing: &'a Timing,
    /// The thresholds.
    pub settings: &'a PlanSettings,
    /// What the database consists of, where that is known.
    pub catalog: Option<&'a Catalog>,
}

/// A rule about plans.
#[derive(Clone, Copy, Debug)]
pub struct PlanRule {
    /// Its name in reports and settings.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    pub(super) check: fn(&PlanContext<'_>) -> Vec<Advice>,
}

/// What a rule says of a node, or of the plan as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// The rule's name, as in [`PLAN_RULES`].
    pub rule: &'static str,
    /// The node, by its place in [`Plan::nodes`]; `None` for the plan as a whole.
    pub node: Option<usize>,
    /// One plain sentence with their names, without a full stop: "orders is read whole to keep 50 of its rows".
    pub title: String,
    /// The measured values behind it, beside the thresholds that they passed, without a full stop:
    /// "49,950 of 50,000 rows removed by the filter".
    pub why: String,
    /// Milliseconds that the fix is expected to save; `None` where the plan can't tell.
    pub saving_ms: Option<f64>,
    /// Part of the execution, 0 to 1, that the node and its subtree take, or whatever else the advice is about.
    pub share: f64,
    /// Fixes, the best first.
    pub suggestions: Vec<Suggestion>,
}

/// All rules about plans.
pub const PLAN_RULES: &[PlanRule] = &[
    selective_seq_scan::RULE,
    index_filter::RULE,
    misestimate::RULE,
    sort_on_disk::RULE,
    hash_batches::RULE,
    hash_aggregate_on_disk::RULE,
    lossy_bitmap::RULE,
    heap_fetches::RULE,
    nested_loop::RULE,
    join_filter::RULE,
    cartesian::RULE,
    correlated_subplan::RULE,
    not_in_unhashed::RULE,
    cte_fence::RULE,
    jit::RULE,
    planning_time::RULE,
    trigger_time::RULE,
    foreign_key_trigger::RULE,
    workers_missing::RULE,
    worker_skew::RULE,
    gather_restarted::RULE,
    plan_offset::RULE,
    limit_wrong_index::RULE,
    top_n::RULE,
    memoize_thrash::RULE,
    partitions_not_pruned::RULE,
    in_list::RULE,
    function_on_column::RULE,
    cast_on_column::RULE,
    like_leading::RULE,
    count_all::RULE,
    io_bound::RULE,
    temp_io::RULE,
    foreign_filter::RULE,
    bitmap_and::RULE,
    or_filter::RULE,
    stale_statistics::RULE,
];

/// The rule about plans that is called `name`.
#[must_use]
pub fn plan_rule(name: &str) -> Option<&'static PlanRule> {
    PLAN_RULES.iter().find(|rule| rule.name == name)
}

/// What all rules say of a plan, the largest saving first; advice without a known saving comes behind, by its share.
#[must_use]
pub fn advise(context: &PlanContext<'_>) -> Vec<Advice> {
    let mut advice: Vec<Advice> = PLAN_RULES
        .iter()
        .flat_map(|rule| (rule.check)(context))
        .collect();
    let rank = |a: &Advice| (a.saving_ms.unwrap_or(-1.0), a.share);
    advice.sort_by(|a, b| {
        let ((saving_a, share_a), (saving_b, share_b)) = (rank(a), rank(b));
        saving_b
            .total_cmp(&saving_a)
            .then(share_b.total_cmp(&share_a))
            .then_with(|| (a.rule, a.node).cmp(&(b.rule, b.node)))
    });
    advice
}

impl<'a> PlanContext<'a> {
    /// The time of a node; nothing is known of a node that isn't there.
    #[must_use]
    pub fn time(&self, node: usize) -> NodeTime {
        self.timing.nodes.get(node).cloned().unwrap_or_default()
    }

    /// Whether saving `ms` milliseconds, or part of a node's time, is enough of the execution to speak of. Where nothing
    /// was timed, nothing can be said to be too small.
    fn is_worth(&self, ms: Option<f64>) -> bool {
        match (ms, self.timing.execution_ms) {
            (Some(ms), Some(all)) => ms >= self.settings.share * all,
            _ => true,
        }
    }

    /// `ms` as a part of the execution, 0 to 1.
    fn share_of(&self, ms: f64) -> f64 {
        match self.timing.execution_ms {
            Some(all) if all > 0.0 => (ms / all).clamp(0.0, 1.0),
            _ => 0.0,
        }
    }

    /// The nodes that ran and that matter, with their places.
    fn nodes(&self) -> impl Iterator<Item = (usize, &'a Node)> + '_ {
        let nodes = self.plan.nodes.iter().enumerate();
        nodes.filter(|(id, node)| node.ran() && self.matters(*id))
    }

    /// Whether the node and what it waited for take enough of the execution to speak of. Where nothing was timed,
    /// nothing can be said to be too small.
    #[must_use]
    pub fn matters(&self, node: usize) -> bool {
        self.timing.execution_ms.is_none() || self.time(node).total_share >= self.settings.share
    }
}
