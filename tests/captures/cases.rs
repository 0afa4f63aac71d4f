//! The awkward cases against their truth.

use std::collections::BTreeMap;

use pgloupe::analysis::Analysis;
use pgloupe::capture::Options;
use pgloupe::sql;
use serde_json::Value;

use crate::common::{assert_same, by_application, comparable, open, path};

const FORMATS: [&str; 3] = ["awkward.log", "awkward.csv", "awkward.json"];

/// What the truth says: executions of each case and query, microseconds of each case, errors of each query.
#[derive(Debug, Default, PartialEq)]
struct Counted {
    executions: BTreeMap<(String, String), u64>,
    micros: BTreeMap<String, u64>,
    errors: BTreeMap<String, u64>,
    /// Of each case.
    plans: BTreeMap<String, u64>,
}

fn truth() -> Counted {
    let text = std::fs::read_to_string(path("captures/awkward.truth.json")).expect("the truth");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("the truth is JSON");
    let mut counted = Counted::default();
    for case in &cases {
        let name = case["case"].as_str().expect("a name").to_owned();
        let ms = case["total_ms"].as_f64().expect("milliseconds");
        let micros = format!("{:.0}", ms * 1_000.0).parse().expect("a number");
        if micros > 0 {
            counted.micros.insert(name.clone(), micros);
        }
        let plans = case["plans"].as_u64().expect("a count");
        if plans > 0 {
            counted.plans.insert(name.clone(), plans);
        }
        for statement in case["statements"].as_array().expect("statements") {
            let sql = statement["sql"].as_str().expect("a text");
            let query = sql::Digester::default()
                .digest(sql.as_bytes())
                .fingerprint
                .to_string();
            let executions = statement["executions"].as_u64().expect("a count");
            let errors = statement["errors"].as_u64().expect("a count");
            if executions > 0 {
                let key = (name.clone(), query.clone());
                *counted.executions.entry(key).or_default() += executions;
            }
            if errors > 0 {
                *counted.errors.entry(query).or_default() += errors;
            }
        }
    }
    counted
}

fn counted(analysis: &Analysis) -> Counted {
    let mut counted = Counted::default();
    for ((case, query), (executions, micros)) in by_application(analysis) {
        *counted.micros.entry(case.clone()).or_default() += micros;
        counted.executions.insert((case, query), executions);
    }
    let workload = &analysis.workload;
    for execution in workload.executions.iter() {
        let session = &workload.sessions[execution.session.index()];
        let plans = workload.plans.of(&execution).count() as u64;
        if plans > 0 {
            let case = session.application.clone().unwrap_or_default();
            *counted.plans.entry(case).or_default() += plans;
        }
    }
    for query in &workload.queries {
        if query.stats.errors > 0 {
            counted
                .errors
                .insert(query.fingerprint.to_string(), query.stats.errors);
        }
    }
    counted
}

/// Where two maps differ.
fn differences<K: Ord + Clone + std::fmt::Debug>(
    found: &BTreeMap<K, u64>,
    expected: &BTreeMap<K, u64>,
) -> Vec<String> {
    let keys = found
        .keys()
        .chain(expected.keys().filter(|key| !found.contains_key(*key)));
    keys.filter(|key| found.get(*key) != expected.get(*key))
        .map(|key| {
            format!(
                "{key:?}: {:?} is not {:?}",
                found.get(key),
                expected.get(key)
            )
        })
        .collect()
}

#[test]
fn every_case_agrees_in_every_format() {
    let truth = truth();
    assert!(truth.micros.len() >= 40);
    let mut all = Vec::new();
    for name in FORMATS {
        let analysis =
            open(&path(&format!("captures/{name}")), &Options::default()).expect("readable");
        let found = counted(&analysis);
        let sql = |query: &str| {
            let queries = &analysis.workload.queries;
            let found = queries.iter().find(|q| q.fingerprint.to_string() == query);
            found.map_or(String::new(), |q| q.sql.chars().take(120).collect())
        };
        for d in differences(&found.executions, &truth.executions) {
            let hint: Vec<String> = d.split('"').map(sql).filter(|s| !s.is_empty()).collect();
            all.push(format!("{name} executions {d} {hint:?}"));
        }
        for d in differences(&found.errors, &truth.errors) {
            let hint: Vec<String> = d.split('"').map(sql).filter(|s| !s.is_empty()).collect();
            all.push(format!("{name} errors {d} {hint:?}"));
        }
        for d in differences(&found.plans, &truth.plans) {
            all.push(format!("{name} plans {d}"));
        }
        for d in differences(&found.micros, &truth.micros) {
            all.push(format!("{name} µs {d}"));
        }
        let warnings = analysis.workload.capture.warnings.first();
        // Statements that were never timed are told of; all else is understood.
        for w in warnings
            .iter()
            .filter(|w| !w.what.contains("without a duration"))
        {
            all.push(format!("{name}:{:?} {}", w.line, w.what));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn the_formats_say_the_same() {
    let report = |name: &str| {
        let file = path(&format!("captures/{name}"));
        comparable(&open(&file, &Options::default()).expect("readable"))
    };
    let json = report("awkward.json");
    for twin in ["awkward.log", "awkward.csv"] {
        assert_same(&report(twin), &json, twin);
    }
}
