//! Single comparisons: which term is compared how, and with what.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};

use super::conditions::{Found, Place, Placed, give};
use super::operators::{boolean, negated, nothing_for_boolean, operator, turned};
use super::read::Reader;
use super::term::is_null;
use super::values::{any, value, values};
use super::{Against, Op};

impl Reader<'_> {
    /// A condition with one comparison in it.
    pub(super) fn comparison(&mut self, expr: &Expr, place: Place<'_>, found: &mut Found) {
        let scope = place.scope;
        let mut text = self.bare_text(expr, scope);
        if place.negated {
            text = format!("NOT ({text})");
        }
        if let Some((inner, op)) = alone(expr) {
            if let Some(term) = self.term(inner, scope) {
                put(place, term, &op, Against::Nothing, &text, found);
            }
            return;
        }
        if let Some((left, pattern, op)) = pattern(expr) {
            let against = self.against(pattern, scope);
            if let Some(term) = self.term(left, scope) {
                put(place, term, &op, against, &text, found);
            }
            return;
        }
        match expr {
            Expr::BinaryOp { left, op, right } => {
                if let (Expr::Tuple(left), Expr::Tuple(right)) = (left.as_ref(), right.as_ref()) {
                    self.rows(left, op, right, place, &text, found);
                } else if let Some(op) = operator(op) {
                    self.sides(left, &op, right, place, &text, found);
                } else {
                    // A boolean expression of another kind.
                    self.made(expr, scope);
                }
            }
            Expr::IsNotDistinctFrom(left, right) => {
                self.sides(left, &Op::Eq, right, place, &text, found);
            }
            Expr::IsDistinctFrom(left, right) => {
                self.sides(left, &Op::NotEq, right, place, &text, found);
            }
            Expr::InList {
                expr: left,
                list,
                negated,
            } => self.in_list(left, list, *negated, place, &text, found),
            Expr::Between {
                expr: left,
                negated,
                low,
                high,
            } => {
                let against = match values(&[low, high]) {
                    Some(values) => Against::Values(values),
                    None => self.known(&[low, high], scope),
                };
                let op = if *negated { Op::Not } else { Op::Between };
                if let Some(term) = self.term(left, scope) {
                    put(place, term, &op, against, &text, found);
                }
            }
            Expr::AnyOp {
                left,
                compare_op,
                right,
                ..
            } => self.any_of(left, compare_op, right, place, &text, found),
            Expr::AllOp {
                left,
                compare_op: BinaryOperator::NotEq,
                right,
            } => {
                self.made(right, scope);
                if let Some(term) = self.term(left, scope) {
                    put(place, term, &Op::NotIn, any(right).0, &text, found);
                }
            }
            _ => {
                self.made(expr, scope);
            }
        }
    }

    fn in_list(
        &mut self,
        left: &Expr,
        list: &[Expr],
        not: bool,
        place: Place<'_>,
        text: &str,
        found: &mut Found,
    ) {
        let items: Vec<&Expr> = list.iter().collect();
        let mut made = Vec::new();
        for item in &items {
            made.push(self.made(item, place.scope));
        }
        let against = match values(&items) {
            Some(values) => Against::Values(values),
            None if made.iter().all(|m| m.scans.is_empty() && !m.subquery) => Against::Known,
            None => Against::Unknown,
        };
        let op = match (items.len(), not) {
            (1, false) => Op::Eq,
            (1, true) => Op::NotEq,
            (count, false) => Op::In(Some(count)),
            (_, true) => Op::NotIn,
        };
        if let Some(term) = self.term(left, place.scope) {
            put(place, term, &op, against, text, found);
        }
    }

    /// `x = ANY (…)`, and `$1 = ANY (x)`, which asks whether an array has an element.
    fn any_of(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        place: Place<'_>,
        text: &str,
        found: &mut Found,
    ) {
        let scope = place.scope;
        if let Expr::Subquery(query) = right {
            let positive = !place.negated && *op == BinaryOperator::Eq;
            self.in_subquery(left, query, place, positive, found);
            return;
        }
        let array = self.term(right, scope);
        if let Some((scan, term)) = self.term(left, scope) {
            let op = match op {
                BinaryOperator::Eq => Op::In(any(right).1),
                _ => Op::Not,
            };
            let against = match array {
                Some((other, term)) if other != scan => Against::Other(other, term),
                Some(_) => Against::Same,
                None => any(right).0,
            };
            put(place, (scan, term), &op, against, text, found);
        } else if let Some((scan, term)) = array
            && *op == BinaryOperator::Eq
            && !place.negated
        {
            let against = self.against(left, scope);
            let op = Op::Operator("= ANY".to_owned());
            give(place, scan, vec![term], op, against, text, found);
        }
    }

    /// A comparison of two sides: each may be a term, and then the other is what it is compared with.
    fn sides(
        &mut self,
        left: &Expr,
        op: &Op,
        right: &Expr,
        place: Place<'_>,
        text: &str,
        found: &mut Found,
    ) {
        let scope = place.scope;
        // `x = NULL` finds nothing, and needs no index for it.
        if (is_null(left) || is_null(right)) && matches!(op, Op::Eq | Op::NotEq) {
            return;
        }
        let (a, b) = (self.term(left, scope), self.term(right, scope));
        match (a, b) {
            (Some(a), Some(b)) if a.0 == b.0 => put(place, a, op, Against::Same, text, found),
            (Some(a), Some(b)) => {
                let against = Against::Other(b.0, b.1.clone());
                put(place, a.clone(), op, against, text, found);
                if let Some(turned) = turned(op) {
                    put(place, b, &turned, Against::Other(a.0, a.1), text, found);
                }
            }
            (Some(a), None) => {
                let against = self.against(right, scope);
                let op = boolean(op, &against);
                put(place, a, &op, nothing_for_boolean(against), text, found);
            }
            (None, Some(b)) => {
                let against = self.against(left, scope);
                if let Some(turned) = turned(op) {
                    let op = boolean(&turned, &against);
                    put(place, b, &op, nothing_for_boolean(against), text, found);
                }
            }
            (None, None) => {}
        }
    }

    /// `(a, b) < (…)`; with `=` these are comparisons of their own.
    fn rows(
        &mut self,
        left: &[Expr],
        op: &BinaryOperator,
        right: &[Expr],
        place: Place<'_>,
        text: &str,
        found: &mut Found,
    ) {
        let Some(op) = operator(op) else { return };
        if op == Op::Eq && !place.negated {
            for (left, right) in left.iter().zip(right) {
                let text =
                    self.bare_text(left, place.scope) + " = " + &self.bare_text(right, place.scope);
                self.sides(left, &Op::Eq, right, place, &text, found);
            }
            return;
        }
        let mut terms = Vec::new();
        for expr in left {
            match self.term(expr, place.scope) {
                Some(term) => terms.push(term),
                None => return,
            }
        }
        let Some(scan) = terms.first().map(|t| t.0) else {
            return;
        };
        if terms.iter().any(|t| t.0 != scan) {
            return;
        }
        let items: Vec<&Expr> = right.iter().collect();
        let against = match values(&items) {
            Some(values) => Against::Values(values),
            None => self.known(&items, place.scope),
        };
        let op = if place.negated { negated(&op) } else { op };
        let terms = terms.into_iter().map(|t| t.1).collect();
        give(place, scan, terms, op, against, text, found);
    }

    /// What an expression is, for whoever is compared with it.
    pub(super) fn against(&mut self, expr: &Expr, scope: usize) -> Against {
        if let Some(value) = value(expr) {
            return Against::Values(vec![value]);
        }
        if let Expr::Subquery(_) = expr {
            return Against::Subquery(None);
        }
        self.known(&[expr], scope)
    }

    fn known(&mut self, exprs: &[&Expr], scope: usize) -> Against {
        let mut against = Against::Known;
        for expr in exprs {
            let made = self.made(expr, scope);
            if made.unknown || !made.scans.is_empty() {
                return Against::Unknown;
            }
            if made.subquery {
                against = Against::Subquery(None);
            } else if made.elsewhere && against == Against::Known {
                against = Against::Row;
            }
        }
        against
    }
}

/// A comparison of one term, with what NOT around it makes of it.
fn put(place: Place<'_>, term: Placed, op: &Op, against: Against, text: &str, found: &mut Found) {
    let op = if place.negated {
        negated(op)
    } else {
        op.clone()
    };
    give(place, term.0, vec![term.1], op, against, text, found);
}

/// A condition on a term that is compared with nothing.
fn alone(expr: &Expr) -> Option<(&Expr, Op)> {
    Some(match expr {
        Expr::IsNull(inner) | Expr::IsUnknown(inner) => (inner, Op::IsNull),
        Expr::IsNotNull(inner) | Expr::IsNotUnknown(inner) => (inner, Op::NotNull),
        Expr::IsTrue(inner) => (inner, Op::IsTrue),
        Expr::IsFalse(inner)
        | Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: inner,
        } => (inner, Op::IsFalse),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => (expr, Op::IsTrue),
        _ => return None,
    })
}

/// A term and the pattern that it is compared with.
fn pattern(expr: &Expr) -> Option<(&Expr, &Expr, Op)> {
    let (left, pattern, negated, op) = match expr {
        Expr::Like {
            negated,
            expr,
            pattern,
            ..
        } => (expr, pattern, negated, Op::Like),
        Expr::ILike {
            negated,
            expr,
            pattern,
            ..
        } => (expr, pattern, negated, Op::ILike),
        Expr::SimilarTo {
            negated,
            expr,
            pattern,
            ..
        } => (expr, pattern, negated, Op::Regex(true)),
        _ => return None,
    };
    Some((left, pattern, if *negated { Op::Not } else { op }))
}
