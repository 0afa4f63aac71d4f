//! Every plan in `fixtures`, in whatever form: all that its time is parted into adds up to its execution.

#![allow(clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use pgloupe::plan::{Plan, Timing, Usage, read, timing};

/// The files that hold plans: all of the folder for plans but its scripts, and the cases of rules about them.
fn files() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut waiting = vec![fixtures.join("plans"), fixtures.join("rules")];
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = path.read_dir().expect("fixtures can be read");
            waiting.extend(entries.map(|entry| entry.expect("fixtures can be read").path()));
        } else if is_plan(&path) {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn is_plan(path: &Path) -> bool {
    let ends = |name: &str| path.extension().is_some_and(|extension| extension == name);
    let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plans");
    let in_plans = path.starts_with(plans);
    ends("plan") || in_plans && !["md", "py", "sh", "sql"].iter().any(|name| ends(name))
}

#[test]
fn all_time_is_accounted_for_in_every_plan() {
    let mut timed = 0;
    for file in files() {
        let Ok(bytes) = std::fs::read(&file) else {
            continue;
        };
        for plan in &read(&String::from_utf8_lossy(&bytes)).plans {
            let timing = timing(plan);
            let at = format!("{}, line {}", file.display(), plan.lines.start());
            assert_eq!(timing.nodes.len(), plan.nodes.len(), "{at}");
            figures_are_sound(&timing, &at);
            if plan.is_timed() {
                timed += 1;
                adds_up(plan, &timing, &at);
            }
        }
    }
    assert!(timed >= 18, "only {timed} plans with times were found");
}

fn figures_are_sound(timing: &Timing, at: &str) {
    for (id, node) in timing.nodes.iter().enumerate() {
        let at = format!("{at}, node {id}: {node:?}");
        let never_less = [node.self_ms, node.total_ms, node.rows];
        assert!(
            never_less.iter().flatten().all(|figure| *figure >= 0.0),
            "{at}"
        );
        assert!((0.0..=1.0).contains(&node.self_share), "{at}");
        assert!((0.0..=1.0).contains(&node.total_share), "{at}");
        assert!(
            node.uncertainty_ms >= 0.0 && node.deficit_ms >= 0.0 && node.processes >= 1.0,
            "{at}"
        );
        assert!(
            node.estimate_factor.is_none_or(|factor| factor >= 1.0),
            "{at}"
        );
        let least = node.own.zip(Usage::default(), f64::min);
        assert!(least.is_zero(), "{at}");
    }
}

fn adds_up(plan: &Plan, timing: &Timing, at: &str) {
    let own: f64 = timing.nodes.iter().filter_map(|node| node.self_ms).sum();
    let outside: f64 = timing.outside.iter().map(|entry| entry.ms).sum();
    let execution = timing
        .execution_ms
        .expect("a timed plan has an execution time");
    assert!(
        (own + outside - execution).abs() < 1e-6,
        "{at}: {own} + {outside} is not {execution}"
    );

    // What is left must not hide what the tree got wrong: own times are the root's and those of unread CTEs, but for
    // rounding and what the nodes themselves say is missing.
    let writes = |id: usize| {
        plan.nodes
            .get(id)
            .is_some_and(|node| node.kind == "ModifyTable")
    };
    if (1..plan.nodes.len()).any(writes) && timing.unread.is_empty() {
        return;
    }
    let roots = timing.unread.iter().chain(&[0]);
    let total: f64 = roots.filter_map(|id| timing.nodes.get(*id)?.total_ms).sum();
    let deficit: f64 = timing.nodes.iter().map(|node| node.deficit_ms).sum();
    let rounding: f64 = timing.nodes.iter().map(|node| node.uncertainty_ms).sum();
    let off = (own - total - deficit).abs();
    assert!(
        off <= rounding + 1e-6,
        "{at}: own times are off by {off}, rounding explains {rounding}"
    );
}
