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

/// A CTE, and those of its scans that drop most of its rows.
struct Fence {
    root: usize,
    scans: Vec<usize>,
    removed: f64,
    all: f64,
}

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    let mut fences: Vec<Fence> = Vec::new();
    for (id, node) in context.plan.nodes.iter().enumerate() {
        let Some(found) = fence(context, id, node) else {
            continue;
        };
        match fences.iter_mut().find(|f| f.root == found.root) {
            Some(known) => {
                known.scans.push(id);
                known.removed += found.removed;
                known.all += found.all;
            }
            None => fences.push(found),
        }
    }
    fences
        .iter()
        .filter_map(|fence| advice(context, fence))
        .collect()
}

fn fence(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Fence> {
    if node.kind != "CTE Scan" {
        return None;
    }
    let (plan, settings) = (context.plan, context.settings);
    let name = node.text("CTE Name")?;
    let removed = node.number("Rows Removed by Filter")? * node.loops();
    let all = (removed + context.time(id).rows?).max(1.0);
    if removed < settings.cte_fence_rows || removed < settings.cte_fence_share * all {
        return None;
    }
    let root = definition(plan, name, id)?;
    let speaks = can_be_inlined(plan, root) && !is_read_whole(plan, name);
    speaks.then(|| Fence {
        root,
        scans: vec![id],
        removed,
        all,
    })
}

fn advice(context: &PlanContext<'_>, fence: &Fence) -> Option<Advice> {
    let settings = context.settings;
    let first = *fence.scans.first()?;
    let name = context.plan.nodes.get(first)?.text("CTE Name")?;
    let part = fence.removed / fence.all;
    // Rows that nobody wants would neither be kept nor given out by what makes them.
    let own = fence.scans.iter().chain([&fence.root]);
    let own_ms: Option<f64> = own.map(|id| context.time(*id).self_ms).sum();
    let saving_ms = own_ms.map(|ms| ms * part);
    let times = match fence.scans.len() {
        1 => String::new(),
        n => format!(", {n} times"),
    };
    context.is_worth(saving_ms).then(|| Advice {
        rule: RULE.name,
        node: Some(first),
        title: format!(
            "WITH {name} gives {} to keep {}{times}",
            counted(fence.all / fence.scans.len() as f64, "row"),
            count((fence.all - fence.removed) / fence.scans.len() as f64)
        ),
        why: format!(
            "{} of {} rows removed only where {name} is read, {} (from {} rows and {} on)",
            count(fence.removed),
            count(fence.all),
            percent(part),
            count(settings.cte_fence_rows),
            percent(settings.cte_fence_share)
        ),
        saving_ms,
        share: fence
            .scans
            .iter()
            .map(|id| context.time(*id).total_share)
            .sum::<f64>()
            .min(1.0),
        suggestions: vec![noted(
            sql(
                SuggestionKind::Rewrite,
                format!("Let the condition into {name}"),
                format!("WITH {} AS NOT MATERIALIZED (…)", quoted(name)),
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
