//! Questions put together so that few transactions ask them, and answers remembered.

use std::collections::{BTreeMap, BTreeSet};

use super::rank::{Rank, rank};
use super::{Problem, Progress};
use crate::advice::indexes::costs::{Cost, Costs, Stopped};
use crate::catalog::{Index, Name};

/// Indexes that one question may be about: HypoPG has numbers for about 2,500.
const AT_ONCE: usize = 1_000;
/// Indexes on one table that are shown at once; with more, planning itself takes long.
const ON_ONE_TABLE: usize = 60;
/// Steps that are told of.
const STEPS: usize = 4;

/// What is known of a statement with some indexes; `None` for one that can't be planned.
#[derive(Clone, Debug)]
struct Known(Option<Cost>);

/// Asks for costs. Candidates have numbers here in the order of their rank, so the simplest has the lowest.
pub(super) struct Asker<'p, 'c> {
    problem: &'p Problem<'p>,
    costs: &'c mut dyn Costs,
    watch: &'c mut dyn FnMut(Progress) -> bool,
    /// Positions in the problem's candidates.
    order: Vec<usize>,
    ranks: Vec<Rank>,
    /// Candidates that were thought of for each statement.
    own: Vec<Vec<usize>>,
    /// The tables that each statement has candidates on.
    tables: Vec<BTreeSet<&'p Name>>,
    /// Answers, by the statement and the candidates on its tables.
    known: BTreeMap<(usize, Vec<usize>), Known>,
    progress: Progress,
    most_at_once: usize,
}

impl<'p, 'c> Asker<'p, 'c> {
    pub(super) fn new(
        problem: &'p Problem<'p>,
        costs: &'c mut dyn Costs,
        watch: &'c mut dyn FnMut(Progress) -> bool,
    ) -> Self {
        let mut ranked: Vec<(Rank, usize)> = problem
            .candidates
            .iter()
            .enumerate()
            .map(|(at, c)| {
                (
                    rank(
                        &c.index,
                        (problem.bytes)(&c.index),
                        (problem.spread)(&c.index),
                    ),
                    at,
                )
            })
            .collect();
        ranked.sort();
        let (ranks, order): (Vec<Rank>, Vec<usize>) = ranked.into_iter().unzip();
        let statements = problem.load.statements.len();
        let mut own = vec![Vec::new(); statements];
        let mut tables = vec![BTreeSet::new(); statements];
        for (number, at) in order.iter().enumerate() {
            let Some(candidate) = problem.candidates.get(*at) else {
                continue;
            };
            for statement in &candidate.statements {
                if let (Some(own), Some(tables)) =
                    (own.get_mut(*statement), tables.get_mut(*statement))
                {
                    own.push(number);
                    tables.insert(&candidate.index.table);
                }
            }
        }
        Self {
            problem,
            costs,
            watch,
            order,
            ranks,
            own,
            tables,
            known: BTreeMap::new(),
            progress: Progress {
                steps: STEPS,
                ..Progress::default()
            },
            most_at_once: 0,
        }
    }

    pub(super) fn original(&self, candidate: usize) -> usize {
        self.order.get(candidate).copied().unwrap_or(usize::MAX)
    }

    pub(super) fn index(&self, candidate: usize) -> Option<&'p Index> {
        let candidates = self.problem.candidates;
        Some(&candidates.get(self.original(candidate))?.index)
    }

    pub(super) fn rank(&self, candidate: usize) -> Option<&Rank> {
        self.ranks.get(candidate)
    }

    /// The candidates that were thought of for a statement, the simplest first.
    pub(super) fn own(&self, statement: usize) -> &[usize] {
        self.own.get(statement).map_or(&[], Vec::as_slice)
    }

    pub(super) fn asked(&self) -> u64 {
        self.progress.asked
    }

    pub(super) fn most_at_once(&self) -> usize {
        self.most_at_once
    }

    /// A step is done.
    pub(super) fn step(&mut self) -> Result<(), Stopped> {
        self.progress.done += 1;
        self.tell()
    }

    fn tell(&mut self) -> Result<(), Stopped> {
        if (self.watch)(self.progress) {
            Ok(())
        } else {
            Err(Stopped("it was cancelled".to_owned()))
        }
    }

    /// What all statements cost today.
    pub(super) fn base(&mut self) -> Result<Vec<Option<f64>>, Stopped> {
        let all: Vec<usize> = (0..self.problem.load.statements.len()).collect();
        let answers = self.with(&[], &all)?;
        Ok(answers.into_iter().map(|a| Some(a?.total)).collect())
    }

    /// What statements cost with all of their own candidates. A table with very many shows them part by part, and
    /// then those that were used.
    pub(super) fn best(&mut self, before: &[Option<f64>]) -> Result<Vec<Option<Cost>>, Stopped> {
        let wanted: Vec<usize> = (0..before.len())
            .filter(|at| before.get(*at).copied().flatten().is_some() && !self.own(*at).is_empty())
            .collect();
        let mut sets: Vec<(usize, Vec<usize>)> = wanted
            .iter()
            .map(|at| (*at, self.own(*at).to_vec()))
            .collect();
        for (_, set) in &mut sets {
            set.truncate(ON_ONE_TABLE * 4);
        }
        let answers = self.ask(&sets)?;
        let mut best = vec![None; before.len()];
        for ((statement, _), answer) in sets.iter().zip(answers) {
            if let Some(place) = best.get_mut(*statement) {
                *place = answer;
            }
        }
        Ok(best)
    }

    /// What statements cost with one set of candidates.
    pub(super) fn with(
        &mut self,
        set: &[usize],
        statements: &[usize],
    ) -> Result<Vec<Option<Cost>>, Stopped> {
        let sets: Vec<(usize, Vec<usize>)> =
            statements.iter().map(|at| (*at, set.to_vec())).collect();
        self.ask(&sets)
    }

    /// What each statement costs with its set of candidates. Questions about other tables, or with the same set, are
    /// asked together.
    pub(super) fn ask(
        &mut self,
        questions: &[(usize, Vec<usize>)],
    ) -> Result<Vec<Option<Cost>>, Stopped> {
        let keys: Vec<(usize, Vec<usize>)> = questions
            .iter()
            .map(|(statement, set)| (*statement, self.relevant(*statement, set)))
            .collect();
        let mut open: Vec<&(usize, Vec<usize>)> = keys
            .iter()
            .filter(|key| self.answer(key).is_none())
            .collect();
        open.sort();
        open.dedup();
        let mut open: Vec<(usize, Vec<usize>)> = open.into_iter().cloned().collect();
        while !open.is_empty() {
            let (now, later) = self.together(open);
            self.put(&now)?;
            open = later;
        }
        Ok(keys.iter().map(|key| self.answer(key)?.0).collect())
    }

    /// The candidates of a set that are on a statement's tables, in order.
    fn relevant(&self, statement: usize, set: &[usize]) -> Vec<usize> {
        let tables = self.tables.get(statement);
        let mut own: Vec<usize> = set
            .iter()
            .copied()
            .filter(|at| {
                let index = self.index(*at);
                index.is_some_and(|i| tables.is_some_and(|t| t.contains(&i.table)))
            })
            .collect();
        own.sort_unstable();
        own.dedup();
        own
    }

    /// An answer that is known. What a plan doesn't use may be left out without changing it.
    fn answer(&self, key: &(usize, Vec<usize>)) -> Option<Known> {
        if let Some(known) = self.known.get(key) {
            return Some(known.clone());
        }
        let of_statement = (key.0, Vec::new())..=(key.0, vec![usize::MAX]);
        self.known.range(of_statement).find_map(|((_, set), cost)| {
            let cost = cost.0.as_ref()?;
            let larger = set.len() > key.1.len() && key.1.iter().all(|at| set.contains(at));
            let used = cost.uses.iter().all(|at| key.1.contains(at));
            (larger && used).then(|| Known(Some(cost.clone())))
        })
    }

    /// Questions that can be asked at once, and the rest.
    #[expect(
        clippy::type_complexity,
        reason = "two lists of questions, as they are everywhere here"
    )]
    fn together(
        &self,
        open: Vec<(usize, Vec<usize>)>,
    ) -> (Vec<(usize, Vec<usize>)>, Vec<(usize, Vec<usize>)>) {
        let (mut now, mut later) = (Vec::new(), Vec::new());
        let mut on_tables: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
        let mut count = 0;
        for (statement, set) in open {
            let own = self.by_table(statement, &set);
            let fits = own
                .iter()
                .all(|(table, set)| on_tables.get(table).is_none_or(|there| there == set));
            let new: usize = own
                .iter()
                .filter(|(table, _)| !on_tables.contains_key(*table))
                .map(|(_, set)| set.len())
                .sum();
            if fits && (count + new <= AT_ONCE || now.is_empty()) {
                count += new;
                for (table, set) in own {
                    on_tables.insert(table, set);
                }
                now.push((statement, set));
            } else {
                later.push((statement, set));
            }
        }
        (now, later)
    }

    /// A set by the tables of a statement, those without any included: nothing may be there then.
    fn by_table(&self, statement: usize, set: &[usize]) -> BTreeMap<&'p Name, Vec<usize>> {
        let mut all: BTreeMap<&'p Name, Vec<usize>> = BTreeMap::new();
        for table in self.tables.get(statement).into_iter().flatten() {
            all.insert(table, Vec::new());
        }
        for at in set {
            if let Some(index) = self.index(*at) {
                all.entry(&index.table).or_default().push(*at);
            }
        }
        all
    }

    fn put(&mut self, questions: &[(usize, Vec<usize>)]) -> Result<(), Stopped> {
        let shown: BTreeSet<usize> = questions.iter().flat_map(|(_, set)| set.clone()).collect();
        let shown: Vec<usize> = shown.into_iter().collect();
        let indexes: Vec<&Index> = shown.iter().filter_map(|at| self.index(*at)).collect();
        let statements: Vec<usize> = questions.iter().map(|(statement, _)| *statement).collect();
        self.most_at_once = self.most_at_once.max(indexes.len());
        let answers = self.costs.costs(&indexes, &statements)?;
        self.progress.asked += statements.len() as u64;
        for (question, answer) in questions.iter().zip(answers) {
            let answer = answer.map(|mut cost| {
                cost.uses = cost
                    .uses
                    .iter()
                    .filter_map(|at| shown.get(*at).copied())
                    .collect();
                cost.uses.sort_unstable();
                cost
            });
            self.known.insert(question.clone(), Known(answer));
        }
        self.tell()
    }
}
