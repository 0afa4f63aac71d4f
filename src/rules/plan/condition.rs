//! Conditions of a plan taken apart: `((status = 'paid'::text) AND (lower(email) = $1))`.
//!
//! The server writes them out of its own tree, so they are fully bracketed and parts that hold together stand on one
//! level. They are cut there first, and each part is parsed by itself: a part that can't be read, like `(SubPlan 1)`,
//! costs nothing but itself.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, Ident, UnaryOperator, visit_expressions, visit_expressions_mut,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use super::cut::cut;

/// A part longer than this is not parsed: nobody makes an index from it.
const LONGEST: usize = 1 << 20;

/// A comparison that a condition demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The column that is compared.
    pub(super) column: Column,
    /// What stands around the column, if anything does.
    pub(super) wrap: Option<Wrap>,
    /// How it is compared.
    pub(super) operator: Operator,
    /// What it is compared with.
    pub(super) against: Against,
    /// The compared side as it was written, without the table's name: `lower(email)`, `status`.
    pub(super) expression: String,
    /// The whole of it as it was written, without brackets around.
    pub(super) text: String,
}

/// A column. Names are as the catalog has them, without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The table's name or alias, where it was written; a scan's own columns have none unless `VERBOSE`.
    pub(super) table: Option<String>,
    /// Its name.
    pub(super) name: String,
}

/// What stands around a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrap {
    /// `(total)::numeric`: the type.
    Cast(String),
    /// `lower(email)`: the function.
    Call(String),
    /// Arithmetic, CASE, a subscript, or several of all these.
    Other,
}

/// How a column is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    NotEq,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    /// `= ANY (…)`, which is what IN becomes.
    Any,
    Like,
    NotLike,
    ILike,
    NotILike,
    IsNull,
    NotNull,
    IsTrue,
    IsFalse,
    /// Any other, as it is written.
    Other(String),
}

/// What a column is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Against {
    /// Nothing: `IS NULL`.
    Nothing,
    /// A value, without its cast.
    Constant(String),
    /// A list of values: how many.
    List(usize),
    /// A parameter, of the statement or from an init plan: `$1`.
    Parameter(String),
    /// A column alone.
    Column(Column),
    /// All else, as it is written.
    Expression(String),
}

/// The comparisons that all have to hold, those left out that can't be read or compare no column.
pub(super) fn terms(condition: &str) -> Vec<Term> {
    parts(condition).into_iter().filter_map(term).collect()
}

/// The parts that all have to hold, as they are written, without brackets around.
pub(super) fn parts(condition: &str) -> Vec<&str> {
    cut(condition, "AND")
}

/// The parts of which one has to hold. One part alone: the condition has no OR on its outermost level.
pub(super) fn arms(condition: &str) -> Vec<&str> {
    cut(condition, "OR")
}

/// One comparison; `None` if it can't be read or compares no column.
pub(super) fn term(part: &str) -> Option<Term> {
    if part.len() > LONGEST {
        return None;
    }
    let mut parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(part).ok()?;
    let expr = parser.parse_expr().ok()?;
    if parser.peek_token().token != sqlparser::tokenizer::Token::EOF {
        return None;
    }
    let bare = bare(&expr);
    let made = |side: &Expr, operator, against| {
        let (column, wrap) = side_of(side)?;
        Some(Term {
            column,
            wrap,
            operator,
            against,
            expression: unqualified(side),
            text: part.to_owned(),
        })
    };
    match bare {
        Expr::IsNull(e) => made(e, Operator::IsNull, Against::Nothing),
        Expr::IsNotNull(e) => made(e, Operator::NotNull, Against::Nothing),
        Expr::IsTrue(e) => made(e, Operator::IsTrue, Against::Nothing),
        Expr::IsFalse(e) => made(e, Operator::IsFalse, Against::Nothing),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => made(expr, Operator::IsFalse, Against::Nothing),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
            made(bare, Operator::IsTrue, Against::Nothing)
        }
        Expr::IsDistinctFrom(l, r) => made(
            l,
            Operator::Other("IS DISTINCT FROM".to_owned()),
            against(r),
        ),
        Expr::AnyOp {
            left,
            compare_op,
            right,
            ..
        } => {
            let operator = match compare_op {
                BinaryOperator::Eq => Operator::Any,
                other => Operator::Other(format!("{other} ANY")),
            };
            made(left, operator, against(right))
        }
        Expr::AllOp {
            left,
            compare_op,
            right,
        } => made(
            left,
            Operator::Other(format!("{compare_op} ALL")),
            against(right),
        ),
        Expr::BinaryOp { left, op, right } => {
            let operator = operator(op);
            made(left, operator.clone(), against(right)).or_else(|| {
                let turned = operator.turned()?;
                made(right, turned, against(left))
            })
        }
        _ => None,
    }
}

impl Term {
    /// The comparison seen from its other side, where that is a column too.
    pub(super) fn turned(&self) -> Option<Self> {
        let Against::Column(other) = &self.against else {
            return None;
        };
        Some(Self {
            column: other.clone(),
            wrap: None,
            operator: self.operator.turned()?,
            against: match &self.wrap {
                None => Against::Column(self.column.clone()),
                Some(_) => Against::Expression(self.expression.clone()),
            },
            expression: crate::advice::quoted(&other.name),
            text: self.text.clone(),
        })
    }

    /// The comparison seen from the table called `name`: turned if need be; `None` if it compares none of its columns.
    /// Columns without a table are a scan's own.
    pub(super) fn of(self, name: Option<&str>) -> Option<Self> {
        let own = |column: &Column| column.table.is_none() || column.table.as_deref() == name;
        if own(&self.column) {
            return Some(self);
        }
        self.turned().filter(|turned| own(&turned.column))
    }

    /// Whether a plain index on the column serves it: the column stands alone, or has but the cast to text that
    /// `varchar` columns get, and the operator is one that B-trees know.
    pub(super) fn is_indexable(&self) -> bool {
        let alone = match &self.wrap {
            None => true,
            Some(Wrap::Cast(to)) => to == "text",
            Some(_) => false,
        };
        alone && (self.operator.is_equality() || self.operator.is_range())
    }
}

impl Operator {
    /// Whether it leaves one value, or a few.
    pub(super) fn is_equality(&self) -> bool {
        matches!(self, Self::Eq | Self::Any | Self::IsNull)
    }

    /// Whether it leaves a range of values.
    pub(super) fn is_range(&self) -> bool {
        matches!(
            self,
            Self::Less | Self::LessEq | Self::Greater | Self::GreaterEq
        )
    }

    /// The operator with its sides changed over.
    fn turned(&self) -> Option<Self> {
        Some(match self {
            Self::Eq => Self::Eq,
            Self::NotEq => Self::NotEq,
            Self::Less => Self::Greater,
            Self::LessEq => Self::GreaterEq,
            Self::Greater => Self::Less,
            Self::GreaterEq => Self::LessEq,
            _ => return None,
        })
    }
}

fn operator(op: &BinaryOperator) -> Operator {
    match op {
        BinaryOperator::Eq => Operator::Eq,
        BinaryOperator::NotEq => Operator::NotEq,
        BinaryOperator::Lt => Operator::Less,
        BinaryOperator::LtEq => Operator::LessEq,
        BinaryOperator::Gt => Operator::Greater,
        BinaryOperator::GtEq => Operator::GreaterEq,
        BinaryOperator::PGLikeMatch => Operator::Like,
        BinaryOperator::PGNotLikeMatch => Operator::NotLike,
        BinaryOperator::PGILikeMatch => Operator::ILike,
        BinaryOperator::PGNotILikeMatch => Operator::NotILike,
        other => Operator::Other(other.to_string()),
    }
}

/// An expression without the brackets around it.
fn bare(mut expr: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expr {
        expr = inner;
    }
    expr
}

fn written(expr: &Expr) -> String {
    bare(expr).to_string()
}

/// The compared side as an index takes it: without the table's name.
fn unqualified(expr: &Expr) -> String {
    let mut expr = bare(expr).clone();
    let _: ControlFlow<()> = visit_expressions_mut(&mut expr, |e| {
        if let Expr::CompoundIdentifier(names) = e
            && let Some(last) = names.pop()
        {
            *e = Expr::Identifier(last);
        }
        ControlFlow::Continue(())
    });
    expr.to_string()
}

/// The column of a side, and what stands around it; `None` if the side has no column.
fn side_of(expr: &Expr) -> Option<(Column, Option<Wrap>)> {
    match bare(expr) {
        Expr::Identifier(name) => Some((column(std::slice::from_ref(name))?, None)),
        Expr::CompoundIdentifier(names) => Some((column(names)?, None)),
        Expr::Cast {
            expr, data_type, ..
        } => {
            let (column, inner) = side_of(expr)?;
            let wrap = inner.map_or_else(
                || Wrap::Cast(data_type.to_string().to_lowercase()),
                |_| Wrap::Other,
            );
            Some((column, Some(wrap)))
        }
        Expr::Function(function) => {
            let columns = columns(expr);
            let [column] = columns.as_slice() else {
                return Some((of_one_table(columns)?, Some(Wrap::Other)));
            };
            Some((column.clone(), Some(Wrap::Call(function.name.to_string()))))
        }
        other => {
            let columns = columns(other);
            let wrap = match (syntax(other), columns.len()) {
                (Some(function), 1) => Wrap::Call(function.to_owned()),
                _ => Wrap::Other,
            };
            Some((of_one_table(columns)?, Some(wrap)))
        }
    }
}

/// The function of those that have a syntax of their own.
fn syntax(expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::Extract { .. } => "extract",
        Expr::Substring { .. } => "substring",
        Expr::Trim { .. } => "btrim",
        Expr::Overlay { .. } => "overlay",
        Expr::Position { .. } => "position",
        Expr::Ceil { .. } => "ceil",
        Expr::Floor { .. } => "floor",
        Expr::AtTimeZone { .. } => "timezone",
        _ => return None,
    })
}

/// The first of an expression's columns; `None` if they are of several tables, for then it compares none of them.
fn of_one_table(columns: Vec<Column>) -> Option<Column> {
    let mut columns = columns.into_iter();
    let first = columns.next()?;
    columns.all(|c| c.table == first.table).then_some(first)
}

/// The columns that an expression names, each once.
fn columns(expr: &Expr) -> Vec<Column> {
    let mut found: Vec<Column> = Vec::new();
    let _: ControlFlow<()> = visit_expressions(expr, |e| {
        let column = match e {
            Expr::Identifier(name) => column(std::slice::from_ref(name)),
            Expr::CompoundIdentifier(names) => column(names),
            _ => None,
        };
        found.extend(column.filter(|c| !found.contains(c)));
        ControlFlow::Continue(())
    });
    found
}

/// The column that a name means; `None` for a parameter.
fn column(names: &[Ident]) -> Option<Column> {
    let folded = |ident: &Ident| {
        if ident.quote_style.is_some() {
            ident.value.clone()
        } else {
            ident.value.to_lowercase()
        }
    };
    let (last, before) = names.split_last()?;
    (!last.value.starts_with('$')).then(|| Column {
        table: before.last().map(folded),
        name: folded(last),
    })
}

fn against(expr: &Expr) -> Against {
    match bare(expr) {
        Expr::Cast { expr: inner, .. } => match against(inner) {
            Against::Column(_) | Against::Expression(_) => Against::Expression(written(expr)),
            value => value,
        },
        Expr::Value(value) => match &value.value {
            sqlparser::ast::Value::Placeholder(name) => Against::Parameter(name.clone()),
            other => {
                let text = other
                    .clone()
                    .into_string()
                    .unwrap_or_else(|| other.to_string());
                match elements(&text) {
                    Some(count) => Against::List(count),
                    None => Against::Constant(text),
                }
            }
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr: inner,
        } => match against(inner) {
            Against::Constant(text) => Against::Constant(format!("-{text}")),
            _ => Against::Expression(written(expr)),
        },
        Expr::Array(array) => Against::List(array.elem.len()),
        Expr::Identifier(name) => match column(std::slice::from_ref(name)) {
            Some(column) => Against::Column(column),
            None => Against::Parameter(name.value.clone()),
        },
        Expr::CompoundIdentifier(names) => match column(names) {
            Some(column) => Against::Column(column),
            None => Against::Expression(written(expr)),
        },
        other => Against::Expression(other.to_string()),
    }
}

/// How many values a list written as one text has: `{1,2,3}`; `None` if it is none.
fn elements(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    if inner.is_empty() {
        return Some(0);
    }
    let (mut quoted, mut escaped, mut count) = (false, false, 1);
    for c in inner.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => count += 1,
            _ => {}
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A term in few words: `status[text] Eq Constant("paid")`.
    fn short(term: &Term) -> String {
        let table = term.column.table.as_deref();
        let name = table.map_or(term.column.name.clone(), |t| {
            format!("{t}.{}", term.column.name)
        });
        let wrap = match &term.wrap {
            None => String::new(),
            Some(wrap) => format!(" in {wrap:?}"),
        };
        format!("{name}{wrap} {:?} {:?}", term.operator, term.against)
    }

    #[track_caller]
    fn check(condition: &str, expected: &[&str]) {
        let found: Vec<String> = terms(condition).iter().map(short).collect();
        assert_eq!(found, expected, "{condition}");
    }

    #[test]
    fn conditions_come_apart() {
        check(
            "((status = 'paid'::text) AND (total > '10'::numeric))",
            &[
                r#"status Eq Constant("paid")"#,
                r#"total Greater Constant("10")"#,
            ],
        );
        check("(a = 1)", &[r#"a Eq Constant("1")"#]);
        check("(a = '-1'::integer)", &[r#"a Eq Constant("-1")"#]);
        check("(1 > a)", &[r#"a Less Constant("1")"#]);
        check("(id = $1)", &[r#"id Eq Parameter("$1")"#]);
        check("active", &["active IsTrue Nothing"]);
        check("(NOT active)", &["active IsFalse Nothing"]);
        check("(gone_at IS NULL)", &["gone_at IsNull Nothing"]);
        check(
            "(c.id = \"Order\".\"Customer\")",
            &[r#"c.id Eq Column(Column { table: Some("Order"), name: "Customer" })"#],
        );
        check(
            "(lower(email) = 'x AND y'::text)",
            &[r#"email in Call("lower") Eq Constant("x AND y")"#],
        );
        check(
            "((kind)::text = ANY ('{a,\"b,c\"}'::text[]))",
            &[r#"kind in Cast("text") Any List(2)"#],
        );
        check("((seat % 7) = 3)", &[r#"seat in Other Eq Constant("3")"#]);
        check("((v.seat - c.id) = 3)", &[]);
        check(
            "(EXTRACT(month FROM at) = '3'::numeric)",
            &[r#"at in Call("extract") Eq Constant("3")"#],
        );
        check("(name ~~ '%x'::text)", &[r#"name Like Constant("%x")"#]);
        check(
            "(at >= '2026-01-01 00:00:00+00'::timestamp with time zone)",
            &[r#"at GreaterEq Constant("2026-01-01 00:00:00+00")"#],
        );
        check(
            "((sku = 'x'::\"char\") AND (NOT (SubPlan 1)) AND (a IS DISTINCT FROM 1))",
            &[
                r#"sku Eq Constant("x")"#,
                r#"a Other("IS DISTINCT FROM") Constant("1")"#,
            ],
        );
    }

    #[test]
    fn what_compares_no_column_is_left_out() {
        for condition in ["(hashed SubPlan 1)", "((((", "", "$0", "(1 = 1)", "a b c"] {
            check(condition, &[]);
        }
    }

    #[test]
    fn arms_are_told_from_parts() {
        let condition = "((a = 1) OR ((b = 2) AND (c = 'OR'::text)))";
        assert_eq!(arms(condition), ["a = 1", "(b = 2) AND (c = 'OR'::text)"]);
        assert_eq!(parts(condition).len(), 1);
    }

    #[test]
    fn a_scan_sees_its_own_side() {
        let term = term("(c.id < t.customer_id)").unwrap();
        let own = term.clone().of(Some("t")).unwrap();
        assert_eq!(own.column.name, "customer_id");
        assert_eq!(own.operator, Operator::Greater);
        assert!(own.is_indexable());
        assert_eq!(term.of(Some("x")), None);
    }
}
