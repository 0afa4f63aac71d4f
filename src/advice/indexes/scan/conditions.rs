//! Conditions of WHERE, ON and HAVING, each given to the scan that it is about.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::ast::{BinaryOperator, Expr, Query, UnaryOperator};

use super::read::Reader;
use super::{Against, Comparison, Condition, Op, Term, Value};

/// Conditions by their scans.
pub(super) type Found = BTreeMap<usize, Vec<Condition>>;

/// A condition's surroundings.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) scope: usize,
    /// Whether NOT stands around it.
    pub(super) negated: bool,
    /// The scans that it narrows; `None` for all that it names.
    pub(super) only: Option<&'p BTreeSet<usize>>,
    /// Scans of the blocks around it: what a sub-select says of them doesn't narrow them.
    pub(super) outer: &'p BTreeSet<usize>,
}

/// A term with its scan.
pub(super) type Placed = (usize, Term);

impl Reader<'_> {
    /// Takes a condition apart, its sub-selects included.
    pub(super) fn condition(&mut self, expr: &Expr, place: Place<'_>, found: &mut Found) {
        match expr {
            Expr::Nested(inner) => self.condition(inner, place, found),
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } if !matches!(
                expr.as_ref(),
                Expr::Identifier(_) | Expr::CompoundIdentifier(_)
            ) =>
            {
                let place = Place {
                    negated: !place.negated,
                    ..place
                };
                self.condition(expr, place, found);
            }
            Expr::BinaryOp {
                left,
                op: op @ (BinaryOperator::And | BinaryOperator::Or),
                right,
            } => {
                // De Morgan: `NOT (a AND b)` is `NOT a OR NOT b`.
                let all = (*op == BinaryOperator::And) != place.negated;
                if all {
                    self.condition(left, place, found);
                    self.condition(right, place, found);
                } else {
                    self.alternatives(expr, op, place, found);
                }
            }
            Expr::Exists { subquery, negated } => {
                let positive = *negated == place.negated;
                self.correlated(subquery, place, positive, found);
            }
            Expr::InSubquery {
                expr: left,
                subquery,
                negated,
            } => {
                let positive = *negated == place.negated;
                self.in_subquery(left, subquery, place, positive, found);
            }
            _ => {
                self.subqueries(expr, place.scope);
                self.comparison(expr, place, found);
            }
        }
    }

    /// `a OR b OR c`: a scan is narrowed when each of them says something of it.
    fn alternatives(
        &mut self,
        expr: &Expr,
        op: &BinaryOperator,
        place: Place<'_>,
        found: &mut Found,
    ) {
        let mut branches = Vec::new();
        flatten(expr, op, &mut branches);
        let mut all: Vec<Found> = Vec::new();
        for branch in branches {
            let mut own = Found::new();
            self.condition(branch, place, &mut own);
            all.push(own);
        }
        let Some((first, rest)) = all.split_first() else {
            return;
        };
        for scan in first.keys() {
            if !rest.iter().all(|branch| branch.contains_key(scan)) {
                continue;
            }
            let own = all.iter().filter_map(|branch| branch.get(scan).cloned());
            let own: Vec<Vec<Condition>> = own.collect();
            let condition = same_column(&own).unwrap_or(Condition::Any(own));
            found.entry(*scan).or_default().push(condition);
        }
    }

    /// `x IN (SELECT y …)`: both sides may be looked up by the other.
    pub(super) fn in_subquery(
        &mut self,
        left: &Expr,
        query: &Query,
        place: Place<'_>,
        positive: bool,
        found: &mut Found,
    ) {
        let first = self.scans.len();
        let outer = self.term(left, place.scope);
        let outputs = self.query(query, Some(place.scope));
        let inner = outputs
            .filter(|o| o.is_plain)
            .and_then(|o| o.columns.first().cloned());
        let inner = inner.and_then(|(_, term)| term);
        let Some((scan, term)) = outer else { return };
        let text = self.bare_text(left, place.scope);
        if positive {
            if let Some((other, inner)) = &inner {
                self.narrow(
                    *other,
                    Condition::One(Comparison {
                        terms: vec![inner.clone()],
                        op: Op::Eq,
                        against: Against::Other(scan, term.clone()),
                        text: String::new(),
                    }),
                );
            }
            let against = match inner {
                Some((other, inner)) => Against::Other(other, inner),
                None => Against::Subquery((self.scans.len() > first).then_some(first)),
            };
            give(place, scan, vec![term], Op::Eq, against, &text, found);
        } else {
            let against = Against::Subquery((self.scans.len() > first).then_some(first));
            give(place, scan, vec![term], Op::NotIn, against, &text, found);
        }
    }

    /// EXISTS: what its conditions compare narrows the outer scans as well, when it must hold.
    fn correlated(&mut self, query: &Query, place: Place<'_>, positive: bool, found: &mut Found) {
        let first = self.scans.len();
        self.query(query, Some(place.scope));
        if !positive {
            return;
        }
        let mut back = Vec::new();
        for (at, scan) in self.scans.iter().enumerate().skip(first) {
            for condition in &scan.conditions {
                if let Condition::One(Comparison {
                    terms,
                    op: Op::Eq,
                    against: Against::Other(outer, term),
                    text,
                }) = condition
                    && *outer < first
                    && let [inner] = terms.as_slice()
                {
                    back.push((*outer, term.clone(), at, inner.clone(), text.clone()));
                }
            }
        }
        for (outer, term, at, inner, text) in back {
            give(
                place,
                outer,
                vec![term],
                Op::Eq,
                Against::Other(at, inner),
                &text,
                found,
            );
        }
    }
}

pub(super) fn give(
    place: Place<'_>,
    scan: usize,
    terms: Vec<Term>,
    op: Op,
    against: Against,
    text: &str,
    found: &mut Found,
) {
    if place.only.is_some_and(|only| !only.contains(&scan)) || place.outer.contains(&scan) {
        return;
    }
    found
        .entry(scan)
        .or_default()
        .push(Condition::One(Comparison {
            terms,
            op,
            against,
            text: text.to_owned(),
        }));
}

fn flatten<'e>(expr: &'e Expr, op: &BinaryOperator, branches: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Nested(inner) => flatten(inner, op, branches),
        Expr::BinaryOp {
            left,
            op: own,
            right,
        } if own == op => {
            flatten(left, op, branches);
            flatten(right, op, branches);
        }
        other => branches.push(other),
    }
}

/// `a = 1 OR a = 2` is `a IN (1, 2)`.
fn same_column(branches: &[Vec<Condition>]) -> Option<Condition> {
    let mut all: Vec<Value> = Vec::new();
    let mut texts = Vec::new();
    let mut first: Option<&Comparison> = None;
    for branch in branches {
        let [Condition::One(comparison)] = branch.as_slice() else {
            return None;
        };
        let Against::Values(values) = &comparison.against else {
            return None;
        };
        let alike = first.is_none_or(|first| first.terms == comparison.terms);
        if !alike || !matches!(comparison.op, Op::Eq | Op::In(Some(_))) {
            return None;
        }
        first = first.or(Some(comparison));
        texts.push(comparison.text.clone());
        all.extend(values.iter().cloned());
    }
    Some(Condition::One(Comparison {
        terms: first?.terms.clone(),
        op: Op::In(Some(all.len())),
        against: Against::Values(all),
        text: format!("({})", texts.join(" OR ")),
    }))
}
