//! What all of these tests do: analyse bytes or fixtures, and compare reports.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pgloupe::analysis::{Analysis, Patient, analyse};
use pgloupe::capture::Options;
use pgloupe::report;
use pgloupe::rules::Settings;
use serde_json::{Value, json};

pub(crate) fn path(name: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    fixtures.join(name)
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    fs::read(path(name)).expect("the fixture is there")
}

/// Reads a file of any name with these bytes.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<Arc<Analysis>, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Files on Linux can be read on when they are gone.
    let file = folder.path().join("capture");
    fs::write(&file, bytes).expect("a temporary file");
    open(&file, options)
}

pub(crate) fn open(file: &Path, options: &Options) -> Result<Arc<Analysis>, String> {
    analyse(&[file.to_owned()], options, &Settings::default(), &Patient).map_err(|e| e.to_string())
}

pub(crate) fn text(analysis: &Analysis) -> String {
    report::json(analysis).expect("the capture can be read again")
}

/// Executions and microseconds of each session's application and query.
pub(crate) fn by_application(analysis: &Analysis) -> BTreeMap<(String, String), (u64, u64)> {
    let workload = &analysis.workload;
    let mut found: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for execution in workload.executions.iter() {
        let session = &workload.sessions[execution.session.index()];
        let query = workload.query(execution.query).expect("its query");
        let key = (
            session.application.clone().unwrap_or_default(),
            query.fingerprint.to_string(),
        );
        let sums = found.entry(key).or_default();
        sums.0 += 1;
        sums.1 += execution.duration;
    }
    found
}

/// A report without what formats, wrappers and prefixes name differently: files, lines, sessions' names.
pub(crate) fn comparable(analysis: &Analysis) -> Value {
    let mut report: Value = serde_json::from_str(&text(analysis)).expect("the report is JSON");
    let capture = report["capture"].as_object_mut().expect("a capture");
    for key in ["files", "formats", "sources", "bytes", "events"] {
        capture.remove(key);
    }
    // Only csvlog, jsonlog and verbose texts tell the SQLSTATE.
    let mut notable: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for sum in capture["notable"].as_array().into_iter().flatten() {
        let class = sum["class"].as_str().expect("a class").to_owned();
        let sums = notable.entry(class).or_default();
        for key in ["count", "total_ms", "total_bytes", "max_seconds"] {
            sums.push(sum[key].clone());
        }
    }
    let notable = notable.into_iter().map(|(class, sums)| {
        let sum: f64 = sums.iter().filter_map(Value::as_f64).sum();
        (class, json!(format!("{sum:.3}")))
    });
    capture["notable"] = Value::Object(notable.collect());
    capture["warnings"] = json!(
        capture["warnings"]["first"]
            .as_array()
            .expect("warnings")
            .iter()
            .map(|w| w["what"].clone())
            .collect::<Vec<Value>>()
    );
    strip(&mut report);
    report
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for key in ["id", "file", "line", "first_line", "last_line"] {
                fields.remove(key);
            }
            fields.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Fails with the first places where two reports differ, by their paths.
pub(crate) fn assert_same(found: &Value, expected: &Value, what: &str) {
    let mut differences = Vec::new();
    differ(found, expected, String::new(), &mut differences);
    assert!(
        differences.is_empty(),
        "{what}: {} differences\n{}",
        differences.len(),
        differences
            .iter()
            .take(12)
            .cloned()
            .collect::<Vec<String>>()
            .join("\n")
    );
}

fn differ(found: &Value, expected: &Value, at: String, out: &mut Vec<String>) {
    match (found, expected) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let (x, y) = (a.get(key), b.get(key));
                differ(
                    x.unwrap_or(&Value::Null),
                    y.unwrap_or(&Value::Null),
                    format!("{at}.{key}"),
                    out,
                );
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (n, (x, y)) in a.iter().zip(b).enumerate() {
                differ(x, y, format!("{at}[{n}]"), out);
            }
        }
        _ if found != expected => {
            let short = |v: &Value| v.to_string().chars().take(300).collect::<String>();
            out.push(format!("{at}: {} is not {}", short(found), short(expected)));
        }
        _ => {}
    }
}
