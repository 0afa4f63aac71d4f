//! Reading by hash, GIN, GiST and BRIN indexes.

use super::access::{Choice, Path, Site};
use super::clause::{Clause, Way, What, keep, way};
use super::heap::{bitmap, pages_of};
use super::same::is_key;
use crate::advice::indexes::scan::{Against, Comparison, Op, Value};
use crate::advice::indexes::words::{is_trigram, trigrams};
use crate::catalog::Key;

/// What an index found.
pub(super) struct Found {
    /// What that cost.
    pub(super) cost: f64,
    /// Rows that it points to.
    pub(super) rows: f64,
}

/// Reading a scan's rows by a bitmap of such an index.
pub(super) fn path(
    site: &Site<'_>,
    active: &[&Clause<'_>],
    choice: &Choice<'_>,
    loops: f64,
    rows: f64,
) -> Option<Path> {
    let found = search(site, active, choice)?;
    let heap = bitmap(site, found.rows, found.rows, loops, active.len());
    Some(Path::new(found.cost, found.cost + heap, rows))
}

/// What finding rows in such an index costs; `None` where no condition can be found in it.
pub(super) fn search(
    site: &Site<'_>,
    active: &[&Clause<'_>],
    choice: &Choice<'_>,
) -> Option<Found> {
    match choice.index.method.as_str() {
        "hash" => hash(site, active, choice),
        "gin" => gin(site, active, choice),
        "gist" | "spgist" => gist(site, active, choice),
        "brin" => brin(site, active, choice),
        _ => None,
    }
}

fn hash(site: &Site<'_>, active: &[&Clause<'_>], choice: &Choice<'_>) -> Option<Found> {
    let key = choice.index.keys.first()?;
    let clause = active.iter().find(|clause| match &clause.what {
        What::One(c) => {
            matches!(c.op, Op::Eq | Op::In(_))
                && matches!(way(c), Way::Point | Way::Points)
                && c.terms.first().is_some_and(|t| is_key(key, t))
        }
        What::Any(_) => false,
    })?;
    let rows = (site.extent.rows * clause.keeps).max(1.0);
    let pages = clause.values + rows / 300.0;
    let cost = pages * site.prices.any_page + rows * site.prices.entry;
    Some(Found { cost, rows })
}

fn gin(site: &Site<'_>, active: &[&Clause<'_>], choice: &Choice<'_>) -> Option<Found> {
    let keys = || choice.index.keys.iter();
    let used: Vec<(&Clause<'_>, f64)> = active
        .iter()
        .filter_map(|clause| Some((*clause, keys().find_map(|key| words_in(clause, key))?)))
        .collect();
    if used.is_empty() {
        return None;
    }
    let words: f64 = used.iter().map(|(_, words)| words).sum();
    let rows = (site.extent.rows * keep(used.iter().map(|(clause, _)| *clause))).max(1.0);
    let prices = site.prices;
    // Each word is looked for from the root, and has its rows beside it or on pages of their own.
    let own = (choice.shape.pages / 4096.0).ceil();
    let pages = pages_of(words * (1.0 + own), choice.shape.pages);
    let postings = rows.max(choice.shape.rows / 100.0) * words;
    let cost =
        pages * prices.any_page + postings * prices.operator + words * prices.operator * 50.0 * 2.0;
    Some(Found { cost, rows })
}

fn gist(site: &Site<'_>, active: &[&Clause<'_>], choice: &Choice<'_>) -> Option<Found> {
    let keys = || choice.index.keys.iter();
    let used: Vec<&Clause<'_>> = active
        .iter()
        .copied()
        .filter(|clause| keys().any(|key| words_in(clause, key).is_some()))
        .collect();
    if used.is_empty() {
        return None;
    }
    let rows = (site.extent.rows * keep(used.iter().copied())).max(1.0);
    // Signatures overlap: a good part of the tree is looked at.
    let part = (rows / site.extent.rows).sqrt().clamp(0.05, 1.0);
    let prices = site.prices;
    let cost = part * (choice.shape.pages * prices.any_page + choice.shape.rows * prices.entry);
    Some(Found { cost, rows })
}

/// How many words of a GIN or GiST index a condition asks for; `None` where it can't be found in it.
fn words_in(clause: &Clause<'_>, key: &Key) -> Option<f64> {
    let What::One(comparison) = &clause.what else {
        return None;
    };
    if !comparison
        .terms
        .first()
        .is_some_and(|term| is_key(key, term))
    {
        return None;
    }
    let path = key
        .opclass
        .as_deref()
        .is_some_and(|opclass| opclass.contains("path_ops"));
    match &comparison.op {
        Op::Like | Op::ILike | Op::Regex(_) if is_trigram(key) => pattern(comparison),
        Op::Operator(op) if is_trigram(key) => {
            matches!(op.as_str(), "%" | "<%" | "%>").then_some(5.0)
        }
        Op::Operator(op) if path => matches!(op.as_str(), "@>" | "@?" | "@@").then_some(1.0),
        Op::Operator(op) => {
            let known = ["@>", "<@", "&&", "@@", "@?", "?", "?|", "?&", "="];
            known.contains(&op.as_str()).then_some(2.0)
        }
        _ => None,
    }
}

/// The trigrams that a pattern asks for; `None` where it has none, so that all of the index would be read.
fn pattern(comparison: &Comparison) -> Option<f64> {
    /// Those of a pattern that isn't known.
    const UNKNOWN: f64 = 4.0;
    let Against::Values(values) = &comparison.against else {
        return Some(UNKNOWN);
    };
    let Some(Value::Literal(text, _)) = values.first() else {
        return Some(UNKNOWN);
    };
    // Blanks before and behind count only where the pattern says that a word begins or ends there.
    let found: usize = text
        .split([
            '%', '_', '.', '*', '(', ')', '[', ']', '|', '\\', '^', '$', '+', '?',
        ])
        .map(|part| {
            trigrams(part)
                .iter()
                .filter(|three| !three.contains(' '))
                .count()
        })
        .sum();
    (found > 0).then_some(found as f64)
}

/// The server takes a BRIN index's rows for scattered when it comes to fetching them, and so does this.
fn brin(site: &Site<'_>, active: &[&Clause<'_>], choice: &Choice<'_>) -> Option<Found> {
    let used: Vec<(&Clause<'_>, f64)> = active
        .iter()
        .filter_map(|clause| Some((*clause, in_brin(site, clause, choice)?)))
        .collect();
    let correlation = used
        .iter()
        .map(|(_, correlation)| *correlation)
        .max_by(f64::total_cmp)?;
    let ranges = (site.extent.pages / 128.0).ceil().max(1.0);
    let least = (ranges * keep(used.iter().map(|(clause, _)| *clause)))
        .ceil()
        .max(1.0);
    let part = (least / correlation.max(1e-10) / ranges).min(1.0);
    let prices = site.prices;
    let cost = choice.shape.pages * prices.next_page
        + prices.any_page
        + ranges * 128.0 * 0.1 * prices.operator;
    Some(Found {
        cost,
        rows: (site.extent.rows * part).max(1.0),
    })
}

/// How far the values of a column that a condition bounds lie in their order, if it is in the index.
fn in_brin(site: &Site<'_>, clause: &Clause<'_>, choice: &Choice<'_>) -> Option<f64> {
    let What::One(comparison) = &clause.what else {
        return None;
    };
    let term = comparison.terms.first()?;
    let bounded = !matches!(way(comparison), Way::No | Way::Prefix);
    if !bounded || !choice.index.keys.iter().any(|key| is_key(key, term)) {
        return None;
    }
    let column = term.as_column().and_then(|name| site.table.column(name));
    let statistics = column.and_then(|c| c.statistics.as_ref());
    Some(statistics.and_then(|s| s.correlation).unwrap_or(0.0).abs())
}
