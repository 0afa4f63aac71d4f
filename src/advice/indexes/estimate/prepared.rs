//! A statement's scans, with what is known of their tables and conditions, by blocks.

use std::collections::BTreeMap;

use super::access::Site;
use super::clause::{Clause, What, clauses, keep};
use super::figures::{Prices, distinct, extent, visible};
use super::finish::wanted;
use crate::advice::indexes::scan::{Against, Comparison, Condition, Op, Reading, Scan};
use crate::catalog::{Catalog, Table};

/// A statement that can be estimated.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    /// Its scans.
    pub(super) sites: BTreeMap<usize, Site<'a>>,
    /// Its blocks, those within others after them.
    pub(super) blocks: Vec<Block>,
}

/// A block: scans that are joined.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    /// Their positions.
    pub(super) scans: Vec<usize>,
    /// How many rows it returns.
    pub(super) rows: f64,
    /// How many of them are wanted; `None` for all.
    pub(super) want: Option<f64>,
    /// The block whose rows it is repeated for.
    pub(super) within: Option<usize>,
}

/// A statement made ready; `None` where a table of it isn't in the catalog.
pub(super) fn prepare<'a>(catalog: &'a Catalog, reading: &'a Reading) -> Option<Prepared<'a>> {
    let home = homes(&reading.scans);
    let mut grouped: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (scan, block) in home.iter().enumerate() {
        grouped.entry(*block).or_default().push(scan);
    }
    let numbers: Vec<usize> = grouped.keys().copied().collect();
    let mut sites: BTreeMap<usize, Site<'a>> = BTreeMap::new();
    let mut blocks: Vec<Block> = Vec::new();
    // From the inside out: how many values a sub-select returns tells what the block around it does with them.
    for (number, scans) in grouped.iter().rev() {
        for at in scans {
            let found = |first: usize| {
                let block = home
                    .get(first)
                    .and_then(|number| numbers.iter().position(|n| n == number));
                let from_end = block.map(|at| numbers.len() - 1 - at);
                from_end
                    .and_then(|at| blocks.get(at))
                    .map_or(1.0, |block: &Block| block.rows)
            };
            let scan = reading.scans.get(*at)?;
            let table = catalog.table(&scan.table)?;
            sites.insert(*at, site(catalog, table, scan, &found));
        }
        blocks.push(block(&sites, &home, *number, scans));
    }
    blocks.reverse();
    for block in &mut blocks {
        block.within = block
            .within
            .and_then(|number| numbers.iter().position(|n| *n == number));
    }
    Some(Prepared { sites, blocks })
}

/// The block that each scan is counted to. A block whose rows the one around it is compared with (EXISTS, IN) is
/// joined to that, as the planner does it.
fn homes(scans: &[Scan]) -> Vec<usize> {
    let mut home: Vec<usize> = scans.iter().map(|scan| scan.block).collect();
    for (at, scan) in scans.iter().enumerate() {
        for other in scan.conditions.iter().filter_map(|c| match c {
            Condition::One(Comparison {
                against: Against::Other(other, _),
                ..
            }) => Some(*other),
            _ => None,
        }) {
            let (Some(mine), Some(theirs)) = (home.get(at).copied(), home.get(other).copied())
            else {
                continue;
            };
            if theirs > mine {
                home.iter_mut()
                    .filter(|block| **block == theirs)
                    .for_each(|block| *block = mine);
            }
        }
    }
    home
}

/// A scan with what is known of its table.
pub(super) fn site<'a>(
    catalog: &Catalog,
    table: &'a Table,
    scan: &'a Scan,
    found: &dyn Fn(usize) -> f64,
) -> Site<'a> {
    let extent = extent(catalog, table);
    let collation = catalog.database.collation.as_deref();
    Site {
        scan,
        table,
        extent,
        clauses: clauses(table, extent.rows, scan, found),
        order: scan.order.clone(),
        order_is_whole: scan.order_is_whole,
        prices: Prices::of(catalog),
        visible: visible(table, extent.rows),
        bytewise: matches!(collation, Some("C" | "POSIX")),
    }
}

fn block(
    sites: &BTreeMap<usize, Site<'_>>,
    home: &[usize],
    number: usize,
    scans: &[usize],
) -> Block {
    let mut rows = 1.0;
    let mut within = None;
    let mut group = None;
    for at in scans {
        let Some(site) = sites.get(at) else {
            continue;
        };
        let counted = |clause: &&Clause<'_>| match clause.needs {
            // Of a join that both sides tell of, one counts.
            Some(other) if home.get(other) == Some(&number) => other < *at,
            _ => true,
        };
        let (_, joins): (Vec<&Clause<'_>>, Vec<&Clause<'_>>) = site
            .clauses
            .iter()
            .filter(counted)
            .partition(|c| c.needs.is_none());
        let own = keep(site.clauses.iter().filter(|c| c.needs.is_none()));
        rows *= site.extent.rows * own * joins.iter().map(|c| join(sites, *at, c)).product::<f64>();
        let outer = site
            .clauses
            .iter()
            .filter_map(|c| c.needs.and_then(|other| home.get(other)));
        within = within.max(outer.filter(|block| **block != number).copied().max());
        if !site.scan.group.is_empty() {
            let columns = site
                .scan
                .group
                .iter()
                .map(|t| t.columns.first().and_then(|name| site.table.column(name)));
            group = Some(
                columns
                    .map(|column| distinct(column, site.extent.rows))
                    .product::<f64>(),
            );
        }
    }
    let want = scans
        .iter()
        .filter_map(|at| sites.get(at))
        .find_map(|site| wanted(site.scan));
    let rows = group.map_or(rows, |group| rows.min(group)).max(1.0);
    Block {
        scans: scans.to_vec(),
        rows,
        want,
        within,
    }
}

/// The part of pairs of rows that a join keeps: that of the side with more different values.
pub(super) fn join(sites: &BTreeMap<usize, Site<'_>>, at: usize, clause: &Clause<'_>) -> f64 {
    let What::One(Comparison {
        op: Op::Eq,
        against: Against::Other(other, term),
        ..
    }) = &clause.what
    else {
        return clause.keeps;
    };
    let theirs = sites
        .get(other)
        .into_iter()
        .flat_map(|site| site.clauses.iter());
    let mirrored = theirs.filter(|c| {
        c.needs == Some(at)
            && matches!(&c.what, What::One(c) if c.op == Op::Eq && c.terms.first() == Some(term))
    });
    mirrored.map(|c| c.keeps).fold(clause.keeps, f64::min)
}
