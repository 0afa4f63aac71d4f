//! What the predicate of a partial index says, and the part of a table's rows that it keeps.

use super::scan::{Against, Comparison, Condition, Literal, Op, Term, Value};
use super::selectivity;
use crate::catalog::{Table, bare};

/// The part of a table's rows, 0 to 1, that the predicate of a partial index keeps.
pub(super) fn share(table: &Table, predicate: &str) -> f64 {
    selectivity::of_scan(table, &conditions(table, predicate))
}

/// The conditions of the predicate of a partial index.
pub(super) fn conditions(_table: &Table, predicate: &str) -> Vec<Condition> {
    predicate
        .split(" AND ")
        .map(|text| one(bare(text)))
        .collect()
}

fn one(text: &str) -> Condition {
    let bool_of = |name: &str, op: Op, against: Against| {
        Condition::One(Comparison {
            terms: vec![Term::column(bare(name))],
            op,
            against,
            text: text.to_owned(),
        })
    };
    let values = |value: &str| {
        let value = value.trim().trim_end_matches("::text").trim_matches('\'');
        Against::Values(vec![Value::Literal(value.to_owned(), Literal::Text)])
    };
    if let Some(name) = text.strip_suffix(" IS NOT NULL") {
        return bool_of(name, Op::NotNull, Against::Nothing);
    }
    if let Some(name) = text.strip_suffix(" IS NULL") {
        return bool_of(name, Op::IsNull, Against::Nothing);
    }
    if let Some(name) = text.strip_prefix("NOT ") {
        return bool_of(name, Op::IsFalse, Against::Nothing);
    }
    if let Some((name, value)) = text.split_once(" <> ") {
        return bool_of(name, Op::NotEq, values(value));
    }
    if let Some((name, value)) = text.split_once(" = ") {
        return bool_of(name, Op::Eq, values(value));
    }
    bool_of(text, Op::IsTrue, Against::Nothing)
}
