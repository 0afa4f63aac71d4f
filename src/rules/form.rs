//! What changes from one execution of a query to the next, within a request: looked up in the capture, for a few.

use std::sync::OnceLock;

use crate::capture::{Place, Sources, Statement};
use crate::sql;
use crate::workload::{ExecutionId, QueryId, Run, Workload};

/// Runs of a query that are looked at; more would only say the same.
const RUNS: usize = 3;
/// Executions of a run that are looked at.
const EXECUTIONS: usize = 6;

/// How a query is repeated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// The parameters of the normalised query that change within a request, counted from 1, in order.
    pub varying: Vec<u32>,
    /// Whether many values are asked for at once: lists in IN and ANY, rows of VALUES.
    pub lists: bool,
    /// Whether the capture leaves the values of parameters out.
    pub hidden: bool,
    /// The values of one execution.
    pub example: Vec<Option<String>>,
}

impl Form {
    /// Whether the parameter of this number changes within a request.
    pub(super) fn varies(&self, parameter: u32) -> bool {
        self.varying.binary_search(&parameter).is_ok()
    }

    /// The number that the parameter has in the example.
    pub(super) fn number(&self, parameter: u32) -> Option<u64> {
        let value = self.example.get((parameter as usize).checked_sub(1)?)?;
        value.as_deref()?.parse().ok()
    }
}

/// The forms of a workload's queries, each found out once: thresholds don't change them.
#[derive(Debug, Default)]
pub struct Forms {
    /// Those of queries that are repeated, sorted by the query.
    forms: Vec<(QueryId, OnceLock<Form>)>,
    /// (query, position in [`Workload::runs`]), sorted.
    runs: Vec<(QueryId, u32)>,
}

impl Forms {
    /// Forms of the queries of `workload`, none of them found out yet.
    #[must_use]
    pub fn new(workload: &Workload) -> Self {
        let mut runs: Vec<(QueryId, u32)> =
            workload.runs.iter().map(|r| r.query).zip(0..).collect();
        runs.sort_unstable();
        Self {
            forms: runs
                .chunk_by(|a, b| a.0 == b.0)
                .filter_map(|own| Some((own.first()?.0, OnceLock::new())))
                .collect(),
            runs,
        }
    }

    /// The form of a query; `None` for one that no request repeats.
    pub(super) fn of(
        &self,
        workload: &Workload,
        sources: &Sources,
        query: QueryId,
    ) -> Option<&Form> {
        let at = self
            .forms
            .binary_search_by_key(&query, |form| form.0)
            .ok()?;
        let form = &self.forms.get(at)?.1;
        Some(form.get_or_init(|| find(workload, sources, &self.runs_of(workload, query))))
    }

    /// A few runs of a query, from all over the capture.
    fn runs_of(&self, workload: &Workload, query: QueryId) -> Vec<Run> {
        let from = self.runs.partition_point(|pair| pair.0 < query);
        let to = self.runs.partition_point(|pair| pair.0 <= query);
        let own = self.runs.get(from..to).unwrap_or_default();
        spread(own.len(), RUNS)
            .filter_map(|at| workload.runs.get(own.get(at)?.1 as usize).copied())
            .collect()
    }
}

/// At most `most` of the positions below `len`, the first and the last among them.
fn spread(len: usize, most: usize) -> impl Iterator<Item = usize> {
    let count = len.min(most);
    (0..count).map(move |n| n * (len - 1) / count.saturating_sub(1).max(1))
}

fn find(workload: &Workload, sources: &Sources, runs: &[Run]) -> Form {
    let mut form = Form::default();
    for run in runs {
        let places = places(workload, run);
        let samples: Vec<Values> = spread(places.len(), EXECUTIONS)
            .filter_map(|at| sources.statement(*places.get(at)?).ok())
            .map(|statement| values(&statement))
            .collect();
        let Some((first, others)) = samples.split_first() else {
            continue;
        };
        form.lists |= samples.iter().any(|s| s.lists);
        form.hidden |= samples.iter().any(|s| s.hidden);
        for (at, value) in (1..).zip(&first.list) {
            let index = (at as usize) - 1;
            if others
                .iter()
                .any(|other| other.list.get(index) != Some(value))
            {
                form.varying.push(at);
            }
        }
        if form.example.is_empty() {
            form.example.clone_from(&first.list);
        }
    }
    form.varying.sort_unstable();
    form.varying.dedup();
    form
}

fn places(workload: &Workload, run: &Run) -> Vec<Place> {
    workload
        .executions
        .range(run.first.0..run.last.0.saturating_add(1))
        .filter(|(_, e)| e.query == run.query)
        .map(|(_, e)| e.place)
        .collect()
}

/// The values of one execution in the order of the normalised query's parameters; `None` for NULL or unknown.
#[derive(Default)]
pub(super) struct Values {
    pub list: Vec<Option<String>>,
    pub lists: bool,
    pub hidden: bool,
}

/// The values of a statement.
pub(super) fn values(statement: &Statement) -> Values {
    let mut found = Values::default();
    let mut placeholders = 0;
    for slot in sql::slots(statement.sql.as_bytes()) {
        found.lists |= slot.members > 1;
        let value = match slot.parameter {
            Some(number) => {
                // `?` and `%s` have no number: they are taken in their order.
                placeholders += slot.members as usize;
                let at = if number == 0 {
                    placeholders
                } else {
                    number as usize
                };
                let value = statement.parameters.get(at - 1);
                found.hidden |= value.is_none();
                let value = value.cloned().flatten();
                found.lists |= value.as_deref().is_some_and(is_list);
                value
            }
            None => statement
                .sql
                .get(slot.source)
                .map(|text| text.trim_matches('\'').to_owned()),
        };
        found.list.push(value);
    }
    found
}

/// Whether a value is an array of several, as `= ANY($1)` takes it.
fn is_list(value: &str) -> bool {
    value.starts_with('{') && value.ends_with('}') && value.contains(',')
}

/// The values that a run asked for in the parameter of this number, in order.
pub(super) fn asked_for(
    workload: &Workload,
    sources: &Sources,
    ids: impl Iterator<Item = ExecutionId>,
    parameter: u32,
) -> Vec<String> {
    ids.filter_map(|id| {
        let place = workload.executions.get(id)?.place;
        let found = values(&sources.statement(place).ok()?);
        found
            .list
            .into_iter()
            .nth((parameter as usize).checked_sub(1)?)?
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(sql: &str, parameters: &[&str]) -> Statement {
        Statement {
            sql: sql.to_owned(),
            parameters: parameters.iter().map(|p| Some((*p).to_owned())).collect(),
            line: 1,
            session: String::new(),
            transaction: None,
        }
    }

    #[test]
    fn values_stand_in_the_order_of_the_normalised_query() {
        let found = values(&statement(
            "SELECT a FROM t WHERE b = 5 AND c = $2 AND d = $1",
            &["x", "y"],
        ));
        let texts: Vec<Option<&str>> = found.list.iter().map(Option::as_deref).collect();
        assert_eq!(texts, [Some("5"), Some("y"), Some("x")]);
        assert!(!found.lists && !found.hidden);
    }

    #[test]
    fn lists_and_hidden_values_are_noted() {
        assert!(values(&statement("SELECT a FROM t WHERE b IN (1, 2)", &[])).lists);
        assert!(!values(&statement("SELECT a FROM t WHERE b IN (1)", &[])).lists);
        assert!(values(&statement("SELECT a FROM t WHERE b = ANY($1)", &["{1,2}"])).lists);
        assert!(values(&statement("SELECT a FROM t WHERE b = $1", &[])).hidden);
    }

    #[test]
    fn a_spread_has_both_ends() {
        assert_eq!(spread(10, 3).collect::<Vec<_>>(), [0, 4, 9]);
        assert_eq!(spread(2, 3).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(spread(1, 3).collect::<Vec<_>>(), [0]);
        assert_eq!(spread(0, 3).count(), 0);
    }
}
