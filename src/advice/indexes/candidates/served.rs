//! What existing indexes do already.

use crate::advice::indexes::scan::{Against, Comparison, Condition, Op, Scan, Value};
use crate::catalog::{Catalog, Index, Key, Name, same_order};

/// The existing index that does all the work of another one: it begins with the same keys, for the same rows.
#[must_use]
pub fn existing_serves<'a>(catalog: &'a Catalog, index: &Index) -> Option<&'a Index> {
    let of_table = catalog.indexes_of(&index.table).iter();
    of_table.into_iter().find(|old| serves(old, index))
}

fn serves(old: &Index, new: &Index) -> bool {
    let alike = old.valid
        && old.method == new.method
        && (old.predicate.is_none() || old.predicate == new.predicate);
    let first = old.keys.get(..new.keys.len());
    let begins = first.is_some_and(|first| same_order(first, &new.keys));
    let held = |column: &String| {
        old.include.contains(column) || old.keys.iter().any(|k| k.as_column() == Some(column))
    };
    // The order of keys means nothing to GIN, GiST and BRIN.
    let all = match old.method.as_str() {
        "btree" => begins,
        "hash" => begins && old.keys.len() == new.keys.len(),
        _ => new.keys.iter().all(|key| old.keys.contains(key)),
    };
    alike && all && new.include.iter().all(held)
}

/// Whether a unique index leads to one row at once: nothing can be better.
pub(super) fn finds_one_row(catalog: &Catalog, scan: &Scan) -> bool {
    let of_table = catalog.indexes_of(&scan.table).iter();
    let mut unique = of_table.filter(|i| i.valid && i.unique && i.predicate.is_none());
    unique.any(|index| {
        index.keys.iter().all(|key| {
            let given = |condition: &Condition| match condition {
                Condition::One(comparison) => is_given(comparison, key),
                Condition::Any(_) => false,
            };
            scan.conditions.iter().any(given)
        })
    })
}

/// Whether a unique index of all rows has just these keys.
pub(super) fn is_unique(catalog: &Catalog, table: &Name, keys: &[Key]) -> bool {
    let mut of_table = catalog.indexes_of(table).iter();
    of_table.any(|index| {
        let alike = index.keys.len() == keys.len()
            && index
                .keys
                .iter()
                .zip(keys)
                .all(|(old, new)| old.of == new.of);
        index.valid && index.unique && index.predicate.is_none() && alike
    })
}

fn is_given(comparison: &Comparison, key: &Key) -> bool {
    let known = match &comparison.against {
        Against::Values(values) => !matches!(values.as_slice(), [Value::Null]),
        Against::Known | Against::Row => true,
        _ => false,
    };
    known
        && comparison.op == Op::Eq
        && matches!(comparison.terms.as_slice(), [term] if term.of == key.of)
}
