#![doc = include_str!("duplicate_index.md")]

use super::say::{bytes, code, finding, keys, sql};
use super::{LiveInput, LiveRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::catalog::{Catalog, Index, Key, ReplicaIdentity, TableKind};
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "duplicate-index",
    title: "Duplicate index",
    page: include_str!("duplicate_index.md"),
    check,
};

/// What the other index has of one that is not needed, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// The same.
    Same,
    /// The same keys, and more columns beside.
    Covers,
    /// The same keys, and more behind them.
    Begins,
}

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    let of_one_table = catalog.indexes.chunk_by(|a, b| a.table == b.table);
    of_one_table
        .flat_map(|all| {
            let indexes = || all.iter().filter(|index| is_known(catalog, index));
            indexes().filter_map(move |index| {
                let others = indexes().filter(|other| other.name != index.name);
                let better = others
                    .filter_map(|other| Some((likeness(catalog, index, other)?, other)))
                    .min_by_key(|(likeness, other)| (*likeness, &other.name))?;
                Some(say(catalog, index, better.0, better.1))
            })
        })
        .collect()
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

/// Whether two lists of keys sort alike, one of them perhaps from the other end.
fn same_order(a: &[Key], b: &[Key]) -> bool {
    let reversed = |a: &Key, b: &Key| {
        let turned = Key {
            descending: !b.descending,
            nulls_first: !b.nulls_first,
            ..b.clone()
        };
        *a == turned
    };
    a.len() == b.len() && (a == b || a.iter().zip(b).all(|(a, b)| reversed(a, b)))
}

fn is_identity(catalog: &Catalog, index: &Index) -> bool {
    let table = catalog.table(&index.table);
    table.is_some_and(|t| t.replica_identity == ReplicaIdentity::Index(index.name.clone()))
}

fn say(catalog: &Catalog, index: &Index, likeness: Likeness, other: &Index) -> Finding {
    let size = index
        .bytes
        .map_or_else(String::new, |n| format!("; it takes {}", bytes(n)));
    let (severity, title, detail) = match likeness {
        Likeness::Same => (
            if index.bytes.is_some_and(|n| n >= 1 << 30) {
                Severity::High
            } else {
                Severity::Medium
            },
            format!(
                "index {} of {} is the same as {}",
                index.name, index.table, other.name
            ),
            format!(
                "both hold ({}), each change writes both{size}",
                keys(&index.keys)
            ),
        ),
        Likeness::Covers => (
            Severity::Low,
            format!(
                "index {} of {} is part of {}",
                index.name, index.table, other.name
            ),
            format!(
                "both are sorted by ({}), and {} holds more columns{size}",
                keys(&index.keys),
                other.name
            ),
        ),
        Likeness::Begins => (
            Severity::Low,
            format!(
                "index {} of {} begins {}",
                index.name, index.table, other.name
            ),
            format!(
                "({}) is the beginning of ({}){size}",
                keys(&index.keys),
                keys(&other.keys)
            ),
        ),
    };
    let mut reasons = vec![
        "method, columns, expressions, sort order, operator classes, collations, condition and included columns were compared"
            .to_owned(),
    ];
    if likeness != Likeness::Same {
        reasons.push(
            "being smaller, it may be a little faster to search; each change of a row pays for that".to_owned(),
        );
    }
    Finding {
        reasons,
        suggestions: vec![drop(catalog, index, other)],
        ..finding(
            &RULE,
            severity,
            Subject::Index(index.full_name()),
            title,
            detail,
        )
    }
}

fn drop(catalog: &Catalog, index: &Index, other: &Index) -> Suggestion {
    let table = catalog.table(&index.table);
    let title = format!("drop {}, {} does its work", index.name, other.name);
    if let Some(constraint) = &index.constraint {
        let code = format!(
            "ALTER TABLE {} DROP CONSTRAINT {};",
            code(&index.table),
            quoted(constraint)
        );
        let note = "A foreign key may rest on this constraint: then the server refuses. It locks the table for a moment.";
        return sql(SuggestionKind::Index, title, code, note);
    }
    let name = code(&index.full_name());
    if table.is_some_and(|t| t.kind == TableKind::Partitioned) {
        return sql(
            SuggestionKind::Index,
            title,
            format!("DROP INDEX {name};"),
            "It takes the indexes of all partitions with it and locks the table for a moment.",
        );
    }
    sql(
        SuggestionKind::Index,
        title,
        format!("DROP INDEX CONCURRENTLY {name};"),
        "It blocks nobody, and can't run within a transaction.",
    )
}
