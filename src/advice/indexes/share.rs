//! What the predicate of a partial index says, and the part of a table's rows that it keeps.

use super::columns::named;
use super::scan::{Against, Comparison, Condition, Literal, Op, Term, Value};
use super::selectivity;
use crate::catalog::{KeyOf, Table, bare};
use crate::sql::{Class, tokens};

/// The part of a table's rows, 0 to 1, that the predicate of a partial index keeps.
pub(super) fn share(table: &Table, predicate: &str) -> f64 {
    selectivity::of_scan(table, &conditions(table, predicate)).clamp(0.0, 1.0)
}

/// The conditions of the predicate of a partial index. One that is more than a comparison of a column or an expression
/// with a constant keeps its text alone.
pub(super) fn conditions(table: &Table, predicate: &str) -> Vec<Condition> {
    let parts = parts(bare(predicate)).into_iter();
    parts
        .map(|text| Condition::One(comparison(table, bare(text))))
        .collect()
}

/// What AND parts, outside of brackets.
fn parts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    let mut between = false;
    for (class, range) in tokens(text) {
        match text.get(range.clone()).unwrap_or_default() {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            word if class == Class::Keyword && depth == 0 => {
                match word.to_ascii_uppercase().as_str() {
                    "BETWEEN" => between = true,
                    // Those of one of several that hold aren't all true.
                    "OR" => return vec![text],
                    "AND" if between => between = false,
                    "AND" => {
                        found.extend(text.get(start..range.start));
                        start = range.end;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found.extend(text.get(start..));
    found
}

fn comparison(table: &Table, text: &str) -> Comparison {
    let of = |term: &str, op: Op, against: Against| Comparison {
        terms: vec![term_of(table, bare(term))],
        op,
        against,
        text: text.to_owned(),
    };
    let upper = text.to_ascii_uppercase();
    let ends = |tail: &str| {
        upper
            .ends_with(tail)
            .then(|| text.get(..text.len() - tail.len()))
            .flatten()
    };
    if let Some(term) = ends(" IS NOT NULL") {
        return of(term, Op::NotNull, Against::Nothing);
    }
    if let Some(term) = ends(" IS NULL") {
        return of(term, Op::IsNull, Against::Nothing);
    }
    if let Some((term, op, value)) = operator(text) {
        return match (literal(value), op) {
            // As statements say it of booleans.
            (Some(Value::Literal(value, Literal::Boolean)), Op::Eq) => {
                let op = if value.eq_ignore_ascii_case("true") {
                    Op::IsTrue
                } else {
                    Op::IsFalse
                };
                of(term, op, Against::Nothing)
            }
            (Some(value), op) => of(term, op, Against::Values(vec![value])),
            (None, _) => unknown(text),
        };
    }
    let (term, op) = match upper.strip_prefix("NOT ") {
        Some(_) => (text.get(4..).unwrap_or_default(), Op::IsFalse),
        None => (text, Op::IsTrue),
    };
    let term = term_of(table, bare(term));
    if term.as_column().is_some() {
        return Comparison {
            terms: vec![term],
            op,
            against: Against::Nothing,
            text: text.to_owned(),
        };
    }
    unknown(text)
}

fn unknown(text: &str) -> Comparison {
    Comparison {
        terms: Vec::new(),
        op: Op::Not,
        against: Against::Unknown,
        text: text.to_owned(),
    }
}

/// The only comparison in a text, outside of brackets, with what stands on both sides.
fn operator(text: &str) -> Option<(&str, Op, &str)> {
    let mut depth = 0_usize;
    let mut found = None;
    for (class, range) in tokens(text) {
        let word = text.get(range.clone())?;
        match word {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ if class != Class::Operator || depth > 0 || word == "::" => {}
            _ if found.is_some() => return None,
            _ => found = Some((word, range)),
        }
    }
    let (word, range) = found?;
    let op = match word {
        "=" => Op::Eq,
        "<>" | "!=" => Op::NotEq,
        "<" => Op::Lt,
        "<=" => Op::Le,
        ">" => Op::Gt,
        ">=" => Op::Ge,
        _ => return None,
    };
    Some((
        text.get(..range.start)?.trim(),
        op,
        text.get(range.end..)?.trim(),
    ))
}

/// A constant, perhaps with a cast behind it.
fn literal(text: &str) -> Option<Value> {
    let mut words = tokens(text).filter(|(class, _)| *class != Class::Space);
    let (class, range) = words.next()?;
    let cast = words.next();
    if cast.is_some_and(|(_, range)| text.get(range) != Some("::")) {
        return None;
    }
    let word = text.get(range)?;
    match class {
        Class::String => {
            let inner = word.strip_prefix('\'')?.strip_suffix('\'')?;
            Some(Value::Literal(inner.replace("''", "'"), Literal::Text))
        }
        Class::Number if word.bytes().all(|b| b.is_ascii_digit()) => {
            Some(Value::Literal(word.to_owned(), Literal::Integer))
        }
        Class::Number => Some(Value::Literal(word.to_owned(), Literal::Decimal)),
        _ if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") => {
            Some(Value::Literal(word.to_owned(), Literal::Boolean))
        }
        _ => None,
    }
}

fn term_of(table: &Table, text: &str) -> Term {
    let columns = named(table, text);
    if let [column] = columns.as_slice()
        && tokens(text).count() == 1
    {
        return Term::column(&column.name);
    }
    Term {
        of: KeyOf::Expression(text.to_owned()),
        columns: columns.iter().map(|column| column.name.clone()).collect(),
        calls: Vec::new(),
        collation: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advice::indexes::shop::catalog;

    #[test]
    fn predicates_are_read() {
        let catalog = catalog("");
        let table = catalog.find(None, "orders").unwrap();
        for (predicate, want) in [
            ("status = 'pending'::text", "status Eq pending"),
            ("((status)::text = 'it''s'::text)", "(status)::text Eq it's"),
            (
                "(account_id > 5) AND (note IS NOT NULL)",
                "account_id Gt 5; note NotNull",
            ),
            ("shipped_at IS NULL", "shipped_at IsNull"),
            ("NOT note", "note IsFalse"),
            ("note = true", "note IsTrue"),
            ("user_id = account_id", "?"),
            ("(status = 'a') OR (status = 'b')", "?"),
            ("total BETWEEN 1 AND 2 AND id <> 3", "?; id NotEq 3"),
            ("status = ANY (ARRAY['a'::text, 'b'::text])", "?"),
        ] {
            let said: Vec<String> = conditions(table, predicate).iter().map(say).collect();
            assert_eq!(said.join("; "), want, "{predicate}");
        }
    }

    fn say(condition: &Condition) -> String {
        let Condition::One(c) = condition else {
            return "any".to_owned();
        };
        let Some(term) = c.terms.first() else {
            return "?".to_owned();
        };
        let (KeyOf::Column(name) | KeyOf::Expression(name)) = &term.of;
        match &c.against {
            Against::Values(values) => match values.as_slice() {
                [Value::Literal(text, _)] => format!("{name} {:?} {text}", c.op),
                _ => format!("{name} {:?} {values:?}", c.op),
            },
            _ => format!("{name} {:?}", c.op),
        }
    }
}
