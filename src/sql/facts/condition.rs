//! Predicates and joins, from the conditions of WHERE, ON and HAVING.

use super::collect::Collector;
use super::names;
use super::{Clause, Column, Join, JoinKind, Op, Predicate, Value};
use sqlparser::ast::{BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments};
use sqlparser::ast::{UnaryOperator, Value as Literal};

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
            Expr::IsNotNull(expr) => self.predicate(expr, Op::IsNull, Value::Constant, negate(true)),
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
                let turned = match op {
                    // `$1 LIKE x` and `$1 = ANY (x)` ask something else of the column.
                    Op::Like | Op::ILike | Op::Any | Op::Regex => Op::Other,
                    op => op,
                };
                self.push(column, function, turned, value, place);
            }
            (Some((left, None)), Some((right, None)))
                if op == Op::Eq && place.conjunct && !place.negated && joins(&left, &right) =>
            {
                let kind = place.kind;
                self.facts.joins.push(Join { left, right, kind });
            }
            (Some((column, function)), Some((other, _))) => {
                self.push(column, function, op, Value::Column(other), place);
            }
            (None, None) => {}
        }
    }

    fn predicate(&mut self, expr: &Expr, op: Op, value: Value, place: Place) {
        if let Some((column, function)) = self.operand(expr, place.scope) {
            self.push(column, function, op, value, place);
        }
    }

    fn push(
        &mut self,
        column: Column,
        function: Option<String>,
        op: Op,
        value: Value,
        place: Place,
    ) {
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

    /// The column in an operand, with the function or operator around it.
    pub(super) fn operand(&self, expr: &Expr, scope: usize) -> Option<(Column, Option<String>)> {
        match expr {
            Expr::Identifier(name) => {
                let column = self.names.column(scope, std::slice::from_ref(name))?;
                Some((column, None))
            }
            Expr::CompoundIdentifier(parts) => Some((self.names.column(scope, parts)?, None)),
            Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => self.operand(inner, scope),
            Expr::Cast {
                expr, data_type, ..
            } => {
                let (column, function) = self.operand(expr, scope)?;
                let cast = format!("::{}", data_type.to_string().to_ascii_lowercase());
                Some((column, function.or(Some(cast))))
            }
            Expr::Function(function) => {
                let name = names::idents(&function.name).last().map(|name| names::fold(name))?;
                let column = arguments(&function.args)
                    .find_map(|argument| self.operand(argument, scope))?
                    .0;
                Some((column, Some(name)))
            }
            Expr::BinaryOp { left, op, right } => {
                let inner = self.operand(left, scope).or_else(|| self.operand(right, scope))?;
                Some((inner.0, Some(op.to_string())))
            }
            Expr::UnaryOp { op, expr } => {
                Some((self.operand(expr, scope)?.0, Some(op.to_string())))
            }
            Expr::Extract { expr, .. } => {
                Some((self.operand(expr, scope)?.0, Some("extract".to_owned())))
            }
            Expr::AtTimeZone { timestamp, .. } => {
                Some((self.operand(timestamp, scope)?.0, Some("timezone".to_owned())))
            }
            Expr::Substring { expr, .. } => {
                Some((self.operand(expr, scope)?.0, Some("substring".to_owned())))
            }
            Expr::Trim { expr, .. } => {
                Some((self.operand(expr, scope)?.0, Some("trim".to_owned())))
            }
            Expr::CompoundFieldAccess { root, .. } => {
                Some((self.operand(root, scope)?.0, Some("[]".to_owned())))
            }
            _ => None,
        }
    }

    fn value(&self, expr: &Expr, scope: usize) -> Value {
        match expr {
            Expr::Value(literal) => match &literal.value {
                Literal::Placeholder(name) => match number(name) {
                    Some(number) => Value::Parameter(number),
                    None => Value::Constant,
                },
                _ => Value::Constant,
            },
            Expr::TypedString(_) | Expr::Interval(_) => Value::Constant,
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.value(inner, scope),
            Expr::Array(array) => match array.elem.as_slice() {
                [one] => self.value(one, scope),
                _ => Value::Constant,
            },
            Expr::Tuple(values) => match values.first() {
                Some(first) => self.value(first, scope),
                None => Value::Expression,
            },
            Expr::Subquery(_) | Expr::Exists { .. } => Value::Subquery,
            _ => match self.operand(expr, scope) {
                Some((column, None)) => Value::Column(column),
                _ => Value::Expression,
            },
        }
    }
}

/// The number of `$7`.
pub(super) fn number(placeholder: &str) -> Option<u32> {
    placeholder.strip_prefix('$')?.parse().ok()
}

/// The arguments of a function that are expressions.
pub(super) fn arguments(args: &FunctionArguments) -> impl Iterator<Item = &Expr> {
    let list = match args {
        FunctionArguments::List(list) => list.args.as_slice(),
        _ => &[],
    };
    list.iter().filter_map(|argument| match argument {
        FunctionArg::Named { arg, .. }
        | FunctionArg::ExprNamed { arg, .. }
        | FunctionArg::Unnamed(arg) => match arg {
            FunctionArgExpr::Expr(expr) => Some(expr),
            _ => None,
        },
    })
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

fn is_value(expr: &Expr) -> bool {
    match expr {
        Expr::Value(_) | Expr::TypedString(_) | Expr::Interval(_) => true,
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => is_value(inner),
        Expr::UnaryOp { expr, .. } => is_value(expr),
        Expr::Tuple(parts) => parts.iter().all(is_value),
        _ => false,
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
