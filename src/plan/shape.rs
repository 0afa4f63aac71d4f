//! Which plans are the same but for their figures.
//!
//! Two plans have one shape if they do the same steps with the same tables and indexes in the same order. Figures,
//! conditions, sort keys, workers and whether a node ran don't count, for they change with the constants.
//!
//! Neither does the number of partitions that were left to read. Inputs of an Append that do the same count once, and an
//! Append of one such input is that input: a table that was pruned to one partition has no Append at all. A table is
//! called by its alias, which partitions of one table share but for a number, and an index goes without the name of
//! its partition in front. Partitions that the planner reads in different ways are different inputs.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::relation::{index, name, tables};
use super::{Node, Plan, Role};

/// What a node is by, beside its kind; the values that the text form leaves unsaid are left out.
const TRAITS: [(&str, &[&str]); 6] = [
    ("Join Type", &["Inner"]),
    ("Strategy", &["Plain"]),
    ("Partial Mode", &["Simple"]),
    ("Scan Direction", &["Forward", "NoMovement"]),
    ("Operation", &["Select"]),
    ("Command", &[]),
];

/// Names the shape of a plan. The number is the same in every run of the program.
#[must_use]
pub fn shape(plan: &Plan) -> u64 {
    let tables = tables(plan);
    let mut inputs: Vec<Vec<(Tie, u64)>> = vec![Vec::new(); plan.nodes.len()];
    let mut roots = Vec::new();
    for (id, node) in plan.nodes.iter().enumerate().rev() {
        let mut below = inputs.get_mut(id).map(std::mem::take).unwrap_or_default();
        below.reverse();
        let table = tables.get(id).copied().flatten();
        let shape = node_shape(node, table.and_then(|table| plan.nodes.get(table)), below);
        match node
            .parent
            .filter(|parent| *parent < id)
            .and_then(|parent| inputs.get_mut(parent))
        {
            Some(siblings) => siblings.push((Tie::of(node), shape)),
            None => roots.push(shape),
        }
    }
    match roots.as_slice() {
        [one] => *one,
        several => hash(&several),
    }
}

fn node_shape(node: &Node, table: Option<&Node>, mut inputs: Vec<(Tie, u64)>) -> u64 {
    if matches!(node.kind.as_str(), "Append" | "Merge Append") {
        let mut seen = rustc_hash::FxHashSet::default();
        inputs.retain(|input| seen.insert(*input));
        if let [(Tie::Input, only)] = inputs.as_slice() {
            return *only;
        }
    }
    let traits = TRAITS.map(|(name, usual)| node.text(name).filter(|text| !usual.contains(text)));
    let what = (&node.kind, node.parallel_aware, traits);
    hash(&(what, name(node), index(node, table), inputs))
}

/// How a node hangs on its parent, as far as all forms of a plan tell.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Tie {
    Input,
    InitPlan,
    Cte,
    SubPlan,
}

impl Tie {
    fn of(node: &Node) -> Self {
        let is_cte = |name: &str| name.starts_with("CTE ");
        match node.role {
            Some(Role::InitPlan) if node.subplan.as_deref().is_some_and(is_cte) => Self::Cte,
            Some(Role::InitPlan) => Self::InitPlan,
            Some(Role::SubPlan) => Self::SubPlan,
            _ => Self::Input,
        }
    }
}

/// A hash that stays the same from run to run.
pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::shape;
    use crate::plan::read;

    #[test]
    fn figures_and_constants_do_not_count_but_steps_do() {
        let shape_of = |text: &str| {
            let reading = read(text);
            assert_eq!(reading.plans.len(), 1, "{text}");
            shape(&reading.plans[0])
        };
        let check = |a: &str, b: &str, same: bool| {
            assert_eq!(shape_of(a) == shape_of(b), same, "{a}\n{b}");
        };
        let scan = "Seq Scan on visits  (cost=0.00..1.00 rows=1 width=4) (actual time=0.1..0.2 rows=3 loops=1)\n  Filter: (id = 1)\n";
        check(
            scan,
            &scan.replace("id = 1", "id = 2").replace("rows=3", "rows=4"),
            true,
        );
        check(scan, "Seq Scan on visits\n", true);
        check(scan, "Seq Scan on clients\n", false);
        check(scan, "Index Scan using visits_pkey on visits\n", false);
        check(
            "Index Scan using x on visits\n",
            "Index Scan using y on visits\n",
            false,
        );
        check(
            "Hash Join\n  ->  Seq Scan on a\n  ->  Seq Scan on b\n",
            "Hash Join\n  ->  Seq Scan on b\n  ->  Seq Scan on a\n",
            false,
        );
        check(
            "Hash Join\n  ->  Seq Scan on a\n  ->  Seq Scan on b\n",
            "Hash Left Join\n  ->  Seq Scan on a\n  ->  Seq Scan on b\n",
            false,
        );
        check(
            "Hash Join\n  ->  Seq Scan on a\n  ->  Seq Scan on b\n",
            "Merge Join\n  ->  Seq Scan on a\n  ->  Seq Scan on b\n",
            false,
        );
        check(
            "Result\n  InitPlan 1 (returns $0)\n    ->  Seq Scan on a\n",
            "Result\n  SubPlan 1\n    ->  Seq Scan on a\n",
            false,
        );
        check(
            "Gather\n  Workers Planned: 2\n  ->  Parallel Seq Scan on a\n",
            "Gather\n  Workers Planned: 4\n  ->  Parallel Seq Scan on a\n",
            true,
        );

        let two = "Sort\n  ->  Append\n        ->  Seq Scan on stays_2024 stays_1\n        ->  Seq Scan on stays_2025 stays_2\n";
        check(two, &two.replace("2024", "2023"), true);
        check(
            two,
            &format!("{two}        ->  Seq Scan on stays_2026 stays_3\n"),
            true,
        );
        check(two, "Sort\n  ->  Seq Scan on stays_2025 stays\n", true);
        check(two, "Sort\n  ->  Seq Scan on stays_2025 other\n", false);
        let indexed = "Append\n  ->  Index Scan using stays_2024_day_idx on stays_2024 stays_1\n  ->  Index Scan using stays_2025_day_idx on stays_2025 stays_2\n";
        check(indexed, &indexed.replace("2025", "2026"), true);
        check(indexed, &indexed.replace("day", "price"), false);
        check(
            indexed,
            &indexed.replace("Index Scan using stays_2025_day_idx", "Seq Scan"),
            false,
        );
        check(
            "Append\n  ->  Seq Scan on a\n  ->  Seq Scan on b\n",
            "Append\n  ->  Seq Scan on a\n",
            false,
        );
    }
}
