//! What a term is compared with.

use sqlparser::ast::{DataType, Expr, UnaryOperator, Value as Ast};

use super::{Against, Literal, Value};

/// A constant or a parameter; `None` for anything else.
pub(super) fn value(expr: &Expr) -> Option<Value> {
    match expr {
        Expr::Nested(inner) => value(inner),
        Expr::Value(literal) => plain(&literal.value),
        Expr::TypedString(typed) => match plain(&typed.value.value)? {
            Value::Literal(text, _) => Some(Value::Literal(text, typed_as(&typed.data_type))),
            other => Some(other),
        },
        Expr::Cast {
            expr, data_type, ..
        } => match value(expr)? {
            Value::Literal(text, _) => Some(Value::Literal(text, typed_as(data_type))),
            other => Some(other),
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => match value(expr)? {
            Value::Literal(text, kind @ (Literal::Integer | Literal::Decimal)) => {
                Some(Value::Literal(format!("-{text}"), kind))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The values of a row, or the one value.
pub(super) fn values(exprs: &[&Expr]) -> Option<Vec<Value>> {
    exprs.iter().map(|expr| value(expr)).collect()
}

/// What `= ANY (…)` compares with, and how many values these are.
pub(super) fn any(expr: &Expr) -> (Against, Option<usize>) {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => any(inner),
        Expr::Array(array) => {
            let all: Vec<&Expr> = array.elem.iter().collect();
            match values(&all) {
                Some(values) => {
                    let count = values.len();
                    (Against::Values(values), Some(count))
                }
                None => (Against::Known, Some(all.len())),
            }
        }
        Expr::Value(literal) => match plain(&literal.value) {
            Some(Value::Literal(text, kind)) => match elements(&text) {
                Some(values) => {
                    let count = values.len();
                    (Against::Values(values), Some(count))
                }
                None => (Against::Values(vec![Value::Literal(text, kind)]), None),
            },
            Some(other) => (Against::Values(vec![other]), None),
            None => (Against::Unknown, None),
        },
        _ => (Against::Unknown, None),
    }
}

/// The elements of `{a,b}`, when it is as simple as that.
fn elements(text: &str) -> Option<Vec<Value>> {
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inside.contains(['{', '"', '\\']) {
        return None;
    }
    let element = |part: &str| Value::Literal(part.trim().to_owned(), Literal::Text);
    Some(inside.split(',').map(element).collect())
}

fn plain(literal: &Ast) -> Option<Value> {
    Some(match literal {
        Ast::Number(digits, _) => {
            let whole = digits.bytes().all(|b| b.is_ascii_digit());
            let kind = if whole {
                Literal::Integer
            } else {
                Literal::Decimal
            };
            Value::Literal(digits.clone(), kind)
        }
        Ast::SingleQuotedString(text)
        | Ast::EscapedStringLiteral(text)
        | Ast::UnicodeStringLiteral(text)
        | Ast::NationalStringLiteral(text) => Value::Literal(text.clone(), Literal::Text),
        Ast::DollarQuotedString(text) => Value::Literal(text.value.clone(), Literal::Text),
        Ast::Boolean(value) => Value::Literal(value.to_string(), Literal::Boolean),
        Ast::Null => Value::Null,
        Ast::Placeholder(name) => Value::Parameter(name.strip_prefix('$')?.parse().ok()?),
        _ => return None,
    })
}

fn typed_as(data_type: &DataType) -> Literal {
    Literal::Typed(data_type.to_string().to_lowercase())
}
