#![doc = include_str!("foreign_key_trigger.md")]

use super::suggest::{noted, sql};
use super::words::{counted, ms, percent};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted, singular};
use crate::plan::{Node, Plan, Trigger};

pub(super) const RULE: PlanRule = PlanRule {
    name: "foreign-key-trigger",
    title: "Foreign key without an index",
    page: include_str!("foreign_key_trigger.md"),
    check,
};

/// Milliseconds of a call that finds its rows by an index.
const LOOK_UP_MS: f64 = 0.03;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .plan
        .triggers
        .iter()
        .filter_map(|trigger| advice(context, trigger))
        .collect()
}

fn advice(context: &PlanContext<'_>, trigger: &Trigger) -> Option<Advice> {
    let settings = context.settings;
    let constraint = trigger.constraint.as_deref()?;
    let taken = trigger.ms?;
    let execution = context.timing.execution_ms?;
    let saving = taken - trigger.calls * LOOK_UP_MS;
    // The other side of the key is looked up by the index that its uniqueness rests on.
    if !looks_for_references(context.plan, trigger, constraint)
        || taken < settings.foreign_key_trigger_ms
        || taken < settings.foreign_key_trigger_share * execution
        || !context.is_worth(Some(saving))
    {
        return None;
    }
    Some(Advice {
        rule: RULE.name,
        node: None,
        title: format!(
            "looking for rows that refer by {constraint} takes {} of {}",
            ms(taken),
            ms(execution)
        ),
        why: format!(
            "{}, {} each, {} of the execution (from {} and {} on); an index finds them in {} or so",
            counted(trigger.calls, "call"),
            ms(taken / trigger.calls.max(1.0)),
            percent(context.share_of(taken)),
            ms(settings.foreign_key_trigger_ms),
            percent(settings.foreign_key_trigger_share),
            ms(LOOK_UP_MS)
        ),
        saving_ms: Some(saving),
        share: context.share_of(taken),
        suggestions: suggestions(context.plan, trigger, constraint),
    })
}

/// Whether the trigger is on the table that is referred to, and looks for rows that do. The server calls these
/// `RI_ConstraintTrigger_a_16394`, those of the referring side `…_c_…`. Text without VERBOSE leaves the name out: then
/// rows that are deleted are referred to, rows that are inserted refer, and of updates the constraint's name tells.
fn looks_for_references(plan: &Plan, trigger: &Trigger, constraint: &str) -> bool {
    if trigger.name.starts_with("RI_ConstraintTrigger_") {
        return trigger.name.starts_with("RI_ConstraintTrigger_a_");
    }
    let Some(node) = changed(plan) else {
        return false;
    };
    match node.text("Operation") {
        Some("Delete") => true,
        Some("Update") => {
            let table = trigger.relation.as_deref().or(node.relation.as_deref());
            table.is_some_and(|t| !constraint.starts_with(&format!("{t}_")))
        }
        _ => false,
    }
}

fn suggestions(plan: &Plan, trigger: &Trigger, constraint: &str) -> Vec<Suggestion> {
    let referred = trigger
        .relation
        .as_deref()
        .or_else(|| changed(plan)?.relation.as_deref());
    let mut found: Vec<Suggestion> = guess(constraint, referred).into_iter().collect();
    found.push(sql(
        SuggestionKind::Index,
        "See which table and columns refer",
        format!(
            "SELECT conrelid::regclass AS refers, pg_get_constraintdef(oid) AS how\nFROM pg_constraint WHERE contype = 'f' AND conname = '{}';",
            constraint.replace('\'', "''")
        ),
    ));
    found
}

/// The index, by the name that the server gives to a foreign key: table, columns and `fkey`. Where one ends and the
/// next begins it doesn't say; a column mostly has the name of the table that it refers to.
fn guess(constraint: &str, referred: Option<&str>) -> Option<Suggestion> {
    let both = constraint.strip_suffix("_fkey")?;
    let split = |column: String| {
        let table = both.strip_suffix(&column)?.strip_suffix('_')?;
        (!table.is_empty()).then(|| (table.to_owned(), column))
    };
    let by_name = referred.and_then(|r| split(format!("{}_id", singular(r))));
    let (table, column) = by_name.or_else(|| {
        both.split_once('_')
            .map(|(t, c)| (t.to_owned(), c.to_owned()))
    })?;
    Some(Suggestion {
        guessed: vec![table.clone(), column.clone()],
        ..noted(
            sql(
                SuggestionKind::Index,
                format!("Index what refers, {column} of {table}"),
                format!(
                    "CREATE INDEX CONCURRENTLY ON {} ({});",
                    quoted(&table),
                    quoted(&column)
                ),
            ),
            "The plan names the constraint only; table and column are read out of that name.",
        )
    })
}

/// The node that changes rows.
fn changed(plan: &Plan) -> Option<&Node> {
    plan.nodes.iter().find(|n| n.kind == "ModifyTable")
}
