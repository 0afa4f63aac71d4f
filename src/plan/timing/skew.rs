//! How evenly processes shared the work.

use crate::plan::{Actual, Plan};

/// The longest of a node's processes against their mean; `None` without `VERBOSE`, which alone tells of each worker.
/// The leader's part is what the workers leave of the whole.
pub(super) fn skew(plan: &Plan, id: usize, processes: f64) -> Option<f64> {
    let node = plan.nodes.get(id)?;
    let all_ms = node.total_ms()? * node.loops();
    let mean_ms = all_ms / processes;
    let (mut longest_ms, mut leader_ms, mut leader_loops) = (0.0_f64, all_ms, node.loops());
    let mut told = false;
    for worker in &node.workers {
        if let Actual::Ran {
            total_ms: Some(ms),
            loops,
            ..
        } = worker.actual
        {
            told = true;
            longest_ms = longest_ms.max(ms * loops);
            leader_ms -= ms * loops;
            leader_loops -= loops;
        }
    }
    if leader_loops >= 1.0 {
        longest_ms = longest_ms.max(leader_ms);
    }
    (told && mean_ms > 0.0).then(|| (longest_ms / mean_ms).max(1.0))
}
