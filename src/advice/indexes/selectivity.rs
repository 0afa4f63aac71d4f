//! The part of a table's rows that conditions keep.

use super::scan::{Against, Comparison, Condition, Op, Value};
use crate::catalog::{ColumnStatistics, Table};

/// The part of the rows that fulfil all conditions.
pub(super) fn of_scan(table: &Table, conditions: &[Condition]) -> f64 {
    conditions.iter().map(|c| of_condition(table, c)).product()
}

/// The part of the rows that fulfil a condition.
pub(super) fn of_condition(table: &Table, condition: &Condition) -> f64 {
    match condition {
        Condition::One(c) => of_comparison(table, c),
        Condition::Any(branches) => {
            1.0 - branches
                .iter()
                .map(|b| 1.0 - of_scan(table, b))
                .product::<f64>()
        }
    }
}

/// The part of the rows that fulfil a comparison.
pub(super) fn of_comparison(table: &Table, c: &Comparison) -> f64 {
    let Some(s) = c
        .terms
        .first()
        .and_then(|t| t.as_column())
        .and_then(|n| table.column(n))
        .and_then(|c| c.statistics.as_ref())
    else {
        return match c.op {
            Op::Lt | Op::Le | Op::Gt | Op::Ge => 1.0 / 3.0,
            _ => 0.005,
        };
    };
    let rows = table.rows.unwrap_or(100_000);
    let value = match &c.against {
        Against::Values(v) => match v.first() {
            Some(Value::Literal(t, _)) => Some(t.as_str()),
            _ => None,
        },
        _ => None,
    };
    match c.op {
        Op::IsNull => s.null_frac,
        Op::NotNull => 1.0 - s.null_frac,
        Op::IsTrue => common(s, "t").unwrap_or(0.0),
        Op::IsFalse => common(s, "f").unwrap_or(0.0),
        Op::Eq => equal(s, value, rows),
        Op::NotEq => 1.0 - s.null_frac - equal(s, value, rows),
        _ => 0.3,
    }
}

fn common(s: &ColumnStatistics, value: &str) -> Option<f64> {
    s.most_common
        .iter()
        .find(|c| c.value == value)
        .map(|c| c.frequency)
}

fn equal(s: &ColumnStatistics, value: Option<&str>, rows: u64) -> f64 {
    value
        .and_then(|v| common(s, v))
        .unwrap_or_else(|| 1.0 / s.distinct(rows).unwrap_or(200.0).max(1.0))
}
