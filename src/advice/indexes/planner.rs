//! Costs by a server's planner, asked for indexes that aren't there.

use std::collections::{BTreeMap, BTreeSet};

use super::answered::PlanPair;
use super::costs::{Cost, Costs, Stopped};
use super::outcome::{Advice, Warning};
use super::study::Study;
use super::{estimate, values};
use crate::catalog::{Index, KeyOf};
use crate::live::hypothetical::{Answer, Laboratory, Question};
use crate::live::{LiveError, Session};
use crate::plan::Plan;

/// Asks a server's planner. What it can't be asked about (GIN and GiST indexes, which HypoPG doesn't know) is priced by
/// statistics, and taken off what the planner says of the rest.
pub struct Planner<'a> {
    session: &'a mut Session,
    laboratory: Laboratory,
    study: &'a Study<'a>,
    /// Existing indexes that the plans of a statement use, by their names with the schema where the plan has it.
    used: BTreeMap<usize, BTreeSet<String>>,
}

impl<'a> Planner<'a> {
    /// Looks at all statements of a study, and asks for the plans that they have today.
    ///
    /// # Errors
    ///
    /// When the server can't be asked at all.
    pub fn new(session: &'a mut Session, study: &'a Study<'a>) -> Result<Self, LiveError> {
        let questions: Vec<Question> = study
            .load
            .statements
            .iter()
            .zip(&study.readings)
            .map(|(statement, reading)| Question {
                text: statement.sql.clone(),
                search_path: statement.search_path.clone(),
                sets: reading.as_ref().map_or_else(Vec::new, |reading| {
                    values::sets(Some(study.catalog.as_ref()), statement, reading)
                }),
            })
            .collect();
        let laboratory = Laboratory::new(session, &questions, &[])?;
        Ok(Self {
            session,
            laboratory,
            study,
            used: BTreeMap::new(),
        })
    }

    /// Statements that the server would not plan, and why.
    #[must_use]
    pub fn refused(&self) -> Vec<Warning> {
        let all = 0..self.study.load.statements.len();
        all.filter_map(|statement| {
            let what = self.laboratory.refused(statement)?.to_owned();
            Some(Warning { statement, what })
        })
        .collect()
    }

    /// Plans of the statements that proposals serve, without and with all of these.
    ///
    /// # Errors
    ///
    /// When the server can't be asked any more.
    pub fn plans(&mut self, advice: &Advice) -> Result<BTreeMap<usize, PlanPair>, LiveError> {
        let served: BTreeSet<usize> = advice
            .proposals
            .iter()
            .flat_map(|p| p.serves.iter().map(|s| s.statement))
            .collect();
        let served: Vec<usize> = served.into_iter().collect();
        let indexes = advice.proposals.iter().map(|p| &p.index);
        let indexes: Vec<Index> = indexes
            .filter(|index| can_be_planned(index))
            .map(as_planned)
            .collect();
        let indexes: Vec<&Index> = indexes.iter().collect();
        let before = self.laboratory.plan(self.session, &[], &served)?;
        let after = self.laboratory.plan(self.session, &indexes, &served)?;
        let pairs = served.into_iter().zip(before.into_iter().zip(after));
        Ok(pairs
            .filter_map(|(statement, (before, after))| {
                // The last is that of values that were seen, where there are any.
                let pair = PlanPair {
                    before: before?.plans.pop()?.plan,
                    after: after?.plans.pop()?.plan,
                };
                Some((statement, pair))
            })
            .collect())
    }

    /// Notes at existing indexes which statements use them.
    pub fn mark_used(&self, advice: &mut Advice) {
        for (statement, names) in &self.used {
            for existing in &mut advice.existing {
                if names.contains(&existing.name.name) {
                    existing.serves.push(*statement);
                }
            }
        }
    }

    /// Takes off what an index that can't be tried saves: what reading its table costs in the plan, less what reading
    /// by the index would.
    fn priced(&self, statement: usize, at: usize, index: &Index, answer: &Answer, cost: &mut Cost) {
        let Some(by_index) = self.by_index(statement, index) else {
            return;
        };
        let read = answer.plans.iter().map(|p| read_whole(&p.plan, index));
        let read: f64 = read.sum::<f64>() / answer.plans.len().max(1) as f64;
        if read > by_index {
            cost.total = (cost.total - read + by_index).max(by_index);
            cost.uses.push(at);
        }
    }

    /// Nobody has statistics of an expression before there is an index on it: the planner takes each value for half a
    /// percent of the rows. Where the column in it tells better, so do our own statistics.
    fn known_better(&self, statement: usize, index: &Index, answer: &Answer, cost: &mut Cost) {
        let Some(by_index) = self.by_index(statement, index) else {
            return;
        };
        let read = answer.plans.iter().map(|p| read_by(&p.plan, index));
        let read: f64 = read.sum::<f64>() / answer.plans.len().max(1) as f64;
        if read > by_index {
            cost.total = (cost.total - read + by_index).max(by_index);
        }
    }

    /// What reading the table of an index by it costs a statement, by statistics; `None` where it is of no use.
    fn by_index(&self, statement: usize, index: &Index) -> Option<f64> {
        let catalog = self.study.catalog.as_ref();
        let table = catalog.table(&index.table)?;
        let reading = self.study.readings.get(statement)?.as_ref()?;
        let own = reading
            .scans
            .iter()
            .filter(|scan| scan.table == index.table);
        own.filter_map(|scan| estimate::scan_cost(catalog, table, scan, index))
            .min_by(f64::total_cmp)
    }
}

impl Costs for Planner<'_> {
    fn costs(
        &mut self,
        indexes: &[&Index],
        statements: &[usize],
    ) -> Result<Vec<Option<Cost>>, Stopped> {
        let (known, others): (Vec<usize>, Vec<usize>) =
            (0..indexes.len()).partition(|at| indexes.get(*at).is_some_and(|i| can_be_planned(i)));
        let pick = |positions: &[usize]| -> Vec<&Index> {
            let picked = positions.iter().filter_map(|at| indexes.get(*at).copied());
            picked.collect()
        };
        let asked: Vec<Index> = pick(&known).into_iter().map(as_planned).collect();
        let asked: Vec<&Index> = asked.iter().collect();
        let answers = self
            .laboratory
            .plan(self.session, &asked, statements)
            .map_err(|error| Stopped(error.to_string()))?;
        Ok(statements
            .iter()
            .zip(answers)
            .map(|(statement, answer)| {
                let answer = answer?;
                if indexes.is_empty() {
                    let names = answer.plans.iter().flat_map(|p| p.existing.iter().cloned());
                    self.used.entry(*statement).or_default().extend(names);
                }
                let mut cost = mean(&answer)?;
                for at in &mut cost.uses {
                    *at = known.get(*at).copied().unwrap_or(*at);
                }
                for at in cost.uses.clone() {
                    if let Some(index) = indexes.get(at).filter(|i| is_computed(i)) {
                        self.known_better(*statement, index, &answer, &mut cost);
                    }
                }
                for at in &others {
                    if let Some(index) = indexes.get(*at) {
                        self.priced(*statement, *at, index, &answer, &mut cost);
                    }
                }
                cost.uses.sort_unstable();
                Some(cost)
            })
            .collect())
    }
}

/// Whether HypoPG can make it: its documentation, "Usage".
pub(super) fn can_be_planned(index: &Index) -> bool {
    matches!(index.method.as_str(), "btree" | "hash" | "brin" | "bloom")
}

/// An index as HypoPG needs it: the planner makes `NOT done` of `done = false` in statements, and would do the same in
/// the predicate of a real index, but not in that of a hypothetical one.
fn as_planned(index: &Index) -> Index {
    let Some(predicate) = &index.predicate else {
        return index.clone();
    };
    let lower = predicate.to_lowercase();
    let begin = |end: &str| {
        let at = lower.strip_suffix(end)?.len();
        predicate.get(..at)
    };
    let plain = match (begin(" = false"), begin(" = true")) {
        (Some(column), _) => Some(format!("NOT {column}")),
        (_, Some(column)) => Some(column.to_owned()),
        (None, None) => None,
    };
    Index {
        predicate: plain.or_else(|| index.predicate.clone()),
        // Its name is for people.
        name: String::new(),
        ..index.clone()
    }
}

/// The mean of all plans of a statement, and what any of them uses.
fn mean(answer: &Answer) -> Option<Cost> {
    if answer.plans.is_empty() {
        return None;
    }
    let sum: f64 = answer.plans.iter().map(|p| p.total).sum();
    let uses: BTreeSet<usize> = answer
        .plans
        .iter()
        .flat_map(|p| p.uses.iter().copied())
        .collect();
    Some(Cost {
        total: sum / answer.plans.len() as f64,
        uses: uses.into_iter().collect(),
    })
}

/// What reading the whole of an index's table costs in a plan; 0 where it isn't read so.
fn read_whole(plan: &Plan, index: &Index) -> f64 {
    let whole = plan.nodes.iter().filter(|node| {
        node.kind.ends_with("Seq Scan") && node.relation.as_deref() == Some(&index.table.name)
    });
    whole
        .filter_map(|node| Some(node.estimate.as_ref()?.total_cost))
        .max_by(f64::total_cmp)
        .unwrap_or(0.0)
}

/// What reading by a hypothetical index with an expression costs in a plan: the scan itself, or the heap's above it.
fn read_by(plan: &Plan, index: &Index) -> f64 {
    let own = plan.nodes.iter().filter(|node| {
        node.relation.as_deref() == Some(&index.table.name)
            && matches!(
                node.kind.as_str(),
                "Index Scan" | "Index Only Scan" | "Bitmap Heap Scan"
            )
    });
    own.filter_map(|node| Some(node.estimate.as_ref()?.total_cost))
        .max_by(f64::total_cmp)
        .unwrap_or(0.0)
}

fn is_computed(index: &Index) -> bool {
    let mut keys = index.keys.iter();
    keys.any(|key| matches!(key.of, KeyOf::Expression(_)))
}
