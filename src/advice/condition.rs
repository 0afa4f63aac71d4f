//! Conditions of a query that a framework's own words can say: a column, an operator, and a variable for the value.

use super::names::{plural, singular, snake};
use super::statement::{Token, tokens};
use crate::sql::{Class, Clause, Facts, Op, Predicate, Value};

/// A condition on a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    /// The column.
    pub column: String,
    /// How it is compared.
    pub operator: Operator,
    /// What the value may be called in the application, in small letters with `_`; empty where there is none.
    pub variable: String,
}

/// How a column is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    NotEq,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    In,
    NotIn,
    Like,
    ILike,
    IsNull,
    NotNull,
    IsTrue,
    IsFalse,
}

impl Operator {
    /// The operator in SQL, between a column and a value; `None` where it isn't written so.
    pub(super) fn sql(self) -> Option<&'static str> {
        Some(match self {
            Self::Eq => "=",
            Self::NotEq => "<>",
            Self::Less => "<",
            Self::LessEq => "<=",
            Self::Greater => ">",
            Self::GreaterEq => ">=",
            Self::Like => "LIKE",
            Self::ILike => "ILIKE",
            Self::In
            | Self::NotIn
            | Self::IsNull
            | Self::NotNull
            | Self::IsTrue
            | Self::IsFalse => {
                return None;
            }
        })
    }

    fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessEq => Self::GreaterEq,
            Self::Greater => Self::Less,
            Self::GreaterEq => Self::LessEq,
            other => other,
        }
    }
}

/// Nobody writes more conditions by hand; a query builder that does has its own words for them.
const MOST: usize = 40;

/// The conditions of a statement on its first table, but for those that `skip` takes; `None` where one of them can't
/// be said so.
pub(super) fn conditions(
    facts: &Facts,
    text: &str,
    skip: impl Fn(&Predicate) -> bool,
) -> Option<Vec<Condition>> {
    if facts.subqueries || facts.predicates.len() > MOST {
        return None;
    }
    let tokens = tokens(text);
    let mut found: Vec<Condition> = Vec::new();
    for predicate in facts.predicates.iter().filter(|p| !skip(p)) {
        let plain = predicate.conjunct
            && !predicate.nested
            && predicate.function.is_none()
            && predicate.clause == Clause::Where
            && predicate.column.table.is_none_or(|table| table == 0);
        if !plain {
            return None;
        }
        let column = predicate.column.name.to_string();
        let with = |operator, variable| Condition {
            column: column.clone(),
            operator,
            variable,
        };
        // `id` is what many languages call something else, and says little.
        let name = match (column.as_str(), facts.tables.first()) {
            ("id", Some(table)) => format!("{}_id", snake(&singular(&table.name))),
            _ => snake(&column),
        };
        if predicate.op == Op::Between && !predicate.negated {
            if !matches!(predicate.value, Value::Parameter(_)) {
                return None;
            }
            found.push(with(Operator::GreaterEq, format!("{name}_from")));
            found.push(with(Operator::LessEq, format!("{name}_to")));
            continue;
        }
        let operator = operator(predicate, &tokens)?;
        let variable = match operator {
            Operator::IsNull | Operator::NotNull | Operator::IsTrue | Operator::IsFalse => {
                String::new()
            }
            Operator::In | Operator::NotIn => plural(&name),
            _ => name,
        };
        found.push(with(operator, variable));
    }
    tell_apart(&mut found);
    Some(found)
}

fn operator(predicate: &Predicate, tokens: &[Token<'_>]) -> Option<Operator> {
    let parameter = match predicate.value {
        Value::Parameter(number) => Some(number),
        Value::Constant => None,
        _ => return None,
    };
    let positive = match (predicate.op, parameter) {
        (Op::IsNull, _) if predicate.negated => return Some(Operator::NotNull),
        (Op::IsNull, _) => return Some(Operator::IsNull),
        (Op::Eq, None) if predicate.negated => return Some(Operator::IsFalse),
        (Op::Eq, None) => return is_true(predicate, tokens),
        (Op::In | Op::Any, Some(_)) if predicate.negated => return Some(Operator::NotIn),
        (Op::In | Op::Any, Some(_)) => Operator::In,
        (Op::Eq, Some(_)) if predicate.negated => return Some(Operator::NotEq),
        (Op::Eq, Some(_)) => Operator::Eq,
        (Op::NotEq, Some(_)) => Operator::NotEq,
        (Op::Like, Some(_)) => Operator::Like,
        (Op::ILike, Some(_)) => Operator::ILike,
        (Op::Range, Some(number)) => range(number, tokens)?,
        _ => return None,
    };
    (!predicate.negated).then_some(positive)
}

/// `x`, `x = TRUE` or `x = FALSE`: the text tells.
fn is_true(predicate: &Predicate, tokens: &[Token<'_>]) -> Option<Operator> {
    let mut solid =
        solid(tokens).skip_while(|(_, text)| name_in(text) != predicate.column.name.as_str());
    solid.next();
    let equals = solid.next().is_some_and(|(_, text)| *text == "=");
    let constant = solid.next().map(|(_, text)| text.to_ascii_uppercase());
    match (equals, constant.as_deref()) {
        (true, Some("FALSE")) => Some(Operator::IsFalse),
        (true, Some("TRUE")) | (false, _) => Some(Operator::IsTrue),
        _ => None,
    }
}

/// The operator that stands beside a parameter, turned round where the parameter stands on its left.
fn range(number: u32, tokens: &[Token<'_>]) -> Option<Operator> {
    let wanted = format!("${number}");
    let solid: Vec<&Token<'_>> = solid(tokens).collect();
    let at = solid.iter().position(|(_, text)| *text == wanted)?;
    let left = at.checked_sub(1).and_then(|before| solid.get(before));
    if let Some(operator) = left.and_then(|(_, text)| comparison(text)) {
        return Some(operator);
    }
    let mut right = solid.iter().skip(at + 1);
    let mut next = right.next()?;
    if next.1 == "::" {
        right.next()?;
        next = right.next()?;
    }
    Some(comparison(next.1)?.turned())
}

fn comparison(text: &str) -> Option<Operator> {
    Some(match text {
        "<" => Operator::Less,
        "<=" => Operator::LessEq,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterEq,
        _ => return None,
    })
}

/// Two conditions on one column need two variables: where a range begins and ends, else counted.
fn tell_apart(found: &mut [Condition]) {
    let names: Vec<String> = found.iter().map(|c| c.variable.clone()).collect();
    for (at, condition) in found.iter_mut().enumerate() {
        let same = names.iter().filter(|n| **n == condition.variable).count();
        if condition.variable.is_empty() || same < 2 {
            continue;
        }
        let end = match condition.operator {
            Operator::Greater | Operator::GreaterEq => "_from".to_owned(),
            Operator::Less | Operator::LessEq => "_to".to_owned(),
            _ => format!("_{}", at + 1),
        };
        condition.variable.push_str(&end);
    }
}

fn solid<'a>(tokens: &'a [Token<'a>]) -> impl Iterator<Item = &'a Token<'a>> {
    tokens
        .iter()
        .filter(|(class, _)| !matches!(class, Class::Space | Class::Comment))
}

fn name_in(text: &str) -> String {
    match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => text.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql;

    fn check(condition: &str, want: Option<&[(&str, Operator, &str)]>) {
        let text = format!("SELECT * FROM t WHERE {condition}");
        let facts = sql::facts(&text).unwrap();
        let got = conditions(&facts, &text, |p| p.column.name == "skipped");
        let want = want.map(|list| {
            let one = |(column, operator, variable): &(&str, Operator, &str)| Condition {
                column: (*column).to_owned(),
                operator: *operator,
                variable: (*variable).to_owned(),
            };
            list.iter().map(one).collect::<Vec<_>>()
        });
        assert_eq!(got, want, "{condition}");
    }

    #[test]
    fn operators_come_from_the_text() {
        check(
            "a = $1 AND b > $2 AND $3::integer >= c AND skipped = $4",
            Some(&[
                ("a", Operator::Eq, "a"),
                ("b", Operator::Greater, "b"),
                ("c", Operator::LessEq, "c"),
            ]),
        );
        check(
            "created >= $1 AND created < $2 AND x BETWEEN $3 AND $4",
            Some(&[
                ("created", Operator::GreaterEq, "created_from"),
                ("created", Operator::Less, "created_to"),
                ("x", Operator::GreaterEq, "x_from"),
                ("x", Operator::LessEq, "x_to"),
            ]),
        );
        check(
            "\"authorId\" IN ($1) AND a NOT IN ($2) AND b LIKE $3 AND c IS NOT NULL",
            Some(&[
                ("authorId", Operator::In, "author_ids"),
                ("a", Operator::NotIn, "as"),
                ("b", Operator::Like, "b"),
                ("c", Operator::NotNull, ""),
            ]),
        );
        check(
            "active AND NOT hidden AND a = TRUE AND b = false",
            Some(&[
                ("active", Operator::IsTrue, ""),
                ("hidden", Operator::IsFalse, ""),
                ("a", Operator::IsTrue, ""),
                ("b", Operator::IsFalse, ""),
            ]),
        );
    }

    #[test]
    fn what_cannot_be_said_is_not() {
        for condition in [
            "a = $1 OR b = $2",
            "lower(a) = $1",
            "a IN (SELECT 1)",
            "(a, b) > ($1, $2)",
            "a ~ $1",
            "a > b",
        ] {
            check(condition, None);
        }
    }
}
