//! Ranges of time that a condition on a part of it means.

use super::condition::{Against, Operator, Term, Wrap};
use crate::advice::quoted;

/// The range of the column itself that holds where a part of it, a day, a month or a year, compares so with a value.
pub(super) fn range(term: &Term) -> Option<String> {
    let column = match &term.column.table {
        Some(table) => format!("{}.{}", quoted(table), quoted(&term.column.name)),
        None => quoted(&term.column.name),
    };
    let (from, to) = bounds(term)?;
    Some(match term.operator {
        Operator::Eq => format!("{column} >= {from} AND {column} < {to}"),
        Operator::Less => format!("{column} < {from}"),
        Operator::LessEq => format!("{column} < {to}"),
        Operator::Greater => format!("{column} >= {to}"),
        Operator::GreaterEq => format!("{column} >= {from}"),
        _ => return None,
    })
}

fn bounds(term: &Term) -> Option<(String, String)> {
    let value = match &term.against {
        Against::Constant(value) => format!("'{}'", value.replace('\'', "''")),
        Against::Parameter(name) => name.clone(),
        _ => return None,
    };
    let constant = matches!(term.against, Against::Constant(_));
    match &term.wrap {
        Some(Wrap::Cast(to)) if to.eq_ignore_ascii_case("date") => Some(day(&value)),
        Some(Wrap::Call(name)) if name.eq_ignore_ascii_case("date") => Some(day(&value)),
        Some(Wrap::Call(name)) if name.eq_ignore_ascii_case("date_trunc") => {
            let unit = term.expression.split('\'').nth(1)?;
            let to = if constant {
                let zone = if term
                    .text
                    .trim_end_matches(')')
                    .ends_with("timestamp without time zone")
                {
                    "timestamp"
                } else {
                    "timestamptz"
                };
                format!("{zone} {value} + interval '1 {unit}'")
            } else {
                format!("{value} + interval '1 {unit}'")
            };
            Some((value, to))
        }
        Some(Wrap::Call(name))
            if name.eq_ignore_ascii_case("to_char") && term.operator == Operator::Eq =>
        {
            Some(("$1".to_owned(), "$2".to_owned()))
        }
        Some(Wrap::Call(name))
            if name == "extract" && term.expression.to_uppercase().starts_with("EXTRACT(YEAR ") =>
        {
            let Against::Constant(year) = &term.against else {
                return None;
            };
            let year: i32 = year.parse().ok()?;
            Some((
                format!("'{year:04}-01-01'"),
                format!("'{:04}-01-01'", year.checked_add(1)?),
            ))
        }
        _ => None,
    }
}

fn day(value: &str) -> (String, String) {
    let next = if value.starts_with('$') {
        format!("{value}::date + 1")
    } else {
        format!("date {value} + 1")
    };
    (value.to_owned(), next)
}

#[cfg(test)]
mod tests {
    use super::range;
    use crate::rules::plan::condition::term;

    #[track_caller]
    fn check(condition: &str, expected: Option<&str>) {
        let found = term(condition).as_ref().and_then(range);
        assert_eq!(found.as_deref(), expected, "{condition}");
    }

    #[test]
    fn parts_of_time_are_ranges() {
        check(
            "((at)::date = '2026-03-01'::date)",
            Some("at >= '2026-03-01' AND at < date '2026-03-01' + 1"),
        );
        check(
            "(date_trunc('month'::text, e.at) = '2026-03-01 00:00:00+00'::timestamp with time zone)",
            Some(
                "e.at >= '2026-03-01 00:00:00+00' AND e.at < timestamptz '2026-03-01 00:00:00+00' + interval '1 month'",
            ),
        );
        check("(date(at) = $1)", Some("at >= $1 AND at < $1::date + 1"));
        check(
            "(EXTRACT(year FROM at) = '2026'::numeric)",
            Some("at >= '2026-01-01' AND at < '2027-01-01'"),
        );
        check("(EXTRACT(month FROM at) = '3'::numeric)", None);
        check(
            "((at)::date > '2026-03-01'::date)",
            Some("at >= date '2026-03-01' + 1"),
        );
        check("((at)::date >= $2)", Some("at >= $2"));
        check(
            "((at)::date < '2026-03-01'::date)",
            Some("at < '2026-03-01'"),
        );
        check(
            "((at)::date <= '2026-03-01'::date)",
            Some("at < date '2026-03-01' + 1"),
        );
        check(
            "(date_trunc('hour'::text, at) <= '2026-03-01 07:00:00'::timestamp without time zone)",
            Some("at < timestamp '2026-03-01 07:00:00' + interval '1 hour'"),
        );
        check("(to_char(at, 'YYYY'::text) < '2026'::text)", None);
        check("(lower(email) = 'x'::text)", None);
    }
}
