//! Which part of a table's rows a condition keeps, by the statistics of its columns.
//!
//! It follows the server's own estimates (`src/backend/utils/adt/selfuncs.c`, chapter "How the Planner Uses
//! Statistics" of its manual), with the server's defaults where nothing is known.
//!
//! | file | what it knows |
//! |---|---|
//! | `scalar` | values as texts, put into the order of their type |
//! | `range` | which part of a column lies below a value |
//! | `pattern` | which part of a column looks like a pattern |

mod pattern;
mod range;
mod scalar;

use super::scan::{Against, Comparison, Condition, Op, Term, Value};
use crate::catalog::{Column, ColumnStatistics, Table};

pub(super) use pattern::{longest_run, plain_prefix};

/// The server's guess for an equality of which nothing is known.
const EQUAL: f64 = 0.005;
/// Its guess for a range with one end.
const ONE_END: f64 = 1.0 / 3.0;
/// Its guess for a range with two.
const TWO_ENDS: f64 = 0.005;
/// How many values it takes an array for when nobody knows its length.
const ARRAY: usize = 10;

/// The part of the rows, 0 to 1, that all of `conditions` keep, taken to be independent but for the two ends of a
/// range of one column.
pub(super) fn of_scan(table: &Table, conditions: &[Condition]) -> f64 {
    let mut part = 1.0;
    let mut ends: Vec<(&Comparison, f64)> = Vec::new();
    for condition in conditions {
        match condition {
            Condition::One(one) if end_of(&one.op).is_some() && one.terms.len() == 1 => {
                ends.push((one, of_comparison(table, one)));
            }
            _ => part *= of_condition(table, condition),
        }
    }
    while let Some((one, mut kept)) = ends.pop() {
        let other = ends.iter().position(|(other, _)| {
            other.terms == one.terms && end_of(&other.op) != end_of(&one.op)
        });
        if let Some((other, its)) = other.map(|at| ends.remove(at)) {
            kept = both_ends(table, one, other, kept, its);
        }
        part *= kept;
    }
    part.clamp(0.0, 1.0)
}

/// The part of the rows, 0 to 1, that a condition keeps.
pub(super) fn of_condition(table: &Table, condition: &Condition) -> f64 {
    match condition {
        Condition::One(one) => of_comparison(table, one),
        Condition::Any(branches) => {
            let missed = branches.iter().map(|all| 1.0 - of_scan(table, all));
            (1.0 - missed.product::<f64>()).clamp(0.0, 1.0)
        }
    }
}

/// The part of the rows, 0 to 1, that a comparison keeps.
pub(super) fn of_comparison(table: &Table, comparison: &Comparison) -> f64 {
    let terms = comparison.terms.as_slice();
    // Of a row only the first column tells in a range; all of them in an equality.
    let part = match (terms, &comparison.op) {
        ([], _) => 1.0,
        ([_, ..], Op::Eq) => terms
            .iter()
            .enumerate()
            .map(|(at, term)| {
                Subject::of(table, term).equal(value(&comparison.against, at), comparison)
            })
            .product(),
        ([term, ..], _) => one(&Subject::of(table, term), comparison),
    };
    part.clamp(0.0, 1.0)
}

fn one(subject: &Subject<'_>, comparison: &Comparison) -> f64 {
    let against = &comparison.against;
    let filled = subject.filled();
    match &comparison.op {
        Op::Eq => subject.equal(value(against, 0), comparison),
        Op::NotEq => filled - subject.equal(value(against, 0), comparison),
        Op::In(count) => subject.among(*count, against, comparison),
        Op::NotIn => filled - subject.among(None, against, comparison),
        Op::IsNull => subject.statistics.map_or(EQUAL, |s| s.null_frac),
        Op::NotNull => subject
            .statistics
            .map_or(1.0 - EQUAL, |s| 1.0 - s.null_frac),
        Op::IsTrue => subject.boolean("t"),
        Op::IsFalse => subject.boolean("f"),
        Op::Lt | Op::Le | Op::Gt | Op::Ge => {
            let above = matches!(comparison.op, Op::Gt | Op::Ge);
            let below = value(against, 0).and_then(|v| subject.below(v));
            match below {
                Some(below) if above => filled - below,
                Some(below) => below,
                None => ONE_END * filled,
            }
        }
        Op::Between => {
            let low = value(against, 0).and_then(|v| subject.below(v));
            let high = value(against, 1).and_then(|v| subject.below(v));
            match (low, high) {
                (Some(low), Some(high)) => (high - low).max(subject.any_equal()),
                _ => TWO_ENDS,
            }
        }
        Op::Like => subject.like(against, false),
        Op::ILike => subject.like(against, true),
        Op::Regex(_) | Op::Operator(_) => EQUAL,
        Op::Not => (filled - EQUAL).max(0.0),
    }
}

fn both_ends(table: &Table, one: &Comparison, other: &Comparison, kept: f64, its: f64) -> f64 {
    let Some(term) = one.terms.first() else {
        return kept * its;
    };
    let subject = Subject::of(table, term);
    let known = |c: &Comparison| {
        value(&c.against, 0)
            .and_then(|v| subject.below(v))
            .is_some()
    };
    if known(one) && known(other) {
        (kept + its - subject.filled()).max(subject.any_equal())
    } else {
        TWO_ENDS
    }
}

/// Which end of a range an operator sets: whether it is the upper one.
fn end_of(op: &Op) -> Option<bool> {
    match op {
        Op::Lt | Op::Le => Some(true),
        Op::Gt | Op::Ge => Some(false),
        _ => None,
    }
}

fn value(against: &Against, at: usize) -> Option<&Value> {
    match against {
        Against::Values(values) => values.get(at),
        _ => None,
    }
}

/// What is compared, and what is known of its values.
struct Subject<'a> {
    data_type: &'a str,
    statistics: Option<&'a ColumnStatistics>,
    /// How many different values there are, where it is known.
    distinct: Option<f64>,
}

impl<'a> Subject<'a> {
    fn of(table: &'a Table, term: &Term) -> Self {
        let column = |name: &str| -> Option<&Column> { table.column(name) };
        let direct = term.as_column().and_then(column);
        // `lower(email)` has about as many values as `email`; what other expressions have, nobody knows.
        let base = match term.columns.as_slice() {
            [only] if !term.calls.is_empty() && term.calls.iter().all(|c| keeps_apart(c)) => {
                column(only)
            }
            _ => None,
        };
        let distinct = direct.or(base).and_then(|c| distinct(table, c));
        Self {
            data_type: direct.map_or("", |c| c.data_type.as_str()),
            statistics: direct.and_then(|c| c.statistics.as_ref()),
            distinct,
        }
    }

    fn filled(&self) -> f64 {
        self.statistics.map_or(1.0, |s| 1.0 - s.null_frac)
    }

    /// The part that an equality with a value of which nothing is known keeps.
    fn any_equal(&self) -> f64 {
        match self.distinct {
            Some(distinct) if distinct >= 1.0 => self.filled() / distinct,
            _ if self.data_type == "boolean" => 0.5,
            _ => EQUAL,
        }
    }

    fn equal(&self, value: Option<&Value>, comparison: &Comparison) -> f64 {
        if comparison.against == Against::Same {
            return EQUAL;
        }
        let (text, statistics) = match (value, self.statistics) {
            (Some(Value::Null), _) => return 0.0,
            (Some(Value::Literal(text, _)), Some(statistics)) => (text, statistics),
            _ => return self.any_equal(),
        };
        let common = &statistics.most_common;
        let same = |known: &str| scalar::same(self.data_type, known, text);
        if let Some(found) = common.iter().find(|c| same(&c.value)) {
            return found.frequency;
        }
        let Some(distinct) = self.distinct else {
            return EQUAL;
        };
        let in_list: f64 = common.iter().map(|c| c.frequency).sum();
        let others = (distinct - common.len() as f64).max(1.0);
        let rest = (self.filled() - in_list).max(0.0) / others;
        common.last().map_or(rest, |c| rest.min(c.frequency))
    }

    fn among(&self, count: Option<usize>, against: &Against, comparison: &Comparison) -> f64 {
        let values = match against {
            Against::Values(values) => values.as_slice(),
            _ => &[],
        };
        let listed = count.is_none_or(|count| count == values.len())
            && (count.is_some() || values.len() > 1);
        let sum = if listed {
            values.iter().map(|v| self.equal(Some(v), comparison)).sum()
        } else {
            self.any_equal() * count.unwrap_or(ARRAY) as f64
        };
        f64::min(sum, self.filled())
    }

    fn boolean(&self, wanted: &str) -> f64 {
        let Some(statistics) = self.statistics.filter(|s| !s.most_common.is_empty()) else {
            return 0.5;
        };
        let common = &statistics.most_common;
        let same = |known: &str| scalar::same("boolean", known, wanted);
        match common.iter().find(|c| same(&c.value)) {
            Some(found) => found.frequency,
            None => {
                let others: f64 = common.iter().map(|c| c.frequency).sum();
                (self.filled() - others).max(0.0)
            }
        }
    }

    /// The part of the rows whose value is below one, NULLs left out; `None` where it isn't known.
    fn below(&self, value: &Value) -> Option<f64> {
        match value {
            Value::Literal(text, _) => range::below(self.statistics?, self.data_type, text),
            Value::Null => Some(0.0),
            Value::Parameter(_) => None,
        }
    }

    fn like(&self, against: &Against, ignore_case: bool) -> f64 {
        let Some(Value::Literal(text, _)) = value(against, 0) else {
            return EQUAL;
        };
        if plain_prefix(text).len() == text.len() && !ignore_case {
            return self.any_equal();
        }
        pattern::part(self.statistics, text, ignore_case) * self.filled()
    }
}

/// Whether a function gives about as many different values as it gets.
fn keeps_apart(call: &str) -> bool {
    matches!(
        call,
        "lower"
            | "upper"
            | "trim"
            | "btrim"
            | "ltrim"
            | "rtrim"
            | "md5"
            | "reverse"
            | "initcap"
            | "unaccent"
            | "coalesce"
            | "::text"
            | "::varchar"
            | "::bigint"
            | "::numeric"
    )
}

/// How many different values a column has, where it is known.
pub(super) fn distinct(table: &Table, column: &Column) -> Option<f64> {
    let statistics = column.statistics.as_ref()?;
    if statistics.n_distinct < 0.0 && table.rows.is_none() {
        return None;
    }
    statistics.distinct(table.rows.unwrap_or_default())
}

#[cfg(test)]
mod tests;
