//! Conditions that hide their column from an index, written so that one serves them.

use super::dates::{Unit, stretch, year};
use super::{Said, type_of};
use crate::advice::indexes::candidates::{fits_type, is_immutable, plain_run};
use crate::advice::indexes::scan::{Against, Comparison, Literal, Op, Term, Value};
use crate::catalog::{KeyOf, Table};
use crate::sql::quoted;

/// What is to be written in the place of a comparison.
pub(super) fn rewrite(table: Option<&Table>, comparison: &Comparison) -> Option<Said> {
    if !fits_type(table, comparison) {
        return param_type(comparison);
    }
    match &comparison.op {
        Op::NotIn if matches!(comparison.against, Against::Subquery(_)) => {
            return Some(not_in(comparison));
        }
        Op::Operator(op) if op == "= ANY" => return array_any(comparison),
        Op::Like | Op::ILike => {
            if let Some(said) = wildcard(comparison) {
                return Some(said);
            }
        }
        _ => {}
    }
    let term = comparison.terms.first()?;
    if term.as_column().is_some() {
        return None;
    }
    calendar(table, comparison, term)
        .or_else(|| arithmetic(table, comparison, term))
        .or_else(|| hidden(table, comparison, term))
}

/// `created_at::date = '2024-01-02'` and its kin: a range of moments.
fn calendar(table: Option<&Table>, comparison: &Comparison, term: &Term) -> Option<Said> {
    let [column] = term.columns.as_slice() else {
        return None;
    };
    let call = term.calls.first()?.as_str();
    let KeyOf::Expression(text) = &term.of else {
        return None;
    };
    let lower = text.to_lowercase();
    let moment = type_of(table, column).is_none_or(|t| t.starts_with("timestamp"));
    if !moment || comparison.op != Op::Eq {
        return None;
    }
    let value = value(comparison)?;
    let (unit, rule) = match call {
        "::date" => (Unit::Day, "cast-on-column"),
        "date" => (Unit::Day, "function-on-column"),
        "date_trunc" => {
            let name = lower.split('\'').nth(1)?;
            (Unit::named(name)?, "function-on-column")
        }
        "to_char" => {
            let unit = match lower.split('\'').nth(1)? {
                "yyyy-mm-dd" => Unit::Day,
                "yyyy-mm" => Unit::Month,
                "yyyy" => Unit::Year,
                _ => return None,
            };
            (unit, "function-on-column")
        }
        "extract" | "date_part" if lower.contains("year") => (Unit::Year, "function-on-column"),
        _ => return None,
    };
    let name = quoted(column);
    let by_year = matches!(call, "extract" | "date_part");
    let bounds = match value {
        Value::Literal(text, _) if by_year => year(text),
        Value::Literal(text, _) => {
            // `2024-03` of to_char has no day.
            stretch(text, unit).or_else(|| stretch(&format!("{text}-01"), unit))
        }
        _ => None,
    };
    let code = match (bounds, value) {
        (Some((from, to)), _) => format!("{name} >= '{from}' AND {name} < '{to}'"),
        (None, Value::Parameter(n)) if by_year => format!(
            "{name} >= make_date(${n}::int, 1, 1) AND {name} < make_date(${n}::int + 1, 1, 1)"
        ),
        (None, Value::Parameter(n)) => format!(
            "{name} >= ${n}::date AND {name} < ${n}::date + interval '1 {}'",
            unit.word()
        ),
        _ => return None,
    };
    Some(Said::to_do(
        rule,
        format!(
            "an index on {column} can't serve {text}: compare the column itself with a range of moments"
        ),
        code,
    ))
}

/// `total * 2 > 100`: the column alone on one side.
fn arithmetic(table: Option<&Table>, comparison: &Comparison, term: &Term) -> Option<Said> {
    let [call] = term.calls.as_slice() else {
        return None;
    };
    let [column] = term.columns.as_slice() else {
        return None;
    };
    let inverse = match call.as_str() {
        "+" => "-",
        "-" => "+",
        "*" => "/",
        "/" => "*",
        _ => return None,
    };
    let KeyOf::Expression(text) = &term.of else {
        return None;
    };
    let name = quoted(column);
    let operator = sign(&comparison.op)?;
    let other = shown(value(comparison)?);
    let is_time = type_of(table, column).is_some_and(|t| t.starts_with("timestamp") || t == "date");
    let rest = text
        .strip_prefix(name.as_str())?
        .trim_start()
        .strip_prefix(call.as_str())?;
    let rest = rest.trim();
    // Turning the sides turns nothing else, as long as nothing negative is multiplied or divided by.
    if matches!(call.as_str(), "*" | "/") && (rest.starts_with('-') || rest.starts_with('$')) {
        return None;
    }
    let kind = if is_time { "the time" } else { "the column" };
    Some(Said::to_do(
        "arithmetic-on-column",
        format!("an index on {column} can't serve {text}: leave {kind} alone on its side"),
        format!("{name} {operator} {other} {inverse} {rest}"),
    ))
}

/// A function or a cast that no index may hold.
fn hidden(table: Option<&Table>, comparison: &Comparison, term: &Term) -> Option<Said> {
    table?;
    let searches = !matches!(
        comparison.op,
        Op::NotEq | Op::NotIn | Op::Not | Op::NotNull | Op::Operator(_)
    );
    if is_immutable(table, term) || !searches {
        return None;
    }
    let KeyOf::Expression(text) = &term.of else {
        return None;
    };
    let cast = term.calls.first().is_some_and(|c| c.starts_with("::"));
    let columns = term.columns.join(" and ");
    let plain = matches!(term.calls.as_slice(), [call] if call.starts_with("::"));
    if let (true, [column], Some(sign), Some(other)) = (
        plain,
        term.columns.as_slice(),
        sign(&comparison.op),
        value(comparison),
    ) {
        let kind = type_of(table, column).unwrap_or_default();
        let written = match other {
            Value::Literal(text, _) if kind == "integer" || kind == "bigint" => text.clone(),
            other => shown(other),
        };
        return Some(Said::to_do(
            "cast-on-column",
            format!(
                "an index on {column} can't serve {text}: give the value the type of the column instead"
            ),
            format!("{} {sign} {written}", quoted(column)),
        ));
    }
    Some(Said::to_do(
        if cast {
            "cast-on-column"
        } else {
            "function-on-column"
        },
        format!(
            "no index can serve {text}, as what it gives may change: compare {columns} itself with what the other side is made of"
        ),
        String::new(),
    ))
}

/// `user_id = 42.0`: the column is made a numeric for each row.
fn param_type(comparison: &Comparison) -> Option<Said> {
    let column = comparison.terms.first()?.as_column()?;
    let operator = sign(&comparison.op)?;
    let code = match value(comparison)? {
        Value::Literal(text, _) => {
            let number: f64 = text.parse().ok()?;
            if number.fract() == 0.0 {
                format!("{} {operator} {number:.0}", quoted(column))
            } else {
                String::new()
            }
        }
        Value::Parameter(n) => format!("{} {operator} ${n}::bigint", quoted(column)),
        Value::Null => return None,
    };
    Some(Said::to_do(
        "param-type",
        format!(
            "{column} is a whole number and is compared with one that has a fraction, so that no index on it serves: give the value the type of the column"
        ),
        code,
    ))
}

fn not_in(comparison: &Comparison) -> Said {
    let name = comparison.text.as_str();
    Said::to_do(
        "not-in-subquery",
        format!(
            "{name} NOT IN (SELECT …) finds nothing at all once the sub-select returns a NULL, and can't be planned as a join: ask with NOT EXISTS"
        ),
        format!("NOT EXISTS (SELECT 1 FROM … WHERE … = {name})"),
    )
}

/// `'a' = ANY (tags)`: no index serves it, `@>` says the same.
fn array_any(comparison: &Comparison) -> Option<Said> {
    let column = comparison.terms.first()?.as_column()?;
    let value = shown(value(comparison)?);
    Some(Said::to_do(
        "array-any",
        format!(
            "no index serves = ANY over the array {column}: @> asks the same, and a GIN index on {column} serves it"
        ),
        format!("{} @> ARRAY[{value}]", quoted(column)),
    ))
}

/// A pattern that begins with anything and has no three plain characters in a row.
fn wildcard(comparison: &Comparison) -> Option<Said> {
    let Value::Literal(pattern, _) = value(comparison)? else {
        return None;
    };
    let anchored = comparison.op == Op::Like && !pattern.starts_with(['%', '_']);
    if anchored || plain_run(pattern, &comparison.op) >= 3 || pattern.chars().all(|c| c == '%') {
        return None;
    }
    Some(Said::to_do(
        "leading-wildcard",
        format!(
            "the pattern '{pattern}' has no three characters in a row, which a trigram index needs: ask for at least three, or for the beginning of a word"
        ),
        String::new(),
    ))
}

fn value(comparison: &Comparison) -> Option<&Value> {
    match &comparison.against {
        Against::Values(values) => match values.as_slice() {
            [one] => Some(one),
            _ => None,
        },
        _ => None,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Literal(text, Literal::Integer | Literal::Decimal | Literal::Boolean) => {
            text.clone()
        }
        Value::Literal(text, _) => format!("'{}'", text.replace('\'', "''")),
        Value::Null => "NULL".to_owned(),
        Value::Parameter(n) => format!("${n}"),
    }
}

fn sign(op: &Op) -> Option<&'static str> {
    Some(match op {
        Op::Eq => "=",
        Op::NotEq => "<>",
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Gt => ">",
        Op::Ge => ">=",
        _ => return None,
    })
}
