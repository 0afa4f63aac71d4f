//! Values to plan a statement with: those that were seen, else those that statistics of the columns offer.

use super::load::Statement;
use super::scan::{Against, Comparison, Condition, Op, Reading, Value};
use crate::catalog::{Catalog, ColumnStatistics};
use crate::sql::{Class, tokens};

/// Sets of values that a statement is planned with; more would only say the same.
const SETS: usize = 3;

/// Where in a column's histogram values are taken from: its middle, and where new rows mostly are.
const QUANTILES: [f64; 2] = [0.5, 0.9];

/// Rows that a page is taken to have, where LIMIT is a parameter that was never seen.
const PAGE: &str = "20";

/// Sets of values for the parameters of a statement, at most three. None where a parameter's value can't be guessed:
/// with NULL in its place the planner would know that nothing is found.
pub(super) fn sets(
    catalog: Option<&Catalog>,
    statement: &Statement,
    reading: &Reading,
) -> Vec<Vec<Option<String>>> {
    let count = parameters(&statement.sql);
    if count == 0 {
        return Vec::new();
    }
    let seen = statement.samples.iter().filter(|set| set.len() == count);
    let mut sets: Vec<Vec<Option<String>>> = Vec::new();
    for set in seen {
        if sets.len() < SETS && !sets.contains(set) {
            sets.push(set.clone());
        }
    }
    if !sets.is_empty() {
        return sets;
    }
    let Some(catalog) = catalog else {
        return Vec::new();
    };
    let sources: Vec<Source<'_>> = (1..=count)
        .map(|number| source(catalog, &statement.sql, reading, number))
        .collect();
    for nth in 0..SETS {
        let values: Option<Vec<_>> = sources.iter().map(|s| s.value(nth)).collect();
        if let Some(values) = values {
            let set: Vec<Option<String>> = values.into_iter().map(Some).collect();
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
    }
    sets
}

/// Where values of a parameter come from.
enum Source<'a> {
    /// Statistics of the column that it is compared with, and whether as a list.
    Column(&'a ColumnStatistics, bool),
    /// It counts rows.
    Rows(&'static str),
    /// Nobody knows.
    Nowhere,
}

impl Source<'_> {
    fn value(&self, nth: usize) -> Option<String> {
        let (statistics, list) = match self {
            Self::Rows(count) => return Some((*count).to_owned()),
            Self::Nowhere => return None,
            Self::Column(statistics, list) => (statistics, *list),
        };
        let common = statistics.most_common.first().map(|c| c.value.clone());
        let spread = |quantile: f64| {
            let end = statistics.histogram.len().checked_sub(1)?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a position in a list"
            )]
            let place = (end as f64 * quantile) as usize;
            statistics.histogram.get(place).cloned()
        };
        let value = match nth.checked_sub(1).and_then(|n| QUANTILES.get(n)) {
            None => common.or_else(|| spread(0.1)),
            Some(quantile) => spread(*quantile).or_else(|| {
                let at = nth.min(statistics.most_common.len().checked_sub(1)?);
                statistics.most_common.get(at).map(|c| c.value.clone())
            }),
        }?;
        Some(if list { array(&value) } else { value })
    }
}

/// An array of one value, as the server reads it.
fn array(value: &str) -> String {
    format!(
        "{{\"{}\"}}",
        value.replace('\\', "\\\\").replace('"', "\\\"")
    )
}

fn source<'a>(catalog: &'a Catalog, sql: &str, reading: &Reading, number: usize) -> Source<'a> {
    if let Some(word) = word_before(sql, number) {
        if word.eq_ignore_ascii_case("limit") {
            return Source::Rows(PAGE);
        }
        if word.eq_ignore_ascii_case("offset") {
            return Source::Rows("0");
        }
    }
    for scan in &reading.scans {
        let Some(table) = catalog.table(&scan.table) else {
            continue;
        };
        if let Some((column, list)) = compared(&scan.conditions, number)
            && let Some(statistics) = table.column(column).and_then(|c| c.statistics.as_ref())
        {
            return Source::Column(statistics, list);
        }
    }
    Source::Nowhere
}

/// The column that a parameter is compared with by value, and whether the parameter is an array.
fn compared(conditions: &[Condition], number: usize) -> Option<(&str, bool)> {
    conditions.iter().find_map(|condition| match condition {
        Condition::One(comparison) => in_comparison(comparison, number),
        Condition::Any(branches) => branches.iter().find_map(|b| compared(b, number)),
    })
}

fn in_comparison(comparison: &Comparison, number: usize) -> Option<(&str, bool)> {
    let Against::Values(values) = &comparison.against else {
        return None;
    };
    let is_it = |v: &Value| matches!(v, Value::Parameter(n) if *n as usize == number);
    let at = values.iter().position(is_it)?;
    let term = match comparison.op {
        Op::Eq | Op::Lt | Op::Le | Op::Gt | Op::Ge => comparison.terms.get(at)?,
        Op::In(_) | Op::Between | Op::NotEq | Op::NotIn => comparison.terms.first()?,
        _ => return None,
    };
    // `= ANY ($1)` takes an array; `IN ($1, $2)` doesn't.
    let list = matches!(comparison.op, Op::In(None));
    Some((term.as_column()?, list))
}

/// The highest number of a parameter in a text.
fn parameters(sql: &str) -> usize {
    let numbers = tokens(sql).filter_map(|(class, range)| {
        let text = sql.get(range)?;
        (class == Class::Parameter).then(|| text.strip_prefix('$')?.parse().ok())?
    });
    numbers.max().unwrap_or(0)
}

/// The word that stands before a parameter.
fn word_before(sql: &str, number: usize) -> Option<&str> {
    let name = format!("${number}");
    let mut before = None;
    for (class, range) in tokens(sql) {
        let text = sql.get(range)?;
        if text == name {
            return before;
        }
        if !matches!(class, Class::Space | Class::Comment) {
            before = Some(text);
        }
    }
    None
}
