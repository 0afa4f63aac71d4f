#![doc = include_str!("trigger_time.md")]

use super::suggest::{noted, sql};
use super::words::{count, counted, ms, percent};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::plan::{Node, Plan, Trigger};

pub(super) const RULE: PlanRule = PlanRule {
    name: "trigger-time",
    title: "Trigger takes much of the time",
    page: include_str!("trigger_time.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    let own = context.plan.triggers.iter();
    own.filter(|t| t.constraint.is_none() && !t.name.starts_with("RI_ConstraintTrigger"))
        .filter_map(|trigger| advice(context, trigger))
        .collect()
}

fn advice(context: &PlanContext<'_>, trigger: &Trigger) -> Option<Advice> {
    let settings = context.settings;
    let taken = trigger.ms?;
    let execution = context.timing.execution_ms?;
    if taken < settings.trigger_ms || taken < settings.trigger_share * execution {
        return None;
    }
    Some(Advice {
        rule: RULE.name,
        node: None,
        title: format!(
            "trigger {} takes {} of {}",
            trigger.name,
            ms(taken),
            ms(execution)
        ),
        why: format!(
            "{}, {} each, {} of the execution (from {} and {} on)",
            counted(trigger.calls, "call"),
            ms(taken / trigger.calls.max(1.0)),
            percent(context.share_of(taken)),
            ms(settings.trigger_ms),
            percent(settings.trigger_share)
        ),
        saving_ms: None,
        share: context.share_of(taken),
        suggestions: suggestions(context.plan, trigger),
    })
}

fn suggestions(plan: &Plan, trigger: &Trigger) -> Vec<Suggestion> {
    let mut found = Vec::new();
    let changed = changed(plan);
    let table = trigger
        .relation
        .clone()
        .or_else(|| changed?.relation.clone());
    let event = changed
        .and_then(|n| n.text("Operation"))
        .unwrap_or("Update");
    if let (true, Some(table)) = (trigger.calls > 1.0, table) {
        found.push(once(trigger, &quoted(&table), event));
    }
    found.push(noted(
        sql(
            SuggestionKind::Rewrite,
            "See which of its statements take the time",
            "LOAD 'auto_explain';\nSET auto_explain.log_min_duration = 0;\nSET auto_explain.log_analyze = on;\nSET auto_explain.log_nested_statements = on;",
        ),
        "The plans of the trigger's own statements then stand in the server's log, and can be opened here. Loading needs a superuser.",
    ));
    found
}

/// The same trigger, called once for all rows.
fn once(trigger: &Trigger, table: &str, event: &str) -> Suggestion {
    let rows = match event {
        "Insert" => "NEW TABLE AS new_rows",
        "Delete" => "OLD TABLE AS old_rows",
        _ => "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    };
    noted(
        sql(
            SuggestionKind::Batch,
            format!("Call {} once a statement", trigger.name),
            format!(
                "CREATE TRIGGER {} AFTER {} ON {table}\nREFERENCING {rows}\nFOR EACH STATEMENT EXECUTE FUNCTION …;",
                quoted(&format!("{}_all", trigger.name)),
                event.to_uppercase()
            ),
        ),
        format!(
            "It was called {} times. Its function has to do with the tables of rows what it did with OLD and NEW; a trigger that changes the row itself has to stay as it is.",
            count(trigger.calls)
        ),
    )
}

/// The node that changes rows.
fn changed(plan: &Plan) -> Option<&Node> {
    plan.nodes.iter().find(|n| n.kind == "ModifyTable")
}
