//! Captures, and the truth about them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pgloupe::analysis::{Analysis, Patient, analyse};
use pgloupe::capture::Options;
use pgloupe::report;
use pgloupe::rules::Settings;
use serde_json::Value;

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

pub(crate) fn read(files: &[PathBuf]) -> std::sync::Arc<Analysis> {
    with(files, &Settings::default())
}

pub(crate) fn with(files: &[PathBuf], settings: &Settings) -> std::sync::Arc<Analysis> {
    analyse(files, &Options::default(), settings, &Patient).expect("the capture can be read")
}

pub(crate) fn json(analysis: &Analysis) -> Value {
    let text = report::json(analysis).expect("the capture can be read again");
    serde_json::from_str(&text).expect("the report is JSON")
}

pub(crate) fn truth(name: &str) -> Value {
    let text = std::fs::read_to_string(fixture(name)).expect("the truth is there");
    serde_json::from_str(&text).expect("the truth is JSON")
}

/// A process and the number of a record of its session.
pub(crate) type Row = (u64, u64);

/// The rule that the truth calls by a kind of its own.
pub(crate) fn rule(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "n_plus_one" => "n-plus-one",
        "duplicate_query" => "duplicate-query",
        "insert_loop" => "insert-loop",
        "update_loop" => "update-loop",
        "upsert_loop" => "upsert-loop",
        "offset_loop" => "page-loop",
        "deep_offset" => "deep-offset",
        "unbounded_select" => "full-load",
        "count_per_page" => "count-per-page",
        _ => return None,
    })
}

/// The record of each line of a jsonlog.
pub(crate) fn rows_by_line(name: &str) -> BTreeMap<u64, Row> {
    let text = std::fs::read_to_string(fixture(name)).expect("the fixture is there");
    let row = |line: &str| {
        let record: Value = serde_json::from_str(line).expect("a record");
        let number = |key: &str| record[key].as_u64().expect("a number");
        (number("pid"), number("line_num"))
    };
    (1..).zip(text.lines().map(row)).collect()
}

/// Rows as the truth has them: `[pid, [row, …]]`, or a list of such.
pub(crate) fn rows(of: &Value) -> BTreeSet<Row> {
    let list = of.as_array().expect("rows");
    let pairs: Vec<&Value> = if list.first().is_some_and(Value::is_array) {
        list.iter().collect()
    } else {
        vec![of]
    };
    let mut found = BTreeSet::new();
    for pair in pairs {
        let pid = pair[0].as_u64().expect("a process");
        for row in pair[1].as_array().expect("rows") {
            found.insert((pid, row.as_u64().expect("a row")));
        }
    }
    found
}

/// The request of each record: its number in the truth.
pub(crate) fn owners(truth: &Value) -> BTreeMap<Row, usize> {
    let mut owners = BTreeMap::new();
    for (number, request) in truth["requests"]
        .as_array()
        .expect("requests")
        .iter()
        .enumerate()
    {
        let list = request["rows"].as_array().expect("rows");
        let spans: Vec<&Value> = if list.first().is_some_and(Value::is_array) {
            list.iter().collect()
        } else {
            vec![&request["rows"]]
        };
        for span in spans {
            let [pid, from, to] = [0, 1, 2].map(|at| span[at].as_u64().expect("a number"));
            owners.extend((from..=to).map(|row| ((pid, row), number)));
        }
    }
    owners
}
