//! What changes from one execution of a query to the next: looked up in the capture, for a few of them.

use std::collections::BTreeSet;

use crate::capture::{Place, Sources, Statement};
use crate::sql::{self, Class, Facts, Op, Value};

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

/// Finds out what the executions at `places` loop over. When their texts can't be read, the query's own form decides.
pub(super) fn kind_of_loop(sources: &Sources, facts: &Facts, places: &[Place]) -> Loop {
    let lists = facts.predicates.iter().any(|p| matches!(p.op, Op::In | Op::Any));
    let ordered = facts.limit.is_some() && facts.predicates.iter().any(|p| p.op == Op::Range || p.op == Op::Other);
    if !lists && !ordered {
        return Loop::LookUps;
    }
    let step = (places.len() / SAMPLE).max(1);
    let samples: Vec<Vec<String>> =
        places.iter().step_by(step).filter_map(|p| sources.statement(*p).ok()).map(|s| constants(&s)).collect();
    // A folded list has more constants in its text than the normalised query has parameters.
    let places_in_query = parameters(facts);
    if lists && samples.iter().any(|s| s.len() > places_in_query || s.iter().any(|v| is_array_of_several(v))) {
        return Loop::Batches;
    }
    if ordered && pages(facts, &samples) { Loop::Pages } else { Loop::LookUps }
}

/// Whether all that changes are the bounds of ranges.
fn pages(facts: &Facts, samples: &[Vec<String>]) -> bool {
    let Some(first) = samples.first() else { return true };
    if samples.iter().any(|s| s.len() != first.len()) {
        return false;
    }
    let changing: BTreeSet<usize> =
        samples.iter().flat_map(|s| s.iter().zip(first).enumerate().filter(|(_, (a, b))| a != b).map(|(n, _)| n + 1)).collect();
    let mut by_equality = facts.predicates.iter().filter(|p| matches!(p.op, Op::Eq | Op::In | Op::Any));
    !by_equality.any(|p| matches!(p.value, Value::Parameter(n) if changing.contains(&(n as usize))))
}

/// The constants of a statement in the order of its text, parameters in their places.
fn constants(statement: &Statement) -> Vec<String> {
    let text = statement.bound();
    let tokens = sql::tokens(&text).filter(|(class, _)| matches!(class, Class::Number | Class::String | Class::Parameter));
    tokens.filter_map(|(_, range)| text.get(range).map(str::to_owned)).collect()
}

/// How many parameters the normalised query has, as far as conditions and bounds use them.
fn parameters(facts: &Facts) -> usize {
    let highest = facts.predicates.iter().filter_map(|p| match p.value {
        Value::Parameter(n) => Some(n as usize),
        _ => None,
    });
    highest.max().unwrap_or(0).max(1) + usize::from(facts.limit.is_some())
}

fn is_array_of_several(value: &str) -> bool {
    let inner = value.trim_matches('\'');
    inner.starts_with('{') && inner.ends_with('}') && inner.contains(',')
}
