//! Time that is no node's: triggers, serialization, and what is left.

use super::Outside;
use super::ledger::Ledger;
use crate::plan::{Plan, Trigger};

/// What the execution took, in all and beside the tree.
#[derive(Default)]
pub(super) struct Spent {
    pub(super) execution_ms: Option<f64>,
    pub(super) remainder_ms: Option<f64>,
    pub(super) outside: Vec<Outside>,
    pub(super) inside: Vec<Outside>,
}

/// What is off by less than this is a sum of binary fractions, not time.
const NOTHING_MS: f64 = 1e-9;

/// Works out what stands beside the tree. Nothing, if no node was timed.
pub(super) fn spent(plan: &Plan, ledger: &Ledger) -> Spent {
    if !ledger.timed {
        return Spent::default();
    }
    let timed = || ledger.entries.iter().filter(|e| e.total_ms.is_some());
    // Everybody's time was taken from somebody's, so that the sum is what the root and unread CTEs took.
    let tree_ms: f64 = timed().map(|entry| entry.own_ms).sum();
    let twice_ms: f64 = timed().map(|entry| (-entry.own_ms).max(0.0)).sum();
    let unexplained: f64 = timed().map(|entry| entry.deficit(entry.own_ms)).sum();
    let serialization = plan.serialization.as_ref().and_then(|made| made.ms);
    let measured = plan.execution_ms.or(plan.duration_ms);
    let room = measured.map(|ms| ms - tree_ms - serialization.unwrap_or(0.0));

    let (mut outside, inside) = triggers(&plan.triggers, room);
    outside.extend(serialization.map(|ms| entry("serialization", ms)));
    let listed: f64 = outside.iter().map(|entry| entry.ms).sum();
    let execution_ms = measured.unwrap_or(tree_ms + listed);
    let remainder_ms = execution_ms - tree_ms - listed;
    if unexplained > 0.0 {
        outside.push(entry("start and end", remainder_ms));
        outside.push(entry("counted twice", -twice_ms));
    } else {
        outside.push(entry("start and end", remainder_ms - twice_ms));
    }
    outside.retain(|entry| entry.ms.abs() > NOTHING_MS);
    outside.sort_by(|a, b| b.ms.total_cmp(&a.ms));
    Spent {
        execution_ms: Some(execution_ms),
        remainder_ms: Some(remainder_ms),
        outside,
        inside,
    }
}

/// Parts triggers into those that ran after the tree and those that ran within it. The plan doesn't say which: but the
/// first can't have taken longer than what the tree leaves of the execution. Constraints are kept after it.
fn triggers(triggers: &[Trigger], room_ms: Option<f64>) -> (Vec<Outside>, Vec<Outside>) {
    let mut timed: Vec<(&Trigger, f64)> = triggers
        .iter()
        .filter_map(|trigger| Some((trigger, trigger.ms?)))
        .collect();
    timed.sort_by(|(a, a_ms), (b, b_ms)| {
        let after = b.constraint.is_some().cmp(&a.constraint.is_some());
        after.then(b_ms.total_cmp(a_ms))
    });
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    // Each of the figures is rounded.
    let mut room_ms = room_ms.map(|ms| ms + 0.0005 * (timed.len() + 2) as f64);
    for (trigger, ms) in timed {
        let entry = Outside {
            what: trigger_name(trigger),
            ms,
            calls: Some(trigger.calls),
        };
        match &mut room_ms {
            Some(room) if trigger.constraint.is_none() && ms > *room => inside.push(entry),
            Some(room) => {
                *room -= ms;
                outside.push(entry);
            }
            None => outside.push(entry),
        }
    }
    (outside, inside)
}

fn trigger_name(trigger: &Trigger) -> String {
    match &trigger.constraint {
        Some(constraint) if trigger.name.is_empty() => {
            format!("trigger for constraint {constraint}")
        }
        _ => format!("trigger {}", trigger.name),
    }
}

fn entry(what: &str, ms: f64) -> Outside {
    Outside {
        what: what.to_owned(),
        ms,
        calls: None,
    }
}
