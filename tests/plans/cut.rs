//! A plan that was cut or damaged gives the nodes that are left, and never fails.

use std::fs::read_to_string;

use pgloupe::plan::{Plan, read};

use super::common::cases;

fn kinds(plans: &[Plan]) -> Vec<String> {
    let nodes = plans.iter().flat_map(|plan| &plan.nodes);
    nodes.map(|node| node.kind.clone()).collect()
}

fn check_shape(plans: &[Plan], lines: usize) {
    for plan in plans {
        assert!(!plan.nodes.is_empty());
        for (id, node) in plan.nodes.iter().enumerate() {
            assert_eq!(node.parent.is_none(), id == 0);
            assert!(node.parent.is_none_or(|parent| parent < id));
            assert!(node.lines.start() <= node.lines.end());
            assert!(*node.lines.end() as usize <= lines);
        }
    }
}

#[test]
fn cut_at_any_line_the_nodes_before_it_are_there() {
    for case in cases() {
        for form in ["text", "json", "yaml", "xml"] {
            let text = read_to_string(case.join(format!("plan.{form}"))).unwrap();
            let whole = kinds(&read(&text).plans);
            // Some lines apart, for time's sake.
            for (at, _) in text.match_indices('\n').step_by(5) {
                let reading = read(&text[..at]);
                let left = kinds(&reading.plans);
                check_shape(&reading.plans, text.lines().count());
                // The last node may not have said yet what it is.
                let sure = left.len().saturating_sub(1);
                assert!(left.len() <= whole.len(), "{} {form} {at}", case.display());
                assert_eq!(
                    left[..sure],
                    whole[..sure],
                    "{} {form} {at}",
                    case.display()
                );
                if matches!(form, "json" | "xml") && at + 4 < text.trim_end().len() {
                    let told = reading
                        .warnings
                        .iter()
                        .any(|warning| warning.what.contains("copy the whole plan"));
                    assert!(
                        told,
                        "{} {form} {at}: {:?}",
                        case.display(),
                        reading.warnings
                    );
                }
            }
        }
    }
}

#[test]
fn damage_never_fails() {
    // A linear congruence: the same damage each time.
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let marks = b"\"'(){}[]<>:-\n\t |+,=";
    for case in cases() {
        for form in ["text", "json", "yaml", "xml"] {
            let text = read_to_string(case.join(format!("plan.{form}"))).unwrap();
            for _ in 0..6 {
                let mut bytes = text.clone().into_bytes();
                for _ in 0..4 {
                    let at = next(bytes.len());
                    match next(3) {
                        0 => bytes[at] = marks[next(marks.len())],
                        1 => bytes.insert(at, marks[next(marks.len())]),
                        _ => drop(bytes.drain(at..(at + next(90)).min(bytes.len()))),
                    }
                }
                let text = String::from_utf8_lossy(&bytes);
                check_shape(&read(&text).plans, text.lines().count());
            }
        }
    }
}

/// A stack of two megabytes, as threads have, holds any depth.
#[test]
fn deep_nesting_needs_no_deep_stack() {
    let depth = 5000;
    let json = "{\"Node Type\": \"Sort\", \"Plans\": [".repeat(depth);
    let xml = "<Plan><Node-Type>Sort</Node-Type><Plans>".repeat(depth);
    let yaml: String = (0..depth)
        .map(|at| {
            format!(
                "{}- Node Type: \"Sort\"\n{}  Plans: \n",
                " ".repeat(at),
                " ".repeat(at)
            )
        })
        .collect();
    let text: String = (0..depth)
        .map(|at| {
            format!(
                "{}->  Sort  (cost=1.00..2.00 rows=1 width=4)\n",
                " ".repeat(at)
            )
        })
        .collect();
    for (form, text) in [
        ("JSON", json),
        ("XML", xml),
        ("YAML", yaml),
        (
            "text",
            format!("Sort  (cost=1.00..2.00 rows=1 width=4)\n{text}"),
        ),
    ] {
        let read = std::thread::Builder::new()
            .stack_size(2 << 20)
            .spawn(move || {
                read(&text)
                    .plans
                    .iter()
                    .map(|plan| plan.nodes.len())
                    .sum::<usize>()
            })
            .unwrap();
        assert!(read.join().unwrap() >= depth, "{form}");
    }
    let values = format!(
        "{{\"Plan\": {{\"Node Type\": \"Sort\", \"Deep\": {}1{}}}}}",
        "[".repeat(depth),
        "]".repeat(depth)
    );
    assert_eq!(read(&values).plans.len(), 1);
}
