//! Who asked for an init plan or a CTE, and so waited for it.

use rustc_hash::FxHashMap;

use super::ledger::Ledger;
use super::mention::Mentions;
use super::tree::Tree;
use crate::plan::{Node, Plan, Role, Usage};

/// Charges every init plan to the node that asked first for its result.
pub(super) fn charge_init_plans(plan: &Plan, tree: &Tree, ledger: &mut Ledger) {
    let is_init = |node: &Node| node.role == Some(Role::InitPlan) && cte_name(node).is_none();
    if !plan.nodes.iter().any(is_init) {
        return;
    }
    let mentions = Mentions::new(plan);
    for (id, node) in plan.nodes.iter().enumerate() {
        if is_init(node)
            && node.ran()
            && let Some(payer) = payer(plan, tree, ledger, &mentions, id)
        {
            ledger.charge(payer, id, plan);
        }
    }
}

/// The first of those that mention the result and that has as much time as the init plan took. Gather evaluates what
/// its workers need before it starts them. Without a mention it is in a target list, which is shown with `VERBOSE`
/// only: the parent's or, if the parent only passes rows on and can't have spent the time, that of a node below it.
fn payer(
    plan: &Plan,
    tree: &Tree,
    ledger: &Ledger,
    mentions: &Mentions,
    id: usize,
) -> Option<usize> {
    let own = tree.subtree(id);
    let ran = |at: &usize| plan.nodes.get(*at).is_some_and(Node::ran);
    let affords = |at: &usize| ledger.affords(*at, id);
    let mut asking: Vec<(bool, usize, usize)> = mentions
        .of(plan.nodes.get(id)?)
        .filter(|mention| !own.contains(&mention.node) && ran(&mention.node))
        .map(|mention| (!mention.evaluated, tree.turn(mention.node), mention.node))
        .collect();
    asking.sort_unstable();
    let mut asking = asking.into_iter().map(|(_, _, at)| at);
    if let Some(first) = asking.next() {
        let others = std::iter::once(first).chain(asking);
        return others.into_iter().find(affords).or(Some(first));
    }
    let parent = tree.parent(id)?;
    let computes = |at: &usize| plan.nodes.get(*at).is_some_and(computes);
    if computes(&parent) || affords(&parent) {
        return Some(parent);
    }
    tree.subtree(parent)
        .filter(|at| !own.contains(at) && ran(at) && computes(at))
        .find(affords)
        .or(Some(parent))
}

/// Whether a node has a target list of its own; the others give the rows of their inputs as they are.
fn computes(node: &Node) -> bool {
    !matches!(
        node.kind.as_str(),
        "Append"
            | "Hash"
            | "Incremental Sort"
            | "Limit"
            | "LockRows"
            | "Materialize"
            | "Memoize"
            | "Merge Append"
            | "ModifyTable"
            | "Recursive Union"
            | "SetOp"
            | "Sort"
            | "Unique"
    )
}

/// Shares what a CTE took among its scans, in proportion to what is their own. One that changes rows runs to its end
/// even if its scans don't read all of it, or if there are none: that part is nobody's.
pub(super) fn charge_ctes(plan: &Plan, tree: &Tree, ledger: &mut Ledger) {
    for (id, scans) in ctes(plan, tree) {
        let Some(node) = plan.nodes.get(id).filter(|node| node.ran()) else {
            continue;
        };
        let changes_rows = tree
            .subtree(id)
            .filter_map(|at| plan.nodes.get(at))
            .any(|node| node.kind == "ModifyTable");
        let scans: Vec<usize> = scans
            .into_iter()
            .filter(|scan| plan.nodes.get(*scan).is_some_and(Node::ran))
            .collect();
        if !scans.is_empty() {
            share(ledger, id, node.usage, &scans, changes_rows);
        } else if changes_rows {
            ledger.unread.push(id);
        } else if let Some(parent) = tree.parent(id) {
            ledger.charge(parent, id, plan);
        }
    }
}

fn share(ledger: &mut Ledger, id: usize, usage: Usage, scans: &[usize], changes_rows: bool) {
    let bill = ledger.get(id);
    let own_ms = |scan: usize| ledger.get(scan).own_ms.max(0.0);
    let own_usage = |scan: usize| ledger.get(scan).usage.minus(Usage::default());
    let all_ms: f64 = scans.iter().map(|scan| own_ms(*scan)).sum();
    let all_usage = scans
        .iter()
        .fold(Usage::default(), |all, scan| all.plus(own_usage(*scan)));
    let ms = bill.total_ms.unwrap_or(0.0);
    let ms = if changes_rows { ms.min(all_ms) } else { ms };
    let ratio = usage.zip(all_usage, |usage, all| {
        if all > 0.0 {
            (usage / all).min(1.0)
        } else {
            0.0
        }
    });
    let even = 1.0 / scans.len() as f64;
    let bills: Vec<(usize, f64, Usage)> = scans
        .iter()
        .map(|scan| {
            let part = if all_ms > 0.0 {
                own_ms(*scan) / all_ms
            } else {
                even
            };
            let usage = own_usage(*scan).zip(ratio, |own, ratio| own * ratio);
            (*scan, part, usage)
        })
        .collect();
    for (scan, part, usage) in bills {
        ledger.take(scan, ms * part, bill.total_slack_ms * part, usage);
    }
}

/// All CTEs with their scans. A name means the innermost CTE around the scan that is called so.
pub(super) fn ctes(plan: &Plan, tree: &Tree) -> Vec<(usize, Vec<usize>)> {
    let mut ctes: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut called: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (id, node) in plan.nodes.iter().enumerate() {
        if let Some(name) = cte_name(node) {
            called.entry(name).or_default().push(ctes.len());
            ctes.push((id, Vec::new()));
        }
    }
    for (id, node) in plan.nodes.iter().enumerate() {
        if node.kind != "CTE Scan" {
            continue;
        }
        let name = node.text("CTE Name").or(node.alias.as_deref());
        let candidates = name.and_then(|name| called.get(name.trim_matches('"')));
        let around = candidates.into_iter().flatten().copied().filter(|at| {
            ctes.get(*at).is_some_and(|(cte, _)| {
                let scope = tree.parent(*cte).map_or(0..usize::MAX, |p| tree.subtree(p));
                scope.contains(&id) && !tree.subtree(*cte).contains(&id)
            })
        });
        let innermost =
            around.max_by_key(|at| ctes.get(*at).map_or(0, |(cte, _)| tree.depth(*cte)));
        if let Some((_, scans)) = innermost.and_then(|at| ctes.get_mut(at)) {
            scans.push(id);
        }
    }
    ctes
}

/// What a CTE is called.
pub(super) fn cte_name(node: &Node) -> Option<&str> {
    let name = node.subplan.as_deref()?.strip_prefix("CTE ")?;
    (node.role == Some(Role::InitPlan)).then(|| name.trim_matches('"'))
}
