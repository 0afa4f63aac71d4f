#![doc = include_str!("or_filter.md")]

use super::condition::{Term, arms, parts, terms};
use super::filtered::{Filtered, Threshold, filtered};
use super::known;
use super::suggest::{noted, sql};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};

pub(super) const RULE: PlanRule = PlanRule {
    name: "or-filter",
    title: "OR over several columns",
    page: include_str!("or_filter.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    let threshold = Threshold {
        rows: context.settings.or_filter_rows,
        part: context.settings.or_filter_removed,
    };
    filtered(context, threshold)
        .iter()
        .filter(|scan| scan.node.kind == "Seq Scan")
        .filter_map(|scan| {
            let parts = parts(scan.node.text("Filter")?);
            // A column beside the OR that an index finds rows by needs no help from the OR's columns.
            let alone = |part: &&str| !terms(part).iter().any(Term::is_indexable);
            let (or, others): (Vec<&str>, Vec<&str>) =
                parts.into_iter().partition(|part| arms(part).len() > 1);
            let ([or], true) = (or.as_slice(), others.iter().all(alone)) else {
                return None;
            };
            let arms: Vec<Arm> = arms(or).into_iter().map(arm).collect::<Option<_>>()?;
            let columns = columns(&arms);
            let lists = arms.iter().filter(|a| matches!(a, Arm::List)).count();
            let missing: Vec<&str> = columns
                .iter()
                .map(String::as_str)
                .filter(|name| !known::is_indexed(context, scan.node, &[name]))
                .collect();
            // With all of the indexes there, the planner has seen them and found reading all rows cheaper.
            if columns.is_empty() || columns.len() + lists < 2 || (missing.is_empty() && lists == 0)
            {
                return None;
            }
            Some(Advice {
                rule: RULE.name,
                node: Some(scan.id),
                title: format!(
                    "{} is read whole as either of {} conditions may hold",
                    scan.name(),
                    arms.len()
                ),
                why: scan.why(threshold),
                saving_ms: scan.saving(),
                share: scan.share,
                suggestions: suggestions(scan, &arms, &missing, lists > 0),
            })
        })
        .collect()
}

/// One of the conditions of which one has to hold.
enum Arm {
    /// An index on this column could find its rows.
    Column { name: String, text: String },
    /// A list that comes from a sub-select.
    List,
}

/// What finds the rows of an arm; `None` if nothing could, so that the whole table has to be read anyway.
fn arm(text: &str) -> Option<Arm> {
    if text.contains("SubPlan ") {
        return (!text.starts_with("NOT ")).then_some(Arm::List);
    }
    let term = terms(text).into_iter().find(Term::is_indexable)?;
    Some(Arm::Column {
        name: term.column.name,
        text: text.to_owned(),
    })
}

fn columns(arms: &[Arm]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for arm in arms {
        if let Arm::Column { name, .. } = arm
            && !columns.contains(name)
        {
            columns.push(name.clone());
        }
    }
    columns
}

fn suggestions(
    scan: &Filtered<'_>,
    arms: &[Arm],
    missing: &[&str],
    lists: bool,
) -> Vec<Suggestion> {
    let indexes: Vec<String> = missing
        .iter()
        .map(|name| scan.create_index(&format!("({})", quoted(name))))
        .collect();
    let index = noted(
        sql(
            SuggestionKind::Index,
            "Index each of the columns: the server joins what several indexes find",
            indexes.join("\n"),
        ),
        "Leave out those that are there. One column without an index is enough for none to be used.",
    );
    let selects: Vec<String> = arms
        .iter()
        .map(|arm| {
            let condition = match arm {
                Arm::Column { text, .. } => text.as_str(),
                Arm::List => "id IN (SELECT …)  -- the sub-select",
            };
            format!("SELECT * FROM {} WHERE {condition}", scan.table())
        })
        .collect();
    let union = noted(
        sql(
            SuggestionKind::Rewrite,
            "Ask one question for each condition, and put the answers together",
            selects.join("\nUNION\n"),
        ),
        "UNION leaves out the rows that more than one of them finds; it takes rows that are alike for one row too.",
    );
    // A list can't be joined with what an index finds.
    let guessed = vec!["id".to_owned()];
    let mut found = Vec::new();
    if lists {
        found.push(Suggestion { guessed, ..union });
    }
    if !missing.is_empty() {
        found.push(index);
    }
    found
}
