//! Recall and precision of every rule on both applications, request by request.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::common::{fixture, json, owners, read, rows, rows_by_line, rule, truth};

/// What is found, of how many, and how many false alarms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Score {
    found: usize,
    wanted: usize,
    wrong: usize,
}

fn scores(capture: &str, truth_file: &str) -> (BTreeMap<&'static str, Score>, Vec<String>) {
    let truth = truth(truth_file);
    let report = json(&read(&[fixture(capture)]));
    let lines = rows_by_line(capture);
    let owners = owners(&truth);
    let requests = truth["requests"].as_array().expect("requests");
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let mut wanted = Vec::new();
    for request in requests {
        for expected in request["expected"].as_array().expect("expected") {
            let kind = text(&expected["kind"]);
            let accept = expected["accept"].as_array();
            let mut kinds: Vec<String> = accept.into_iter().flatten().map(text).collect();
            kinds.push(kind.clone());
            let kinds: Vec<&str> = kinds.iter().filter_map(|k| rule(k)).collect();
            wanted.push((
                rule(&kind).expect("a rule"),
                kinds,
                rows(&expected["rows"]),
                false,
            ));
        }
    }
    let mut scores: BTreeMap<&'static str, Score> = BTreeMap::new();
    let mut remarks = Vec::new();
    for finding in report["findings"].as_array().expect("findings") {
        let name = text(&finding["rule"]);
        for seen in finding["requests"].as_array().expect("requests") {
            let line = seen["first_line"].as_u64().expect("a line");
            let row = lines[&line];
            let mut right = false;
            for (_, kinds, rows, hit) in &mut wanted {
                if rows.contains(&row) && kinds.contains(&name.as_str()) {
                    (right, *hit) = (true, true);
                }
            }
            let request = owners.get(&row).map(|at| &requests[*at]);
            let optional = request.and_then(|r| r["optional"].as_array());
            let optional =
                optional.is_some_and(|o| o.iter().any(|k| rule(&text(k)) == Some(&name)));
            let judged = [
                "n_plus_one",
                "duplicate_query",
                "insert_loop",
                "update_loop",
                "upsert_loop",
                "offset_loop",
                "deep_offset",
                "unbounded_select",
                "count_per_page",
            ];
            if let Some(rule) = judged.iter().filter_map(|k| rule(k)).find(|r| *r == name)
                && !right
                && !optional
            {
                scores.entry(rule).or_default().wrong += 1;
                let endpoint = request.map(|r| text(&r["endpoint"])).unwrap_or_default();
                remarks.push(format!("wrong: {name} in {endpoint}, line {line}"));
            }
        }
    }
    for (name, _, rows, hit) in wanted {
        let score = scores.entry(name).or_default();
        score.wanted += 1;
        score.found += usize::from(hit);
        if !hit {
            remarks.push(format!("missed: {name} at {:?}", rows.first()));
        }
    }
    (scores, remarks)
}

fn check(capture: &str, truth: &str, expected: &[(&'static str, usize)]) {
    let (scores, remarks) = scores(capture, truth);
    // All of them, and nothing else.
    let expected: BTreeMap<&'static str, Score> = expected
        .iter()
        .map(|(rule, n)| {
            (
                *rule,
                Score {
                    found: *n,
                    wanted: *n,
                    wrong: 0,
                },
            )
        })
        .collect();
    assert_eq!(scores, expected, "{capture}: {remarks:#?}");
}

#[test]
fn the_clinic_in_flask() {
    check(
        "flask/clinic.json",
        "flask/clinic.truth.json",
        &[
            ("n-plus-one", 22),
            ("update-loop", 3),
            ("insert-loop", 2),
            ("upsert-loop", 1),
            ("duplicate-query", 1),
            ("page-loop", 1),
            ("deep-offset", 1),
            ("full-load", 1),
            ("count-per-page", 1),
        ],
    );
}

#[test]
fn the_school_in_django() {
    check(
        "django/school.json",
        "django/school.truth.json",
        &[
            ("n-plus-one", 32),
            ("update-loop", 4),
            ("insert-loop", 3),
            ("upsert-loop", 2),
            ("duplicate-query", 3),
            ("page-loop", 1),
            ("deep-offset", 2),
            ("full-load", 2),
            ("count-per-page", 2),
        ],
    );
}

/// What a report says, without the places where it says it.
fn said(capture: &str) -> Vec<(String, String, u64, usize, String)> {
    let report = json(&read(&[fixture(capture)]));
    let mut all: Vec<_> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|f| {
            let text = |key: &str| f[key].as_str().unwrap_or_default().to_owned();
            let fixes: Vec<&str> = f["suggestions"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|s| s["code"].as_str())
                .collect();
            (
                text("rule"),
                text("title"),
                f["cost"]["executions"].as_u64().unwrap_or(0),
                f["requests"].as_array().map_or(0, Vec::len),
                fixes.join("\n"),
            )
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_format_says_the_same() {
    for name in ["flask/clinic", "django/school"] {
        let json = said(&format!("{name}.json"));
        for format in ["log", "csv"] {
            assert_eq!(said(&format!("{name}.{format}")), json, "{name}.{format}");
        }
    }
}

#[test]
fn the_applications_own_log_tells_of_the_same_bursts() {
    let bursts = |capture: &str| {
        let all = said(capture).into_iter();
        let own = all.filter(|f| f.0 == "n-plus-one");
        own.map(|f| (f.1, f.2, f.3)).collect::<Vec<_>>()
    };
    assert_eq!(bursts("flask/clinic.echo.log"), bursts("flask/clinic.json"));
    assert_eq!(
        bursts("django/school.django.log"),
        bursts("django/school.json")
    );
    assert_eq!(
        bursts("django/school.django-dated.log"),
        bursts("django/school.json")
    );
}
