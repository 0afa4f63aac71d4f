//! What the values of a key look like: how wide they are, how many differ, how many are NULL.

use super::types::{Layout, equal_is_same, layout};
use crate::advice::indexes::columns::named;
use crate::advice::indexes::sample;
use crate::catalog::{Column, Key, KeyOf, Table};

/// What the values of a key look like, over all rows of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Value {
    /// Bytes of one that is not NULL, on average, its length included.
    pub(super) width: f64,
    /// It starts at a multiple of this.
    pub(super) align: f64,
    /// How many different ones there are, NULL aside.
    pub(super) distinct: f64,
    /// The part that is NULL.
    pub(super) nulls: f64,
    /// Whether equal ones are the same bytes.
    pub(super) same: bool,
}

/// Bytes of a value of a type that has no width of its own, where nothing was counted.
const WIDTH: u32 = 16;
/// Bytes of a value out of a JSON document.
const SHORT: f64 = 8.0;

/// What the values of a key look like among `rows` rows.
pub(super) fn of_key(table: &Table, key: &Key, rows: u64) -> Value {
    match &key.of {
        KeyOf::Column(name) => of_column(table.column(name), rows),
        KeyOf::Expression(text) => of_expression(table, text, rows),
    }
}

/// What the values of a column look like among `rows` rows; without a column or statistics all differ.
pub(super) fn of_column(column: Option<&Column>, rows: u64) -> Value {
    let statistics = column.and_then(|c| c.statistics.as_ref());
    let data_type = column.map_or("", |c| &c.data_type);
    let all = rows as f64;
    let nulls = statistics.map_or(0.0, |s| s.null_frac.clamp(0.0, 1.0));
    let distinct = statistics.and_then(|s| s.distinct(rows));
    let wide = statistics.map_or(WIDTH, |s| s.avg_width);
    let (width, align) = shape(data_type, wide);
    Value {
        width,
        align,
        distinct: distinct.unwrap_or(all).clamp(1.0, all.max(1.0)),
        nulls,
        same: equal_is_same(data_type),
    }
}

/// Width and alignment; a length takes one byte up to 126 bytes of content, and needs no alignment then.
fn shape(data_type: &str, wide: u32) -> (f64, f64) {
    match layout(data_type) {
        Layout::Fixed(width, align) => (f64::from(width), f64::from(align)),
        Layout::Variable if wide <= 127 => (f64::from(wide.max(1)), 1.0),
        Layout::Variable => (f64::from(wide), 4.0),
    }
}

/// What an expression yields: nobody counted it, so that its first column and what is done to it have to tell.
fn of_expression(table: &Table, text: &str, rows: u64) -> Value {
    let base = named(table, text).first().copied();
    let value = of_column(base, rows);
    let lower = text.to_ascii_lowercase();
    let to = |width: f64, align: f64, distinct: f64, same: bool| Value {
        width,
        align,
        distinct: value.distinct.min(distinct.max(1.0)),
        same,
        ..value
    };
    if lower.contains("->>") {
        let distinct = base.map_or(value.distinct, |c| sample::distinct_of_key(c, text, rows));
        return to(SHORT.min(value.width), 1.0, distinct, true);
    }
    if lower.contains("::date") || lower.starts_with("date(") {
        return to(4.0, 4.0, rows as f64 / 100.0, true);
    }
    if lower.starts_with("date_trunc(") {
        return to(8.0, 8.0, rows as f64 / 100.0, true);
    }
    if lower.starts_with("extract(") || lower.starts_with("date_part(") {
        return to(8.0, 8.0, 100.0, false);
    }
    value
}

/// The column of a key, or the first one in its expression.
pub(super) fn key_column<'a>(table: &'a Table, key: &Key) -> Option<&'a Column> {
    match &key.of {
        KeyOf::Column(name) => table.column(name),
        KeyOf::Expression(text) => named(table, text).first().copied(),
    }
}
