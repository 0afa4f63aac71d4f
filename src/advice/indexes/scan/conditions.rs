//! Conditions of WHERE, ON and HAVING, each given to the scan that it is about.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::ast::{BinaryOperator, Expr, Query, UnaryOperator};

use super::read::Reader;
use super::term::is_null;
use super::values::{any, value, values};
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
type Placed = (usize, Term);

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

    fn comparison(&mut self, expr: &Expr, place: Place<'_>, found: &mut Found) {
        let scope = place.scope;
        let mut text = self.bare_text(expr, scope);
        if place.negated {
            text = format!("NOT ({text})");
        }
        let put = |term: Placed, op: Op, against: Against, found: &mut Found| {
            let op = if place.negated { negated(op) } else { op };
            give(place, term.0, vec![term.1], op, against, &text, found);
        };
        match expr {
            Expr::BinaryOp { left, op, right } => {
                if let (Expr::Tuple(left), Expr::Tuple(right)) = (left.as_ref(), right.as_ref()) {
                    self.rows(left, op, right, place, &text, found);
                    return;
                }
                let Some(op) = operator(op) else {
                    // A boolean expression of another kind.
                    self.made(expr, scope);
                    return;
                };
                self.sides(left, op, right, place, &text, found);
            }
            Expr::IsNotDistinctFrom(left, right) => {
                self.sides(left, Op::Eq, right, place, &text, found);
            }
            Expr::IsDistinctFrom(left, right) => {
                self.sides(left, Op::NotEq, right, place, &text, found);
            }
            Expr::IsNull(inner) | Expr::IsUnknown(inner) => {
                if let Some(term) = self.term(inner, scope) {
                    put(term, Op::IsNull, Against::Nothing, found);
                }
            }
            Expr::IsNotNull(inner) | Expr::IsNotUnknown(inner) => {
                if let Some(term) = self.term(inner, scope) {
                    put(term, Op::NotNull, Against::Nothing, found);
                }
            }
            Expr::IsTrue(inner) => {
                if let Some(term) = self.term(inner, scope) {
                    put(term, Op::IsTrue, Against::Nothing, found);
                }
            }
            Expr::IsFalse(inner) => {
                if let Some(term) = self.term(inner, scope) {
                    put(term, Op::IsFalse, Against::Nothing, found);
                }
            }
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: inner,
            } => {
                if let Some(term) = self.term(inner, scope) {
                    put(term, Op::IsFalse, Against::Nothing, found);
                }
            }
            Expr::InList {
                expr: left,
                list,
                negated: not,
            } => {
                let items: Vec<&Expr> = list.iter().collect();
                let mut made = Vec::new();
                for item in &items {
                    made.push(self.made(item, scope));
                }
                let against = match values(&items) {
                    Some(values) => Against::Values(values),
                    None if made.iter().all(|m| m.scans.is_empty() && !m.subquery) => {
                        Against::Known
                    }
                    None => Against::Unknown,
                };
                let op = match (items.len(), not) {
                    (1, false) => Op::Eq,
                    (1, true) => Op::NotEq,
                    (count, false) => Op::In(Some(count)),
                    (_, true) => Op::NotIn,
                };
                if let Some(term) = self.term(left, scope) {
                    put(term, op, against, found);
                }
            }
            Expr::Between {
                expr: left,
                negated: not,
                low,
                high,
            } => {
                let against = match values(&[low, high]) {
                    Some(values) => Against::Values(values),
                    None => self.known(&[low, high], scope),
                };
                if let Some(term) = self.term(left, scope) {
                    put(
                        term,
                        if *not { Op::Not } else { Op::Between },
                        against,
                        found,
                    );
                }
            }
            Expr::Like {
                negated: not,
                expr: left,
                pattern,
                ..
            } => self.pattern(
                left,
                pattern,
                if *not { Op::Not } else { Op::Like },
                place,
                &text,
                found,
            ),
            Expr::ILike {
                negated: not,
                expr: left,
                pattern,
                ..
            } => self.pattern(
                left,
                pattern,
                if *not { Op::Not } else { Op::ILike },
                place,
                &text,
                found,
            ),
            Expr::SimilarTo {
                negated: not,
                expr: left,
                pattern,
                ..
            } => self.pattern(
                left,
                pattern,
                if *not { Op::Not } else { Op::Regex(true) },
                place,
                &text,
                found,
            ),
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
                    put(term, Op::NotIn, any(right).0, found);
                }
            }
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
                if let Some(term) = self.term(expr, scope) {
                    put(term, Op::IsTrue, Against::Nothing, found);
                }
            }
            _ => {
                self.made(expr, scope);
            }
        }
    }

    fn pattern(
        &mut self,
        left: &Expr,
        pattern: &Expr,
        op: Op,
        place: Place<'_>,
        text: &str,
        found: &mut Found,
    ) {
        let against = self.against(pattern, place.scope);
        if let Some((scan, term)) = self.term(left, place.scope) {
            let op = if place.negated { negated(op) } else { op };
            give(place, scan, vec![term], op, against, text, found);
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
            let op = if place.negated { negated(op) } else { op };
            let against = match array {
                Some((other, term)) if other != scan => Against::Other(other, term),
                Some(_) => Against::Same,
                None => any(right).0,
            };
            give(place, scan, vec![term], op, against, text, found);
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
        op: Op,
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
        let put = |term: Placed, op: Op, against: Against, found: &mut Found| {
            let op = if place.negated { negated(op) } else { op };
            give(place, term.0, vec![term.1], op, against, text, found);
        };
        match (a, b) {
            (Some(a), Some(b)) if a.0 == b.0 => put(a, op, Against::Same, found),
            (Some(a), Some(b)) => {
                let turned = turned(&op);
                put(a.clone(), op, Against::Other(b.0, b.1.clone()), found);
                if let Some(turned) = turned {
                    put(b, turned, Against::Other(a.0, a.1), found);
                }
            }
            (Some(a), None) => {
                let against = self.against(right, scope);
                put(
                    a,
                    boolean(op, &against),
                    nothing_for_boolean(against),
                    found,
                );
            }
            (None, Some(b)) => {
                let against = self.against(left, scope);
                if let Some(turned) = turned(&op) {
                    put(
                        b,
                        boolean(turned, &against),
                        nothing_for_boolean(against),
                        found,
                    );
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
                self.sides(left, Op::Eq, right, place, &text, found);
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
        let op = if place.negated { negated(op) } else { op };
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

    /// `x IN (SELECT y …)`: both sides may be looked up by the other.
    fn in_subquery(
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

fn give(
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

/// `done = true` is `done`.
fn boolean(op: Op, against: &Against) -> Op {
    let Against::Values(values) = against else {
        return op;
    };
    let [Value::Literal(text, super::Literal::Boolean)] = values.as_slice() else {
        return op;
    };
    match (op, text.as_str()) {
        (Op::Eq, "true") | (Op::NotEq, "false") => Op::IsTrue,
        (Op::Eq, "false") | (Op::NotEq, "true") => Op::IsFalse,
        (op, _) => op,
    }
}

fn nothing_for_boolean(against: Against) -> Against {
    match &against {
        Against::Values(values)
            if matches!(
                values.as_slice(),
                [Value::Literal(_, super::Literal::Boolean)]
            ) =>
        {
            Against::Nothing
        }
        _ => against,
    }
}

/// What NOT makes of an operator.
fn negated(op: Op) -> Op {
    match op {
        Op::Eq => Op::NotEq,
        Op::NotEq => Op::Eq,
        Op::Lt => Op::Ge,
        Op::Le => Op::Gt,
        Op::Gt => Op::Le,
        Op::Ge => Op::Lt,
        Op::IsNull => Op::NotNull,
        Op::NotNull => Op::IsNull,
        // NOT of a boolean column, NULLs aside.
        Op::IsTrue => Op::IsFalse,
        Op::IsFalse => Op::IsTrue,
        Op::In(_) => Op::NotIn,
        Op::NotIn => Op::In(None),
        _ => Op::Not,
    }
}

/// The operator for the right side; `None` where turning it means something else.
fn turned(op: &Op) -> Option<Op> {
    Some(match op {
        Op::Eq => Op::Eq,
        Op::NotEq => Op::NotEq,
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        Op::Operator(name) => match name.as_str() {
            "@>" => Op::Operator("<@".to_owned()),
            "<@" => Op::Operator("@>".to_owned()),
            "&&" | "@@" => op.clone(),
            _ => return None,
        },
        _ => return None,
    })
}

fn operator(op: &BinaryOperator) -> Option<Op> {
    Some(match op {
        BinaryOperator::Eq => Op::Eq,
        BinaryOperator::NotEq => Op::NotEq,
        BinaryOperator::Lt => Op::Lt,
        BinaryOperator::LtEq => Op::Le,
        BinaryOperator::Gt => Op::Gt,
        BinaryOperator::GtEq => Op::Ge,
        BinaryOperator::PGLikeMatch => Op::Like,
        BinaryOperator::PGILikeMatch => Op::ILike,
        BinaryOperator::PGRegexMatch => Op::Regex(true),
        BinaryOperator::PGRegexIMatch => Op::Regex(false),
        BinaryOperator::PGNotLikeMatch
        | BinaryOperator::PGNotILikeMatch
        | BinaryOperator::PGRegexNotMatch
        | BinaryOperator::PGRegexNotIMatch => Op::Not,
        BinaryOperator::AtArrow
        | BinaryOperator::ArrowAt
        | BinaryOperator::PGOverlap
        | BinaryOperator::AtAt
        | BinaryOperator::AtQuestion
        | BinaryOperator::Question
        | BinaryOperator::QuestionAnd
        | BinaryOperator::QuestionPipe => Op::Operator(op.to_string()),
        // `%` of pg_trgm, `<->` and what extensions bring.
        BinaryOperator::Modulo | BinaryOperator::Custom(_) => Op::Operator(op.to_string()),
        _ => return None,
    })
}
