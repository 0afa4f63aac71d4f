//! The part of a table's rows that conditions keep.

use std::cmp::Ordering;

use super::scan::{Against, Comparison, Condition, Op, Value};
use crate::catalog::{ColumnStatistics, Table};

/// What the server takes a condition to keep of which it knows nothing.
const EQUAL: f64 = 0.005;
const RANGE: f64 = 1.0 / 3.0;
const MATCH: f64 = 0.005;
/// The values of a list whose length nobody knows.
const LIST: usize = 10;

/// The part of the rows that fulfil all conditions.
pub(super) fn of_scan(table: &Table, conditions: &[Condition]) -> f64 {
    conditions.iter().map(|c| of_condition(table, c)).product()
}

/// The part of the rows that fulfil a condition.
pub(super) fn of_condition(table: &Table, condition: &Condition) -> f64 {
    match condition {
        Condition::One(c) => of_comparison(table, c),
        Condition::Any(branches) => {
            let none = branches.iter().map(|b| 1.0 - of_scan(table, b));
            1.0 - none.product::<f64>()
        }
    }
}

/// The part of the rows that fulfil a comparison.
pub(super) fn of_comparison(table: &Table, c: &Comparison) -> f64 {
    let column = c.terms.first().and_then(|t| t.as_column());
    let column = column.and_then(|name| table.column(name));
    let default = ColumnStatistics::default();
    let known = column.and_then(|c| c.statistics.as_ref());
    let s = known.unwrap_or(&default);
    let rows = table.rows.unwrap_or(100_000);
    let values = literals(&c.against);
    let value = |at: usize| values.get(at).copied().flatten();
    let some = 1.0 - s.null_frac;
    let below = |at: usize| value(at).and_then(|v| below(s, v)).map(|part| part * some);
    match &c.op {
        Op::IsNull => known.map_or(EQUAL, |s| s.null_frac),
        Op::NotNull => some,
        Op::IsTrue => known.map_or(0.5, |s| common(s, "t").unwrap_or(0.0)),
        Op::IsFalse => known.map_or(0.5, |s| common(s, "f").unwrap_or(0.0)),
        Op::Eq => equal(s, value(0), rows),
        Op::NotEq => (some - equal(s, value(0), rows)).max(0.0),
        Op::In(count) => {
            let n = count.unwrap_or(if values.len() > 1 { values.len() } else { LIST });
            let each = (0..n).map(|at| equal(s, value(at), rows));
            each.sum::<f64>().min(some)
        }
        Op::Lt | Op::Le => below(0).unwrap_or(RANGE),
        Op::Gt | Op::Ge => below(0).map_or(RANGE, |part| some - part),
        Op::Between => match (below(0), below(1)) {
            (Some(from), Some(to)) => (to - from).max(0.0),
            _ => EQUAL,
        },
        Op::Like | Op::ILike | Op::Regex(_) | Op::Operator(_) => MATCH,
        Op::NotIn | Op::Not => some * (1.0 - EQUAL),
    }
}

fn literals(against: &Against) -> Vec<Option<&str>> {
    let Against::Values(values) = against else {
        return Vec::new();
    };
    let all = values.iter().map(|value| match value {
        Value::Literal(text, _) => Some(text.as_str()),
        Value::Null | Value::Parameter(_) => None,
    });
    all.collect()
}

fn common(s: &ColumnStatistics, value: &str) -> Option<f64> {
    let found = s.most_common.iter().find(|c| c.value == value);
    found.map(|c| c.frequency)
}

/// The part that equals a value; of one that isn't known, of any.
fn equal(s: &ColumnStatistics, value: Option<&str>, rows: u64) -> f64 {
    if let Some(frequency) = value.and_then(|v| common(s, v)) {
        return frequency;
    }
    let Some(distinct) = s.distinct(rows) else {
        return EQUAL;
    };
    let often: f64 = s.most_common.iter().map(|c| c.frequency).sum();
    let others = distinct - s.most_common.len() as f64;
    if value.is_none() || others < 1.0 {
        return (1.0 - s.null_frac) / distinct.max(1.0);
    }
    ((1.0 - s.null_frac - often) / others).max(0.0)
}

/// The part of the values below one, by the histogram and the most common values.
fn below(s: &ColumnStatistics, value: &str) -> Option<f64> {
    let often: f64 = s.most_common.iter().map(|c| c.frequency).sum();
    let common = s
        .most_common
        .iter()
        .filter(|c| order(&c.value, value) == Ordering::Less);
    let common: f64 = common.map(|c| c.frequency).sum();
    let groups = s.histogram.len().checked_sub(1).filter(|n| *n > 0);
    if groups.is_none() && s.most_common.is_empty() {
        return None;
    }
    let Some(groups) = groups else {
        return Some(common);
    };
    let before = s
        .histogram
        .iter()
        .filter(|bound| order(bound, value) == Ordering::Less)
        .count();
    let part = (before as f64 - 0.5).clamp(0.0, groups as f64) / groups as f64;
    Some(common + (1.0 - s.null_frac - often).max(0.0) * part)
}

/// The order of two values as texts: numbers by size, others by their letters, as dates are that are written year first.
fn order(a: &str, b: &str) -> Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    }
}
