//! How large an index is when it is new, and how long building it takes.

mod btree;
mod build;
mod gin;
mod other;
mod types;
mod value;

#[cfg(test)]
mod tests;

use super::share::share;
use crate::catalog::{Catalog, Index, Key, Table, TableKind, bare};
use crate::sql::quoted;
use value::{Value, of_column, of_key};

pub use build::build_seconds;

/// Bytes of a page. Servers can be built with others; nobody does.
pub(super) const PAGE: u64 = 8192;

/// The first version whose B-trees keep equal keys once.
const DEDUPLICATION: u32 = 130_000;

/// How large an index is when it is new, in bytes, on a server from 13 on; `None` where the rows of its table were
/// never counted.
///
/// B-trees and hash indexes come out by the rules that the server builds them by; others are rules of thumb.
#[must_use]
pub fn bytes(table: &Table, index: &Index) -> Option<u64> {
    Some(pages(table, index, rows(table)?, true) * PAGE)
}

/// The same on the server of a catalog, whatever its version. An index of a partitioned table is as large as those of
/// all partitions.
#[must_use]
pub fn bytes_in(catalog: &Catalog, index: &Index) -> Option<u64> {
    let table = catalog.table(&index.table)?;
    let dedup = catalog
        .server
        .version_num
        .is_none_or(|version| version >= DEDUPLICATION);
    if table.kind != TableKind::Partitioned {
        return Some(pages(table, index, rows(table)?, dedup) * PAGE);
    }
    let parts = catalog
        .tables
        .iter()
        .filter(|part| part.partition_of.as_ref() == Some(&table.name));
    parts
        .map(|part| {
            let own = Index {
                table: part.name.clone(),
                ..index.clone()
            };
            bytes_in(catalog, &own)
        })
        .sum()
}

fn rows(table: &Table) -> Option<u64> {
    // Before the first ANALYZE the counters tell.
    table.rows.or(table.counters.as_ref().map(|c| c.live))
}

/// Pages of an index on a table of `rows` rows.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pages are whole, from 1 up, and far fewer than 2^53"
)]
pub(super) fn pages(table: &Table, index: &Index, rows: u64, dedup: bool) -> u64 {
    let all = rows as f64;
    let part = index
        .predicate
        .as_deref()
        .map_or(1.0, |predicate| share(table, predicate));
    let kept = (all * part).ceil();
    let keys: Vec<Value> = index
        .keys
        .iter()
        .map(|key| {
            let value = among(of_key(table, key, rows), all, kept);
            held(value, key, index.predicate.as_deref())
        })
        .collect();
    let include: Vec<Value> = index
        .include
        .iter()
        .map(|name| of_column(table.column(name), rows))
        .collect();
    let table_pages = table.pages.map_or(all / 50.0, |pages| pages as f64);
    let pages = match index.method.as_str() {
        "btree" => btree::pages(&btree::Entries {
            rows: kept,
            keys: &keys,
            include: &include,
            dedup: dedup && !index.unique && include.is_empty() && keys.iter().all(|key| key.same),
        }),
        "hash" => other::hash(kept, keys.first().map_or(kept, |key| key.distinct)),
        "brin" => other::brin(table_pages, &keys),
        "gin" => gin::pages(table, &index.keys, rows, kept),
        "gist" | "spgist" => {
            let trigrams = index
                .keys
                .iter()
                .any(|key| key.opclass.as_deref().is_some_and(|o| o.contains("trgm")));
            other::gist(kept, &keys, trigrams)
        }
        _ => other::unknown(kept, &keys),
    };
    pages.max(1.0) as u64
}

/// The values of `kept` out of `all` rows, taken at random: as many differ as the server expects of a GROUP BY.
fn among(value: Value, all: f64, kept: f64) -> Value {
    if kept >= all || all < 1.0 {
        return value;
    }
    let each = all / value.distinct;
    let distinct = value.distinct * (1.0 - (1.0 - kept / all).powf(each));
    Value {
        distinct: distinct.max(1.0),
        ..value
    }
}

/// What a predicate says of a key itself: that it is NULL, is not, or has one value.
fn held(value: Value, key: &Key, predicate: Option<&str>) -> Value {
    let (Some(name), Some(predicate)) = (key.as_column(), predicate) else {
        return value;
    };
    let mut value = value;
    for part in predicate.split(" AND ") {
        let Some(rest) = bare(part).strip_prefix(&quoted(name)).map(str::trim) else {
            continue;
        };
        match rest.to_ascii_uppercase().as_str() {
            "IS NULL" => (value.nulls, value.distinct) = (1.0, 1.0),
            "IS NOT NULL" => value.nulls = 0.0,
            other if other.starts_with('=') => (value.nulls, value.distinct) = (0.0, 1.0),
            _ => {}
        }
    }
    value
}
