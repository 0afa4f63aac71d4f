//! Whether one index does all the work of another.

use crate::catalog::{Catalog, Index, ReplicaIdentity, same_order};

/// What the other index has of one that is not needed, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// The same.
    Same,
    /// The same keys, and more columns beside.
    Covers,
    /// The same keys, and more behind them.
    Begins,
}

/// The index that does all the work of `index` best, and how, if there is one.
pub(crate) fn better<'a>(catalog: &'a Catalog, index: &Index) -> Option<(Likeness, &'a Index)> {
    if !is_known(catalog, index) {
        return None;
    }
    let all = catalog.indexes_of(&index.table).iter();
    all.filter(|other| other.name != index.name && is_known(catalog, other))
        .filter_map(|other| Some((likeness(catalog, index, other)?, other)))
        .min_by_key(|(likeness, other)| (*likeness, &other.name))
}

/// Whether the table's rows are recognised by the index in replication.
pub(crate) fn is_identity(catalog: &Catalog, index: &Index) -> bool {
    let table = catalog.table(&index.table);
    table.is_some_and(|t| t.replica_identity == ReplicaIdentity::Index(index.name.clone()))
}

/// Whether all of an index could be read: of a table that somebody has locked for himself, the server doesn't tell
/// conditions and expressions.
fn is_known(catalog: &Catalog, index: &Index) -> bool {
    catalog.taken_at.is_none() || index.definition.is_some()
}

/// Whether `other` does all that `index` does, so that `index` may go.
fn likeness(catalog: &Catalog, index: &Index, other: &Index) -> Option<Likeness> {
    let comparable = index.valid
        && other.valid
        && index.table == other.table
        && index.method == other.method
        && index.predicate == other.predicate
        && !index.exclusion
        && !other.exclusion
        // What belongs to a partitioned index goes with it.
        && index.partition_of.is_none();
    if !comparable || index.primary || is_identity(catalog, index) {
        return None;
    }
    let included = |index: &Index| {
        let mut columns = index.include.clone();
        columns.sort();
        columns
    };
    let all_of_it = index.include.iter().all(|column| {
        let key = other.keys.iter().any(|k| k.as_column() == Some(column));
        key || other.include.contains(column)
    });
    if same_order(&index.keys, &other.keys) && included(index) == included(other) {
        // Of two that are the same, one stays.
        let unique =
            !index.unique || (other.unique && index.nulls_not_distinct == other.nulls_not_distinct);
        return (unique && rank(index) > rank(other)).then_some(Likeness::Same);
    }
    if index.unique || !all_of_it {
        return None;
    }
    if same_order(&index.keys, &other.keys) {
        return Some(Likeness::Covers);
    }
    let begins = index.method == "btree"
        && other.keys.len() > index.keys.len()
        && other
            .keys
            .get(..index.keys.len())
            .is_some_and(|first| same_order(&index.keys, first));
    begins.then_some(Likeness::Begins)
}

/// The one of two equal indexes that is better kept has the lower rank.
fn rank(index: &Index) -> (bool, bool, bool, std::cmp::Reverse<u64>, &str) {
    let scans = index.counters.as_ref().map_or(0, |c| c.scans);
    (
        !index.primary,
        index.constraint.is_none(),
        !index.unique,
        std::cmp::Reverse(scans),
        &index.name,
    )
}
