//! The conditions of a scan, with the part of the rows that each of them keeps.

use super::figures::distinct;
use crate::advice::indexes::scan::{Against, Comparison, Condition, Op, Scan, Value};
use crate::advice::indexes::selectivity;
use crate::catalog::Table;

/// A condition of a scan.
#[derive(Clone, Debug)]
pub(super) struct Clause<'a> {
    /// What it says.
    pub(super) what: What<'a>,
    /// The part of the rows that it keeps.
    pub(super) keeps: f64,
    /// The scan whose rows have to be known before it can be used to find rows.
    pub(super) needs: Option<usize>,
    /// How many values it is compared with, one after the other.
    pub(super) values: f64,
}

/// What a condition says.
#[derive(Clone, Debug)]
pub(super) enum What<'a> {
    /// A comparison.
    One(&'a Comparison),
    /// One of these holds.
    Any(Vec<Vec<Clause<'a>>>),
}

/// How a B-tree can use a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// One value: what follows in the index is sorted.
    Point,
    /// Several values.
    Points,
    /// All above.
    Above,
    /// All below.
    Below,
    /// All between two values.
    Between,
    /// All texts that begin alike.
    Prefix,
    /// Not at all.
    No,
}

/// The values of a list whose length nobody knows, as the server takes it too.
const LIST: f64 = 10.0;

/// The conditions of a scan. `found` says how many rows a sub-select returns, by its first scan.
pub(super) fn clauses<'a>(
    table: &Table,
    rows: f64,
    scan: &'a Scan,
    found: &dyn Fn(usize) -> f64,
) -> Vec<Clause<'a>> {
    scan.conditions
        .iter()
        .map(|c| clause(table, rows, c, found))
        .collect()
}

fn clause<'a>(
    table: &Table,
    rows: f64,
    condition: &'a Condition,
    found: &dyn Fn(usize) -> f64,
) -> Clause<'a> {
    let keeps = || selectivity::of_condition(table, condition).clamp(0.0, 1.0);
    match condition {
        Condition::Any(branches) => {
            let branches = branches
                .iter()
                .map(|b| b.iter().map(|c| clause(table, rows, c, found)).collect());
            Clause {
                what: What::Any(branches.collect()),
                keeps: keeps(),
                needs: None,
                values: 1.0,
            }
        }
        Condition::One(comparison) => {
            let column = comparison.terms.first().and_then(|t| t.columns.first());
            let each = 1.0 / distinct(column.and_then(|name| table.column(name)), rows);
            let (keeps, needs, values) = match (&comparison.against, &comparison.op) {
                (Against::Other(other, _), Op::Eq) => (each, Some(*other), 1.0),
                (Against::Other(other, _), _) => (1.0 / 3.0, Some(*other), 1.0),
                (Against::Subquery(Some(first)), Op::In(_)) => {
                    let values = found(*first).max(1.0);
                    ((values * each).min(1.0), None, values)
                }
                (Against::Values(list), Op::In(count)) => {
                    let unknown = matches!(list.as_slice(), [] | [Value::Parameter(_)]);
                    let known = count.unwrap_or(list.len()) as f64;
                    (
                        keeps(),
                        None,
                        if unknown && count.is_none() {
                            LIST
                        } else {
                            known.max(1.0)
                        },
                    )
                }
                (_, Op::In(count)) => (keeps(), None, count.map_or(LIST, |n| n as f64)),
                _ => (keeps(), None, 1.0),
            };
            Clause {
                what: What::One(comparison),
                keeps,
                needs,
                values,
            }
        }
    }
}

/// How a B-tree can use a comparison.
pub(super) fn way(comparison: &Comparison) -> Way {
    let findable = matches!(
        comparison.against,
        Against::Nothing
            | Against::Values(_)
            | Against::Known
            | Against::Other(..)
            | Against::Subquery(_)
    );
    if !findable {
        return Way::No;
    }
    match &comparison.op {
        Op::Eq | Op::IsNull | Op::IsTrue | Op::IsFalse | Op::In(Some(1)) => Way::Point,
        Op::In(_) => Way::Points,
        Op::Gt | Op::Ge => Way::Above,
        Op::Lt | Op::Le => Way::Below,
        Op::Between => Way::Between,
        Op::Like if prefix(comparison) => Way::Prefix,
        _ => Way::No,
    }
}

/// Whether a LIKE has letters before its first wildcard.
fn prefix(comparison: &Comparison) -> bool {
    match &comparison.against {
        Against::Values(values) => match values.as_slice() {
            [Value::Literal(text, _)] => !text.starts_with(['%', '_']) && !text.is_empty(),
            _ => false,
        },
        _ => false,
    }
}

/// The part of the rows that all of them keep together. Two bounds of one term are one range.
pub(super) fn keep<'c, 'a: 'c>(clauses: impl Iterator<Item = &'c Clause<'a>>) -> f64 {
    let mut bounds: Vec<(&Comparison, f64, Way)> = Vec::new();
    let mut all = 1.0;
    for clause in clauses {
        let What::One(comparison) = &clause.what else {
            all *= clause.keeps;
            continue;
        };
        let how = way(comparison);
        let opposite = match how {
            Way::Above => Way::Below,
            Way::Below => Way::Above,
            _ => {
                all *= clause.keeps;
                continue;
            }
        };
        let other = bounds
            .iter()
            .position(|(b, _, w)| *w == opposite && b.terms == comparison.terms);
        if let Some(at) = other {
            let (_, keeps, _) = bounds.swap_remove(at);
            // Where both keep little the server's default for a range says more.
            let between = keeps + clause.keeps - 1.0;
            all *= if between > 0.0 { between } else { 0.005 };
        } else {
            bounds.push((comparison, clause.keeps, how));
        }
    }
    all * bounds.iter().map(|(_, keeps, _)| keeps).product::<f64>()
}
