#![doc = include_str!("unused_index.md")]

use super::say::{bytes, comment, finding, keys, sql};
use super::{LiveInput, LiveRule};
use crate::advice::SuggestionKind;
use crate::advice::indexes::existing::code;
use crate::advice::indexes::existing::used::{may_go, parts, trust, used};
use crate::catalog::{Catalog, Index};
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
    let parts = parts(catalog);
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

fn say(input: &LiveInput<'_>, catalog: &Catalog, index: &Index, size: u64) -> Finding {
    let table = catalog.table(&index.table);
    let written = table.and_then(|t| t.counters.as_ref()).map(|c| {
        let updated = c.updated.saturating_sub(c.hot_updated);
        c.inserted.saturating_add(updated)
    });
    let (confidence, reasons) = trust(catalog, index, input.settings.unused_index_days);
    let severity = match confidence {
        Confidence::Low => Severity::Low,
        _ if size >= 100 << 20 || written.unwrap_or(0) >= 1_000_000 => Severity::Medium,
        _ => Severity::Low,
    };
    let drop = format!("{};", code::drop(catalog, index));
    let note = if code::is_partitioned(catalog, index) {
        "It takes the indexes of all partitions with it and locks the table for a moment."
    } else {
        "It can't run within a transaction. Keep the statement that makes the index, to have it back."
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
