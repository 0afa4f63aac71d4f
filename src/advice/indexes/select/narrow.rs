//! The simplest set of indexes for each statement that comes near its best.

use super::Problem;
use super::asker::Asker;
use super::goal::Goal;
use crate::advice::indexes::costs::Stopped;

/// What a statement wants, while it is made simpler.
struct Search {
    statement: usize,
    set: Vec<usize>,
    /// What is to be tried, the simplest first: a set, and what it may cost.
    open: std::collections::VecDeque<(Vec<usize>, f64)>,
}

/// For each statement the candidates that it wants; empty for those without a goal.
pub(super) fn narrow(
    problem: &Problem<'_>,
    asker: &mut Asker<'_, '_>,
    goals: &[Option<Goal>],
) -> Result<Vec<Vec<usize>>, Stopped> {
    let mut wanted: Vec<Vec<usize>> = vec![Vec::new(); problem.load.statements.len()];
    let mut searches: Vec<Search> = Vec::new();
    for (statement, goal) in goals.iter().enumerate() {
        let Some(goal) = goal else { continue };
        let mut search = Search {
            statement,
            set: goal.uses.clone(),
            open: std::collections::VecDeque::new(),
        };
        // One index alone is what everybody would like best.
        for single in asker.own(statement) {
            search.open.push_back((vec![*single], goal.enough));
        }
        searches.push(search);
    }
    first_alone(asker, &mut searches)?;
    let mut running: Vec<Search> = Vec::new();
    for mut search in searches {
        if search.set.len() > 1 {
            let goal = goals.get(search.statement).and_then(Option::as_ref);
            if let Some(goal) = goal {
                search.open = steps(asker, &search, goal).into();
                running.push(search);
                continue;
            }
        }
        if let Some(place) = wanted.get_mut(search.statement) {
            place.clone_from(&search.set);
        }
    }
    while !running.is_empty() {
        let questions: Vec<(usize, Vec<usize>)> = running
            .iter()
            .filter_map(|s| Some((s.statement, s.open.front()?.0.clone())))
            .collect();
        let answers = asker.ask(&questions)?;
        let mut answers = questions.into_iter().zip(answers);
        let mut next = Vec::new();
        for mut search in running {
            let Some((set, enough)) = search.open.pop_front() else {
                if let Some(place) = wanted.get_mut(search.statement) {
                    *place = search.set;
                }
                continue;
            };
            let cost = answers.next().and_then(|(_, answer)| answer);
            if cost.is_some_and(|cost| cost.total <= enough) {
                search.set = set;
                let goal = goals.get(search.statement).and_then(Option::as_ref);
                search.open = goal
                    .map_or_else(Vec::new, |g| steps(asker, &search, g))
                    .into();
            }
            next.push(search);
        }
        running = next;
    }
    Ok(wanted)
}

/// Tries each index alone, for all statements side by side.
fn first_alone(asker: &mut Asker<'_, '_>, searches: &mut [Search]) -> Result<(), Stopped> {
    let questions: Vec<(usize, Vec<usize>)> = searches
        .iter()
        .flat_map(|s| s.open.iter().map(|(set, _)| (s.statement, set.clone())))
        .collect();
    let answers = asker.ask(&questions)?;
    let mut answers = answers.into_iter();
    for search in searches {
        let mut found: Option<Vec<usize>> = None;
        for (set, enough) in std::mem::take(&mut search.open) {
            let cost = answers.next().flatten();
            // Those before it are simpler.
            if found.is_none() && cost.is_some_and(|cost| cost.total <= enough) {
                found = Some(set);
            }
        }
        if let Some(found) = found {
            search.set = found;
        }
    }
    Ok(())
}

/// Simpler sets: one index less, then a simpler one in the place of each, the least simple first.
fn steps(asker: &Asker<'_, '_>, search: &Search, goal: &Goal) -> Vec<(Vec<usize>, f64)> {
    let mut steps = Vec::new();
    let without = |at: usize| -> Vec<usize> {
        let rest = search.set.iter().copied().filter(|other| *other != at);
        rest.collect()
    };
    let mut members = search.set.clone();
    members.sort_by(|a, b| asker.rank(*b).cmp(&asker.rank(*a)));
    if search.set.len() > 1 {
        for at in &members {
            steps.push((without(*at), goal.enough_without));
        }
    }
    for at in &members {
        let table = asker.index(*at).map(|index| &index.table);
        for simpler in asker.own(search.statement) {
            let same_table = asker.index(*simpler).map(|index| &index.table) == table;
            if simpler < at && same_table && !search.set.contains(simpler) {
                let mut set = without(*at);
                set.push(*simpler);
                set.sort_unstable();
                steps.push((set, goal.enough));
            }
        }
    }
    steps
}
