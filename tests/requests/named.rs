//! A request log beside the server's: it names the requests, and tells how much of each is database time.

use crate::common::{fixture, json, owners, read, rows_by_line, truth};

fn check(folder: &str, name: &str, least: usize) {
    let log = format!("{folder}/{name}.json");
    let analysis = read(&[
        fixture(&log),
        fixture(&format!("{folder}/{name}.requests.jsonl")),
    ]);
    let truth = truth(&format!("{folder}/{name}.truth.json"));
    let (lines, owners) = (rows_by_line(&log), owners(&truth));
    let w = &analysis.workload;
    let file = w
        .capture
        .files
        .iter()
        .position(|f| f.format.is_server())
        .expect("the server's log");
    let (mut right, mut wrong) = (0, Vec::new());
    for request in &w.requests {
        for (_, e) in w.executions.range(request.ids()) {
            let line = analysis.sources.line(e.place).expect("a line");
            let owner = Some(usize::from(e.place.file))
                .filter(|f| *f == file)
                .and_then(|_| owners.get(&lines[&line]));
            let (Some(owner), Some(label)) = (owner, w.label(request)) else {
                continue;
            };
            let request = &truth["requests"][*owner];
            let path = request["path"].as_str().expect("a path");
            let path = path.split('?').next().expect("a path");
            let part = |part: &str| {
                let id = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
                if id {
                    ":id".to_owned()
                } else {
                    part.to_owned()
                }
            };
            let path: Vec<String> = path.split('/').map(part).collect();
            let expected = format!(
                "{} {}",
                request["method"].as_str().expect("a method"),
                path.join("/")
            );
            if label == expected {
                right += 1;
            } else {
                wrong.push((label.to_owned(), expected));
            }
        }
    }
    assert_eq!(wrong, [], "{log}");
    assert!(right >= least, "{log}: {right} executions have a name");
    let report = json(&analysis);
    let endpoints = report["endpoints"].as_array().expect("endpoints");
    let named: Vec<_> = endpoints
        .iter()
        .filter(|e| e["label"].is_string())
        .collect();
    assert!(!named.is_empty());
    for endpoint in named {
        assert_eq!(endpoint["times"], "whole", "{endpoint}");
        let share = endpoint["db_share"].as_f64().expect("a share");
        assert!((0.0..=1.0).contains(&share), "{endpoint}");
        let at = |key: &str| endpoint[key].as_f64().expect("a time");
        assert!(
            at("p50_ms") <= at("p95_ms") && at("p95_ms") <= at("p99_ms"),
            "{endpoint}"
        );
    }
}

#[test]
fn requests_of_the_clinic_have_their_names() {
    check("flask", "clinic", 600);
}

#[test]
fn requests_of_the_school_have_their_names() {
    check("django", "school", 1_000);
}
