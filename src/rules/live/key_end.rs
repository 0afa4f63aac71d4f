//! How much of its numbers a sequence, or an integer column, has used.

use crate::catalog::{Catalog, Column, Sequence, Table};

/// The highest value of an integer type that a key can outgrow in practice.
pub(super) fn highest(data_type: &str) -> Option<i64> {
    match data_type {
        "smallint" => Some(i64::from(i16::MAX)),
        "integer" => Some(i64::from(i32::MAX)),
        _ => None,
    }
}

/// The part of its numbers, 0 to 1, that a sequence has given out; `None` where that isn't known, or it begins anew.
pub(super) fn used(sequence: &Sequence) -> Option<f64> {
    let last = sequence.last.filter(|_| !sequence.cycle)?;
    let (first, end) = if sequence.increment < 0 {
        (sequence.max, sequence.min)
    } else {
        (sequence.min, sequence.max)
    };
    let all = (i128::from(end) - i128::from(first)).abs() as f64;
    let done = (i128::from(last) - i128::from(first)).abs() as f64;
    (all > 0.0).then(|| (done / all).min(1.0))
}

/// The highest value that a column is known to hold: its sequence's, or that which ANALYZE saw.
pub(super) fn last(
    catalog: &Catalog,
    table: &Table,
    column: &Column,
) -> Option<(i64, &'static str)> {
    let sequence = catalog.sequences.iter().find(|s| {
        let owner = s.owner.as_ref();
        owner.is_some_and(|o| o.table == table.name && o.column == column.name)
    });
    if let Some(sequence) = sequence {
        return Some((sequence.last?, "its sequence is there"));
    }
    let statistics = column.statistics.as_ref()?;
    let highest = statistics.histogram.last()?.parse().ok()?;
    Some((highest, "ANALYZE saw that value"))
}
