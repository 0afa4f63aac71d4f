#![doc = include_str!("in_list.md")]

use super::condition::{Against, Term, terms};
use super::suggest::{noted, sql};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "in-list",
    title: "Long IN list",
    page: include_str!("in_list.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    let settings = context.settings;
    let planning = context.plan.planning_ms.unwrap_or_default();
    context
        .nodes()
        // What a bitmap's index looks for, its heap scan checks again.
        .filter(|(_, node)| node.kind != "Bitmap Index Scan")
        .filter_map(|(id, node)| {
            let (term, items) = longest(node)?;
            let time = context.time(id);
            let took = time.self_ms.map(|ms| ms + planning);
            if items < settings.in_list_items || took.is_some_and(|ms| ms < settings.in_list_ms) {
                return None;
            }
            let table = table(node, &term);
            Some(Advice {
                rule: RULE.name,
                node: Some(id),
                title: format!(
                    "{} values for {} of {table} stand in the statement",
                    words::count(items),
                    term.column.name
                ),
                why: format!(
                    "{} values{} (from {} and {} on)",
                    words::count(items),
                    took.map_or_else(String::new, |ms| format!(
                        ", {} of planning and looking for them",
                        words::ms(ms)
                    )),
                    words::count(settings.in_list_items),
                    words::ms(settings.in_list_ms)
                ),
                saving_ms: None,
                share: time.self_share,
                suggestions: suggestions(node, &term),
            })
        })
        .collect()
}

/// The comparison with the longest list, and how many values that has.
fn longest(node: &Node) -> Option<(Term, f64)> {
    ["Filter", "Index Cond", "Recheck Cond", "Join Filter"]
        .iter()
        .filter_map(|name| node.text(name))
        // A condition shorter than its list would be has none: most aren't worth taking apart.
        .filter(|condition| condition.contains('{') || condition.contains("ARRAY["))
        .flat_map(terms)
        .filter_map(|term| match term.against {
            Against::List(items) => Some((term, items as f64)),
            _ => None,
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

/// The table that the values are looked for in, or what the statement calls it.
fn table<'a>(node: &'a Node, term: &'a Term) -> &'a str {
    let named = node.relation.as_deref().or(term.column.table.as_deref());
    named.unwrap_or_else(|| words::name(node))
}

fn suggestions(node: &Node, term: &Term) -> Vec<Suggestion> {
    let column = quoted(&term.column.name);
    let array =
        array_type(&term.text).map_or_else(|| "$1".to_owned(), |kind| format!("$1::{kind}"));
    let table = words::table(node).unwrap_or_else(|| quoted(table(node, term)));
    vec![
        noted(
            sql(
                SuggestionKind::Rewrite,
                "Send the values as one array",
                format!("SELECT *\nFROM {table}\nWHERE {column} = ANY ($1)"),
            ),
            "The text stays the same however many values there are, so that it is parsed once and can be prepared.",
        ),
        noted(
            sql(
                SuggestionKind::Rewrite,
                "For thousands of values, join them",
                format!(
                    "SELECT t.*\nFROM {table} t\nJOIN (SELECT DISTINCT v FROM unnest({array}) v) w ON w.v = t.{column}"
                ),
            ),
            "The planner can then choose a hash join. If the values come from the database, join the query that gives \
             them instead of sending them back.",
        ),
    ]
}

/// The type that a list is cast to: `integer[]` of `id = ANY ('{1,2}'::integer[])`.
fn array_type(text: &str) -> Option<&str> {
    let (_, kind) = text.rsplit_once("::")?;
    let kind = kind.trim_end_matches(')');
    let plain = |c: char| c.is_alphanumeric() || " _.\"".contains(c);
    kind.strip_suffix("[]")?.chars().all(plain).then_some(kind)
}
