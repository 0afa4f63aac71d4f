#![doc = include_str!("duplicate_index.md")]

use super::say::{bytes, finding, keys, sql};
use super::{LiveInput, LiveRule};
use crate::advice::indexes::existing::code;
use crate::advice::indexes::existing::likeness::{Likeness, better};
use crate::advice::{Suggestion, SuggestionKind};
use crate::catalog::{Catalog, Index};
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "duplicate-index",
    title: "Duplicate index",
    page: include_str!("duplicate_index.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    let all = catalog.indexes.iter();
    all.filter_map(|index| {
        let (likeness, other) = better(catalog, index)?;
        Some(say(catalog, index, likeness, other))
    })
    .collect()
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
    let note = if index.constraint.is_some() {
        "A foreign key may rest on this constraint: then the server refuses. It locks the table for a moment."
    } else if code::is_partitioned(catalog, index) {
        "It takes the indexes of all partitions with it and locks the table for a moment."
    } else {
        "It blocks nobody, and can't run within a transaction."
    };
    sql(
        SuggestionKind::Index,
        format!("drop {}, {} does its work", index.name, other.name),
        format!("{};", code::drop(catalog, index)),
        note,
    )
}
