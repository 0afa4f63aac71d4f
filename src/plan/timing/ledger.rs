//! What is a node's own, once everybody has been charged for what they asked for.

use super::payers;
use super::tree::Tree;
use crate::plan::{Plan, Role, Usage};

/// Half of the last digit that the server writes, in milliseconds.
const ROUNDING_MS: f64 = 0.0005;

/// A node's account.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    /// With all that it waited for, of the clock on the wall.
    pub(super) total_ms: Option<f64>,
    /// Without; below zero if that took longer than itself.
    pub(super) own_ms: f64,
    /// How far `own_ms` may be off.
    pub(super) slack_ms: f64,
    /// How far `total_ms` may be off.
    pub(super) total_slack_ms: f64,
    /// What is its own of what was read and written.
    pub(super) usage: Usage,
}

pub(super) struct Ledger {
    pub(super) entries: Vec<Entry>,
    /// CTEs that change rows and that nobody read.
    pub(super) unread: Vec<usize>,
    pub(super) timed: bool,
}

impl Ledger {
    pub(super) fn new(plan: &Plan, tree: &Tree) -> Self {
        let mut ledger = Self {
            entries: (0..plan.nodes.len())
                .map(|id| entry(plan, tree, id))
                .collect(),
            unread: Vec::new(),
            timed: plan.is_timed(),
        };
        ledger.charge_parents(plan, tree);
        payers::charge_init_plans(plan, tree, &mut ledger);
        payers::charge_ctes(plan, tree, &mut ledger);
        ledger
    }

    /// A node that has no time of its own passes the bill on, else its children's time would count twice.
    fn charge_parents(&mut self, plan: &Plan, tree: &Tree) {
        let mut payers: Vec<Option<usize>> = Vec::with_capacity(plan.nodes.len());
        for (id, node) in plan.nodes.iter().enumerate() {
            let payer = tree.parent(id).and_then(|parent| {
                if self.timed && self.total_ms(parent).is_none() {
                    payers.get(parent).copied().flatten()
                } else {
                    Some(parent)
                }
            });
            payers.push(payer);
            if node.role != Some(Role::InitPlan)
                && let Some(payer) = payer
            {
                self.charge(payer, id, plan);
            }
        }
    }

    pub(super) fn total_ms(&self, id: usize) -> Option<f64> {
        self.entries.get(id)?.total_ms
    }

    pub(super) fn get(&self, id: usize) -> Entry {
        self.entries.get(id).copied().unwrap_or_default()
    }

    /// Whether a node has time left for what `id` took.
    pub(super) fn affords(&self, payer: usize, id: usize) -> bool {
        let (payer, bill) = (self.get(payer), self.get(id));
        let ms = bill.total_ms.unwrap_or(0.0);
        !self.timed || payer.own_ms + payer.slack_ms + bill.total_slack_ms >= ms
    }

    /// Takes from a node's own what `id` took with all that it waited for.
    pub(super) fn charge(&mut self, payer: usize, id: usize, plan: &Plan) {
        let bill = self.get(id);
        let usage = plan.nodes.get(id).map_or(Usage::default(), |n| n.usage);
        let ms = bill.total_ms.unwrap_or(0.0);
        self.take(payer, ms, bill.total_slack_ms, usage);
    }

    pub(super) fn take(&mut self, payer: usize, ms: f64, slack_ms: f64, usage: Usage) {
        if let Some(entry) = self.entries.get_mut(payer) {
            entry.own_ms -= ms;
            entry.slack_ms += slack_ms;
            entry.usage = entry.usage.zip(usage, |own, other| own - other);
        }
    }
}

impl Entry {
    /// What is missing of the time that others took from it, if that is more than rounding can do.
    pub(super) fn deficit(&self, own_ms: f64) -> f64 {
        // What a sum of binary fractions is off by is no deficit either.
        if own_ms < -self.slack_ms - 1e-9 {
            -own_ms
        } else {
            0.0
        }
    }
}

fn entry(plan: &Plan, tree: &Tree, id: usize) -> Entry {
    let Some(node) = plan.nodes.get(id) else {
        return Entry::default();
    };
    let times = node.loops() / tree.processes(id);
    let total_ms = node
        .total_ms()
        .map(|ms| ms * times)
        .filter(|ms| node.ran() && ms.is_finite() && *ms >= 0.0);
    let slack_ms = total_ms.map_or(0.0, |_| ROUNDING_MS * times);
    Entry {
        total_ms,
        own_ms: total_ms.unwrap_or(0.0),
        slack_ms,
        total_slack_ms: slack_ms,
        usage: node.usage,
    }
}
