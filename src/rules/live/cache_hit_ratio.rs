#![doc = include_str!("cache_hit_ratio.md")]

use super::say::{bytes, finding, percent, rows, sql};
use super::{LiveInput, LiveRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::catalog::Catalog;
use crate::rules::{Finding, Severity, Subject};
use crate::workload::Confidence;

pub(super) const RULE: LiveRule = LiveRule {
    name: "cache-hit-ratio",
    title: "Cache is missed often",
    page: include_str!("cache_hit_ratio.md"),
    check,
};

/// Below this many blocks a server has only begun to fill its cache.
const FEW: u64 = 100_000;
/// Tables that are named.
const NAMED: usize = 3;

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let found = input.catalog.and_then(|catalog| {
        let (hit, read) = (catalog.database.blocks_hit?, catalog.database.blocks_read?);
        let all = hit.saturating_add(read);
        let ratio = hit as f64 / all.max(1) as f64;
        let low = all >= FEW && ratio < input.settings.hit_ratio;
        low.then(|| say(catalog, ratio, read))
    });
    found.into_iter().collect()
}

fn say(catalog: &Catalog, ratio: f64, read: u64) -> Finding {
    Finding {
        // What the system's own cache held was read as quickly.
        confidence: Confidence::Medium,
        reasons: readers(catalog),
        suggestions: larger(catalog).into_iter().collect(),
        ..finding(
            &RULE,
            if ratio < 0.9 {
                Severity::Medium
            } else {
                Severity::Low
            },
            Subject::Server,
            format!(
                "only {} of blocks are found in shared buffers",
                percent(ratio)
            ),
            format!(
                "{} blocks had to be read since the counters began",
                rows(read)
            ),
        )
    }
}

/// The tables that blocks are read of.
fn readers(catalog: &Catalog) -> Vec<String> {
    let mut tables: Vec<(u64, &crate::catalog::Name)> = catalog
        .tables
        .iter()
        .filter_map(|table| {
            let counters = table.counters.as_ref()?;
            let read = counters.heap_read.unwrap_or(0) + counters.index_read.unwrap_or(0);
            (read > 0).then_some((read, &table.name))
        })
        .collect();
    tables.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut reasons: Vec<String> = tables
        .iter()
        .take(NAMED)
        .map(|(read, name)| format!("{} blocks were read of {name}", rows(*read)))
        .collect();
    reasons.push(
        "the system's cache may hold them: what that costs shows with track_io_timing".to_owned(),
    );
    reasons
}

fn larger(catalog: &Catalog) -> Option<Suggestion> {
    let setting = catalog.setting("shared_buffers")?;
    let block: u64 = match setting.unit.as_deref()? {
        "8kB" => 8_192,
        "kB" => 1_024,
        _ => return None,
    };
    let now = setting.value.parse::<u64>().ok()?.saturating_mul(block);
    let twice = now.saturating_mul(2) >> 20;
    Some(sql(
        SuggestionKind::Settings,
        "give shared buffers twice the memory",
        format!("ALTER SYSTEM SET shared_buffers = '{twice}MB';"),
        format!(
            "They have {} now; a quarter of the server's memory is usual, more than 40 % seldom helps. It takes a restart. \
             Statements that read less are the better way: see the tables that are read whole.",
            bytes(now)
        ),
    ))
}
