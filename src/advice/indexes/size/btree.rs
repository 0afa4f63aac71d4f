//! How many pages a B-tree has when it is new.
//!
//! After `nbtsort.c` and `nbtdedup.c` of PostgreSQL 13 to 17: leaves are filled to nine tenths, inner pages to seven.
//! Equal keys are kept once with the list of their rows, six bytes each, unless the index is unique, has columns
//! beside its keys or is of a type whose equal values may look different. Before 13 each row has its own entry.

use super::value::Value;

/// What goes into a B-tree.
pub(super) struct Entries<'a> {
    /// Rows in it.
    pub(super) rows: f64,
    /// Its keys.
    pub(super) keys: &'a [Value],
    /// Columns beside the keys.
    pub(super) include: &'a [Value],
    /// Whether equal keys are kept once.
    pub(super) dedup: bool,
}

/// Bytes of a leaf that are filled: a page less its header, its special space and a tenth.
const LEAF: f64 = 7325.0;
/// The same of an inner page.
const INNER: f64 = 5700.0;
/// The header of an entry, and its item pointer in the page.
const HEADER: f64 = 8.0;
const ITEM: f64 = 4.0;
/// A list of rows is at most a tenth of a page.
const LONGEST: f64 = 808.0;
/// A row in a list.
const ROW: f64 = 6.0;

/// How many pages, the metapage included.
pub(super) fn pages(entries: &Entries<'_>) -> f64 {
    let values = || entries.keys.iter().chain(entries.include);
    let plain = HEADER + width(values().map(|v| (*v, 1.0)));
    // An entry with a NULL has a bitmap that says which are.
    let some_null = 1.0 - values().map(|v| 1.0 - v.nulls).product::<f64>();
    let leaf_bytes = match entries.keys {
        // NULLs of one key are one value like others, and there may be many of them.
        [key] if entries.include.is_empty() => {
            let nulls = entries.rows * key.nulls;
            groups(nulls, 1.0, 2.0 * HEADER, entries.dedup)
                + groups(entries.rows - nulls, key.distinct, plain, entries.dedup)
        }
        keys => {
            let distinct: f64 = keys
                .iter()
                .map(|key| key.distinct + f64::from(key.nulls > 0.0))
                .product();
            let entry = HEADER + some_null * HEADER + width(values().map(|v| (*v, 1.0 - v.nulls)));
            groups(entries.rows, distinct, entry, entries.dedup)
        }
    };
    let leaves = (leaf_bytes / LEAF).ceil().max(1.0);
    let mut level = leaves;
    let mut all = leaves + 1.0;
    while level > 1.0 {
        level = (level * (align(plain, 8.0) + ITEM) / INNER).ceil();
        all += level;
    }
    all
}

/// Bytes of values one behind the other, each with the part of entries that have it.
fn width(values: impl Iterator<Item = (Value, f64)>) -> f64 {
    values.fold(0.0, |at, (value, part)| {
        align(at, value.align) + value.width * part
    })
}

/// Bytes of the entries of `rows` rows with `distinct` keys, each `entry` bytes wide.
fn groups(rows: f64, distinct: f64, entry: f64, dedup: bool) -> f64 {
    if rows < 1.0 {
        return 0.0;
    }
    let entry = align(entry, 8.0);
    if !dedup {
        return rows * (entry + ITEM);
    }
    let distinct = distinct.clamp(1.0, rows);
    let each = rows / distinct;
    let (less, more) = (each.floor(), each.floor() + 1.0);
    distinct * ((more - each) * group(less, entry) + (each - less) * group(more, entry))
}

/// Bytes of the entries of `rows` rows with the same key.
fn group(rows: f64, entry: f64) -> f64 {
    let most = ((LONGEST - entry) / ROW).floor().max(1.0);
    let list = |rows: f64| match rows {
        r if r < 1.0 => 0.0,
        r if r < 2.0 => entry + ITEM,
        r => align(entry + ROW * r, 8.0) + ITEM,
    };
    let full = (rows / most).floor();
    full * list(most) + list(rows - full * most)
}

fn align(at: f64, to: f64) -> f64 {
    (at / to).ceil() * to
}
