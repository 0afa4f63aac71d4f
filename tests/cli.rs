//! The command line as a program calls it: exit status, forms, words on standard error.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn pgloupe(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pgloupe"))
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child
        .stdin
        .take()
        .expect("its input")
        .write_all(input.as_bytes())
        .expect("it takes its input");
    child.wait_with_output().expect("it ends")
}

fn json(args: &[&str]) -> Value {
    let output = pgloupe(args, "");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn fails(args: &[&str], status: i32, words: &str) {
    let output = pgloupe(args, "");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{message}");
    assert!(message.contains(words), "{message}");
    assert!(output.stdout.is_empty());
}

#[test]
fn failures_have_their_status_and_their_words() {
    fails(&["report"], 2, "no file was given");
    fails(
        &["report", "--format", "xml", "fixtures/shop.log"],
        2,
        "invalid value",
    );
    fails(
        &["report", "--prefix", "%y", "fixtures/shop.log"],
        2,
        "'%y'",
    );
    fails(&["report", "no.log"], 3, "there is no such file");
    fails(&["report", "Cargo.toml"], 3, "not a PostgreSQL log");
}

#[test]
fn the_report_has_its_form() {
    let report = json(&["report", "fixtures/shop.log", "--format", "json"]);
    let keys = |value: &Value| {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(&report),
        [
            "capture",
            "endpoints",
            "findings",
            "fingerprint_version",
            "pgloupe",
            "queries"
        ]
    );
    let capture = &report["capture"];
    assert_eq!(capture["files"][0], "shop.log");
    assert_eq!(capture["formats"][0], "postgres-stderr");
    assert_eq!(
        capture["bytes"],
        std::fs::metadata("fixtures/shop.log")
            .expect("the fixture")
            .len()
    );
    assert_eq!(capture["warnings"]["total"], 0);
    assert!(capture["from"].as_str() < capture["to"].as_str());
    let queries = report["queries"].as_array().expect("queries");
    let totals: Vec<f64> = queries
        .iter()
        .map(|q| q["total_ms"].as_f64().expect("total_ms"))
        .collect();
    assert!(
        totals.is_sorted_by(|a, b| a >= b),
        "the largest total comes first"
    );
    for query in queries {
        assert_eq!(query["fingerprint"].as_str().map(str::len), Some(16));
        assert!(
            query["min_ms"].as_f64() <= query["p50_ms"].as_f64()
                && query["p50_ms"].as_f64() <= query["max_ms"].as_f64()
        );
        assert!(query["example"]["line"].as_u64() >= Some(1));
        assert!(
            query.get("rows").is_none(),
            "a log knows no rows, and says nothing rather than zero"
        );
    }
    let saved = |f: &Value| {
        f["saving"]["db_time_ms"]
            .as_f64()
            .or(f["cost"]["db_time_ms"].as_f64())
            .expect("a cost")
    };
    let findings = report["findings"].as_array().expect("findings");
    assert!(
        findings
            .iter()
            .map(saved)
            .collect::<Vec<_>>()
            .is_sorted_by(|a, b| a >= b),
        "the largest saving comes first"
    );
    for finding in findings {
        assert!(!finding["requests"].as_array().expect("requests").is_empty());
        assert!(
            !finding["suggestions"][0]["code"]
                .as_str()
                .expect("code")
                .is_empty()
        );
    }
}

#[test]
fn lines_of_the_report_are_lines_of_the_file() {
    let text = std::fs::read_to_string("fixtures/shop.log").expect("the fixture");
    let lines: Vec<&str> = text.lines().collect();
    let report = json(&["report", "fixtures/shop.log", "--format", "json"]);
    for query in report["queries"].as_array().expect("queries") {
        let line = lines[usize::try_from(query["example"]["line"].as_u64().expect("a line"))
            .expect("small")
            - 1];
        let max = query["max_ms"].as_f64().expect("max_ms");
        assert!(line.contains(&format!("duration: {max:.3} ms")), "{line}");
    }
}

#[test]
fn text_is_short_and_has_the_fix() {
    let output = pgloupe(&["report", "fixtures/shop.log", "--limit", "30"], "");
    let text = String::from_utf8_lossy(&output.stdout);
    for words in [
        "FINDINGS",
        "select(Author).options(selectinload(Author.books))",
        "QUERIES",
        "shop.log:",
    ] {
        assert!(text.contains(words), "no '{words}' in\n{text}");
    }
}

#[test]
fn fingerprints_of_lines() {
    let input = "{\"sql\": \"SELECT * FROM public.orders WHERE id = 5\"}\n{\"sql\": \"select * from public.orders where id=$1\"}\n{\"sql\": \"NOT SQL\"}\n";
    let output = pgloupe(&["fingerprint", "--format", "json"], input);
    let lines: Vec<Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["fingerprint"], lines[1]["fingerprint"]);
    assert_eq!(
        (&lines[0]["tables"][0], &lines[0]["kind"]),
        (&Value::from("public.orders"), &Value::from("select"))
    );
    assert!(lines[2].get("tables").is_none() && lines[2].get("kind").is_none());
    let output = pgloupe(&["fingerprint"], "SELECT 1\nFROM a;\nSELECT 2 FROM a");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let prints: Vec<&str> = text.lines().filter_map(|l| l.split(' ').next()).collect();
    assert_eq!(prints.len(), 2);
    assert_eq!(prints[0], prints[1]);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pgloupe"))
        .args(["report", "fixtures/shop.json", "--format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    assert!(child.wait().expect("it ends").success());
}
