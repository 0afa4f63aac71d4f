//! The operands of a condition: the column in one, the value in the other.

use super::collect::Collector;
use super::names;
use super::{Column, Name, Value};
use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Value as Literal};

impl Collector {
    /// The column in an operand, with the function or operator around it.
    pub(super) fn operand(&self, expr: &Expr, scope: usize) -> Option<(Column, Option<Name>)> {
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
                Some((column, function.or(Some(cast.into()))))
            }
            Expr::Function(function) => {
                let name = names::idents(&function.name)
                    .last()
                    .map(|name| names::fold(name))?;
                let column = arguments(&function.args)
                    .find_map(|argument| self.operand(argument, scope))?
                    .0;
                Some((column, Some(name)))
            }
            Expr::BinaryOp { left, op, right } => {
                let inner = self
                    .operand(left, scope)
                    .or_else(|| self.operand(right, scope))?;
                Some((inner.0, Some(op.to_string().into())))
            }
            Expr::UnaryOp { op, expr } => {
                Some((self.operand(expr, scope)?.0, Some(op.to_string().into())))
            }
            Expr::Extract { expr, .. } => {
                Some((self.operand(expr, scope)?.0, Some("extract".into())))
            }
            Expr::AtTimeZone { timestamp, .. } => {
                Some((self.operand(timestamp, scope)?.0, Some("timezone".into())))
            }
            Expr::Substring { expr, .. } => {
                Some((self.operand(expr, scope)?.0, Some("substring".into())))
            }
            Expr::Trim { expr, .. } => Some((self.operand(expr, scope)?.0, Some("trim".into()))),
            Expr::CompoundFieldAccess { root, .. } => {
                Some((self.operand(root, scope)?.0, Some("[]".into())))
            }
            _ => None,
        }
    }

    /// What an operand without a column is.
    pub(super) fn value(&self, expr: &Expr, scope: usize) -> Value {
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

/// Whether an expression is nothing but constants and parameters.
pub(super) fn is_value(expr: &Expr) -> bool {
    match expr {
        Expr::Value(_) | Expr::TypedString(_) | Expr::Interval(_) => true,
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => is_value(inner),
        Expr::UnaryOp { expr, .. } => is_value(expr),
        Expr::Tuple(parts) => parts.iter().all(is_value),
        _ => false,
    }
}
