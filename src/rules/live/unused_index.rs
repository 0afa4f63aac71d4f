#![doc = include_str!("unused_index.md")]

use std::collections::BTreeMap;

use super::say::{bytes, code, comment, finding, keys, sql};
use super::{LiveInput, LiveRule};
use crate::advice::SuggestionKind;
use crate::catalog::{Catalog, Index, Name, ReplicaIdentity, TableKind};
use crate::rules::finding::count;
use crate::rules::{Finding, Severity, Subject};
use crate::workload::Confidence;

pub(super) const RULE: LiveRule = LiveRule {
    name: "unused-index",
    title: "Unused index",
    page: include_str!("unused_index.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    // An index of a partitioned table is used when one of its parts is.
    let mut parts: BTreeMap<Name, Vec<&Index>> = BTreeMap::new();
    for index in &catalog.indexes {
        if let Some(whole) = &index.partition_of {
            parts.entry(whole.clone()).or_default().push(index);
        }
    }
    let smallest = input.settings.unused_index_mb * 1_048_576.0;
    catalog
        .indexes
        .iter()
        .filter(|index| index.partition_of.is_none() && may_go(catalog, index))
        .filter_map(|index| Some((index, used(&parts, index)?)))
        .filter(|(_, used)| used.scans == 0 && used.bytes as f64 >= smallest)
        .map(|(index, used)| say(input, catalog, index, used.bytes))
        .collect()
}

/// Whether nothing but reading needs the index.
fn may_go(catalog: &Catalog, index: &Index) -> bool {
    let identity = catalog
        .table(&index.table)
        .is_some_and(|t| t.replica_identity == ReplicaIdentity::Index(index.name.clone()));
    index.valid
        && !index.unique
        && !index.primary
        && !index.exclusion
        && index.constraint.is_none()
        && !identity
}

struct Used {
    scans: u64,
    bytes: u64,
}

/// How often an index and its parts were scanned, and how large they are; `None` where that isn't known of all.
fn used(parts: &BTreeMap<Name, Vec<&Index>>, index: &Index) -> Option<Used> {
    let own = parts.get(&index.full_name());
    let Some(own) = own else {
        return Some(Used {
            scans: index.counters.as_ref()?.scans,
            bytes: index.bytes?,
        });
    };
    let mut sum = Used { scans: 0, bytes: 0 };
    for part in own {
        let part = used(parts, part)?;
        sum.scans = sum.scans.saturating_add(part.scans);
        sum.bytes = sum.bytes.saturating_add(part.bytes);
    }
    Some(sum)
}

fn say(input: &LiveInput<'_>, catalog: &Catalog, index: &Index, size: u64) -> Finding {
    let table = catalog.table(&index.table);
    let written = table.and_then(|t| t.counters.as_ref()).map(|c| {
        let updated = c.updated.saturating_sub(c.hot_updated);
        c.inserted.saturating_add(updated)
    });
    let (confidence, reasons) = trust(input, catalog, index);
    let severity = match confidence {
        Confidence::Low => Severity::Low,
        _ if size >= 100 << 20 || written.unwrap_or(0) >= 1_000_000 => Severity::Medium,
        _ => Severity::Low,
    };
    let partitioned = table.is_some_and(|t| t.kind == TableKind::Partitioned);
    let name = code(&index.full_name());
    let (drop, note) = if partitioned {
        (
            format!("DROP INDEX {name};"),
            "It takes the indexes of all partitions with it and locks the table for a moment.",
        )
    } else {
        (
            format!("DROP INDEX CONCURRENTLY {name};"),
            "It can't run within a transaction. Keep the statement that makes the index, to have it back.",
        )
    };
    Finding {
        confidence,
        reasons,
        suggestions: vec![sql(
            SuggestionKind::Index,
            format!("drop {}", index.name),
            match &index.definition {
                Some(definition) => {
                    let back = comment(&format!("{definition};"));
                    format!("{drop}\n-- To have it back:\n{back}")
                }
                None => drop,
            },
            note,
        )],
        ..finding(
            &RULE,
            severity,
            Subject::Index(index.full_name()),
            format!("index {} of {} is not used", index.name, index.table),
            format!(
                "({}) takes {}{} and was never scanned",
                keys(&index.keys),
                bytes(size),
                written.map_or_else(String::new, |n| format!(
                    ", got about {} new entries",
                    count(n)
                ))
            ),
        )
    }
}

/// How sure it is, and why.
fn trust(input: &LiveInput<'_>, catalog: &Catalog, index: &Index) -> (Confidence, Vec<String>) {
    let mut confidence = Confidence::High;
    let mut reasons = Vec::new();
    let mut say = |to: Confidence, why: String| {
        confidence = confidence.min(to);
        reasons.push(why);
    };
    match input.counted_days() {
        Some(days) if days < input.settings.unused_index_days => say(
            Confidence::Low,
            format!("its scans were counted for {days:.1} days only; a monthly job may need it"),
        ),
        Some(days) => say(
            Confidence::High,
            format!("its scans were counted for {days:.0} days"),
        ),
        None => say(
            Confidence::Medium,
            "since when its scans are counted isn't known".to_owned(),
        ),
    }
    let server = &catalog.server;
    match (server.standby, server.standbys) {
        (Some(true), _) => say(
            Confidence::Low,
            "this is a standby: what the primary reads is counted there".to_owned(),
        ),
        (_, Some(0)) => {}
        (_, Some(n)) => say(
            Confidence::Low,
            format!("what {n} standbys read is counted there, and was not looked at"),
        ),
        (_, None) => say(
            Confidence::Medium,
            "whether standbys read by it can't be seen from here".to_owned(),
        ),
    }
    let first = index.keys.first().and_then(|key| key.as_column());
    let key = catalog
        .foreign_keys_of(&index.table)
        .iter()
        .find(|key| first.is_some_and(|first| key.columns.iter().any(|c| c == first)));
    if let Some(key) = key {
        say(
            Confidence::Low,
            format!(
                "the foreign key {} needs it when rows of {} are deleted",
                key.name, key.references
            ),
        );
    }
    (confidence, reasons)
}
