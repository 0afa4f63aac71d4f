#![doc = include_str!("or_filter.md")]

use super::condition::{Term, arms, parts, terms};
use super::filtered::{Filtered, Threshold, filtered};
use super::index::{Index, index};
use super::known;
use super::suggest::{noted, sql};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};

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
            let indexes = indexes(&arms);
            let lists = arms.iter().filter(|a| matches!(a, Arm::List)).count();
            let missing: Vec<&Index> = indexes
                .iter()
                .copied()
                .filter(|index| !known::is_indexed(context, scan.node, &[&index.first]))
                .collect();
            // With all of the indexes there, the planner has seen them and found reading all rows cheaper.
            if indexes.is_empty() || indexes.len() + lists < 2 || (missing.is_empty() && lists == 0)
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
    /// An index could find its rows.
    Indexed { index: Index, text: String },
    /// A list that comes from a sub-select.
    List,
}

/// What finds the rows of an arm; `None` if nothing could, so that the whole table has to be read anyway.
fn arm(text: &str) -> Option<Arm> {
    if text.contains("SubPlan ") {
        return (!text.starts_with("NOT ")).then_some(Arm::List);
    }
    let terms: Vec<Term> = terms(text).into_iter().filter(Term::is_indexable).collect();
    Some(Arm::Indexed {
        index: index(&terms)?,
        text: text.to_owned(),
    })
}

/// The indexes of the arms, one for each column that they begin with.
fn indexes(arms: &[Arm]) -> Vec<&Index> {
    let mut found: Vec<&Index> = Vec::new();
    for arm in arms {
        if let Arm::Indexed { index, .. } = arm
            && found.iter().all(|other| other.first != index.first)
        {
            found.push(index);
        }
    }
    found
}

fn suggestions(
    scan: &Filtered<'_>,
    arms: &[Arm],
    missing: &[&Index],
    lists: bool,
) -> Vec<Suggestion> {
    let indexes: Vec<String> = missing
        .iter()
        .map(|index| scan.create_index(&index.definition()))
        .collect();
    let index = noted(
        sql(
            SuggestionKind::Index,
            "Index each of the conditions: the server joins what several indexes find",
            indexes.join("\n"),
        ),
        "Leave out those that are there. One condition without an index is enough for none to be used.",
    );
    let selects: Vec<String> = arms
        .iter()
        .map(|arm| {
            let condition = match arm {
                Arm::Indexed { text, .. } => text.as_str(),
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
