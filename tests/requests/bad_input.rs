//! Traces and request logs that can't be believed: a warning says so, and nothing is taken for what it is not.

use std::io::Write as _;
use std::path::PathBuf;

use pgloupe::analysis::Analysis;
use pgloupe::workload::Grouping;

use crate::common::{fixture, read};

fn file(suffix: &str, text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new()
        .suffix(suffix)
        .tempfile()
        .expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    file
}

fn warnings(analysis: &Analysis) -> Vec<String> {
    let all = analysis.workload.capture.warnings.first();
    all.iter().map(|w| w.what.clone()).collect()
}

fn beside(requests: &str) -> std::sync::Arc<Analysis> {
    let other = file(".jsonl", requests);
    read(&[fixture("flask/clinic.log"), other.path().to_owned()])
}

fn requests() -> String {
    std::fs::read_to_string(fixture("flask/clinic.requests.jsonl")).expect("the fixture is there")
}

#[test]
fn a_request_log_of_another_day_names_nothing() {
    let analysis = beside(
        &requests()
            .replace("2026-11-25T", "2026-11-27T")
            .replace("2026-11-21T", "2026-11-23T"),
    );
    let said = warnings(&analysis);
    assert!(said.iter().any(|w| w.contains("another time")), "{said:?}");
    let w = &analysis.workload;
    assert!(w.requests.iter().all(|r| w.label(r).is_none()));
}

#[test]
fn clocks_that_differ_name_nothing() {
    // Seven minutes off: no statement runs in the request that it seems to be in.
    let first = requests();
    let shifted: String = first
        .lines()
        .map(|line| {
            let mut record: serde_json::Value = serde_json::from_str(line).expect("a record");
            let time: clock::Stamp = record["ts"]
                .as_str()
                .expect("a time")
                .parse()
                .expect("a time");
            record["ts"] = time.later_by_minutes(7).into();
            record.to_string() + "\n"
        })
        .collect();
    let analysis = beside(&shifted);
    let said = warnings(&analysis);
    assert!(
        said.iter()
            .any(|w| w.contains("clocks") || w.contains("another time")),
        "{said:?}"
    );
    let w = &analysis.workload;
    assert!(w.requests.iter().all(|r| w.label(r).is_none()));
}

/// Times as the request log writes them, moved.
mod clock {
    pub(crate) struct Stamp {
        head: String,
        hour: u32,
        minute: u32,
        tail: String,
    }

    impl std::str::FromStr for Stamp {
        type Err = ();

        fn from_str(text: &str) -> Result<Self, ()> {
            let number = |range: std::ops::Range<usize>| {
                text.get(range).and_then(|t| t.parse().ok()).ok_or(())
            };
            Ok(Self {
                head: text.get(..11).ok_or(())?.to_owned(),
                hour: number(11..13)?,
                minute: number(14..16)?,
                tail: text.get(16..).ok_or(())?.to_owned(),
            })
        }
    }

    impl Stamp {
        pub(crate) fn later_by_minutes(&self, minutes: u32) -> String {
            let all = self.hour * 60 + self.minute + minutes;
            format!(
                "{}{:02}:{:02}{}",
                self.head,
                all / 60 % 24,
                all % 60,
                self.tail
            )
        }
    }
}

fn trace() -> String {
    std::fs::read_to_string(fixture("flask/traces/otlp.jsonl")).expect("the fixture is there")
}

fn open(path: &PathBuf) -> std::sync::Arc<Analysis> {
    read(std::slice::from_ref(path))
}

#[test]
fn a_trace_that_is_cut_off_gives_what_is_whole() {
    let whole = read(&[fixture("flask/traces/otlp.json")])
        .workload
        .executions
        .len();
    let text =
        std::fs::read_to_string(fixture("flask/traces/otlp.json")).expect("the fixture is there");
    let cut = file(".json", &text[..text.len() * 2 / 3]);
    let analysis = open(&cut.path().to_owned());
    let left = analysis.workload.executions.len();
    assert!(left > whole / 3 && left < whole, "{left} of {whole}");
    assert!(!warnings(&analysis).is_empty());
}

#[test]
fn a_span_that_ends_years_later_is_not_believed() {
    let text = trace();
    let at = text.find("\"endTimeUnixNano\"").expect("an end");
    let digits = text[at..]
        .find(|c: char| c.is_ascii_digit())
        .expect("digits")
        + at;
    let mut later = text.clone();
    later.replace_range(digits..digits + 2, "27");
    let changed = file(".jsonl", &later);
    let analysis = open(&changed.path().to_owned());
    let said = warnings(&analysis);
    assert!(said.iter().any(|w| w.contains("clock")), "{said:?}");
    let (from, to) = analysis.workload.span.expect("a span");
    assert!(to - from < 3_600_000_000, "{} s", (to - from) / 1_000_000);
}

#[test]
fn spans_without_parents_belong_to_their_trace() {
    let orphans: String = trace().replace("\"parentSpanId\"", "\"unknownKey\"");
    let changed = file(".jsonl", &orphans);
    let analysis = open(&changed.path().to_owned());
    let w = &analysis.workload;
    assert!(!w.executions.is_empty());
    assert!(w.requests.iter().all(|r| r.grouping == Grouping::Trace));
}
