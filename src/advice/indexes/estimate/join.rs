//! Joins: which scan first, and how each of the others is joined to what is there.
//!
//! Left-deep and greedy: each of a few scans begins once, and the one that costs least comes next, looked up row by row
//! or put into a hash table.

use super::access::{ALONE, Choice, Given, Path, Site, paths};
use super::clause::{Clause, keep};
use super::finish::finish;
use super::prepared::{Block, Prepared};

/// How many scans are tried as the first one.
const BEGINNINGS: usize = 4;

/// What a block costs, and the indexes that it uses.
pub(super) fn block(
    prepared: &Prepared<'_>,
    block: &Block,
    choices: &[Vec<Choice<'_>>],
    loops: f64,
) -> Option<(f64, Vec<usize>)> {
    let Some(first) = block.scans.first() else {
        return Some((0.0, Vec::new()));
    };
    let ordered = block
        .scans
        .iter()
        .copied()
        .find(|at| prepared.sites.get(at).is_some_and(|s| !s.order.is_empty()));
    let prices = prepared.sites.get(first)?.prices;
    let grouped = block
        .scans
        .iter()
        .filter_map(|at| prepared.sites.get(at))
        .any(|site| !site.scan.group.is_empty());
    let mut best: Option<(f64, Vec<usize>)> = None;
    let mut consider = |path: &Path, driver: usize| {
        let sorts = ordered
            .filter(|_| !grouped)
            .and_then(|at| prepared.sites.get(&at));
        let path = if Some(driver) == ordered {
            path.clone()
        } else {
            Path {
                sorted: 0,
                ..path.clone()
            }
        };
        let want = block.want.filter(|_| !grouped);
        let mut cost = finish(prices, sorts, want, &path);
        if grouped {
            let counting = path.rows * (prices.row + prices.operator);
            // Workers count for themselves, and send what they counted.
            let shared = path.sending > 0.0;
            cost += if shared {
                counting / 2.0 - path.sending
            } else {
                counting
            };
        }
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, path.uses.clone()));
        }
    };
    for begin in beginnings(prepared, block, ordered) {
        let outer = Given {
            bound: &|at| !block.scans.contains(&at),
            loops,
        };
        let site = prepared.sites.get(&begin)?;
        let starts = paths(site, choices.get(begin)?, outer);
        if block.scans.len() == 1 {
            for path in &starts {
                consider(path, begin);
            }
            continue;
        }
        let cheapest = starts.iter().min_by(|a, b| a.total.total_cmp(&b.total));
        let sorted = starts
            .iter()
            .filter(|p| p.sorted > 0)
            .min_by(|a, b| b.sorted.cmp(&a.sorted).then(a.total.total_cmp(&b.total)));
        for (start, row_by_row) in cheapest
            .map(|p| (p, false))
            .into_iter()
            .chain(cheapest.map(|p| (p, true)))
            .chain(sorted.map(|p| (p, true)))
        {
            if let Some(path) = all(prepared, block, choices, begin, start, row_by_row) {
                consider(&path, begin);
            }
        }
    }
    best
}

/// The scans that may come first: those with the fewest rows, and the one whose order is wanted.
fn beginnings(prepared: &Prepared<'_>, block: &Block, ordered: Option<usize>) -> Vec<usize> {
    let rows = |at: usize| {
        prepared
            .sites
            .get(&at)
            .map_or(f64::MAX, |site| site.rows(&site.active(ALONE), &[]))
    };
    let mut all = block.scans.clone();
    all.sort_by(|a, b| rows(*a).total_cmp(&rows(*b)).then(a.cmp(b)));
    all.truncate(BEGINNINGS);
    if let Some(at) = ordered.filter(|at| !all.contains(at)) {
        all.push(at);
    }
    all
}

/// All scans of a block joined, from a first one on. Row by row no join has to be done before the first row is there.
fn all(
    prepared: &Prepared<'_>,
    block: &Block,
    choices: &[Vec<Choice<'_>>],
    begin: usize,
    start: &Path,
    row_by_row: bool,
) -> Option<Path> {
    let mut joined = vec![begin];
    let mut current = start.clone();
    while joined.len() < block.scans.len() {
        let left = || {
            block
                .scans
                .iter()
                .copied()
                .filter(|at| !joined.contains(at))
        };
        let connected: Vec<usize> = left()
            .filter(|at| is_connected(prepared, *at, &joined))
            .collect();
        let next: Vec<usize> = if connected.is_empty() {
            left().collect()
        } else {
            connected
        };
        let steps = next.iter().filter_map(|at| {
            Some((
                *at,
                step(prepared, block, choices, &joined, &current, *at, row_by_row)?,
            ))
        });
        let (at, path) = steps.min_by(|(_, a), (_, b)| {
            (a.total, a.rows)
                .partial_cmp(&(b.total, b.rows))
                .unwrap_or(std::cmp::Ordering::Equal)
        })?;
        joined.push(at);
        current = path;
    }
    Some(current)
}

fn is_connected(prepared: &Prepared<'_>, at: usize, joined: &[usize]) -> bool {
    let leads = |from: usize, to: &dyn Fn(usize) -> bool| {
        let site = prepared.sites.get(&from);
        site.is_some_and(|site| site.clauses.iter().any(|c| c.needs.is_some_and(to)))
    };
    leads(at, &|other| joined.contains(&other))
        || joined.iter().any(|from| leads(*from, &|other| other == at))
}

/// One more scan joined to what is there.
fn step(
    prepared: &Prepared<'_>,
    block: &Block,
    choices: &[Vec<Choice<'_>>],
    joined: &[usize],
    current: &Path,
    at: usize,
    row_by_row: bool,
) -> Option<Path> {
    let site = prepared.sites.get(&at)?;
    let known = |other: usize| joined.contains(&other) || !block.scans.contains(&other);
    let given = Given {
        bound: &known,
        loops: current.rows.max(1.0),
    };
    let rows = current.rows * matches(prepared, site, at, given);
    let least = |a: &Path, b: &Path| a.total.total_cmp(&b.total);
    let lookup = paths(site, choices.get(at)?, given)
        .into_iter()
        .min_by(least)?;
    let outside = |other: usize| !block.scans.contains(&other);
    let whole = paths(
        site,
        choices.get(at)?,
        Given {
            bound: &outside,
            loops: 1.0,
        },
    )
    .into_iter()
    .min_by(least)?;
    let prices = site.prices;
    let nested = Path {
        startup: current.startup + lookup.startup,
        total: current.total + current.rows.max(1.0) * lookup.total + rows * prices.row,
        rows,
        sorted: current.sorted,
        uses: both(&current.uses, &lookup.uses),
        sending: 0.0,
    };
    let build = whole.total + whole.rows * (prices.row + prices.operator);
    let hashed = Path {
        startup: current.startup + build,
        total: current.total + build + current.rows * prices.operator + rows * prices.row,
        rows,
        sorted: 0,
        uses: both(&current.uses, &whole.uses),
        sending: 0.0,
    };
    let looked_up = row_by_row && lookup.total < whole.total;
    Some(if looked_up || nested.total < hashed.total {
        nested
    } else {
        hashed
    })
}

/// How many rows of a scan belong to each row of those that are there.
fn matches(prepared: &Prepared<'_>, site: &Site<'_>, at: usize, given: Given<'_>) -> f64 {
    let active = site.active(given);
    let (joins, own): (Vec<&Clause<'_>>, Vec<&Clause<'_>>) =
        active.into_iter().partition(|c| c.needs.is_some());
    let joins = joins
        .iter()
        .map(|c| super::prepared::join(&prepared.sites, at, c))
        .product::<f64>();
    site.extent.rows * keep(own.into_iter()) * joins
}

fn both(a: &[usize], b: &[usize]) -> Vec<usize> {
    let mut all: Vec<usize> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}
