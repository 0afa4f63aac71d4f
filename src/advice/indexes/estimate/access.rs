//! The ways to read the rows that a scan wants, with what each costs.
//!
//! After `costsize.c`, `selfuncs.c` and `indxpath.c` of the server, as far as they matter for a choice of indexes.

use super::btree;
use super::clause::{Clause, What, keep};
use super::figures::{Extent, Prices, Shape};
use super::heap::bitmap;
use super::other;
use super::same::implies;
use crate::advice::indexes::scan::{Condition, Scan, SortKey};
use crate::catalog::{Index, Table};

/// A scan, and all that is known of what it reads.
#[derive(Clone, Debug)]
pub(super) struct Site<'a> {
    /// The scan.
    pub(super) scan: &'a Scan,
    /// Its table.
    pub(super) table: &'a Table,
    /// How large that is.
    pub(super) extent: Extent,
    /// Its conditions.
    pub(super) clauses: Vec<Clause<'a>>,
    /// The order that is wanted of it.
    pub(super) order: Vec<SortKey>,
    /// Whether that is all of its block's order.
    pub(super) order_is_whole: bool,
    /// What things cost.
    pub(super) prices: Prices,
    /// The part of its pages whose rows everybody sees, so that an index that has all columns answers alone.
    pub(super) visible: f64,
    /// Whether texts are sorted by their bytes, so that any index on them finds those that begin alike.
    pub(super) bytewise: bool,
}

/// An index that could be used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice<'a> {
    /// The index.
    pub(super) index: &'a Index,
    /// How large it is.
    pub(super) shape: &'a Shape,
    /// Its position among those asked about; `None` for one that exists.
    pub(super) at: Option<usize>,
}

/// A way to read rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    /// What it costs until the first row.
    pub(super) startup: f64,
    /// What all of its rows cost.
    pub(super) total: f64,
    /// How many rows it returns.
    pub(super) rows: f64,
    /// How many keys of the wanted order its rows are sorted by.
    pub(super) sorted: usize,
    /// The indexes that it uses, of those asked about, sorted.
    pub(super) uses: Vec<usize>,
    /// What of the total is for workers to send their rows: less where they sort and only the first are wanted.
    pub(super) sending: f64,
}

impl Path {
    /// A path without an order and an index.
    pub(super) fn new(startup: f64, total: f64, rows: f64) -> Self {
        Self {
            startup,
            total,
            rows,
            sorted: 0,
            uses: Vec::new(),
            sending: 0.0,
        }
    }
}

/// Which conditions can be used when the rows of some other scans are known, and how often the scan is repeated for
/// such rows.
#[derive(Clone, Copy)]
pub(super) struct Given<'f> {
    /// Whether the rows of a scan are known.
    pub(super) bound: &'f dyn Fn(usize) -> bool,
    /// How often it is repeated.
    pub(super) loops: f64,
}

/// Nothing is known of other scans.
pub(super) const ALONE: Given<'static> = Given {
    bound: &|_| false,
    loops: 1.0,
};

impl<'a> Site<'a> {
    /// The conditions that can be used.
    pub(super) fn active(&self, given: Given<'_>) -> Vec<&Clause<'a>> {
        let usable = |clause: &&Clause<'a>| clause.needs.is_none_or(|other| (given.bound)(other));
        self.clauses.iter().filter(usable).collect()
    }

    /// How many rows fulfil the conditions that can be used.
    pub(super) fn rows(&self, active: &[&Clause<'a>], indexes: &[Choice<'_>]) -> f64 {
        let by_unique = indexes
            .iter()
            .any(|choice| btree::finds_one(self, active, choice.index));
        let rows = (self.extent.rows * keep(active.iter().copied())).max(1.0);
        if by_unique { 1.0 } else { rows }
    }
}

/// All ways to read the rows of a scan.
pub(super) fn paths(site: &Site<'_>, indexes: &[Choice<'_>], given: Given<'_>) -> Vec<Path> {
    let active = site.active(given);
    let rows = site.rows(&active, indexes);
    let mut all = whole(site, active.len(), rows);
    for choice in indexes {
        all.extend(by_index(site, &active, choice, given.loops, rows));
    }
    all.extend(by_branches(site, &active, indexes, given.loops, rows));
    all
}

/// The ways to read a scan's rows by an index.
pub(super) fn by_index(
    site: &Site<'_>,
    active: &[&Clause<'_>],
    choice: &Choice<'_>,
    loops: f64,
    rows: f64,
) -> Vec<Path> {
    if !choice.index.valid || !has_all(site, active, choice) {
        return Vec::new();
    }
    let mut found = match choice.index.method.as_str() {
        "btree" => btree::paths(site, active, choice, loops, rows),
        _ => other::path(site, active, choice, loops, rows)
            .into_iter()
            .collect(),
    };
    for path in &mut found {
        path.uses = choice.at.into_iter().collect();
    }
    found
}

/// Reading the whole table; workers share the work where it is large.
fn whole(site: &Site<'_>, conditions: usize, rows: f64) -> Vec<Path> {
    /// Pages from which on a second process is worth it, and what starting one costs.
    const LARGE: f64 = 1024.0;
    const START: f64 = 1000.0;
    const SEND: f64 = 0.1;
    let Prices {
        next_page,
        row,
        operator,
        workers,
        ..
    } = site.prices;
    let disk = site.extent.pages * next_page;
    let rest = site.extent.rows * (row + operator * conditions as f64);
    let helpers = if site.extent.pages < LARGE {
        0.0
    } else {
        (1.0 + (site.extent.pages / LARGE).log(3.0).floor()).min(workers)
    };
    // The leader has less time for it the more helpers there are.
    let shared = disk + rest / (helpers + (1.0 - 0.3 * helpers).max(0.0)) + START;
    let mut ways = vec![Path::new(0.0, disk + rest, rows)];
    if helpers >= 1.0 && !site.scan.is_target {
        let sending = SEND * rows;
        ways.push(Path {
            sending,
            ..Path::new(START, shared + sending, rows)
        });
    }
    ways
}

/// Whether an index has all rows that the scan wants.
fn has_all(site: &Site<'_>, active: &[&Clause<'_>], choice: &Choice<'_>) -> bool {
    choice.shape.predicate.iter().all(|part| match part {
        Condition::Any(_) => site.scan.conditions.contains(part),
        Condition::One(predicate) => active.iter().any(|clause| match &clause.what {
            What::One(comparison) => implies(comparison, predicate),
            What::Any(_) => false,
        }),
    })
}

/// Reading by one index for each branch of an OR.
fn by_branches(
    site: &Site<'_>,
    active: &[&Clause<'_>],
    indexes: &[Choice<'_>],
    loops: f64,
    rows: f64,
) -> Vec<Path> {
    let of_one = |branches: &[Vec<Clause<'_>>], keeps: f64| {
        let mut uses: Vec<usize> = Vec::new();
        let mut search = 0.0;
        for branch in branches {
            let conditions: Vec<&Clause<'_>> = branch.iter().collect();
            let best = indexes
                .iter()
                .filter(|choice| choice.index.valid && has_all(site, &conditions, choice))
                .filter_map(|choice| Some((branch_search(site, &conditions, choice)?, choice.at)))
                .min_by(|a, b| a.0.total_cmp(&b.0))?;
            search += best.0;
            uses.extend(best.1);
        }
        uses.sort_unstable();
        uses.dedup();
        let fetched = (site.extent.rows * keeps).max(1.0);
        let heap = bitmap(site, fetched, fetched, loops, active.len());
        Some(Path {
            uses,
            ..Path::new(search, search + heap, rows)
        })
    };
    let any = active.iter().filter_map(|clause| match &clause.what {
        What::Any(branches) => of_one(branches, clause.keeps),
        What::One(_) => None,
    });
    any.collect()
}

/// What finding the rows of a branch in an index costs, without fetching them.
fn branch_search(site: &Site<'_>, conditions: &[&Clause<'_>], choice: &Choice<'_>) -> Option<f64> {
    match choice.index.method.as_str() {
        "btree" => {
            let usage = btree::usage(site, conditions, choice);
            usage
                .narrows
                .then(|| btree::search(site, choice, &usage, 1.0))
        }
        _ => other::search(site, conditions, choice).map(|found| found.cost),
    }
}
