//! What a team has decided to live with.

use std::io::Write as _;

use pgloupe::rules::{Settings, Suppression};

use crate::common::{fixture, json, read, with};

#[test]
fn rules_routes_and_fingerprints_are_suppressed_and_counted() {
    let files = [
        fixture("flask/clinic.log"),
        fixture("flask/clinic.requests.jsonl"),
    ];
    let all = read(&files);
    let count = |rule: &str| all.findings.iter().filter(|f| f.rule == rule).count();
    let ignoring = |ignore: Vec<Suppression>| {
        let settings = Settings {
            ignore,
            ..Settings::default()
        };
        with(&files, &settings)
    };
    let rule = Suppression {
        rule: Some("n-plus-one".to_owned()),
        ..Suppression::default()
    };
    let without = ignoring(vec![rule.clone()]);
    assert_eq!(without.suppressed.findings, count("n-plus-one"));
    assert!(without.findings.iter().all(|f| f.rule != "n-plus-one"));
    let report = json(&without);
    assert_eq!(report["suppressed"]["findings"], count("n-plus-one"));
    let route = Suppression {
        route: Some("GET /visits/*".to_owned()),
        ..rule
    };
    let without = ignoring(vec![route]);
    assert!(without.suppressed.findings > 0 && without.suppressed.findings < count("n-plus-one"));
    let first = &all.findings[0];
    let query = all.workload.query(first.queries[0]).expect("a query");
    let one = Suppression {
        fingerprint: Some(query.fingerprint.to_string()),
        rule: Some(first.rule.to_owned()),
        ..Suppression::default()
    };
    assert_eq!(ignoring(vec![one]).suppressed.findings, 1);
}

#[test]
fn a_comment_in_the_statement_suppresses_its_finding() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    let text =
        std::fs::read_to_string(fixture("rules/n-plus-one/flagged-has-many.log")).expect("a case");
    assert_eq!(
        read(&[fixture("rules/n-plus-one/flagged-has-many.log")])
            .findings
            .len(),
        1
    );
    let text = text.replace(
        "statement: SELECT books",
        "statement: /* pgloupe:ignore n-plus-one */ SELECT books",
    );
    file.write_all(text.as_bytes()).expect("written");
    let analysis = read(&[file.path().to_owned()]);
    assert_eq!(analysis.findings.len(), 0);
    assert_eq!(analysis.suppressed.findings, 1);
}
