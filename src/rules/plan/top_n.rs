#![doc = include_str!("top_n.md")]

use super::condition::{Against, Operator, parts, terms};
use super::known;
use super::order::{Key, key};
use super::suggest::{noted, sql};
use super::walk::{input, inputs, is_scan, partition_of, partitioned, rows};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "top-n",
    title: "All rows sorted for the first few",
    page: include_str!("top_n.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    let nodes = context.plan.nodes.iter().enumerate();
    nodes
        .filter(|(_, node)| node.kind == "Sort" && is_top_n(node))
        .filter_map(|(sort, _)| advice(context, sort))
        .collect()
}

/// Whether a sort keeps the first rows only. With workers it may stand in what is written about them alone.
fn is_top_n(node: &Node) -> bool {
    let own = node.text("Sort Method");
    let workers = node
        .workers
        .iter()
        .filter_map(|w| crate::plan::find(&w.properties, "Sort Method")?.text());
    own.into_iter()
        .chain(workers)
        .any(|m| m == "top-N heapsort")
}

fn advice(context: &PlanContext<'_>, sort: usize) -> Option<Advice> {
    let (plan, settings) = (context.plan, context.settings);
    let node = plan.nodes.get(sort)?;
    let (sorted, returned) = (rows(context, input(plan, sort)?), rows(context, sort));
    let time = context.time(sort);
    // Many small sorts, one for each row of something else, are no large one.
    let each = sorted * time.processes.max(1.0) / node.loops().max(1.0);
    // An index fetches row by row, four times as dear as reading on by the planner's `random_page_cost`.
    let left = 4.0 * returned / sorted.max(1.0);
    let too_small =
        context.timing.execution_ms.is_some() && time.total_share < settings.top_n_share;
    if each < settings.top_n_rows || too_small || left >= 1.0 {
        return None;
    }
    let keys: Vec<Key> = node.texts("Sort Key").into_iter().map(key).collect();
    let source = source(plan, sort, &keys)?;
    let scan = plan.nodes.get(source.scan)?;
    let before = looked_up(scan);
    let columns: Vec<&str> = before
        .iter()
        .map(String::as_str)
        .chain(keys.iter().filter_map(|k| k.name.as_deref()))
        .collect();
    if known::is_indexed(context, scan, &columns) {
        return None;
    }
    let name = partition_of(scan).unwrap_or_else(|| words::name(scan));
    Some(Advice {
        rule: RULE.name,
        node: Some(sort),
        title: format!(
            "{} of {name} are held against each other for the first {}",
            words::counted(sorted, "row"),
            words::count(returned)
        ),
        why: format!(
            "{} sorted, {} of the execution (from {} and {} on)",
            words::counted(sorted, "row"),
            words::percent(time.total_share),
            words::count(settings.top_n_rows),
            words::percent(settings.top_n_share)
        ),
        // An index in this order is read up to the last row wanted. Behind a join nobody knows how far that is.
        saving_ms: time
            .total_ms
            .filter(|_| source.alone)
            .map(|ms| ms * (1.0 - left)),
        share: time.total_share,
        suggestions: vec![suggestion(scan, &before, &keys)],
    })
}

/// Where the sort keys come from.
struct Source {
    scan: usize,
    /// Whether that is all that is sorted, without a join.
    alone: bool,
}

/// The table whose columns all sort keys are, if its rows reach the sort one by one.
fn source(plan: &Plan, sort: usize, keys: &[Key]) -> Option<Source> {
    let first = keys.first()?;
    if keys
        .iter()
        .any(|key| key.name.is_none() || key.table != first.table)
    {
        return None;
    }
    let mut alone = true;
    // The sides of joins from which rows may be taken in order.
    let mut open = vec![input(plan, sort)?];
    while let Some(at) = open.pop() {
        let node = plan.nodes.get(at)?;
        let own = first.table.is_none()
            || first.table.as_deref() == words::alias(node)
            || (partition_of(node).is_some() && first.table.as_deref() == partition_of(node))
            || first.table.as_deref() == node.relation.as_deref();
        match node.kind.as_str() {
            _ if is_scan(node) && own => {
                return keeps_order(node).then_some(Source { scan: at, alone });
            }
            "Hash Join" | "Nested Loop" | "Merge Join" => {
                alone = false;
                open.extend(inputs(plan, at));
            }
            "Append" => open.extend(inputs(plan, at).next()),
            "Gather" | "Gather Merge" | "Hash" | "Materialize" | "Memoize" | "Result" => {
                open.extend(input(plan, at));
            }
            // Grouped rows are none of a table's.
            _ => {}
        }
    }
    None
}

/// Whether rows could come in order all the same: what finds them now has to be equality alone, which may stand before
/// the order in an index.
fn keeps_order(scan: &Node) -> bool {
    ["Index Cond", "Recheck Cond"]
        .iter()
        .filter_map(|name| scan.text(name))
        .all(|condition| {
            let terms = terms(condition);
            terms.len() == parts(condition).len()
                && terms.iter().all(|term| {
                    term.is_indexable()
                        && term.operator == Operator::Eq
                        && matches!(term.against, Against::Constant(_) | Against::Parameter(_))
                })
        })
}

/// The columns that the scan's rows are looked up by, in equality alone: they stand before the order.
fn looked_up(scan: &Node) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let conditions = ["Index Cond", "Recheck Cond", "Filter"];
    let terms = conditions
        .iter()
        .filter_map(|name| scan.text(name))
        .flat_map(terms)
        .filter_map(|term| term.of(words::alias(scan)))
        .filter(|term| term.is_indexable() && term.operator == Operator::Eq);
    for term in terms {
        if !names.contains(&term.column.name) {
            names.push(term.column.name);
        }
    }
    names
}

fn suggestion(scan: &Node, before: &[String], keys: &[Key]) -> Suggestion {
    let mut columns: Vec<String> = before.iter().map(|name| quoted(name)).collect();
    columns.extend(keys.iter().filter_map(Key::indexed));
    let (table, concurrently) = match partitioned(scan) {
        Some(base) => (quoted(base), ""),
        None => (words::table(scan).unwrap_or_default(), "CONCURRENTLY "),
    };
    noted(
        sql(
            SuggestionKind::Index,
            "Index the sort key, so that the first rows are read from it",
            format!(
                "CREATE INDEX {concurrently}ON {table} ({});",
                columns.join(", ")
            ),
        ),
        "It is read in either direction.",
    )
}
