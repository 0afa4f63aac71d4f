#![doc = include_str!("cast_on_column.md")]

use super::condition::{Against, Operator, Term, Wrap, terms};
use super::filtered::{Filtered, Threshold, filtered};
use super::ranges::range;
use super::suggest::{noted, sql};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};

pub(super) const RULE: PlanRule = PlanRule {
    name: "cast-on-column",
    title: "Cast on a column",
    page: include_str!("cast_on_column.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    let threshold = Threshold {
        rows: context.settings.cast_on_column_rows,
        part: context.settings.cast_on_column_removed,
    };
    filtered(context, threshold)
        .iter()
        .filter_map(|scan| {
            let (term, to) = terms(scan.node.text("Filter")?)
                .into_iter()
                .find_map(|term| cast(&term).map(|to| (term, to)))?;
            Some(Advice {
                rule: RULE.name,
                node: Some(scan.id),
                title: format!(
                    "{} of each row of {} is cast to {to} to be compared",
                    term.column.name,
                    scan.name()
                ),
                why: scan.why(threshold),
                saving_ms: scan.saving(),
                share: scan.share,
                suggestions: vec![suggestion(scan, &term)],
            })
        })
        .collect()
}

/// The type that the column is cast to, in a comparison with a value that is known before the scan. A `varchar` column
/// is shown with a cast to text though nothing is done to it.
fn cast(term: &Term) -> Option<String> {
    let Some(Wrap::Cast(to)) = &term.wrap else {
        return None;
    };
    let known = matches!(
        term.against,
        Against::Constant(_) | Against::Parameter(_) | Against::List(_)
    );
    let compared =
        matches!(term.operator, Operator::Eq | Operator::Any) || term.operator.is_range();
    let to = to.to_lowercase();
    (known && compared && to != "text").then_some(to)
}

fn suggestion(scan: &Filtered<'_>, term: &Term) -> Suggestion {
    let column = &term.column.name;
    if let Some(range) = range(term) {
        return noted(
            sql(
                SuggestionKind::Rewrite,
                format!("Ask for the range of {column} itself, which a plain index serves"),
                format!("WHERE {range}"),
            ),
            "The bounds are those of the session's time zone, as the cast's are.",
        );
    }
    if let Some((condition, note)) = same_type(term) {
        return noted(
            sql(
                SuggestionKind::Rewrite,
                format!(
                    "Compare with a value of the type that {column} of {} has",
                    scan.name()
                ),
                format!("WHERE {condition}"),
            ),
            note,
        );
    }
    noted(
        sql(
            SuggestionKind::Index,
            "Index the cast as it stands in the query",
            scan.create_index(&format!("(({}))", scan.expression(term))),
        ),
        "It has to be IMMUTABLE, which casts of times and to text mostly aren't. Better compare with values of the \
         column's own type.",
    )
}

/// The comparison with the column itself, and what it rests on; `None` for a value that the column's type may not have.
fn same_type(term: &Term) -> Option<(String, &'static str)> {
    let operator = match term.operator {
        Operator::Eq => "=",
        Operator::Less => "<",
        Operator::LessEq => "<=",
        Operator::Greater => ">",
        Operator::GreaterEq => ">=",
        _ => return None,
    };
    let name = quoted(&term.column.name);
    match &term.against {
        Against::Constant(value) => {
            let value = whole(value);
            let fraction = value.parse::<f64>().is_ok() && value.contains(['.', 'e', 'E']);
            (!fraction).then(|| {
                (
                    format!("{name} {operator} '{}'", value.replace('\'', "''")),
                    "A value in quotes without a cast takes the column's type.",
                )
            })
        }
        Against::Parameter(value) => Some((
            format!("{name} {operator} {value}"),
            "What decides is the type that the application binds it with.",
        )),
        _ => None,
    }
}

/// A number without the zeros behind its point: `4711.0` is no text of a whole number.
fn whole(value: &str) -> &str {
    match value.split_once('.') {
        Some((whole, rest)) if rest.bytes().all(|b| b == b'0') => whole,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::{cast, same_type};
    use crate::rules::plan::condition::term;

    #[track_caller]
    fn check(condition: &str, expected: Option<&str>) {
        let found = term(condition)
            .filter(|term| cast(term).is_some())
            .and_then(|term| same_type(&term));
        assert_eq!(
            found.map(|(condition, _)| condition).as_deref(),
            expected,
            "{condition}"
        );
    }

    #[test]
    fn values_take_the_columns_type() {
        check("((id)::numeric = 4711.0)", Some("id = '4711'"));
        check("((id)::numeric = '4711'::numeric)", Some("id = '4711'"));
        check("((id)::numeric < '47.5'::numeric)", None);
        check(
            "((\"Code\")::bpchar = 'it''s'::bpchar)",
            Some("\"Code\" = 'it''s'"),
        );
        check("((id)::double precision > $1)", Some("id > $1"));
        check("((code)::text = 'x'::text)", None);
        check("((id)::numeric = total)", None);
    }
}
