//! What a node works on, whatever it is called and wherever it stands.

use crate::plan::expression::{conjuncts, skeleton};
use crate::plan::relation::{name, source, tables};
use crate::plan::shape::hash;
use crate::plan::{Node, Plan, Role};

/// Where conditions are written. What a bitmap heap scan checks again, its index was asked.
pub(super) const CONDITIONS: [&str; 9] = [
    "Index Cond",
    "Recheck Cond",
    "Hash Cond",
    "Merge Cond",
    "Join Filter",
    "Filter",
    "One-Time Filter",
    "TID Cond",
    "Order By",
];

/// Where keys are written.
pub(super) const KEYS: [&str; 4] = ["Sort Key", "Group Key", "Presorted Key", "Cache Key"];

/// A node's marks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// What sort of work it is: of all scans the same, of all joins the same.
    pub(super) class: u64,
    /// What it is called.
    pub(super) kind: u64,
    /// Its conditions and keys, without constants and wherever they are written.
    pub(super) detail: u64,
    /// What it reads by the names of the query; for a node with inputs, all that is read beneath it.
    pub(super) named: u64,
    /// What it reads, by the names of tables.
    pub(super) sources: u64,
}

/// The marks of all nodes.
pub(super) fn marks(plan: &Plan) -> Vec<Mark> {
    let tables = tables(plan);
    let mut marks: Vec<Mark> = plan.nodes.iter().map(mark).collect();
    let mut beneath: Vec<Vec<[u64; 2]>> = vec![Vec::new(); plan.nodes.len()];
    for (id, node) in plan.nodes.iter().enumerate().rev() {
        let mut inputs = beneath.get_mut(id).map(std::mem::take).unwrap_or_default();
        if matches!(node.kind.as_str(), "Append" | "Merge Append") {
            inputs.sort_unstable();
            inputs.dedup_by_key(|[named, _]| *named);
        }
        let mut all = inputs.iter().fold([0_u64; 2], |all, one| {
            [all[0].wrapping_add(one[0]), all[1].wrapping_add(one[1])]
        });
        if let Some(mark) = marks.get_mut(id) {
            if let Some(read) = source(node).or(node.alias.as_deref()) {
                (mark.named, mark.sources) = (hash(&(read, &node.alias)), hash(&read));
                if node.kind != "ModifyTable" {
                    all = [hash(&name(node).unwrap_or(read)), mark.sources];
                }
            } else if inputs.is_empty() {
                (mark.named, mark.sources) = (mark.class, mark.class);
            } else {
                (mark.named, mark.sources) = (all[0], all[1]);
            }
        }
        let is_input = !matches!(node.role, Some(Role::InitPlan | Role::SubPlan));
        let parent = node.parent.filter(|parent| *parent < id && is_input);
        if let Some(siblings) = parent.and_then(|parent| beneath.get_mut(parent)) {
            siblings.push(all);
        }
    }
    for (id, table) in tables.iter().enumerate() {
        let table = table
            .filter(|table| *table != id)
            .and_then(|table| marks.get(table).copied());
        if let (Some(table), Some(mark)) = (table, marks.get_mut(id)) {
            (mark.named, mark.sources) = (table.named, table.sources);
        }
    }
    marks
}

fn mark(node: &Node) -> Mark {
    let conditions = CONDITIONS.iter().flat_map(|name| node.texts(name));
    let conditions = conditions.flat_map(conjuncts);
    let keys = KEYS.iter().flat_map(|name| node.texts(name));
    let mut detail: Vec<String> = conditions.chain(keys).map(skeleton).collect();
    detail.sort_unstable();
    Mark {
        class: hash(&class(node)),
        kind: hash(&(&node.title, &node.index)),
        detail: hash(&detail),
        ..Mark::default()
    }
}

/// The sort of work that a node does.
pub(super) fn class(node: &Node) -> &str {
    match node.kind.as_str() {
        "Bitmap Index Scan" => "index of a bitmap",
        "Nested Loop" | "Hash Join" | "Merge Join" => "join",
        "Sort" | "Incremental Sort" => "sort",
        "Aggregate" | "Group" | "Unique" => "aggregate",
        "Gather" | "Gather Merge" => "gather",
        "Append" | "Merge Append" => "append",
        "Materialize" | "Memoize" => "cache",
        kind if kind.ends_with("Scan") => "scan",
        kind => kind,
    }
}
