//! How long building an index may take.
//!
//! A rough estimate. It was fitted to builds of 87 indexes on seven tables of 50 to 3,000,000 rows, 14 of them with
//! CONCURRENTLY, on PostgreSQL 15 with `maintenance_work_mem` of 64 MB and everything in memory; a server that reads
//! from disk, or has other things to do, takes several times as long.

use super::super::share::share;
use super::types::{Layout, layout};
use super::value::key_column;
use super::{PAGE, bytes, rows};
use crate::catalog::{Column, Index, Key, Table};

/// Seconds to read a page of the table, and to look at a row in it.
const READ_PAGE: f64 = 4e-6;
const READ_ROW: f64 = 0.05e-6;
/// Seconds to write a page of the index.
const WRITE_PAGE: f64 = 15e-6;
/// Seconds for a comparison while sorting numbers, and texts, of which each row needs about log₂ of the rows.
const NUMBER: f64 = 0.008e-6;
const TEXT: f64 = 0.022e-6;
/// Seconds for an entry of a GIN or GiST index, by the bytes of the value.
const WORD: f64 = 0.2e-6;
/// The same of a value that has few words: arrays and JSON.
const FEW_WORDS: f64 = 0.02e-6;
/// Seconds to put an entry into a hash index.
const HASH: f64 = 0.6e-6;

/// Seconds that building an index with CONCURRENTLY may take, which reads the table twice and waits for nobody here;
/// `None` where the rows of its table were never counted.
///
/// A rough estimate for a server whose tables are in memory, fitted to builds on PostgreSQL 15.
#[must_use]
pub fn build_seconds(table: &Table, index: &Index) -> Option<f64> {
    let all = rows(table)? as f64;
    let index_pages = (bytes(table, index)? / PAGE) as f64;
    let table_pages = table.pages.map_or(all / 50.0, |pages| pages as f64);
    let part = index
        .predicate
        .as_deref()
        .map_or(1.0, |predicate| share(table, predicate));
    let kept = (all * part).max(1.0);
    let reading = 2.0 * (table_pages * READ_PAGE + all * READ_ROW);
    let entries = match index.method.as_str() {
        "btree" => {
            let compare: f64 = index
                .keys
                .iter()
                .take(1)
                .map(|key| comparison(table, key))
                .sum();
            kept * kept.log2() * compare
        }
        "brin" => 0.0,
        "hash" => kept * HASH,
        _ => {
            let columns = index.keys.iter().filter_map(|key| key_column(table, key));
            kept * columns.map(words).sum::<f64>()
        }
    };
    Some(reading + entries + index_pages * WRITE_PAGE)
}

fn words(column: &Column) -> f64 {
    let known = column.statistics.as_ref();
    let width = known.map_or(16.0, |s| f64::from(s.avg_width) * (1.0 - s.null_frac));
    let few = column.data_type.ends_with(']') || column.data_type.starts_with("json");
    width * if few { FEW_WORDS } else { WORD }
}

fn comparison(table: &Table, key: &Key) -> f64 {
    let kind = key_column(table, key).map_or("text", |c| c.data_type.as_str());
    match layout(kind) {
        Layout::Fixed(..) => NUMBER,
        Layout::Variable => TEXT,
    }
}
