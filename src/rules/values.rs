//! What changes from one execution of a query to the next: looked up in the capture, for a few of them.

use crate::capture::{Place, Sources, Statement};
use crate::sql::{self, Facts, Op, Predicate, Value};

/// Executions that are looked at; more would only say the same.
const SAMPLE: usize = 6;

/// What kind of loop repeats a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loop {
    /// Rows are looked up one value at a time.
    LookUps,
    /// Rows are looked up many values at a time: a batch already.
    Batches,
    /// The next page begins where the last one ended.
    Pages,
}

/// The values that one execution had for `$1`, `$2`, … of its normalised query.
type Values = Vec<String>;

/// Finds out what the executions at `places` loop over. Where the query's own form leaves no doubt, or the texts
/// can't be read again, that form decides.
pub(super) fn kind_of_loop(sources: &Sources, facts: &Facts, places: &[Place]) -> Loop {
    let lists = facts
        .predicates
        .iter()
        .any(|p| matches!(p.op, Op::In | Op::Any));
    let pages = facts.limit.is_some() && facts.predicates.iter().any(is_bound);
    if !lists && !pages {
        return Loop::LookUps;
    }
    let step = (places.len() / SAMPLE).max(1);
    let samples: Vec<Values> = places
        .iter()
        .step_by(step)
        .filter_map(|p| sources.statement(*p).ok())
        .map(|s| values(&s))
        .collect();
    if lists && samples.iter().flatten().any(|value| is_list(value)) {
        return Loop::Batches;
    }
    if pages && only_bounds_change(facts, &samples) {
        Loop::Pages
    } else {
        Loop::LookUps
    }
}

/// The values of a statement. A list that the normalised query folds is written with a comma.
fn values(statement: &Statement) -> Values {
    let slots = sql::slots(statement.sql.as_bytes()).into_iter();
    slots
        .map(|slot| {
            if slot.members > 1 {
                return "{,}".to_owned();
            }
            let parameter = slot
                .parameter
                .and_then(|n| statement.parameters.get((n as usize).checked_sub(1)?));
            match parameter {
                Some(value) => value.clone().unwrap_or_default(),
                None => statement
                    .sql
                    .get(slot.source)
                    .unwrap_or_default()
                    .trim_matches('\'')
                    .to_owned(),
            }
        })
        .collect()
}

/// Whether a value is an array of several, as `= ANY($1)` takes it.
fn is_list(value: &str) -> bool {
    value.starts_with('{') && value.ends_with('}') && value.contains(',')
}

/// Whether a condition is where a page begins: `id > $1`, or a row of columns that is compared as one.
fn is_bound(predicate: &Predicate) -> bool {
    matches!(predicate.op, Op::Range | Op::Other)
}

/// Whether the values that change are none that rows are looked up by.
fn only_bounds_change(facts: &Facts, samples: &[Values]) -> bool {
    let Some((first, others)) = samples.split_first() else {
        return true;
    };
    let changes = |slot: u32| {
        let at = (slot as usize).saturating_sub(1);
        others.iter().any(|other| other.get(at) != first.get(at))
    };
    let mut looked_up = facts
        .predicates
        .iter()
        .filter(|p| matches!(p.op, Op::Eq | Op::In | Op::Any));
    !looked_up.any(|p| matches!(p.value, Value::Parameter(n) if changes(n)))
}
