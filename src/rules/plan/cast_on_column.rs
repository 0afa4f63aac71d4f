#![doc = include_str!("cast_on_column.md")]

use super::condition::{Against, Operator, Term, Wrap, terms};
use super::filtered::{Threshold, filtered};
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
                suggestions: suggestion(&term, scan.name()).into_iter().collect(),
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

fn suggestion(term: &Term, table: &str) -> Option<Suggestion> {
    let column = &term.column.name;
    if let Some(range) = range(term) {
        return Some(noted(
            sql(
                SuggestionKind::Rewrite,
                format!("Ask for the range of {column} itself, which a plain index serves"),
                format!("WHERE {range}"),
            ),
            "The bounds are those of the session's time zone, as the cast's are.",
        ));
    }
    let operator = match term.operator {
        Operator::Eq => "=",
        Operator::Less => "<",
        Operator::LessEq => "<=",
        Operator::Greater => ">",
        Operator::GreaterEq => ">=",
        _ => return None,
    };
    let name = quoted(column);
    let (code, note) = match &term.against {
        Against::Constant(value) => (
            format!(
                "WHERE {name} {operator} '{}'",
                whole(value).replace('\'', "''")
            ),
            "A value in quotes without a cast takes the column's type.".to_owned(),
        ),
        Against::Parameter(value) => (
            format!("WHERE {name} {operator} {value}"),
            "What decides is the type that the application binds it with.".to_owned(),
        ),
        _ => return None,
    };
    Some(noted(
        sql(
            SuggestionKind::Rewrite,
            format!("Compare with a value of the type that {column} of {table} has"),
            code,
        ),
        note,
    ))
}

/// A number without the zeros behind its point: `4711.0` is no text of a whole number.
fn whole(value: &str) -> &str {
    match value.split_once('.') {
        Some((whole, rest)) if rest.bytes().all(|b| b == b'0') => whole,
        _ => value,
    }
}
