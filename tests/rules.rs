//! One folder a rule in `fixtures/rules`, one small capture a case: what the rule says of it is a snapshot.
//!
//! Files called `flagged-…` must have a finding of their rule, files called `clean-…` none.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pgloupe::analysis::{Analysis, Patient, analyse};
use pgloupe::capture::Options;
use pgloupe::rules::{RULES, Settings};

fn cases(rule: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/rules")
        .join(rule);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder for each rule")
        .map(|entry| entry.expect("an entry").path())
        // What a database consists of, for the rules that need to know.
        .filter(|path| !path.ends_with("catalog.json"))
        .collect();
    files.sort();
    files
}

/// All that the rule says of a capture, as text.
fn said(analysis: &Analysis, rule: &str) -> String {
    let workload = &analysis.workload;
    let mut text = String::new();
    for f in analysis.findings.iter().filter(|f| f.rule == rule) {
        let sql = |id| {
            workload
                .query(id)
                .map(|q| q.summary.clone())
                .unwrap_or_default()
        };
        writeln!(text, "{} [{}]\n{}", f.title, f.severity.word(), f.detail).expect("text");
        writeln!(
            text,
            "query: {}",
            f.queries
                .iter()
                .map(|q| sql(*q))
                .collect::<Vec<_>>()
                .join("; ")
        )
        .expect("text");
        if let Some(parent) = f.parent {
            writeln!(text, "parent: {}", sql(parent)).expect("text");
        }
        writeln!(
            text,
            "cost: {} µs, {} executions",
            f.cost.db_time, f.cost.executions
        )
        .expect("text");
        writeln!(
            text,
            "saving: {:?} µs, {:?} executions, {}",
            f.saving.db_time,
            f.saving.executions,
            f.saving.known_by.word()
        )
        .expect("text");
        for s in &f.sightings {
            let line = |id| {
                workload
                    .executions
                    .get(id)
                    .map(|e| analysis.sources.line(e.place).expect("a line"))
                    .unwrap_or_default()
            };
            writeln!(
                text,
                "seen: lines {} to {}, {} executions",
                line(s.first),
                line(s.last),
                s.executions
            )
            .expect("text");
        }
        for s in &f.suggestions {
            writeln!(
                text,
                "{} for {}: {}\n    {}",
                s.kind.name(),
                s.target.name(),
                s.title,
                s.code.replace('\n', "\n    ")
            )
            .expect("text");
        }
        text.push('\n');
    }
    text
}

/// With advice on indexes by the statistics of the catalog that lies beside the cases, where there is one.
fn with_indexes(analysis: &Analysis, rule: &str) -> Analysis {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/rules")
        .join(rule)
        .join("catalog.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        return analysis.clone();
    };
    let catalog = pgloupe::catalog::open(&text).expect("a catalog").catalog;
    let advice = analysis
        .advise_on_indexes(Some(&catalog), None, &mut |_| true)
        .expect("advice");
    analysis.with_indexes(&advice)
}

#[test]
fn every_case_of_every_rule() {
    for rule in RULES {
        for case in cases(rule.name) {
            let name = case
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let analysis = analyse(&[case], &Options::default(), &Settings::default(), &Patient)
                .expect("the case can be read");
            let analysis = with_indexes(&analysis, rule.name);
            let said = said(&analysis, rule.name);
            assert_eq!(
                said.is_empty(),
                name.starts_with("clean-"),
                "{}/{name}:\n{said}",
                rule.name
            );
            if !said.is_empty() {
                insta::assert_snapshot!(format!("{}__{name}", rule.name), said);
            }
        }
    }
}

#[test]
fn every_rule_has_its_page_and_its_cases() {
    for rule in RULES {
        assert!(rule.page.starts_with("# "), "{} has no page", rule.name);
        for heading in [
            "What it is",
            "Why it matters",
            "How it is found",
            "What it saves",
            "Known limits",
            "Use instead",
        ] {
            assert!(
                rule.page.contains(&format!("## {heading}\n")),
                "{}'s page has no part '{heading}'",
                rule.name
            );
        }
        let names: Vec<String> = cases(rule.name)
            .iter()
            .map(|c| c.display().to_string())
            .collect();
        for kind in ["flagged-", "clean-"] {
            assert!(
                names.iter().any(|n| n.contains(kind)),
                "{} has no case {kind}",
                rule.name
            );
        }
    }
}
