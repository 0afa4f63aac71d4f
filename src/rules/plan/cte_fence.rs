#![doc = include_str!("cte_fence.md")]

use super::suggest::{noted, sql};
use super::words::{count, counted, percent};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{SuggestionKind, quoted};
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "cte-fence",
    title: "WITH keeps a filter out",
    page: include_str!("cte_fence.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    if node.kind != "CTE Scan" {
        return None;
    }
    let (plan, settings) = (context.plan, context.settings);
    let name = node.text("CTE Name")?;
    let removed = node.number("Rows Removed by Filter")? * node.loops();
    let time = context.time(id);
    let all = (removed + time.rows?).max(1.0);
    if removed < settings.cte_fence_rows || removed < settings.cte_fence_share * all {
        return None;
    }
    let made = definition(plan, name, id)?;
    if !can_be_inlined(plan, made) || is_read_whole(plan, name) {
        return None;
    }
    // Rows that nobody wants would neither be kept nor given out by what makes them.
    let kept = time.self_ms.zip(context.time(made).self_ms);
    let saving_ms = kept.map(|(scan, made)| (scan + made) * removed / all);
    let name_quoted = quoted(name);
    context.is_worth(saving_ms).then(|| Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "WITH {name} gives {} to keep {}",
            counted(all, "row"),
            count(all - removed)
        ),
        why: format!(
            "{} of {} rows removed only where {name} is read, {} (from {} rows and {} on)",
            count(removed),
            count(all),
            percent(removed / all),
            count(settings.cte_fence_rows),
            percent(settings.cte_fence_share)
        ),
        saving_ms,
        share: time.total_share,
        suggestions: vec![noted(
            sql(
                SuggestionKind::Rewrite,
                format!("Let the condition into {name}"),
                format!("WITH {name_quoted} AS NOT MATERIALIZED (…)"),
            ),
            "From PostgreSQL 12 on. Before, or where that doesn't help, write the condition inside of the parentheses, or a sub-select in FROM instead of the WITH.",
        )],
    })
}

/// The root of the CTE that a scan reads: the nearest that is called so, for an inner WITH may take an outer one's name.
fn definition(plan: &Plan, name: &str, scan: usize) -> Option<usize> {
    let called = format!("CTE {name}");
    std::iter::once(scan)
        .chain(super::links::above(plan, scan))
        .find_map(|up| {
            plan.children(up).find(|child| {
                plan.nodes
                    .get(*child)
                    .is_some_and(|n| n.subplan.as_deref() == Some(&called))
            })
        })
}

/// Not where rows are changed or locked, nor where the CTE reads itself.
fn can_be_inlined(plan: &Plan, root: usize) -> bool {
    let kind = |id: usize| plan.nodes.get(id).map_or("", |n| n.kind.as_str());
    kind(root) != "Recursive Union"
        && !plan
            .subtree(root)
            .any(|id| matches!(kind(id), "ModifyTable" | "LockRows"))
}

/// Whether another scan wants all its rows, so that they have to be made anyway.
fn is_read_whole(plan: &Plan, name: &str) -> bool {
    plan.nodes.iter().any(|n: &Node| {
        n.kind == "CTE Scan" && n.text("CTE Name") == Some(name) && n.text("Filter").is_none()
    })
}
