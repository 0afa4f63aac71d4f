//! Cases are plans of a server in `fixtures/plans/timing`, and short ones written here.

use super::{Change, Comparison, compare};
use crate::plan::{Plan, read};

fn fixture(name: &str) -> Plan {
    let path = format!(
        "{}/fixtures/plans/timing/{name}.plan",
        env!("CARGO_MANIFEST_DIR")
    );
    plan(&std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}")))
}

fn plan(text: &str) -> Plan {
    let mut reading = read(text);
    assert_eq!(reading.plans.len(), 1, "{text}");
    reading.plans.remove(0)
}

type Ids = (Option<usize>, Option<usize>);

fn ids(comparison: &Comparison) -> Vec<Ids> {
    comparison
        .pairs
        .iter()
        .map(|pair| (pair.before, pair.after))
        .collect()
}

const fn both(before: usize, after: usize) -> Ids {
    (Some(before), Some(after))
}

#[test]
fn nodes_that_do_the_same_work_meet() {
    let check = |before: &str, after: &str, expected: &[Ids]| {
        let (before, after) = (plan(before), plan(after));
        assert_eq!(
            ids(&compare(&before, &after)),
            expected,
            "{before:#?}\n{after:#?}"
        );
    };
    let gone = |id| (Some(id), None);
    let new = |id| (None, Some(id));
    // Another method.
    check(
        "Seq Scan on visits v\n  Filter: (id = 1)\n",
        "Index Scan using visits_pkey on visits v\n  Index Cond: (id = 2)\n",
        &[both(0, 0)],
    );
    // The sides of a join swapped, and another join.
    check(
        "Hash Join\n  Hash Cond: (v.client_id = c.id)\n  ->  Seq Scan on visits v\n  ->  Hash\n        ->  Seq Scan on clients c\n",
        "Nested Loop\n  ->  Seq Scan on clients c\n  ->  Index Scan using visits_client on visits v\n        Index Cond: (client_id = c.id)\n",
        &[both(0, 0), both(3, 1), both(1, 2), gone(2)],
    );
    // Workers came.
    check(
        "Aggregate\n  ->  Seq Scan on visits\n",
        "Finalize Aggregate\n  ->  Gather\n        Workers Planned: 2\n        ->  Partial Aggregate\n              ->  Parallel Seq Scan on visits\n",
        &[both(0, 0), new(1), new(2), both(1, 3)],
    );
    // What a node stands above tells joins of the same kind apart.
    check(
        "Nested Loop\n  ->  Nested Loop\n        ->  Seq Scan on a\n        ->  Seq Scan on b\n  ->  Seq Scan on c\n",
        "Nested Loop\n  ->  Seq Scan on a\n  ->  Nested Loop\n        ->  Seq Scan on b\n        ->  Seq Scan on c\n",
        &[
            both(0, 0),
            gone(1),
            both(2, 1),
            new(2),
            both(3, 3),
            both(4, 4),
        ],
    );
    // An alias more or less is the same table, but one that stayed comes first.
    check(
        "Append\n  ->  Seq Scan on a\n  ->  Seq Scan on a x\n",
        "Append\n  ->  Seq Scan on a x\n  ->  Seq Scan on a y\n",
        &[both(0, 0), both(2, 1), both(1, 2)],
    );
    check("Result\n", "Seq Scan on a\n", &[gone(0), new(0)]);
}

#[test]
fn what_became_of_a_scan_is_told() {
    let (before, after) = (fixture("no_index"), fixture("index"));
    let found = compare(&before, &after);
    let same: Vec<Ids> = (0..6).map(|id| both(id, id)).collect();
    assert_eq!(ids(&found), same);
    let scan = &found.pairs[3];
    assert_eq!(
        scan.changes,
        [
            Change::Kind {
                before: "Seq Scan".to_owned(),
                after: "Index Scan".to_owned(),
            },
            Change::Index {
                before: None,
                after: Some("visits_day".to_owned()),
            },
            Change::Condition {
                condition: "(day = '2024-02-03'::date)".to_owned(),
                before: Some("Filter"),
                after: Some("Index Cond"),
            },
        ]
    );
    assert_eq!(
        (scan.self_ms.before, scan.self_ms.after),
        (Some(4.123), Some(0.692))
    );
    assert_eq!(
        (scan.plan_rows.before, scan.plan_rows.after),
        (Some(131.0), Some(130.0))
    );
    assert_eq!(scan.blocks.difference(), Some(166.0 - 613.0));
    assert_eq!(found.blocks.difference(), Some(184.0 - 631.0));
    assert_eq!(
        (found.execution_ms.before, found.execution_ms.after),
        (Some(4.511), Some(1.064))
    );
    assert!(
        found
            .pairs
            .iter()
            .enumerate()
            .all(|(at, p)| at == 3 || p.changes.is_empty())
    );

    let found = compare(&after, &fixture("bitmap"));
    let bitmap = found.pairs.iter().find(|pair| pair.before.is_none());
    assert_eq!(bitmap.and_then(|pair| pair.after), Some(4));
    assert_eq!(found.pairs.len(), 7);
}

#[test]
fn a_plan_differs_from_itself_in_nothing() {
    for name in [
        "two_ctes",
        "cte_twice",
        "initplan_gather",
        "limit_stop",
        "timing_off",
    ] {
        let plan = fixture(name);
        let found = compare(&plan, &plan);
        let same: Vec<Ids> = (0..plan.nodes.len()).map(|id| both(id, id)).collect();
        assert_eq!(ids(&found), same, "{name}");
        assert!(
            found.pairs.iter().all(|pair| pair.changes.is_empty()),
            "{name}"
        );
    }
}
