//! `pgloupe plan` as a person and a program use it.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

fn plan(arguments: &[&str], input: Option<&str>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pgloupe"))
        .arg("plan")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(input.unwrap_or_default().as_bytes())
        .unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_plan_from_a_file_is_annotated() {
    let path = fixture("rules/top-n/flagged-joined.plan");
    let output = plan(&[path.to_str().unwrap()], None);
    assert!(output.status.success(), "{}", text(&output.stderr));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn programs_read_the_same() {
    let path = fixture("rules/top-n/flagged-joined.plan");
    let output = plan(&[path.to_str().unwrap(), "--format", "json"], None);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let plan = &json["plans"][0];
    assert_eq!(plan["execution_ms"], 81.191);
    assert_eq!(plan["planning_ms"], 0.691);
    let nodes = plan["nodes"].as_array().unwrap();
    let kinds: Vec<&str> = nodes.iter().map(|n| n["type"].as_str().unwrap()).collect();
    let expected = ["Limit", "Sort", "Hash Join", "Seq Scan", "Hash", "Seq Scan"];
    assert_eq!(kinds, expected);
    assert_eq!(nodes[0]["parent"], Value::Null);
    assert_eq!(nodes[3]["parent"], 2);
    assert_eq!(nodes[3]["lines"], serde_json::json!([10, 11]));
    let own: f64 = nodes.iter().map(|n| n["self_ms"].as_f64().unwrap()).sum();
    let outside = plan["outside"].as_array().unwrap();
    let outside: f64 = outside.iter().map(|o| o["ms"].as_f64().unwrap()).sum();
    assert!((own + outside - 81.191).abs() < 1e-4, "{own} + {outside}");
    assert_eq!(plan["advice"][0]["rule"], "top-n");
    assert_eq!(plan["advice"][0]["suggestions"][0]["kind"], "index");
}

#[test]
fn plans_of_a_log_have_the_lines_of_its_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/events.log");
    let output = plan(&[path.to_str().unwrap(), "--format", "json"], None);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let plans = json["plans"].as_array().unwrap();
    assert!(!plans.is_empty());
    let log = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = log.lines().collect();
    for plan in plans {
        assert!(plan["query"].is_string(), "{plan}");
        let node = &plan["nodes"][0];
        let first = usize::try_from(node["lines"][0].as_u64().unwrap()).unwrap();
        let title = node["title"].as_str().unwrap();
        assert!(
            lines[first - 1].contains(title),
            "{title} is not on line {first}"
        );
    }
}

#[test]
fn what_holds_no_plan_says_so() {
    let cases = [
        ("", "no plan was found"),
        ("SELECT 1;\n", "no plan was found"),
        ("{\"a\": 1}", "this is JSON, but no plan"),
        ("\u{0}\u{1}\u{fffd}", "no plan was found"),
    ];
    for (input, part) in cases {
        let output = plan(&[], Some(input));
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{input:?}: {said}");
        assert!(
            said.contains("standard input") && said.contains(part),
            "{input:?}: {said}"
        );
    }
    let output = plan(&["no-such-file"], None);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("Check the path"));
}

#[test]
fn a_catalog_is_read_beside_a_plan() {
    let path = fixture("rules/top-n/flagged-joined.plan");
    let catalog = fixture("rules/top-n/flagged-joined.plan");
    let output = plan(
        &[
            path.to_str().unwrap(),
            "--catalog",
            catalog.to_str().unwrap(),
        ],
        None,
    );
    assert_eq!(output.status.code(), Some(3), "a plan is no catalog");
    assert!(text(&output.stderr).contains("pg_dump --schema-only"));
}
