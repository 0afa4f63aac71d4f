//! What a block costs after its rows are read: sorting, and not reading all of them.

use super::access::{Path, Site};
use super::figures::{Prices, distinct};
use crate::advice::indexes::scan::{Count, Scan};

/// Rows that a statement wants when it is told in a parameter: a page.
const PAGE_OF_ROWS: f64 = 20.0;

/// How many rows a block wants; `None` for all.
pub(super) fn wanted(scan: &Scan) -> Option<f64> {
    let number = |count: Count, unknown: f64| match count {
        Count::Constant(n) => n as f64,
        Count::Unknown => unknown,
    };
    let limit = number(scan.limit?, PAGE_OF_ROWS);
    Some(limit + scan.offset.map_or(0.0, |offset| number(offset, 0.0)))
}

/// What a block costs that reads its rows by a path; `site` is the scan that its order is of, if it has one.
pub(super) fn finish(
    prices: Prices,
    site: Option<&Site<'_>>,
    want: Option<f64>,
    path: &Path,
) -> f64 {
    let rows = path.rows.max(1.0);
    let run = (path.total - path.startup).max(0.0);
    let part = |want: f64| path.startup + run * (want / rows).min(1.0);
    let order = site.map_or(0, |site| site.order.len());
    let whole = site.is_none_or(|site| site.order_is_whole);
    let want = want.unwrap_or(rows).min(rows);
    if order == 0 || (whole && path.sorted >= order) {
        return part(want);
    }
    let Some(site) = site.filter(|_| path.sorted > 0) else {
        let sending = path.sending * want / rows;
        return path.total - path.sending + sending + sort(prices, rows, want);
    };
    // Rows with the same first keys are sorted among themselves, as many of them as are wanted.
    let first = site.order.iter().take(path.sorted);
    let groups = first.map(|key| {
        distinct(
            key.term
                .columns
                .first()
                .and_then(|name| site.table.column(name)),
            site.extent.rows,
        )
    });
    let in_group = (rows / groups.product::<f64>().clamp(1.0, rows)).max(1.0);
    let read = ((want / in_group).ceil() * in_group).min(rows);
    part(read) + read / in_group * sort(prices, in_group, in_group.min(want))
}

/// Sorting rows of which so many are wanted.
fn sort(prices: Prices, rows: f64, want: f64) -> f64 {
    /// Rows that fit into `work_mem` of 4 MB, about, and what writing and reading one costs that doesn't.
    const FIT: f64 = 40_000.0;
    const SPILL: f64 = 0.02;
    let compare = 2.0 * prices.operator;
    let heap = (2.0 * want).clamp(2.0, rows.max(2.0));
    let spill = if heap > FIT { rows * SPILL } else { 0.0 };
    rows * compare * heap.log2() + want * prices.operator + spill
}
