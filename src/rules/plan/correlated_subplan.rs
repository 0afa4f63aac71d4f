#![doc = include_str!("correlated_subplan.md")]

use super::condition::{Against, Term, terms};
use super::index::index;
use super::links::{aliases, text_mentions_any};
use super::suggest::{noted, sql};
use super::words::{alias, count, counted, percent, table};
use super::{Advice, PlanContext, PlanRule, not_in_unhashed, selective_seq_scan};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::plan::{Node, Plan, Role};

pub(super) const RULE: PlanRule = PlanRule {
    name: "correlated-subplan",
    title: "Sub-select run for each row",
    page: include_str!("correlated_subplan.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter(|(_, node)| node.role == Some(Role::SubPlan))
        .filter(|(id, _)| !not_in_unhashed::speaks_of(context, *id))
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    let settings = context.settings;
    let loops = node.loops();
    let time = context.time(id);
    let timed = context.timing.execution_ms.is_some();
    if loops < settings.correlated_subplan_loops
        || (timed && time.total_share < settings.correlated_subplan_share)
    {
        return None;
    }
    let plan = context.plan;
    let link = link(plan, id);
    let scan = link.as_ref().and_then(|l| plan.nodes.get(l.scan));
    // One pass over the table instead of one a row, and as much again, twice, to hash it and look it up there. What
    // look-ups by an index would cost as a join the plan can't tell.
    let whole = scan.is_some_and(|n| n.kind == "Seq Scan");
    let saving_ms = time
        .total_ms
        .filter(|_| whole)
        .map(|ms| ms * (1.0 - 3.0 / loops).max(0.0));
    let suggestions = link
        .as_ref()
        .map(|link| suggestions(context, node, link))
        .unwrap_or_default();
    if suggestions.is_empty() {
        return None;
    }
    let what = scan
        .and_then(|n| n.relation.as_deref())
        .map_or_else(String::new, |relation| format!(" on {relation}"));
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "the sub-select{what} is run {}, once for each row",
            counted(loops, "time")
        ),
        why: format!(
            "{} loops (from {} on) take {} of the time (from {} on)",
            count(loops),
            count(settings.correlated_subplan_loops),
            percent(time.total_share),
            percent(settings.correlated_subplan_share)
        ),
        saving_ms,
        share: time.total_share,
        suggestions,
    })
}

/// Where a sub plan looks at the row that it is run for.
struct Link {
    scan: usize,
    /// The comparisons of that scan.
    terms: Vec<Term>,
    /// Columns that have to equal what the row gives, and that.
    links: Vec<(String, String)>,
}

fn link(plan: &Plan, id: usize) -> Option<Link> {
    let inside = aliases(plan, plan.subtree(id));
    let outside: Vec<&str> = aliases(plan, 0..plan.nodes.len())
        .into_iter()
        .filter(|alias| !inside.contains(alias))
        .collect();
    plan.subtree(id).find_map(|scan| {
        let node = plan.nodes.get(scan)?;
        node.relation.as_deref()?;
        let terms: Vec<Term> = ["Index Cond", "Recheck Cond", "Filter"]
            .into_iter()
            .filter_map(|name| node.text(name))
            .flat_map(terms)
            .filter_map(|term| term.of(alias(node)))
            .collect();
        let links: Vec<(String, String)> = terms
            .iter()
            .filter_map(|term| Some((term, other_side(term, &outside)?)))
            .filter(|(term, _)| term.operator.is_equality())
            .map(|(term, other)| (quoted(&term.column.name), other))
            .collect();
        let is_linked = terms.iter().any(|t| other_side(t, &outside).is_some());
        is_linked.then_some(Link { scan, terms, links })
    })
}

/// What a comparison takes from the row that the sub plan is run for.
fn other_side(term: &Term, outside: &[&str]) -> Option<String> {
    match &term.against {
        Against::Column(other) => {
            let table = other.table.as_deref().filter(|t| outside.contains(t))?;
            Some(format!("{}.{}", quoted(table), quoted(&other.name)))
        }
        Against::Expression(text) => text_mentions_any(text, outside).then(|| text.clone()),
        _ => None,
    }
}

fn suggestions(context: &PlanContext<'_>, root: &Node, link: &Link) -> Vec<Suggestion> {
    let Some((node, name)) = context
        .plan
        .nodes
        .get(link.scan)
        .and_then(|n| Some((n, table(n)?)))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if !link.links.is_empty() {
        found.push(join(node, &name, &link.links, root.kind == "Aggregate"));
    }
    if node.kind == "Seq Scan" && !selective_seq_scan::speaks_of(context, link.scan) {
        found.extend(index(&link.terms).map(|index| index.create(&name)));
    }
    found
}

/// The sub-select as a join: grouped first where it counts or sums.
fn join(node: &Node, table: &str, linked: &[(String, String)], is_aggregate: bool) -> Suggestion {
    let on = |prefix: &str| {
        let parts: Vec<String> = linked
            .iter()
            .map(|(own, other)| format!("{prefix}.{own} = {other}"))
            .collect();
        parts.join(" AND ")
    };
    if is_aggregate {
        let columns: Vec<&str> = linked.iter().map(|(own, _)| own.as_str()).collect();
        let columns = columns.join(", ");
        return noted(
            sql(
                SuggestionKind::Rewrite,
                format!("Group {table} once and join the groups"),
                format!(
                    "LEFT JOIN (\n    SELECT {columns}, … FROM {table} GROUP BY {columns}\n) AS grouped ON {}",
                    on("grouped")
                ),
            ),
            "The sub-select's aggregate goes where the dots are. Where a count would be 0 the join has NULL: coalesce it. If few rows are asked for and an index serves the sub-select, it is better left as it is.",
        );
    }
    let (alias, called) = match &node.alias {
        Some(alias) => (quoted(alias), format!("{table} AS {}", quoted(alias))),
        None => (
            quoted(node.relation.as_deref().unwrap_or_default()),
            table.to_owned(),
        ),
    };
    noted(
        sql(
            SuggestionKind::Rewrite,
            format!("Join {table} instead"),
            format!("LEFT JOIN {called} ON {}", on(&alias)),
        ),
        "If several rows may match, keep to EXISTS or IN in the WHERE, outside of any OR, so that the planner can join by itself.",
    )
}
