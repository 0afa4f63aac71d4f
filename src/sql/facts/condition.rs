//! Predicates and joins, from the conditions of WHERE, ON and HAVING.

use super::collect::Collector;
use super::operand::is_value;
use super::{Clause, Column, Join, JoinKind, Name, Op, Predicate, Value};
use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};

/// Where a condition stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) scope: usize,
    pub(super) clause: Clause,
    pub(super) kind: JoinKind,
    pub(super) nested: bool,
    /// Whether all conditions around it are joined by AND.
    pub(super) conjunct: bool,
    pub(super) negated: bool,
}

impl Collector {
    /// Takes the predicates and joins of a condition, but not those of its sub-selects.
    pub(super) fn condition(&mut self, condition: &Expr, place: Place) {
        let inside = Place {
            conjunct: false,
            ..place
        };
        match condition {
            Expr::Nested(inner) => self.condition(inner, place),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => {
                // `NOT (a AND b)` holds when either fails.
                let place = if place.negated { inside } else { place };
                self.condition(left, place);
                self.condition(right, place);
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Or,
                right,
            } => {
                self.condition(left, inside);
                self.condition(right, inside);
            }
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } => self.condition(
                expr,
                Place {
                    negated: !place.negated,
                    ..place
                },
            ),
            Expr::BinaryOp { left, op, right } => self.comparison(left, operator(op), right, place),
            Expr::IsNotDistinctFrom(left, right) => self.comparison(left, Op::Eq, right, place),
            Expr::IsDistinctFrom(left, right) => self.comparison(left, Op::NotEq, right, place),
            Expr::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right,
                ..
            } => self.comparison(left, Op::Any, right, place),
            Expr::AnyOp { left, right, .. } | Expr::AllOp { left, right, .. } => {
                self.comparison(left, Op::Other, right, place);
            }
            _ => self.predicate_of(condition, place),
        }
    }

    /// A condition with one operand of its own, or none.
    fn predicate_of(&mut self, condition: &Expr, place: Place) {
        let negate = |negated: bool| Place {
            negated: place.negated != negated,
            ..place
        };
        match condition {
            Expr::IsNull(expr) => self.predicate(expr, Op::IsNull, Value::Constant, place),
            Expr::IsNotNull(expr) => {
                self.predicate(expr, Op::IsNull, Value::Constant, negate(true));
            }
            Expr::IsTrue(expr) | Expr::IsNotFalse(expr) => {
                self.predicate(expr, Op::Eq, Value::Constant, place);
            }
            Expr::IsFalse(expr) | Expr::IsNotTrue(expr) => {
                self.predicate(expr, Op::Eq, Value::Constant, negate(true));
            }
            Expr::InList {
                expr,
                list,
                negated,
            } => {
                let value = match list.as_slice() {
                    [one] => self.value(one, place.scope),
                    _ if list.iter().all(is_value) => Value::Constant,
                    _ => Value::Expression,
                };
                for expr in tuple(expr) {
                    self.predicate(expr, Op::In, value.clone(), negate(*negated));
                }
            }
            Expr::InSubquery { expr, negated, .. } => {
                for expr in tuple(expr) {
                    self.predicate(expr, Op::In, Value::Subquery, negate(*negated));
                }
            }
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let value = match self.value(low, place.scope) {
                    value @ (Value::Parameter(_) | Value::Constant) if is_value(high) => value,
                    _ => Value::Expression,
                };
                self.predicate(expr, Op::Between, value, negate(*negated));
            }
            Expr::Like {
                expr,
                pattern,
                negated,
                ..
            } => self.comparison(expr, Op::Like, pattern, negate(*negated)),
            Expr::ILike {
                expr,
                pattern,
                negated,
                ..
            } => self.comparison(expr, Op::ILike, pattern, negate(*negated)),
            Expr::SimilarTo {
                expr,
                pattern,
                negated,
                ..
            } => self.comparison(expr, Op::Regex, pattern, negate(*negated)),
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
                self.predicate(condition, Op::Eq, Value::Constant, place);
            }
            _ => {}
        }
    }

    fn comparison(&mut self, left: &Expr, op: Op, right: &Expr, place: Place) {
        if let (Expr::Tuple(left), Expr::Tuple(right)) = (bare(left), bare(right))
            && left.len() == right.len()
        {
            for (left, right) in left.iter().zip(right) {
                self.comparison(left, op, right, place);
            }
            return;
        }
        let (left_column, right_column) = (
            self.operand(left, place.scope),
            self.operand(right, place.scope),
        );
        match (left_column, right_column) {
            (Some((column, function)), None) => {
                let value = self.value(right, place.scope);
                self.push(column, function, op, value, place);
            }
            (None, Some((column, function))) => {
                let value = self.value(left, place.scope);
                self.push(column, function, turned(op), value, place);
            }
            (Some((left, None)), Some((right, None)))
                if op == Op::Eq && place.conjunct && !place.negated && joins(&left, &right) =>
            {
                let kind = place.kind;
                self.facts.joins.push(Join { left, right, kind });
            }
            // An index may serve the side that stands bare.
            (Some((_, Some(_))), Some((column, None))) => {
                self.push(column, None, turned(op), Value::Expression, place);
            }
            (Some((column, function)), Some((other, inner))) => {
                let value = match inner {
                    None => Value::Column(other),
                    Some(_) => Value::Expression,
                };
                self.push(column, function, op, value, place);
            }
            (None, None) => {}
        }
    }

    fn predicate(&mut self, expr: &Expr, op: Op, value: Value, place: Place) {
        if let Some((column, function)) = self.operand(expr, place.scope) {
            self.push(column, function, op, value, place);
        }
    }

    fn push(&mut self, column: Column, function: Option<Name>, op: Op, value: Value, place: Place) {
        self.facts.predicates.push(Predicate {
            column,
            op,
            negated: place.negated,
            value,
            conjunct: place.conjunct,
            function,
            clause: place.clause,
            nested: place.nested,
        });
    }
}

fn joins(left: &Column, right: &Column) -> bool {
    left.table != right.table || left.table.is_none()
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => bare(inner),
        _ => expr,
    }
}

fn tuple(expr: &Expr) -> &[Expr] {
    match bare(expr) {
        Expr::Tuple(parts) => parts,
        one => std::slice::from_ref(one),
    }
}

/// The operator for the right side. `$1 LIKE x` and `$1 = ANY (x)` ask something else of `x`.
fn turned(op: Op) -> Op {
    match op {
        Op::Like | Op::ILike | Op::Any | Op::Regex => Op::Other,
        op => op,
    }
}

fn operator(op: &BinaryOperator) -> Op {
    match op {
        BinaryOperator::Eq => Op::Eq,
        BinaryOperator::NotEq => Op::NotEq,
        BinaryOperator::Lt | BinaryOperator::LtEq | BinaryOperator::Gt | BinaryOperator::GtEq => {
            Op::Range
        }
        BinaryOperator::PGLikeMatch => Op::Like,
        BinaryOperator::PGILikeMatch => Op::ILike,
        BinaryOperator::PGRegexMatch
        | BinaryOperator::PGRegexIMatch
        | BinaryOperator::PGRegexNotMatch
        | BinaryOperator::PGRegexNotIMatch => Op::Regex,
        BinaryOperator::AtArrow
        | BinaryOperator::ArrowAt
        | BinaryOperator::PGOverlap
        | BinaryOperator::AtAt
        | BinaryOperator::AtQuestion
        | BinaryOperator::Question
        | BinaryOperator::QuestionAnd
        | BinaryOperator::QuestionPipe => Op::Contains,
        _ => Op::Other,
    }
}
