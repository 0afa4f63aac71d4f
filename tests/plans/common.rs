//! What a plan says, as lines to compare.

use std::fmt::Write as _;
use std::path::PathBuf;

use pgloupe::plan::{Actual, Plan, Property, Reading, Usage, Value, read};

/// The fixtures of `fixtures/plans/forms`.
pub fn forms() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/plans/forms")
}

/// The cases, by name.
pub fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(forms()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = paths.filter(|path| path.is_dir()).collect();
    cases.sort();
    assert!(cases.len() > 25, "the fixtures are there");
    cases
}

/// Reads a text that has plans and nothing to warn of.
pub fn read_whole(text: &str, what: &str) -> Vec<Plan> {
    let Reading { plans, warnings } = read(text);
    assert!(warnings.is_empty(), "{what}: {warnings:?}");
    assert!(!plans.is_empty(), "{what}: no plan");
    plans
}

/// All that forms have in common: what the tree is, what was expected, what happened, and all that is no zero, for some
/// forms write zeros that others leave out.
pub fn said(plan: &Plan) -> String {
    let mut out = String::new();
    for node in &plan.nodes {
        let indent = "  ".repeat(node.depth);
        let names = [&node.schema, &node.relation, &node.alias, &node.index];
        writeln!(
            out,
            "{indent}{} <{}> {:?} {:?} {names:?} parallel={}",
            node.kind, node.title, node.role, node.subplan, node.parallel_aware
        )
        .unwrap();
        writeln!(out, "{indent}  {:?} {:?}", node.estimate, node.actual).unwrap();
        usage(&node.usage, &indent, &mut out);
        properties(&node.properties, &indent, &mut out);
        for worker in &node.workers {
            writeln!(
                out,
                "{indent}  worker {} {:?}",
                worker.number, worker.actual
            )
            .unwrap();
            usage(&worker.usage, &indent, &mut out);
            properties(&worker.properties, &indent, &mut out);
        }
    }
    for trigger in &plan.triggers {
        let calls = trigger.calls;
        writeln!(
            out,
            "trigger {:?} {:?} {calls}",
            trigger.constraint, trigger.ms
        )
        .unwrap();
    }
    writeln!(
        out,
        "{:?} {:?} {:?}",
        plan.query_id, plan.jit, plan.settings
    )
    .unwrap();
    properties(&plan.properties, "", &mut out);
    out
}

/// Says where two differ, which `assert_eq!` of so long a text hides.
pub fn assert_same(got: &str, expected: &str, what: &str) {
    for (at, (got, expected)) in got.lines().zip(expected.lines()).enumerate() {
        assert_eq!(got, expected, "{what}, line {at} of what is said");
    }
    assert_eq!(got.lines().count(), expected.lines().count(), "{what}");
}

/// The tree alone.
pub fn tree(plan: &Plan) -> String {
    let lines = plan.nodes.iter().map(|node| {
        let at = ["", " on "][usize::from(node.relation.is_some())];
        let relation = node.relation.as_deref().unwrap_or_default();
        let label = node.subplan.as_deref().map(|name| format!("[{name}] "));
        let ran = match node.actual {
            Actual::Unknown => String::new(),
            Actual::Never => " never".to_owned(),
            Actual::Ran { rows, loops, .. } => format!(" {rows}x{loops}"),
        };
        format!(
            "{}{}{}{at}{relation}{ran}\n",
            "  ".repeat(node.depth),
            label.unwrap_or_default(),
            node.title
        )
    });
    lines.collect()
}

fn usage(usage: &Usage, indent: &str, out: &mut String) {
    if !usage.is_zero() {
        writeln!(out, "{indent}  {usage:?}").unwrap();
    }
}

fn properties(properties: &[Property], indent: &str, out: &mut String) {
    let mut lines = Vec::new();
    for property in properties {
        value(&property.name, &property.value, &mut lines);
    }
    lines.sort();
    for line in lines {
        writeln!(out, "{indent}  {line}").unwrap();
    }
}

/// What JSON, YAML and XML say and the text doesn't: whether an inner row can match once only, what a hash table was
/// made for if it stayed so, and which internal trigger keeps a foreign key.
const NOT_IN_TEXT: [&str; 3] = [
    "Inner Unique",
    "Original Hash Buckets",
    "Original Hash Batches",
];

fn value(name: &str, value_: &Value, lines: &mut Vec<String>) {
    match value_ {
        Value::Text(text) => {
            let zero = text.parse::<f64>().is_ok_and(|n| n == 0.0);
            if !(zero || text.is_empty() || text == "false" || NOT_IN_TEXT.contains(&name)) {
                lines.push(format!("{name}: {text}"));
            }
        }
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                value(&format!("{name}[{at}]"), item, lines);
            }
        }
        Value::Group(parts) => {
            for part in parts {
                value(&format!("{name}.{}", part.name), &part.value, lines);
            }
        }
    }
}
