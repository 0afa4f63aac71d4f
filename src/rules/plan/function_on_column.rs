#![doc = include_str!("function_on_column.md")]

use super::condition::{Against, Operator, Term, Wrap, terms};
use super::filtered::{Filtered, Threshold, filtered};
use super::ranges::range;
use super::selective_seq_scan;
use super::suggest::{noted, sql};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};

pub(super) const RULE: PlanRule = PlanRule {
    name: "function-on-column",
    title: "Function on a column",
    page: include_str!("function_on_column.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    let threshold = Threshold {
        rows: context.settings.function_on_column_rows,
        part: context.settings.function_on_column_removed,
    };
    filtered(context, threshold)
        .iter()
        .filter_map(|scan| {
            let term = terms(scan.node.text("Filter")?)
                .into_iter()
                .find(is_wrapped)?;
            if is_key_of_document(&term) && selective_seq_scan::speaks_of(context, scan.first) {
                return None;
            }
            // Partitions that are read in vain for a part of a time are another rule's.
            let partitions = scan.parts as f64 >= context.settings.partitions_not_pruned_read;
            if partitions && (range(&term).is_some() || is_part_of_time(&term)) {
                return None;
            }
            Some(Advice {
                rule: RULE.name,
                node: Some(scan.id),
                title: format!(
                    "{} is worked out for each row of {} to find the few that match",
                    scan.expression(&term),
                    scan.name()
                ),
                why: scan.why(threshold),
                saving_ms: scan.saving(),
                share: scan.share,
                suggestions: suggestions(scan, &term),
            })
        })
        .collect()
}

/// Whether a value worked out from a column is compared with one that is known before the scan.
fn is_wrapped(term: &Term) -> bool {
    let known = matches!(
        term.against,
        Against::Constant(_) | Against::Parameter(_) | Against::List(_)
    );
    let compared =
        matches!(term.operator, Operator::Eq | Operator::Any) || term.operator.is_range();
    known
        && compared
        && match &term.wrap {
            Some(Wrap::Call(_)) => true,
            // A key of a document. Arithmetic and CASE are no functions.
            Some(Wrap::Other) => is_key_of_document(term),
            Some(Wrap::Cast(_)) | None => false,
        }
}

/// Whether it is `EXTRACT(month FROM at)` or its like.
fn is_part_of_time(term: &Term) -> bool {
    matches!(&term.wrap, Some(Wrap::Call(name)) if name == "extract")
}

fn is_key_of_document(term: &Term) -> bool {
    let operators = [" -> ", " ->> ", " #> ", " #>> "];
    operators.iter().any(|op| term.expression.contains(op)) && !term.expression.starts_with("CASE ")
}

fn suggestions(scan: &Filtered<'_>, term: &Term) -> Vec<Suggestion> {
    let range = range(term).map(|range| {
        noted(
            sql(
                SuggestionKind::Rewrite,
                format!(
                    "Ask for the range of {} itself, which a plain index serves",
                    term.column.name
                ),
                format!("WHERE {range}"),
            ),
            "The bounds are those of the session's time zone, as the function's are.",
        )
    });
    let expression = scan.expression(term);
    // What is no call stands in brackets of its own.
    let brackets = match &term.wrap {
        Some(Wrap::Call(_)) => expression,
        _ => format!("({expression})"),
    };
    let index = noted(
        sql(
            SuggestionKind::Index,
            "Index the expression as it stands in the query",
            scan.create_index(&format!("({brackets})")),
        ),
        "Everything in it has to be IMMUTABLE, and the query has to say it in the same words. ANALYZE the table \
         afterwards: an index on an expression has statistics of its own.",
    );
    // What depends on the session's time zone can't be indexed.
    let indexed = !depends_on_time_zone(term);
    range.into_iter().chain(indexed.then_some(index)).collect()
}

/// Whether the function's result may depend on settings of the session, so that no index can be made on it.
fn depends_on_time_zone(term: &Term) -> bool {
    let name = match &term.wrap {
        Some(Wrap::Call(name)) => name.to_lowercase(),
        _ => String::new(),
    };
    let zoned = matches!(&term.against, Against::Constant(_))
        && term.text.ends_with("timestamp with time zone");
    matches!(name.as_str(), "date" | "to_char" | "age") || (name == "date_trunc" && zoned)
}
