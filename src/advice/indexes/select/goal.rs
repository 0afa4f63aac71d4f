//! What a statement should cost, and when that is near enough.

use super::Problem;
use crate::advice::indexes::costs::Cost;

/// Units of the planner that nobody feels: a handful of rows fetched from a handful of pages.
const UNFELT: f64 = 30.0;
/// The same where only the first rows in some order are wanted: there a few units more may be thousands on another day,
/// when those that are wanted come late.
const UNFELT_IN_ORDER: f64 = 3.0;
/// Units of the planner, in all calls together, for which nobody makes an index: about a hundred pages read.
const WORTH: f64 = 100.0;
/// The part of what is gained that a simpler index may leave.
const LEFT: f64 = 0.005;
/// How many times dearer than the best a simpler index may be at the very most.
const SIMPLER: f64 = 3.0;
/// The part of what is gained that leaving a whole index out may leave.
const LEFT_WITHOUT: f64 = 0.01;

/// What a statement should cost.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Goal {
    /// What it uses when it may use all that it could.
    pub(super) uses: Vec<usize>,
    /// What it may cost with something simpler.
    pub(super) enough: f64,
    /// What it may cost with an index less.
    pub(super) enough_without: f64,
}

/// The goal of a statement; `None` when there is too little to gain.
pub(super) fn goal(problem: &Problem<'_>, at: usize, before: f64, best: &Cost) -> Option<Goal> {
    let gain = before - best.total;
    let calls = problem.load.statements.get(at).map_or(1.0, |s| s.calls);
    let bounded = problem.is_bounded.get(at).copied().unwrap_or(false);
    if gain < UNFELT_IN_ORDER
        || gain * calls < WORTH
        || gain < problem.settings.least_saving * before
        || best.uses.is_empty()
    {
        return None;
    }
    let unfelt = if bounded { UNFELT_IN_ORDER } else { UNFELT };
    let near = (best.total * problem.settings.tolerance).max(best.total + unfelt);
    let left = if bounded { 0.0 } else { LEFT * gain };
    let most = before * (1.0 - problem.settings.least_saving);
    Some(Goal {
        uses: best.uses.clone(),
        enough: near
            .max((best.total + left).min(best.total * SIMPLER))
            .min(most),
        enough_without: near.max(best.total + LEFT_WITHOUT * gain).min(most),
    })
}
