//! A plan's time and usage by table, by index and by kind of node.

use rustc_hash::FxHashMap;

use super::relation::tables;
use super::{Node, Plan, Timing, Usage};

/// What all nodes of one table, index or kind took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sum {
    /// The table, index or kind.
    pub name: String,
    /// Its nodes, in the order of the plan.
    pub nodes: Vec<usize>,
    /// Milliseconds of their own; `None` if none was timed.
    pub self_ms: Option<f64>,
    /// Part of the execution that is their own, 0 to 1.
    pub share: f64,
    /// Rows that they gave, over all loops; `None` if none ran. For a table, those of its scans.
    pub rows: Option<f64>,
    /// What is their own of what was read and written.
    pub own: Usage,
}

/// By table, the longest first. An index is read for its table.
#[must_use]
pub fn by_table(plan: &Plan, timing: &Timing) -> Vec<Sum> {
    let tables = tables(plan);
    sums(plan, timing, |id, node| {
        let table = plan.nodes.get(tables.get(id).copied().flatten()?)?;
        let gives_rows = node.relation.is_some() && node.kind != "ModifyTable";
        Some((table.qualified_relation()?, gives_rows))
    })
}

/// By index, the longest first.
#[must_use]
pub fn by_index(plan: &Plan, timing: &Timing) -> Vec<Sum> {
    sums(plan, timing, |_, node| Some((node.index.clone()?, true)))
}

/// By kind of node, the longest first.
#[must_use]
pub fn by_kind(plan: &Plan, timing: &Timing) -> Vec<Sum> {
    sums(plan, timing, |_, node| Some((node.kind.clone(), true)))
}

/// Sums up nodes under what `key` calls them, with their rows if it says so.
fn sums(
    plan: &Plan,
    timing: &Timing,
    key: impl Fn(usize, &Node) -> Option<(String, bool)>,
) -> Vec<Sum> {
    let mut sums: Vec<Sum> = Vec::new();
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    for ((id, node), time) in plan.nodes.iter().enumerate().zip(&timing.nodes) {
        let Some((name, gives_rows)) = key(id, node) else {
            continue;
        };
        let place = *places.entry(name.clone()).or_insert_with(|| {
            sums.push(Sum {
                name,
                ..Sum::default()
            });
            sums.len() - 1
        });
        if let Some(sum) = sums.get_mut(place) {
            sum.nodes.push(id);
            sum.self_ms = plus(sum.self_ms, time.self_ms);
            sum.share += time.self_share;
            sum.rows = plus(sum.rows, time.rows.filter(|_| gives_rows));
            sum.own = sum.own.plus(time.own);
        }
    }
    let blocks = |sum: &Sum| sum.own.shared.hit + sum.own.shared.read;
    sums.sort_by(|a, b| {
        let ms = |sum: &Sum| sum.self_ms.unwrap_or(-1.0);
        let order = ms(b).total_cmp(&ms(a));
        let order = order.then_with(|| blocks(b).total_cmp(&blocks(a)));
        order.then_with(|| a.name.cmp(&b.name))
    });
    sums
}

fn plus(sum: Option<f64>, more: Option<f64>) -> Option<f64> {
    match (sum, more) {
        (Some(sum), Some(more)) => Some(sum + more),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::{Sum, by_index, by_kind, by_table};
    use crate::plan::{read, timing};

    #[test]
    fn nodes_are_summed_up_under_one_name() {
        let text = "Nested Loop  (cost=0.00..9.00 rows=1 width=4) (actual time=0.100..9.000 rows=6 loops=1)
  ->  Bitmap Heap Scan on public.visits v  (cost=0.00..9.00 rows=1 width=4) (actual time=0.100..4.000 rows=3 loops=1)
        Buffers: shared hit=7
        ->  Bitmap Index Scan on visits_day  (cost=0.00..9.00 rows=1 width=4) (actual time=1.000..1.000 rows=5 loops=1)
              Buffers: shared hit=2
  ->  Index Scan using visits_pkey on public.visits w  (cost=0.00..9.00 rows=1 width=4) (actual time=0.100..1.500 rows=2 loops=3)
Execution Time: 10.000 ms
";
        let plan = &read(text).plans[0];
        let timing = timing(plan);
        let check = |sums: Vec<Sum>, expected: &[(&str, &[usize], f64, f64, f64)]| {
            let found: Vec<_> = sums
                .iter()
                .map(|s| {
                    (
                        s.name.as_str(),
                        s.nodes.as_slice(),
                        s.self_ms,
                        s.rows,
                        s.own.shared.hit,
                    )
                })
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(name, nodes, ms, rows, hit)| (*name, *nodes, Some(*ms), Some(*rows), *hit))
                .collect();
            assert_eq!(found, expected);
        };
        check(
            by_table(plan, &timing),
            &[("public.visits", &[1, 2, 3], 8.5, 9.0, 7.0)],
        );
        check(
            by_index(plan, &timing),
            &[
                ("visits_pkey", &[3], 4.5, 6.0, 0.0),
                ("visits_day", &[2], 1.0, 5.0, 2.0),
            ],
        );
        check(
            by_kind(plan, &timing),
            &[
                ("Index Scan", &[3], 4.5, 6.0, 0.0),
                ("Bitmap Heap Scan", &[1], 3.0, 3.0, 5.0),
                ("Bitmap Index Scan", &[2], 1.0, 5.0, 2.0),
                ("Nested Loop", &[0], 0.5, 6.0, 0.0),
            ],
        );
    }
}
