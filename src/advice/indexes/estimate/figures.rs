//! How large tables and indexes are, and what the server's planner takes pages and rows to cost.

use crate::advice::indexes::scan::Condition;
use crate::advice::indexes::share::conditions;
use crate::advice::indexes::{selectivity, size};
use crate::catalog::{Catalog, Column, Index, Table, TableKind};

/// Rows and pages of a table of which nobody knows how large it is: so large that indexes matter, and not so large that
/// each of them does.
const ROWS: f64 = 100_000.0;
const PAGES: f64 = 2_000.0;

/// What things cost, in units of the planner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Prices {
    /// A page that is read after the one before it.
    pub(super) next_page: f64,
    /// A page from anywhere.
    pub(super) any_page: f64,
    /// A row.
    pub(super) row: f64,
    /// An entry of an index.
    pub(super) entry: f64,
    /// A comparison, or another operator.
    pub(super) operator: f64,
    /// Workers that may share a scan.
    pub(super) workers: f64,
}

impl Prices {
    /// Those of a server; where its settings aren't known, those that it has when nobody sets them.
    pub(super) fn of(catalog: &Catalog) -> Self {
        let number = |name: &str, default: f64| {
            let setting = catalog.setting(name);
            setting
                .and_then(|s| s.value.parse().ok())
                .unwrap_or(default)
        };
        Self {
            next_page: number("seq_page_cost", 1.0),
            any_page: number("random_page_cost", 4.0),
            row: number("cpu_tuple_cost", 0.01),
            entry: number("cpu_index_tuple_cost", 0.005),
            operator: number("cpu_operator_cost", 0.0025),
            workers: number("max_parallel_workers_per_gather", 2.0),
        }
    }
}

/// How large a table is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    /// Its rows.
    pub(super) rows: f64,
    /// Its pages.
    pub(super) pages: f64,
}

/// Whether a table's rows were counted, so that an estimate rests on more than its definition.
#[must_use]
pub fn has_statistics(table: &Table) -> bool {
    table.rows.is_some()
        && table
            .columns
            .iter()
            .any(|column| column.statistics.is_some())
}

/// How large a table is, its partitions included; 100,000 rows in 2,000 pages where nobody counted.
pub(super) fn extent(catalog: &Catalog, table: &Table) -> Extent {
    if table.kind == TableKind::Partitioned {
        let parts = catalog
            .tables
            .iter()
            .filter(|part| part.partition_of.as_ref() == Some(&table.name));
        let parts: Vec<Extent> = parts.map(|part| extent(catalog, part)).collect();
        if !parts.is_empty() {
            return Extent {
                rows: parts.iter().map(|e| e.rows).sum(),
                pages: parts.iter().map(|e| e.pages).sum(),
            };
        }
    }
    of_table(table)
}

/// How large a table without partitions is.
pub(super) fn of_table(table: &Table) -> Extent {
    // Before the first ANALYZE the counters tell.
    let counted = table.rows.or(table.counters.as_ref().map(|c| c.live));
    let rows = counted.map_or(ROWS, |rows| (rows as f64).max(1.0));
    let guess = if counted.is_some() {
        (rows / 50.0).ceil()
    } else {
        PAGES
    };
    let pages = table.pages.map_or(guess, |pages| (pages as f64).max(1.0));
    Extent { rows, pages }
}

/// The part of a table's pages whose rows everybody sees: those that nothing was done to since it was vacuumed. Where
/// that isn't known it is taken for vacuumed now and then.
pub(super) fn visible(table: &Table, rows: f64) -> f64 {
    const NOW_AND_THEN: f64 = 0.95;
    let counted = table
        .counters
        .as_ref()
        .filter(|c| c.last_vacuum.is_some() || c.last_autovacuum.is_some());
    counted.map_or(NOW_AND_THEN, |c| {
        let changed = c.dead.saturating_add(c.inserted_since_vacuum.unwrap_or(0));
        1.0 - (changed as f64 / rows.max(1.0)).min(1.0)
    })
}

/// How large an index is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    /// Rows in it.
    pub(super) rows: f64,
    /// Its pages.
    pub(super) pages: f64,
    /// Levels above its leaves.
    pub(super) height: f64,
    /// What all rows in it fulfil, if it isn't of all rows.
    pub(super) predicate: Vec<Condition>,
}

/// How large an index is, one that exists by its size, others by the rules for new ones.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows are whole, from 1 up, and far fewer than 2^53"
)]
pub(super) fn shape(table: &Table, extent: Extent, index: &Index) -> Shape {
    let predicate = index
        .predicate
        .as_deref()
        .map_or_else(Vec::new, |text| conditions(table, text));
    let part = if predicate.is_empty() {
        1.0
    } else {
        selectivity::of_scan(table, &predicate)
    };
    let new = || size::pages(table, index, extent.rows as u64, true);
    let pages = index
        .pages
        .filter(|pages| *pages > 0)
        .unwrap_or_else(new)
        .max(1) as f64;
    let height = match pages {
        p if p <= 2.0 => 0.0,
        p if p <= 300.0 => 1.0,
        p if p <= 60_000.0 => 2.0,
        _ => 3.0,
    };
    Shape {
        rows: (extent.rows * part).max(1.0),
        pages,
        height,
        predicate,
    }
}

/// How many different values a column has among `rows` rows; where nobody counted, as many as the server takes then.
pub(super) fn distinct(column: Option<&Column>, rows: f64) -> f64 {
    const UNKNOWN: f64 = 200.0;
    let statistics = column.and_then(|c| c.statistics.as_ref());
    let known = statistics.and_then(|s| match s.n_distinct {
        n if n > 0.0 => Some(n),
        n if n < 0.0 => Some(-n * rows),
        _ => None,
    });
    known.unwrap_or(UNKNOWN).clamp(1.0, rows.max(1.0))
}
