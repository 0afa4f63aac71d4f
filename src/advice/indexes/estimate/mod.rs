//! What statements cost by the statistics of their tables, for when no server can be asked.
//!
//! A small planner. It knows what a choice of indexes hangs on (pages, rows, how much each condition keeps, order, a
//! limit, joins) and weighs it as PostgreSQL's own does, whose source it follows: `costsize.c`, `selfuncs.c`,
//! `indxpath.c`. It knows no more of a statement than its scans.
//!
//! | file | what it knows |
//! |---|---|
//! | `figures` | how large tables and indexes are; what the planner takes things to cost |
//! | `clause` | how much each condition keeps, and how a B-tree uses it |
//! | `same` | terms and conditions that are written in two ways |
//! | `access`, `heap` | the ways to read a scan's rows; what fetching them costs |
//! | `btree`, `other` | one kind of index each |
//! | `relevant` | whether an index could matter at all |
//! | `prepared`, `join`, `finish` | blocks: joins, sorting and limits |

mod access;
mod btree;
mod clause;
mod figures;
mod finish;
mod heap;
mod join;
mod other;
mod prepared;
mod relevant;
mod same;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::costs::{Cost, Costs, Stopped};
use super::scan::{Reading, Scan, SortKey, Term};
use crate::catalog::{Catalog, Index, Name, Table, create_index};
use access::{ALONE, Choice, Site};
use figures::{Shape, of_table, shape};
use finish::finish;
use prepared::{Block, Prepared, prepare, site};
use relevant::is_relevant;

pub use figures::has_statistics;

/// Costs by the statistics of a catalog.
#[derive(Debug)]
pub struct Estimates<'a> {
    catalog: &'a Catalog,
    statements: Vec<Option<Prepared<'a>>>,
    /// Indexes that exist, by their tables.
    existing: BTreeMap<&'a Name, Vec<(&'a Index, Shape)>>,
    /// How large indexes are that don't, by the statements that make them.
    shapes: BTreeMap<Arc<str>, Shape>,
    /// What statements cost with indexes that were asked about.
    known: BTreeMap<(usize, Vec<Arc<str>>), Option<Cost>>,
}

impl<'a> Estimates<'a> {
    /// Costs of the statements with these readings, by the statistics of a catalog. Statements without a reading, or
    /// with tables that the catalog doesn't have, have no cost.
    #[must_use]
    pub fn new(catalog: &'a Catalog, readings: &'a [Option<Reading>]) -> Self {
        let statements: Vec<Option<Prepared<'a>>> = readings
            .iter()
            .map(|reading| prepare(catalog, reading.as_ref()?).filter(|p| !p.sites.is_empty()))
            .collect();
        let mut existing: BTreeMap<&Name, Vec<(&Index, Shape)>> = BTreeMap::new();
        for site in statements.iter().flatten().flat_map(|p| p.sites.values()) {
            existing.entry(&site.table.name).or_insert_with(|| {
                let indexes = catalog.indexes_of(&site.table.name).iter();
                indexes
                    .map(|index| (index, shape(site.table, site.extent, index)))
                    .collect()
            });
        }
        Self {
            catalog,
            statements,
            existing,
            shapes: BTreeMap::new(),
            known: BTreeMap::new(),
        }
    }
}

impl Costs for Estimates<'_> {
    fn costs(
        &mut self,
        indexes: &[&Index],
        statements: &[usize],
    ) -> Result<Vec<Option<Cost>>, Stopped> {
        let names: Vec<Arc<str>> = indexes
            .iter()
            .map(|index| create_index(index, false).into())
            .collect();
        for (index, name) in indexes.iter().zip(&names) {
            let Some(table) = self.catalog.table(&index.table) else {
                continue;
            };
            if !self.shapes.contains_key(name) {
                let extent = figures::extent(self.catalog, table);
                let shape = shape(table, extent, index);
                self.shapes.insert(Arc::clone(name), shape);
            }
        }
        let all = statements.iter();
        Ok(all
            .map(|at| self.remembered(*at, indexes, &names))
            .collect())
    }
}

impl Estimates<'_> {
    /// The cost of a statement; the indexes that could matter to it decide, and each choice of them is weighed once.
    fn remembered(&mut self, at: usize, indexes: &[&Index], names: &[Arc<str>]) -> Option<Cost> {
        let prepared = self.statements.get(at)?.as_ref()?;
        let matters = |index: &Index| prepared.sites.values().any(|s| is_relevant(s, index));
        let some: Vec<usize> = (0..indexes.len())
            .filter(|at| indexes.get(*at).is_some_and(|index| matters(index)))
            .collect();
        let known = (
            at,
            some.iter()
                .filter_map(|at| names.get(*at).cloned())
                .collect(),
        );
        let cost = if let Some(cost) = self.known.get(&known) {
            cost.clone()
        } else {
            let choices = some.iter().enumerate().filter_map(|(at, index)| {
                Some(Choice {
                    index: indexes.get(*index)?,
                    shape: self.shapes.get(names.get(*index)?)?,
                    at: Some(at),
                })
            });
            let choices: Vec<Choice<'_>> = choices.collect();
            let cost = self.cost(prepared, &choices);
            self.known.insert(known, cost.clone());
            cost
        }?;
        let uses = cost.uses.iter().filter_map(|at| some.get(*at).copied());
        Some(Cost {
            total: cost.total,
            uses: uses.collect(),
        })
    }

    fn cost(&self, prepared: &Prepared<'_>, new: &[Choice<'_>]) -> Option<Cost> {
        let choices: Vec<Vec<Choice<'_>>> = prepared
            .sites
            .values()
            .map(|site| {
                let there = self.existing.get(&site.table.name).into_iter().flatten();
                let there = there.map(|(index, shape)| Choice {
                    index,
                    shape,
                    at: None,
                });
                there
                    .chain(
                        new.iter()
                            .filter(|c| c.index.table == site.table.name)
                            .copied(),
                    )
                    .collect()
            })
            .collect();
        let mut total = 0.0;
        let mut uses: Vec<usize> = Vec::new();
        for block in &prepared.blocks {
            let times = repeated(prepared, block);
            let mut best = join::block(prepared, block, &choices, times)?;
            if let Some(ends) = extremes(prepared, block, &choices).filter(|ends| ends.0 < best.0) {
                best = ends;
            }
            total += times * best.0;
            uses.extend(best.1);
        }
        uses.sort_unstable();
        uses.dedup();
        Some(Cost { total, uses })
    }
}

/// How often a block is done: once for each row that the block around it returns.
fn repeated(prepared: &Prepared<'_>, block: &Block) -> f64 {
    let mut times = 1.0;
    let mut at = block.within;
    // Blocks are within others that stand before them.
    while let Some(outer) = at.and_then(|at| prepared.blocks.get(at)) {
        times *= outer
            .want
            .map_or(outer.rows, |want| want.min(outer.rows))
            .max(1.0);
        at = outer.within.filter(|next| Some(*next) < at);
    }
    times
}

/// What the smallest and largest values cost when an index has them at its ends.
fn extremes(
    prepared: &Prepared<'_>,
    block: &Block,
    choices: &[Vec<Choice<'_>>],
) -> Option<(f64, Vec<usize>)> {
    let [at] = block.scans.as_slice() else {
        return None;
    };
    let site = prepared.sites.get(at)?;
    let mut all = (0.0, Vec::new());
    for term in &site.scan.extremes {
        let end = end(site, term);
        let (cost, uses) = cheapest(&end, choices.get(*at)?, Some(1.0))?;
        all.0 += cost;
        all.1.extend(uses);
    }
    (!site.scan.extremes.is_empty()).then_some(all)
}

/// A scan for the first row in the order of a term.
fn end<'a>(site: &Site<'a>, term: &Term) -> Site<'a> {
    let key = SortKey {
        term: term.clone(),
        descending: false,
        nulls_first: false,
    };
    Site {
        order: vec![key],
        order_is_whole: true,
        ..site.clone()
    }
}

fn cheapest(
    site: &Site<'_>,
    choices: &[Choice<'_>],
    want: Option<f64>,
) -> Option<(f64, Vec<usize>)> {
    let all = access::paths(site, choices, ALONE);
    let all = all
        .into_iter()
        .map(|path| (finish(site.prices, Some(site), want, &path), path.uses));
    all.min_by(|a, b| a.0.total_cmp(&b.0))
}

/// What a scan of a table costs when it is done by an index, with its order and limit; `None` where the index is of no
/// use for it. Conditions on rows of other scans don't count.
#[must_use]
pub fn scan_cost(catalog: &Catalog, table: &Table, scan: &Scan, index: &Index) -> Option<f64> {
    let site = site(catalog, table, scan, &|_| 1.0);
    let shape = shape(table, site.extent, index);
    let choice = Choice {
        index,
        shape: &shape,
        at: Some(0),
    };
    let active = site.active(ALONE);
    let rows = site.rows(&active, &[choice]);
    let found = access::by_index(&site, &active, &choice, 1.0, rows);
    let costs = found
        .iter()
        .map(|path| finish(site.prices, Some(&site), finish::wanted(scan), path));
    costs.min_by(f64::total_cmp)
}

/// What a scan of a table costs when all of it is read, with its order and limit.
#[must_use]
pub fn whole_cost(catalog: &Catalog, table: &Table, scan: &Scan) -> f64 {
    let site = site(catalog, table, scan, &|_| 1.0);
    cheapest(&site, &[], finish::wanted(scan)).map_or_else(|| seq_cost(table), |(cost, _)| cost)
}

/// What reading all of a table costs, without conditions.
#[must_use]
pub fn seq_cost(table: &Table) -> f64 {
    let extent = of_table(table);
    extent.pages + 0.01 * extent.rows
}

/// How many rows a scan of a table returns, joins left aside.
#[must_use]
pub fn scan_rows(catalog: &Catalog, table: &Table, scan: &Scan) -> f64 {
    let site = site(catalog, table, scan, &|_| 1.0);
    site.rows(&site.active(ALONE), &[])
}
