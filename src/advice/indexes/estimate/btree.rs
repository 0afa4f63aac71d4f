//! Reading by a B-tree.

use super::access::{Choice, Path, Site};
use super::clause::{Clause, Way, What, keep, way};
use super::heap::{bitmap, ordered, pages_of};
use super::same::{implies, is_key};
use crate::advice::indexes::scan::{Condition, SortKey};
use crate::catalog::{Index, Key, KeyOf};

/// How an index is used.
pub(super) struct Usage {
    /// Entries that are read.
    pub(super) entries: f64,
    /// Rows that are fetched.
    pub(super) fetched: f64,
    /// How often it is searched.
    pub(super) searches: f64,
    /// Conditions that are looked at in the index.
    pub(super) conditions: usize,
    /// Whether a condition narrows what is read of it, or its predicate did.
    pub(super) narrows: bool,
}

/// Levels of a B-tree cost as much as fifty comparisons each.
const LEVEL: f64 = 50.0;

/// The ways to read a scan's rows by a B-tree: in its order, and by a bitmap.
pub(super) fn paths(
    site: &Site<'_>,
    active: &[&Clause<'_>],
    choice: &Choice<'_>,
    loops: f64,
    rows: f64,
) -> Vec<Path> {
    let usage = usage(site, active, choice);
    let sorted = sorted(site, active, choice.index);
    let only = has_all_columns(site, choice.index);
    if !usage.narrows && sorted == 0 && !only {
        return Vec::new();
    }
    let search = search(site, choice, &usage, loops);
    let rest = active.len().saturating_sub(usage.conditions) as f64;
    let look = usage.fetched * (site.prices.row + site.prices.operator * rest);
    let first = descent(site, choice);
    let plain = search
        + ordered(
            site,
            usage.fetched,
            correlation(site, choice.index),
            loops,
            only,
        )
        + look;
    let mut all = vec![Path {
        sorted,
        ..Path::new(first, plain, rows)
    }];
    if usage.narrows {
        let total = search + bitmap(site, usage.fetched, usage.fetched, loops, active.len());
        all.push(Path::new(search, total, rows));
    }
    all
}

/// How the conditions use an index.
pub(super) fn usage(site: &Site<'_>, active: &[&Clause<'_>], choice: &Choice<'_>) -> Usage {
    let mut bounds: Vec<&Clause<'_>> = Vec::new();
    let mut in_index: Vec<&Clause<'_>> = Vec::new();
    let mut searches = 1.0;
    let mut open = true;
    for key in &choice.index.keys {
        let of_key: Vec<(&Clause<'_>, Way)> = active
            .iter()
            .filter_map(|clause| Some((*clause, way_of(site, clause, key)?)))
            .collect();
        in_index.extend(of_key.iter().map(|(clause, _)| *clause));
        if !open {
            continue;
        }
        let point = of_key.iter().find(|(_, way)| *way == Way::Point);
        let points = || of_key.iter().find(|(_, way)| *way == Way::Points);
        if let Some((clause, _)) = point.or_else(points) {
            searches *= clause.values.max(1.0);
            bounds.push(clause);
        } else {
            bounds.extend(of_key.iter().map(|(clause, _)| *clause));
            open = false;
        }
    }
    // What the predicate says is true of all entries.
    let given: Vec<&Clause<'_>> = active
        .iter()
        .copied()
        .filter(|clause| is_given(clause, choice))
        .collect();
    let narrows = !bounds.is_empty() || !given.is_empty() || !choice.shape.predicate.is_empty();
    let of = |some: &[&Clause<'_>]| {
        let mut all: Vec<&Clause<'_>> = some.to_vec();
        all.extend(
            given
                .iter()
                .filter(|g| !some.iter().any(|s| std::ptr::eq(*s, **g))),
        );
        let rows = if all.is_empty() {
            choice.shape.rows
        } else {
            site.extent.rows * keep(all.into_iter())
        };
        rows.clamp(1.0, choice.shape.rows)
    };
    let one = finds_one(site, active, choice.index);
    let entries = if one { 1.0 } else { of(&bounds) };
    let fetched = if one { 1.0 } else { of(&in_index) };
    Usage {
        entries: entries.max(searches.min(choice.shape.rows)),
        fetched: fetched.min(entries),
        searches,
        conditions: in_index.len() + given.len(),
        narrows,
    }
}

/// What finding entries costs, without fetching rows.
pub(super) fn search(site: &Site<'_>, choice: &Choice<'_>, usage: &Usage, loops: f64) -> f64 {
    let shape = choice.shape;
    let each = (usage.entries / usage.searches).max(1.0);
    let pages = (each * shape.pages / shape.rows).ceil().max(1.0) * usage.searches;
    let pages = if usage.searches * loops > 1.0 {
        pages_of(pages * loops, shape.pages) / loops
    } else {
        pages.min(shape.pages)
    };
    let entry = site.prices.entry + site.prices.operator * usage.conditions as f64;
    pages * site.prices.any_page + usage.entries * entry + usage.searches * descent(site, choice)
}

fn descent(site: &Site<'_>, choice: &Choice<'_>) -> f64 {
    let shape = choice.shape;
    site.prices.operator * (shape.rows.max(2.0).log2().ceil() + LEVEL * (shape.height + 1.0))
}

/// Whether a unique index and the conditions leave one row at the most.
pub(super) fn finds_one(site: &Site<'_>, active: &[&Clause<'_>], index: &Index) -> bool {
    let point = |key: &Key| {
        active
            .iter()
            .any(|clause| way_of(site, clause, key) == Some(Way::Point))
    };
    index.unique
        && index.predicate.is_none()
        && !index.keys.is_empty()
        && index.keys.iter().all(point)
}

/// How an index can use a condition on one of its keys.
fn way_of(site: &Site<'_>, clause: &Clause<'_>, key: &Key) -> Option<Way> {
    let What::One(comparison) = &clause.what else {
        return None;
    };
    // Of a row of terms the first one counts.
    let term = comparison.terms.first()?;
    if !is_key(key, term) {
        return None;
    }
    let pattern = is_pattern(key);
    let bytewise = site.bytewise
        || key
            .collation
            .as_deref()
            .is_some_and(|c| matches!(c, "C" | "POSIX"));
    match way(comparison) {
        Way::No => None,
        Way::Prefix if !pattern && !bytewise => None,
        Way::Above | Way::Below | Way::Between if pattern => None,
        other => Some(other),
    }
}

fn is_given(clause: &Clause<'_>, choice: &Choice<'_>) -> bool {
    let What::One(comparison) = &clause.what else {
        return false;
    };
    choice.shape.predicate.iter().any(|part| match part {
        Condition::One(predicate) => {
            comparison.op == predicate.op && implies(comparison, predicate)
        }
        Condition::Any(_) => false,
    })
}

/// How many keys of the wanted order the rows have when they are read in the order of the index.
pub(super) fn sorted(site: &Site<'_>, active: &[&Clause<'_>], index: &Index) -> usize {
    let fixed = |key: &Key| {
        active
            .iter()
            .any(|clause| way_of(site, clause, key) == Some(Way::Point))
    };
    let mut keys = index.keys.iter().peekable();
    let mut turned = None;
    let mut done = 0;
    for wanted in &site.order {
        let constant = active.iter().any(|clause| match &clause.what {
            What::One(c) => {
                way(c) == Way::Point && c.terms.first().is_some_and(|t| t.of == wanted.term.of)
            }
            What::Any(_) => false,
        });
        if constant {
            done += 1;
            continue;
        }
        while keys.peek().is_some_and(|key| fixed(key)) {
            keys.next();
        }
        let Some(key) = keys.next() else {
            break;
        };
        let Some(turn) = turn(site, key, wanted) else {
            break;
        };
        if *turned.get_or_insert(turn) != turn {
            break;
        }
        done += 1;
    }
    done
}

/// Whether a key sorts as wanted, or exactly the other way round.
fn turn(site: &Site<'_>, key: &Key, wanted: &SortKey) -> Option<bool> {
    let plain = key
        .opclass
        .as_deref()
        .is_none_or(|opclass| !opclass.contains("pattern_ops"));
    if !plain || !is_key(key, &wanted.term) {
        return None;
    }
    let turned = key.descending != wanted.descending;
    let column = wanted
        .term
        .as_column()
        .and_then(|name| site.table.column(name));
    let no_nulls = column.is_some_and(|column| column.not_null);
    (no_nulls || turned == (key.nulls_first != wanted.nulls_first)).then_some(turned)
}

/// Whether the index has all columns that the statement reads.
pub(super) fn has_all_columns(site: &Site<'_>, index: &Index) -> bool {
    let has = |column: &String| {
        let key = |key: &Key| matches!(&key.of, KeyOf::Column(name) if name == column);
        index.keys.iter().any(key) || index.include.contains(column)
    };
    !site.scan.is_target
        && site
            .scan
            .columns
            .as_ref()
            .is_some_and(|columns| columns.iter().all(has))
}

fn is_pattern(key: &Key) -> bool {
    let opclass = key.opclass.as_deref();
    opclass.is_some_and(|opclass| opclass.contains("pattern_ops"))
}

/// How far the order of the index is that of the table.
fn correlation(site: &Site<'_>, index: &Index) -> f64 {
    // Statistics are of the usual order, which is not that of a pattern class.
    let usual = index.keys.first().filter(|key| !is_pattern(key));
    let first = usual.and_then(|key| key.as_column());
    let column = first.and_then(|name| site.table.column(name));
    let known = column
        .and_then(|c| c.statistics.as_ref())
        .and_then(|s| s.correlation);
    // As the server takes it where further keys may sort otherwise.
    known.unwrap_or(0.0) * if index.keys.len() > 1 { 0.75 } else { 1.0 }
}
