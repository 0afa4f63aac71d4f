//! The part of a table's rows that conditions keep, by what ANALYZE found in its columns.
//!
//! Where nothing is known the server's own defaults stand in (`selfuncs.h`): 0.005 for equality and patterns, a third
//! for a comparison by order.

mod pattern;

use std::collections::BTreeMap;

use super::scan::{Against, Comparison, Condition, Op, Value};
use crate::catalog::{ColumnStatistics, Table};

const EQUALITY: f64 = 0.005;
const INEQUALITY: f64 = 1.0 / 3.0;
/// Between two bounds that aren't known.
const RANGE: f64 = 0.005;
/// Rows of a table whose number isn't known.
const ROWS: u64 = 100_000;

/// The part of the rows that fulfil all conditions.
pub(super) fn of_scan(table: &Table, conditions: &[Condition]) -> f64 {
    let mut product = 1.0;
    // Two bounds of one column belong together: what lies between them is not the product of both.
    let mut bounds: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for condition in conditions {
        let part = of_condition(table, condition);
        let bounded = match condition {
            Condition::One(c) if c.terms.len() == 1 => c.terms.first().and_then(|t| t.as_column()),
            _ => None,
        };
        match (condition, bounded) {
            (Condition::One(c), Some(column)) if matches!(c.op, Op::Lt | Op::Le) => {
                let both = bounds.entry(column).or_insert((1.0, 1.0));
                both.1 = part.min(both.1);
            }
            (Condition::One(c), Some(column)) if matches!(c.op, Op::Gt | Op::Ge) => {
                let both = bounds.entry(column).or_insert((1.0, 1.0));
                both.0 = part.min(both.0);
            }
            _ => product *= part,
        }
    }
    for (above, below) in bounds.into_values() {
        product *= match (above < 1.0, below < 1.0) {
            (true, true) if known_bounds(above, below) => (above + below - 1.0).max(1e-5),
            (true, true) => RANGE,
            _ => above.min(below),
        };
    }
    product.clamp(0.0, 1.0)
}

/// Whether both bounds are more than defaults.
fn known_bounds(above: f64, below: f64) -> bool {
    (above - INEQUALITY).abs() > 1e-9 && (below - INEQUALITY).abs() > 1e-9
}

/// The part of the rows that fulfil a condition.
pub(super) fn of_condition(table: &Table, condition: &Condition) -> f64 {
    match condition {
        Condition::One(comparison) => of_comparison(table, comparison),
        Condition::Any(branches) => {
            let misses = branches.iter().map(|b| 1.0 - of_scan(table, b));
            1.0 - misses.product::<f64>()
        }
    }
}

/// The part of the rows that fulfil a comparison.
pub(super) fn of_comparison(table: &Table, comparison: &Comparison) -> f64 {
    let column = comparison.terms.first().and_then(|t| t.as_column());
    let known = column.and_then(|name| table.column(name)?.statistics.as_ref());
    let rows = table.rows.unwrap_or(ROWS);
    let Some(statistics) = known else {
        return computed(table, comparison).unwrap_or_else(|| unknown(comparison));
    };
    let values: &[Value] = match &comparison.against {
        Against::Values(values) => values,
        _ => &[],
    };
    let present = 1.0 - statistics.null_frac;
    let equal = |value: Option<&Value>| equal(statistics, value, rows);
    let all = |values: &[Value]| values.iter().map(|v| equal(Some(v))).sum::<f64>();
    let part = match &comparison.op {
        Op::Eq => equal(values.first()),
        Op::NotEq => present - equal(values.first()),
        Op::In(count) => match (values.len(), count) {
            (0, Some(count)) => equal(None) * *count as f64,
            // Ten values are what the server takes an array of unknown length to have.
            (0 | 1, None) => equal(None) * 10.0,
            _ => all(values),
        },
        Op::NotIn => present - all(values),
        Op::IsNull => statistics.null_frac,
        Op::NotNull => present,
        Op::IsTrue => boolean(statistics, "t"),
        Op::IsFalse => boolean(statistics, "f"),
        Op::Lt | Op::Le => match values.first().and_then(text) {
            Some(value) => below(statistics, value).unwrap_or(INEQUALITY),
            None => INEQUALITY,
        },
        Op::Gt | Op::Ge => match values.first().and_then(text) {
            Some(value) => below(statistics, value).map_or(INEQUALITY, |below| present - below),
            None => INEQUALITY,
        },
        Op::Between => match (values.first().and_then(text), values.get(1).and_then(text)) {
            (Some(low), Some(high)) => match (below(statistics, low), below(statistics, high)) {
                (Some(low), Some(high)) => (high - low).max(1.0 / (rows as f64).max(1.0)),
                _ => RANGE,
            },
            _ => RANGE,
        },
        Op::Like | Op::ILike => values
            .first()
            .and_then(text)
            .and_then(|text| pattern::part(statistics, text, comparison.op == Op::ILike))
            .unwrap_or_else(|| unknown(comparison)),
        Op::Regex(_) | Op::Operator(_) => unknown(comparison),
        Op::Not => present - unknown(comparison),
    };
    part.clamp(0.0, 1.0)
}

/// Functions that give about as many values as they are given.
const FAITHFUL: &[&str] = &[
    "lower", "upper", "trim", "btrim", "md5", "initcap", "reverse",
];

/// Equality of an expression that tells rows apart about as well as the column in it.
fn computed(table: &Table, comparison: &Comparison) -> Option<f64> {
    let [term] = comparison.terms.as_slice() else {
        return None;
    };
    let [column] = term.columns.as_slice() else {
        return None;
    };
    let faithful =
        !term.calls.is_empty() && term.calls.iter().all(|c| FAITHFUL.contains(&c.as_str()));
    let statistics = table.column(column)?.statistics.as_ref()?;
    (faithful && comparison.op == Op::Eq)
        .then(|| equal(statistics, None, table.rows.unwrap_or(ROWS)))
}

fn unknown(comparison: &Comparison) -> f64 {
    match &comparison.op {
        Op::Eq | Op::IsNull | Op::Between | Op::Operator(_) => EQUALITY,
        Op::In(count) => (EQUALITY * count.unwrap_or(10) as f64).min(1.0),
        Op::Lt | Op::Le | Op::Gt | Op::Ge => INEQUALITY,
        Op::IsTrue | Op::IsFalse => 0.5,
        Op::Like | Op::ILike | Op::Regex(_) => match &comparison.against {
            Against::Values(values) => values
                .first()
                .and_then(text)
                .map_or(EQUALITY, pattern::guess),
            _ => EQUALITY,
        },
        Op::NotEq | Op::NotIn | Op::NotNull | Op::Not => 1.0 - EQUALITY,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Literal(text, _) => Some(text),
        Value::Null | Value::Parameter(_) => None,
    }
}

/// The part of the rows that have a value; for a value that isn't known, the average.
fn equal(statistics: &ColumnStatistics, value: Option<&Value>, rows: u64) -> f64 {
    let present = 1.0 - statistics.null_frac;
    let distinct = statistics.distinct(rows).unwrap_or(1.0 / EQUALITY).max(1.0);
    let Some(value) = value.and_then(text) else {
        return present / distinct;
    };
    if let Some(frequency) = common(statistics, value) {
        return frequency;
    }
    let listed: f64 = statistics.most_common.iter().map(|c| c.frequency).sum();
    let others = distinct - statistics.most_common.len() as f64;
    if others < 1.0 {
        // All values there are are common ones: this one isn't there, or came later.
        return 1.0 / (rows as f64).max(1.0);
    }
    (present - listed).max(0.0) / others
}

fn common(statistics: &ColumnStatistics, value: &str) -> Option<f64> {
    let known = statistics.most_common.iter().find(|c| c.value == value)?;
    Some(known.frequency)
}

/// The part of the rows with a boolean value, `t` or `f`.
fn boolean(statistics: &ColumnStatistics, value: &str) -> f64 {
    common(statistics, value).unwrap_or_else(|| {
        let listed: f64 = statistics.most_common.iter().map(|c| c.frequency).sum();
        if statistics.most_common.is_empty() {
            0.5
        } else {
            (1.0 - statistics.null_frac - listed).max(0.0)
        }
    })
}

/// The part of the rows whose value is below one, by the histogram and the common values.
fn below(statistics: &ColumnStatistics, value: &str) -> Option<f64> {
    if statistics.histogram.len() < 2 && statistics.most_common.is_empty() {
        return None;
    }
    let is_below = |other: &str| compare(other, value).is_lt();
    let listed: f64 = statistics.most_common.iter().map(|c| c.frequency).sum();
    let common = statistics.most_common.iter();
    let common: f64 = common
        .filter(|c| is_below(&c.value))
        .map(|c| c.frequency)
        .sum();
    let rest = (1.0 - statistics.null_frac - listed).max(0.0);
    let bounds = statistics.histogram.len();
    if bounds < 2 {
        return Some(common);
    }
    let passed = statistics.histogram.iter().filter(|b| is_below(b)).count();
    let part = match passed {
        0 => 0.0,
        n if n == bounds => 1.0,
        // Somewhere within a bucket: in its middle, or where numbers tell.
        n => {
            let within = within(
                statistics.histogram.get(n - 1).map_or("", String::as_str),
                statistics.histogram.get(n).map_or("", String::as_str),
                value,
            );
            ((n - 1) as f64 + within) / (bounds - 1) as f64
        }
    };
    Some(common + rest * part)
}

/// How far a value is on the way from one bound to the next, 0 to 1; half way where they can't be measured.
fn within(low: &str, high: &str, value: &str) -> f64 {
    match (measure(low), measure(high), measure(value)) {
        (Some(low), Some(high), Some(value)) if high > low => {
            ((value - low) / (high - low)).clamp(0.0, 1.0)
        }
        _ => 0.5,
    }
}

/// A number, or the seconds of a moment; its zone is left aside, as those of a column's values are all alike.
fn measure(value: &str) -> Option<f64> {
    let moment = || {
        let civil = value.get(..value.len().min("2026-01-31 12:00:00".len()))?;
        let civil: jiff::civil::DateTime = civil.parse().ok()?;
        let since = civil.duration_since(jiff::civil::DateTime::default());
        Some(since.as_secs_f64())
    };
    value.parse().ok().or_else(moment)
}

/// Numbers by their value; moments, written from the year on, and texts by their characters.
fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    }
}
