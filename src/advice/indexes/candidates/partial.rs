//! Conditions with constants that keep few rows: an index for these rows alone is small, and written seldom.

use super::Setting;
use super::needs::key;
use crate::advice::indexes::scan::{Against, Comparison, Condition, Op, Value};
use crate::advice::indexes::selectivity;
use crate::catalog::{ColumnStatistics, Key};

/// More different values than these are no states that somebody names in a condition of an index.
const STATES: f64 = 10.0;
/// Conditions that are tried as the predicate of an index.
const MOST: usize = 2;

/// A condition that can be the predicate of an index.
#[derive(Clone, Debug)]
pub(super) struct Aside {
    pub(super) predicate: String,
    /// The part of the rows that it keeps.
    pub(super) part: f64,
    /// The column in it, for an index that has nothing else to look up by.
    pub(super) key: Key,
    pub(super) reason: String,
}

/// The conditions that can be predicates, those that keep the fewest rows first.
pub(super) fn asides(setting: &Setting<'_>, conditions: &[Condition]) -> Vec<Aside> {
    let mut found: Vec<Aside> = conditions
        .iter()
        .filter_map(|condition| match condition {
            Condition::One(comparison) => aside(setting, comparison),
            Condition::Any(_) => None,
        })
        .collect();
    found.sort_by(|a, b| {
        let by_part = a.part.total_cmp(&b.part);
        by_part.then_with(|| a.predicate.cmp(&b.predicate))
    });
    found.truncate(MOST);
    found
}

fn aside(setting: &Setting<'_>, comparison: &Comparison) -> Option<Aside> {
    let table = setting.table?;
    let [term] = comparison.terms.as_slice() else {
        return None;
    };
    let statistics = table.column(term.as_column()?)?.statistics.as_ref()?;
    let told = match comparison.op {
        Op::IsNull | Op::NotNull | Op::IsTrue | Op::IsFalse => true,
        Op::Eq | Op::In(Some(_)) => are_states(statistics, &comparison.against, table.rows?),
        _ => false,
    };
    let part = selectivity::of_comparison(table, comparison);
    if !told || part >= setting.settings.partial_share || comparison.text.is_empty() {
        return None;
    }
    Some(Aside {
        predicate: comparison.text.clone(),
        part,
        key: key(setting, term)?,
        reason: format!(
            "only the {} of rows where {}",
            percent(part),
            comparison.text
        ),
    })
}

/// Whether all values are constants, and states of a column that has few.
fn are_states(statistics: &ColumnStatistics, against: &Against, rows: u64) -> bool {
    let Against::Values(values) = against else {
        return false;
    };
    let few = statistics.distinct(rows).is_some_and(|n| n <= STATES);
    let known = |value: &Value| match value {
        Value::Literal(text, _) => statistics.most_common.iter().any(|c| c.value == *text),
        Value::Null | Value::Parameter(_) => false,
    };
    few && values.iter().all(known)
}

fn percent(part: f64) -> String {
    let percent = part * 100.0;
    if percent >= 1.0 {
        format!("{percent:.0} %")
    } else if percent >= 0.01 {
        format!("{percent:.2} %")
    } else {
        "less than 0.01 %".to_owned()
    }
}
