//! From candidates to the smallest set of indexes that saves the most.
//!
//! For each statement the planner is first shown all of its candidates, which tells the best that there is; then the
//! simplest index that comes near it is looked for. What all statements want together is made smaller where one index
//! does the work of another, and cut to the budgets. The ideas are those of the literature: per-statement best sets
//! and merging (Chaudhuri and Narasayya's tuning advisor), and relaxation of a set that is too large (Bruno and
//! Chaudhuri), with as few questions to the planner as will do.
//!
//! | file | what it knows |
//! |---|---|
//! | `asker` | questions put together so that few transactions ask them; answers remembered |
//! | `rank` | which of two indexes that do the same is the simpler one |
//! | `goal` | what a statement should cost, and when it is near enough |
//! | `narrow` | the simplest set for each statement |
//! | `whole` | the set for all statements: consolidation, budgets, writes |

mod asker;
mod goal;
mod narrow;
mod rank;
mod whole;

use super::candidates::Candidate;
use super::costs::{Costs, Stopped};
use super::load::Load;
use super::outcome::Served;
use super::settings::IndexSettings;
use crate::catalog::Index;
use asker::Asker;
use goal::{Goal, goal};

/// What there is to choose from, and what binds the choice.
pub(super) struct Problem<'a> {
    /// The statements.
    pub load: &'a Load,
    /// Indexes that may be made.
    pub candidates: &'a [Candidate],
    /// The size of an index in bytes.
    pub bytes: &'a dyn Fn(&Index) -> Option<u64>,
    /// Whether each statement wants the first rows of an order only, or an end of it.
    pub is_bounded: &'a [bool],
    /// How many different values the first column of an index has; 0 where nobody knows.
    pub spread: &'a dyn Fn(&Index) -> u64,
    /// What keeping an index up to date costs, in units of the planner per second.
    pub writes: &'a dyn Fn(&Index) -> Option<f64>,
    /// Budgets and thresholds.
    pub settings: &'a IndexSettings,
}

/// How far the choice has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Plans asked for up to now.
    pub asked: u64,
    /// What is done: steps of about the same length.
    pub done: usize,
    /// How many steps there are.
    pub steps: usize,
}

/// The chosen indexes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Chosen {
    /// The indexes, in the order of their definitions.
    pub indexes: Vec<Pick>,
    /// What each statement costs today.
    pub before: Vec<Option<f64>>,
    /// What it would cost.
    pub after: Vec<Option<f64>>,
    /// How many plans were asked for.
    pub asked: u64,
    /// The most indexes that one question was about.
    pub most_at_once: usize,
}

/// An index that was chosen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pick {
    /// The index.
    pub index: Index,
    /// Why.
    pub reasons: Vec<String>,
    /// The statements that it serves, the one that gains most first.
    pub serves: Vec<Served>,
}

/// Chooses indexes. `watch` hears how far it has come, and ends it by `false`.
///
/// # Errors
///
/// When nobody answers any more, or `watch` ended it.
pub(super) fn select(
    problem: &Problem<'_>,
    costs: &mut dyn Costs,
    watch: &mut dyn FnMut(Progress) -> bool,
) -> Result<Chosen, Stopped> {
    let mut asker = Asker::new(problem, costs, watch);
    let before = asker.base()?;
    asker.step()?;
    let best = asker.best(&before)?;
    asker.step()?;
    let goals: Vec<Option<Goal>> = (0..problem.load.statements.len())
        .map(|at| {
            let before = before.get(at).copied().flatten()?;
            goal(problem, at, before, best.get(at)?.as_ref()?)
        })
        .collect();
    let wanted = narrow::narrow(problem, &mut asker, &goals)?;
    asker.step()?;
    let set = whole::whole(problem, &mut asker, &goals, &before, &wanted)?;
    asker.step()?;
    finish(problem, &mut asker, before, &set)
}

/// Asks once more with nothing but the chosen ones, and says which statement each of them serves.
fn finish(
    problem: &Problem<'_>,
    asker: &mut Asker<'_, '_>,
    before: Vec<Option<f64>>,
    set: &[usize],
) -> Result<Chosen, Stopped> {
    let mut set = set.to_vec();
    let all: Vec<usize> = (0..problem.load.statements.len()).collect();
    loop {
        let answers = asker.with(&set, &all)?;
        let mut serves: Vec<Vec<Served>> = set.iter().map(|_| Vec::new()).collect();
        let mut worse = None;
        for (statement, answer) in answers.iter().enumerate() {
            let (Some(answer), Some(before)) = (answer, before.get(statement).copied().flatten())
            else {
                continue;
            };
            for used in &answer.uses {
                let Some(at) = set.iter().position(|candidate| candidate == used) else {
                    continue;
                };
                if answer.total > before * 1.01 {
                    worse = worse.or(Some(at));
                } else if answer.total < before * 0.99
                    && let (Some(list), Some(asked)) =
                        (serves.get_mut(at), problem.load.statements.get(statement))
                {
                    list.push(Served {
                        statement,
                        calls: asked.calls,
                        before,
                        after: answer.total,
                    });
                }
            }
        }
        // A plan that is dearer than before is one that the planner was led into; nobody wants that.
        let useless = serves.iter().position(Vec::is_empty);
        if let Some(at) = worse.or(useless) {
            set.remove(at);
            continue;
        }
        let indexes = set.iter().zip(serves).filter_map(|(at, mut serves)| {
            let candidate = problem.candidates.get(asker.original(*at))?;
            let gain = |s: &Served| s.calls * (s.before - s.after);
            serves.sort_by(|a, b| {
                let by_gain = gain(b).total_cmp(&gain(a));
                by_gain.then(a.statement.cmp(&b.statement))
            });
            Some(Pick {
                index: candidate.index.clone(),
                reasons: candidate.reasons.clone(),
                serves,
            })
        });
        return Ok(Chosen {
            indexes: indexes.collect(),
            before,
            after: answers.into_iter().map(|a| Some(a?.total)).collect(),
            asked: asker.asked(),
            most_at_once: asker.most_at_once(),
        });
    }
}
