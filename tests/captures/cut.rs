//! Captures that end anywhere: nothing panics, and what was before the cut is read the same.

use std::fs;
use std::path::Path;

use pgloupe::capture::Options;

use crate::common::{fixture, open};
use crate::render::{self, WRAPPED};

/// Where an execution stands, how long it took, and of which query.
type Seen = (u64, u64, String);

fn executions(file: &Path) -> Vec<Seen> {
    let Ok(analysis) = open(file, &Options::default()) else {
        return Vec::new();
    };
    let workload = &analysis.workload;
    let mut seen: Vec<Seen> = workload
        .executions
        .iter()
        .map(|e| {
            let query = workload.query(e.query).expect("its query");
            (e.place.offset, e.duration, query.fingerprint.to_string())
        })
        .collect();
    seen.sort();
    seen
}

fn check(name: &str, bytes: &[u8], cuts: usize, in_order: bool) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("capture.log");
    fs::write(&file, bytes).expect("a temporary file");
    let whole = executions(&file);
    assert!(!whole.is_empty(), "{name}");
    let step = bytes.len() / cuts + 1;
    for at in (1..bytes.len()).step_by(step) {
        fs::write(&file, &bytes[..at]).expect("a temporary file");
        let found = executions(&file);
        if !in_order || found.is_empty() {
            continue;
        }
        // What is near the cut may have lost its plan, its fetches or its end.
        let safe = found.len().saturating_sub(NEAR);
        assert_eq!(found[..safe], whole[..safe], "{name} cut at {at}");
    }
}

/// Of so many executions before the cut, parts may be missing.
const NEAR: usize = 16;

#[test]
fn plain_captures() {
    for name in ["awkward.log", "awkward.csv", "awkward.json"] {
        check(name, &fixture(&format!("captures/{name}")), 40, true);
    }
}

#[test]
fn wrapped_captures() {
    let events: Vec<render::Event> = render::events().into_iter().take(120).collect();
    for form in WRAPPED {
        check(form.name, &(form.write)(&events), 12, false);
    }
}
