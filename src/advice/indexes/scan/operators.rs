//! How terms are compared: what the parser calls it, turned round, and with NOT before it.

use sqlparser::ast::BinaryOperator;

use super::{Against, Op, Value};

/// `done = true` is `done`.
pub(super) fn boolean(op: &Op, against: &Against) -> Op {
    let Against::Values(values) = against else {
        return op.clone();
    };
    let [Value::Literal(text, super::Literal::Boolean)] = values.as_slice() else {
        return op.clone();
    };
    match (op, text.as_str()) {
        (Op::Eq, "true") | (Op::NotEq, "false") => Op::IsTrue,
        (Op::Eq, "false") | (Op::NotEq, "true") => Op::IsFalse,
        (op, _) => op.clone(),
    }
}

pub(super) fn nothing_for_boolean(against: Against) -> Against {
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
pub(super) fn negated(op: &Op) -> Op {
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
pub(super) fn turned(op: &Op) -> Option<Op> {
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

pub(super) fn operator(op: &BinaryOperator) -> Option<Op> {
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
        | BinaryOperator::QuestionPipe
        // `%` of pg_trgm, `<->` and what extensions bring.
        | BinaryOperator::Modulo
        | BinaryOperator::Custom(_) => Op::Operator(op.to_string()),
        _ => return None,
    })
}
