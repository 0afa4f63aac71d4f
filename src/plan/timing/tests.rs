//! Cases are plans of a server in `fixtures/plans/timing`, with figures worked out by hand from what they say.

use super::{NodeTime, Timing, timing};
use crate::plan::{Plan, read};

fn plan(name: &str) -> Plan {
    let path = format!(
        "{}/fixtures/plans/timing/{name}.plan",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut reading = read(&text);
    assert_eq!(reading.plans.len(), 1, "{name}");
    reading.plans.remove(0)
}

fn of(name: &str) -> Timing {
    timing(&plan(name))
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[test]
fn own_times() {
    let check = |name: &str, expected: &[f64]| {
        let found: Vec<f64> = of(name)
            .nodes
            .iter()
            .map(|n| n.self_ms.unwrap_or(-1.0))
            .collect();
        let all = found.len() == expected.len();
        let all = all && found.iter().zip(expected).all(|(a, b)| close(*a, *b));
        assert!(all, "{name}: {found:?}, not {expected:?}");
    };
    // Two workers without the leader share the scan.
    check("leader_off", &[0.016, 10.535, 0.428, 8.404]);
    // Gather evaluates the init plan before it starts the workers.
    let gather = 35.078 - 4.985 - 19.058;
    check(
        "initplan_gather",
        &[0.074, 0.014, 11.958, 0.867, 6.219, gather, 0.289, 4.696],
    );
    // Three processes shared the scan, and two of them ran the sub plan.
    let hashed = 0.106 * 2.0 / 3.0;
    check(
        "hashed_subplan",
        &[0.006, 8.67, 0.567, 4.808 - hashed, hashed],
    );
    check("gather_in_subplan", &[1.683, 10.893, 10.078, 0.041]);
    // Nothing mentions the init plan: the parent computes it, but a Limit computes nothing.
    check("target_only", &[0.065, 3.148, 4.130, 0.140]);
    check("target_limit", &[0.005, 3.035, 4.235, 0.046]);
    // The inner `a` hangs on its own scan, and the scan of the outer one is another.
    check(
        "two_ctes",
        &[0.889, 5.407, 0.004, 0.002, 0.012, 1.619, 5.865],
    );
    let left = 1.0 - 23.131 / (23.400 + 0.098);
    let scans = (23.400 * left, 0.098 * left);
    check(
        "cte_twice",
        &[0.068, 15.216, 7.915, 0.265, 0.247, scans.0, 0.303, scans.1],
    );
    check("unread", &[0.064, 0.794, 0.245, 0.116]);
    check("partly_read", &[0.003, 1.097, 0.289, 0.0]);
    check("before_trigger", &[12.044, 0.092]);
    check("never", &[0.001, 0.005, -1.0]);
    check("timing_off", &[-1.0, -1.0, -1.0]);
    check("correlated", &[0.105, 0.0, 2.0]);
}

#[test]
fn time_outside_the_tree() {
    let check = |name: &str, outside: &[(&str, f64)], inside: &[&str], unread: &[usize]| {
        let timing = of(name);
        let found: Vec<(&str, f64)> = timing
            .outside
            .iter()
            .map(|o| (o.what.as_str(), o.ms))
            .collect();
        let all = found.len() == outside.len();
        let all = all
            && found
                .iter()
                .zip(outside)
                .all(|(a, b)| a.0 == b.0 && close(a.1, b.1));
        assert!(all, "{name}: {found:?}, not {outside:?}");
        let found: Vec<&str> = timing.inside.iter().map(|o| o.what.as_str()).collect();
        assert_eq!(found, inside, "{name}");
        assert_eq!(timing.unread, unread, "{name}");
    };
    check("leader_off", &[("start and end", 0.059)], &[], &[]);
    let trigger = "trigger for constraint tags_visit_id_fkey";
    check(
        "unread",
        &[(trigger, 185.945), ("start and end", 0.164)],
        &[],
        &[1],
    );
    // 0.122 ms of the CTE were read; the rest of its 1.386 ms ran behind the root.
    check(
        "partly_read",
        &[(trigger, 171.216), ("start and end", 0.201)],
        &[],
        &[],
    );
    // A trigger of 10.919 ms doesn't fit into what the tree leaves, 0.39 ms: it ran within it.
    let after = [("trigger notes_audit", 0.333), ("start and end", 0.057)];
    check("before_trigger", &after, &["trigger notes_stamp"], &[]);
    check("timing_off", &[], &[], &[]);
}

#[test]
fn what_is_missing_is_not_invented() {
    let text = "Limit (actual time=0.100..0.490 rows=1 loops=1)
  ->  Gather (actual time=0.100..0.490 rows=1 loops=1)
        Workers Planned: 1
        Workers Launched: 1
        ->  Parallel Seq Scan on visits (actual time=0.050..0.593 rows=20 loops=2)
Execution Time: 0.520 ms
";
    let check = |text: &str, deficits: &[f64], outside: &[(&str, f64)], remainder: f64| {
        let timing = timing(&read(text).plans[0]);
        let found: Vec<f64> = timing.nodes.iter().map(|n| n.deficit_ms).collect();
        assert!(
            found.iter().zip(deficits).all(|(a, b)| close(*a, *b)),
            "{found:?}"
        );
        let entries = timing.outside.iter().zip(outside);
        assert_eq!(timing.outside.len(), outside.len(), "{:?}", timing.outside);
        for (entry, (what, ms)) in entries {
            assert!(entry.what == *what && close(entry.ms, *ms), "{entry:?}");
        }
        assert!(
            close(timing.remainder_ms.unwrap_or(-99.0), remainder),
            "{:?}",
            timing.remainder_ms
        );
    };
    // Workers ran on when Gather had enough.
    let twice = [("start and end", 0.030), ("counted twice", -0.103)];
    check(text, &[0.0, 0.103, 0.0], &twice, 0.030);
    // Rounding is no deficit, and what it gives is taken from what is left.
    let rounded = text.replace("0.593", "0.491");
    check(
        &rounded,
        &[0.0, 0.0, 0.0],
        &[("start and end", 0.029)],
        0.030,
    );
    // A root that took longer than all.
    let long = text.replace("0.593", "0.400").replace("0.520", "0.400");
    check(
        &long,
        &[0.0, 0.0, 0.0],
        &[("start and end", -0.090)],
        -0.090,
    );
    // Without an execution time it is the root's.
    let without = text
        .replace("0.593", "0.400")
        .replace("Execution Time: 0.520 ms\n", "");
    check(&without, &[0.0, 0.0, 0.0], &[], 0.0);
}

#[test]
fn a_duration_stands_in_for_the_execution_time() {
    let mut logged = plan("leader_off");
    logged.execution_ms = None;
    logged.duration_ms = Some(20.0);
    let timing = timing(&logged);
    assert_eq!(timing.execution_ms, Some(20.0));
    assert!(close(
        timing.remainder_ms.unwrap_or_default(),
        20.0 - 19.383
    ));
}

#[test]
fn other_figures() {
    let check = |name: &str, node: usize, figure: fn(&NodeTime) -> f64, expected: f64| {
        let found = figure(&of(name).nodes[node]);
        assert!(
            close(found, expected),
            "{name}, {node}: {found}, not {expected}"
        );
    };
    check("leader_off", 3, |n| n.processes, 2.0);
    check("leader_off", 1, |n| n.processes, 1.0);
    check("hashed_subplan", 4, |n| n.processes, 3.0);
    check("leader_off", 3, |n| n.rows.unwrap_or(-1.0), 29_940.0);
    check("leader_off", 3, |n| n.rows_uncertainty, 1.0);
    check("leader_off", 1, |n| n.rows_uncertainty, 0.0);
    check("correlated", 1, |n| n.rows_uncertainty, 1000.0);
    // Half a microsecond for each loop of itself and of what was taken from it.
    check("leader_off", 1, |n| n.uncertainty_ms, 0.001);
    check("correlated", 0, |n| n.uncertainty_ms, 1.0005);
    check("correlated", 2, |n| n.uncertainty_ms, 1.0);
    check("correlated", 0, |n| n.own.shared.hit, 15.0);
    check("correlated", 1, |n| n.own.shared.hit, 0.0);
    check("correlated", 2, |n| n.own.shared.hit, 6000.0);
    // One scan read all of the CTE and is charged for all of its blocks.
    check("cte_twice", 5, |n| n.own.shared.hit, 0.0);
    check("cte_twice", 2, |n| n.own.shared.hit, 613.0);
    check("unread", 1, |n| n.own.shared.hit, 4005.0);
    check("leader_off", 1, |n| n.self_share, 10.535 / 19.442);
    check("leader_off", 1, |n| n.total_share, 19.367 / 19.442);
    // The leader did what the workers leave of three times 3.008 ms.
    let leader = 9.024 - 0.046 - 1.752;
    check("skew", 3, |n| n.skew.unwrap_or(-1.0), leader / 3.008);
    check("leader_off", 3, |n| n.skew.unwrap_or(-1.0), -1.0);
}

#[test]
fn estimates() {
    let check = |name: &str, node: usize, factor: Option<f64>, over: bool, stopped: bool| {
        let time = &of(name).nodes[node];
        let same = match (time.estimate_factor, factor) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-3,
            (a, b) => a == b,
        };
        let found = (time.overestimated, time.stopped_early);
        assert!(same && found == (over, stopped), "{name}, {node}: {time:?}");
    };
    check("limit_stop", 0, Some(1.0), false, false);
    check("limit_stop", 1, None, false, true);
    check("limit_stop", 2, None, false, true);
    check("limit_stop", 4, Some(1.0), false, true);
    // Nobody stopped it: there were no more rows.
    check("limit_all", 1, Some(6.0), true, false);
    // EXISTS wants a single row.
    check("exists_init", 1, None, false, true);
    // A Sort reads all of its input, whatever is wanted of it.
    check("no_index", 3, Some(1.0), false, false);
    check("no_index", 1, None, false, true);
    check("cte_twice", 3, Some(20_000.0 / 1999.0), true, false);
    check("never", 2, None, false, false);
    check("timing_off", 2, Some(1.497), false, false);
}

#[test]
fn deep_and_wide_plans_are_no_trouble() {
    let node = |depth: usize| {
        let mut node = crate::plan::Node::new("Materialize", 1);
        node.actual = crate::plan::Actual::Ran {
            startup_ms: Some(0.0),
            total_ms: Some(60.0 - depth as f64 / 1000.0),
            rows: 1.0,
            loops: 1.0,
        };
        node
    };
    let mut plan = Plan::new(crate::plan::Format::Text);
    for id in 0..50_000_usize {
        let mut node = node(id);
        node.parent = id.checked_sub(1);
        node.depth = id;
        plan.nodes.push(node);
    }
    let deep = timing(&plan);
    assert!(
        deep.nodes
            .iter()
            .all(|n| n.self_ms.is_some_and(|ms| ms >= 0.0))
    );
    assert!(close(deep.nodes[7].self_ms.unwrap_or_default(), 0.001));
}
