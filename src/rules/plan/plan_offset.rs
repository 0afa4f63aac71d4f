#![doc = include_str!("plan_offset.md")]

use super::known;
use super::order::{Key, keys};
use super::suggest::{noted, sql};
use super::walk::{input, rows};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "plan-offset",
    title: "Rows skipped by OFFSET",
    page: include_str!("plan_offset.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter(|(_, node)| node.kind == "Limit")
        .filter_map(|(id, _)| advice(context, id))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize) -> Option<Advice> {
    let settings = context.settings;
    let below = input(context.plan, id)?;
    // A Limit stops when it has its rows: what it read beyond them it skipped.
    let (read, returned) = (rows(context, below), rows(context, id));
    let skipped = read - returned - context.time(below).rows_uncertainty;
    if skipped < settings.plan_offset_rows
        || skipped < settings.plan_offset_factor * returned.max(1.0)
    {
        return None;
    }
    let time = context.time(id);
    let (streams, scan) = source(context.plan, below);
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{} of {} are read and skipped to return {}",
            words::counted(skipped, "row"),
            scan.map_or("the result", words::name),
            if returned > 0.0 {
                words::count(returned)
            } else {
                "none".to_owned()
            }
        ),
        why: format!(
            "{} skipped for {} returned (from {} and {} as many as are returned on)",
            words::counted(skipped, "row"),
            words::count(returned),
            words::counted(settings.plan_offset_rows, "row"),
            words::times(settings.plan_offset_factor)
        ),
        // A page that begins at a key reads its own rows only; what is grouped has to be read whole all the same.
        saving_ms: time
            .total_ms
            .filter(|_| streams)
            .map(|ms| ms * skipped / read.max(1.0)),
        share: time.total_share,
        suggestions: suggestions(context, id, scan),
    })
}

/// Whether a page could begin at a key, and the scan that its rows come from, if they come from one.
fn source(plan: &Plan, below: usize) -> (bool, Option<&Node>) {
    let mut at = Some(below);
    while let Some(node) = at.and_then(|id| plan.nodes.get(id)) {
        match node.kind.as_str() {
            "Aggregate" | "Group" | "WindowAgg" | "Unique" | "SetOp" | "Recursive Union" => {
                return (false, None);
            }
            _ if node.relation.is_some() => return (true, Some(node)),
            "Nested Loop" | "Hash Join" | "Merge Join" | "Append" | "Merge Append" => {
                return (true, None);
            }
            _ => {}
        }
        at = at.and_then(|id| input(plan, id));
    }
    (true, None)
}

fn suggestions(context: &PlanContext<'_>, limit: usize, scan: Option<&Node>) -> Vec<Suggestion> {
    let mut keys = keys(context.plan, limit);
    if keys.is_empty() {
        keys = scan
            .and_then(|scan| known::order(context, scan))
            .unwrap_or_default();
    }
    let table = scan.and_then(words::table);
    let table = table.as_deref().unwrap_or("…");
    let names: Vec<&str> = keys.iter().map(|k| k.expression.as_str()).collect();
    let code = match keys.as_slice() {
        [] => format!(
            "SELECT … FROM {table}\nWHERE id > $1  -- the last id of the page before\nORDER BY id\nLIMIT 20"
        ),
        keys if keys
            .iter()
            .all(|k| k.descending == keys.first().is_some_and(|f| f.descending)) =>
        {
            let operator = if keys.first().is_some_and(|k| k.descending) {
                "<"
            } else {
                ">"
            };
            let values: Vec<String> = (1..=keys.len()).map(|n| format!("${n}")).collect();
            format!(
                "SELECT … FROM {table}\nWHERE ({}) {operator} ({})  -- those of the last row of the page before\nORDER \
                 BY {}\nLIMIT 20",
                names.join(", "),
                values.join(", "),
                sorted(keys)
            )
        }
        [first, ..] => {
            let operator = if first.descending { "<=" } else { ">=" };
            format!(
                "SELECT … FROM {table}\nWHERE {} {operator} $1\n  AND {}\nORDER BY {}\nLIMIT 20",
                first.expression,
                one_after_another(&keys),
                sorted(&keys)
            )
        }
    };
    let page = noted(
        sql(
            SuggestionKind::Pagination,
            "Begin each page after the last row of the one before",
            code,
        ),
        "The order has to be unambiguous: put a column that is unique at its end.",
    );
    // Without an order, one was made up.
    let guessed = if keys.is_empty() {
        vec!["id".to_owned()]
    } else {
        Vec::new()
    };
    vec![Suggestion { guessed, ..page }]
}

fn sorted(keys: &[Key]) -> String {
    let keys: Vec<String> = keys.iter().map(Key::sorted).collect();
    keys.join(", ")
}

/// The condition for keys that don't all go one way: `(a < $1 OR (a = $1 AND (b > $2)))`.
fn one_after_another(keys: &[Key]) -> String {
    let mut condition = String::new();
    for (at, key) in keys.iter().enumerate().rev() {
        let (name, value) = (&key.expression, at + 1);
        let operator = if key.descending { "<" } else { ">" };
        condition = if condition.is_empty() {
            format!("{name} {operator} ${value}")
        } else {
            format!("({name} {operator} ${value} OR ({name} = ${value} AND {condition}))")
        };
    }
    condition
}
