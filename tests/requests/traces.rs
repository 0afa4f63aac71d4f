//! The same requests as OpenTelemetry's JSON lines, as one object with the new names, and as Jaeger's JSON.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::common::{fixture, json, read, rule, truth};

#[test]
fn every_form_of_a_trace_tells_of_its_requests() {
    let truth = truth("flask/traces/truth.json");
    for (file, about) in [
        ("otlp.jsonl", "otlp.jsonl"),
        ("otlp.json", "otlp.json"),
        ("jaeger.json", "otlp.jsonl"),
    ] {
        let report = json(&read(&[fixture(&format!("flask/traces/{file}"))]));
        let requests = truth[about].as_array().expect("requests");
        assert_eq!(
            report["capture"]["grouping"]["trace-id"],
            requests.len(),
            "{file}"
        );
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let mut found: BTreeSet<(String, String)> = BTreeSet::new();
        for finding in report["findings"].as_array().expect("findings") {
            for seen in finding["requests"].as_array().expect("requests") {
                found.insert((text(&seen["id"]), text(&finding["rule"])));
            }
        }
        for request in requests {
            let id = text(&request["trace_id"]);
            let mut wanted: BTreeSet<String> = BTreeSet::new();
            for expected in request["expected"].as_array().expect("expected") {
                let accept = expected["accept"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(text);
                let kinds: Vec<String> = accept.chain([text(&expected["kind"])]).collect();
                let rules: Vec<&str> = kinds.iter().filter_map(|k| rule(k)).collect();
                let hit = rules
                    .iter()
                    .any(|r| found.contains(&(id.clone(), (*r).to_owned())));
                assert!(hit, "{file}: {} has no {rules:?}", request["endpoint"]);
                wanted.extend(rules.iter().map(|r| (*r).to_owned()));
            }
            let optional = request["optional"].as_array().into_iter().flatten();
            wanted.extend(optional.filter_map(|k| rule(&text(k))).map(str::to_owned));
            let other: Vec<&String> = found.iter().filter(|f| f.0 == id).map(|f| &f.1).collect();
            let judged = other.iter().filter(|r| {
                !["cache-candidate", "chatty-request", "slow-query"].contains(&r.as_str())
            });
            for rule in judged {
                assert!(
                    wanted.contains(*rule),
                    "{file}: {rule} in {}",
                    request["endpoint"]
                );
            }
        }
        // The instrumentation gives no values: what can't be told apart is said.
        let hidden = report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .any(|f| f["reasons"].to_string().contains("no values of parameters"));
        assert!(hidden, "{file}");
    }
}
