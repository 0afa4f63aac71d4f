//! The set for all statements together: one index for what two would do, no more than the budgets, nothing that costs
//! more in writing than it saves.

use std::collections::{BTreeMap, BTreeSet};

use super::Problem;
use super::asker::Asker;
use super::goal::Goal;
use crate::advice::indexes::costs::{Cost, Stopped};

/// How much dearer than near enough a statement may be when an index serves another one as well.
const SHARED: f64 = 1.25;
/// Indexes up to which all subsets are tried when a budget binds.
const EXACT: usize = 8;
const MEGABYTE: f64 = 1_048_576.0;

/// The candidates to make, in order.
pub(super) fn whole(
    problem: &Problem<'_>,
    asker: &mut Asker<'_, '_>,
    goals: &[Option<Goal>],
    before: &[Option<f64>],
    wanted: &[Vec<usize>],
) -> Result<Vec<usize>, Stopped> {
    let set: BTreeSet<usize> = wanted.iter().flatten().copied().collect();
    let set: Vec<usize> = set.into_iter().collect();
    let set = consolidated(asker, goals, set)?;
    let set = worth_writing(problem, asker, before, set)?;
    within_budget(problem, asker, before, set)
}

/// The set without those whose statements the others serve nearly as well.
fn consolidated(
    asker: &mut Asker<'_, '_>,
    goals: &[Option<Goal>],
    mut set: Vec<usize>,
) -> Result<Vec<usize>, Stopped> {
    let statements: Vec<usize> = (0..goals.len())
        .filter(|at| goals.get(*at).is_some_and(Option::is_some))
        .collect();
    let mut kept: BTreeSet<usize> = BTreeSet::new();
    loop {
        // The simplest go first: what they do a wider one may do as well, not the other way round.
        let Some(at) = set.iter().copied().find(|at| !kept.contains(at)) else {
            return Ok(set);
        };
        let alone = {
            let table = asker.index(at).map(|index| &index.table);
            let others = set.iter().filter(|other| **other != at);
            !others
                .clone()
                .any(|other| asker.index(*other).map(|index| &index.table) == table)
        };
        if alone {
            kept.insert(at);
            continue;
        }
        let without: Vec<usize> = set.iter().copied().filter(|other| *other != at).collect();
        let answers = asker.with(&without, &statements)?;
        let fine = statements.iter().zip(&answers).all(|(statement, answer)| {
            let goal = goals.get(*statement).and_then(Option::as_ref);
            match (goal, answer) {
                (Some(goal), Some(cost)) => cost.total <= goal.enough * SHARED,
                _ => true,
            }
        });
        if fine {
            set = without;
        } else {
            kept.insert(at);
        }
    }
}

/// The set without those that cost more to keep up to date than a set part of what they save. Where calls or changes
/// weren't counted in time, nobody can tell.
fn worth_writing(
    problem: &Problem<'_>,
    asker: &mut Asker<'_, '_>,
    before: &[Option<f64>],
    mut set: Vec<usize>,
) -> Result<Vec<usize>, Stopped> {
    let Some(seconds) = problem.load.seconds.filter(|seconds| *seconds > 0.0) else {
        return Ok(set);
    };
    let all: Vec<usize> = (0..before.len()).collect();
    for at in set.clone() {
        let writes = asker.index(at).and_then(|index| (problem.writes)(index));
        let Some(writes) = writes.filter(|writes| *writes > 0.0) else {
            continue;
        };
        let with = total(problem, &asker.with(&set, &all)?);
        let without: Vec<usize> = set.iter().copied().filter(|other| *other != at).collect();
        let saved = total(problem, &asker.with(&without, &all)?) - with;
        if writes > problem.settings.most_write_share * saved / seconds {
            set = without;
        }
    }
    Ok(set)
}

/// As much of the set as number and size allow: the one that saves least for its size goes first, unless there are so
/// few that all ways can be tried.
fn within_budget(
    problem: &Problem<'_>,
    asker: &mut Asker<'_, '_>,
    before: &[Option<f64>],
    mut set: Vec<usize>,
) -> Result<Vec<usize>, Stopped> {
    let bytes: BTreeMap<usize, f64> = set
        .iter()
        .map(|at| {
            let bytes = asker.index(*at).and_then(|index| (problem.bytes)(index));
            (*at, bytes.map_or(0.0, |bytes| bytes as f64))
        })
        .collect();
    let size = |set: &[usize]| -> f64 { set.iter().filter_map(|at| bytes.get(at)).sum() };
    let most_bytes = problem.settings.most_mb * MEGABYTE;
    let fits = |set: &[usize]| {
        set.len() <= problem.settings.most && (most_bytes <= 0.0 || size(set) <= most_bytes)
    };
    if fits(&set) {
        return Ok(set);
    }
    let all: Vec<usize> = (0..before.len()).collect();
    if set.len() <= EXACT {
        let mut best: Option<(f64, Vec<usize>)> = None;
        for mask in 0_u32..1 << set.len() {
            let chosen: Vec<usize> = set
                .iter()
                .enumerate()
                .filter(|(bit, _)| mask >> bit & 1 == 1)
                .map(|(_, at)| *at)
                .collect();
            if !fits(&chosen) {
                continue;
            }
            let cost = total(problem, &asker.with(&chosen, &all)?);
            if best.as_ref().is_none_or(|(known, _)| cost < *known) {
                best = Some((cost, chosen));
            }
        }
        return Ok(best.map(|(_, set)| set).unwrap_or_default());
    }
    while !fits(&set) {
        let with = total(problem, &asker.with(&set, &all)?);
        let mut least: Option<(f64, usize)> = None;
        for at in &set {
            let without: Vec<usize> = set.iter().copied().filter(|other| other != at).collect();
            let lost = total(problem, &asker.with(&without, &all)?) - with;
            let weight = bytes.get(at).copied().unwrap_or(0.0).max(8_192.0);
            let per_byte = if most_bytes > 0.0 && size(&set) > most_bytes {
                lost / weight
            } else {
                lost
            };
            if least.is_none_or(|(known, _)| per_byte < known) {
                least = Some((per_byte, *at));
            }
        }
        let Some((_, at)) = least else { break };
        set.retain(|other| *other != at);
    }
    Ok(set)
}

/// What all calls of all statements cost.
fn total(problem: &Problem<'_>, answers: &[Option<Cost>]) -> f64 {
    let statements = problem.load.statements.iter();
    statements
        .zip(answers)
        .filter_map(|(statement, answer)| Some(statement.calls * answer.as_ref()?.total))
        .sum()
}
