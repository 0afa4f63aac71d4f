//! Bad input: each gives a clear message or a counted warning, the rest still shows, and nothing panics.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pgloupe::analysis::{Analysis, Patient, analyse};
use pgloupe::capture::Options;
use pgloupe::rules::Settings;

fn fixture(name: &str) -> Vec<u8> {
    fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(name),
    )
    .expect("the fixture is there")
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).expect("a temporary file");
        path
    }
}

fn open(paths: &[PathBuf]) -> Result<Arc<Analysis>, String> {
    analyse(paths, &Options::default(), &Settings::default(), &Patient).map_err(|e| e.to_string())
}

fn read(bytes: &[u8]) -> Result<Arc<Analysis>, String> {
    let folder = Folder::new();
    open(&[folder.file("a.log", bytes)])
}

fn refuses(result: Result<Arc<Analysis>, String>, words: &str) {
    let message = result.err().unwrap_or_default();
    assert!(message.contains(words), "'{message}' doesn't say '{words}'");
}

fn warnings(analysis: &Analysis) -> Vec<String> {
    let all = analysis.workload.capture.warnings.first();
    all.iter()
        .map(|w| {
            format!(
                "{}: {}",
                w.line.map_or("-".to_owned(), |l| l.to_string()),
                w.what
            )
        })
        .collect()
}

const LINE: &str =
    "2026-11-21 04:44:37.926 UTC [1] LOG:  duration: 1.500 ms  statement: SELECT 1 FROM a\n";

#[test]
fn what_is_no_capture_is_refused_with_a_reason() {
    let folder = Folder::new();
    refuses(open(&[]), "no file was given");
    refuses(
        open(&[folder.0.path().join("missing.log")]),
        "there is no such file",
    );
    refuses(
        open(&[folder.0.path().to_owned()]),
        "holds no file that may be a log",
    );
    refuses(read(b""), "is empty");
    refuses(read(&[0, 1, 2, 3, 0, 255, 10, 0, 77]), "binary file");
    refuses(
        read(b"127.0.0.1 - - [21/Nov/2026] \"GET / HTTP/1.1\" 200\n"),
        "not a PostgreSQL log",
    );
    let options = Options {
        prefix: Some("%m %?".to_owned()),
        ..Options::default()
    };
    let path = folder.file("b.log", LINE.as_bytes());
    let refused =
        analyse(&[path], &options, &Settings::default(), &Patient).map_err(|e| e.to_string());
    refuses(refused, "'%?'");
}

#[test]
fn one_bad_file_among_good_ones_is_a_warning() {
    let folder = Folder::new();
    let paths = [
        folder.file("empty.log", b""),
        folder.file("good.log", LINE.as_bytes()),
    ];
    let analysis = open(&paths).expect("one file is good");
    assert_eq!(analysis.workload.executions.len(), 1);
    assert!(
        warnings(&analysis)[0].contains("empty.log is empty"),
        "{:?}",
        warnings(&analysis)
    );
}

#[test]
fn a_cut_line_is_a_warning_with_its_line() {
    let analysis =
        read(format!("{LINE}{LINE}2026-11-21 04:44:37.926 UTC [1] LOG:  duration: 1.5").as_bytes())
            .expect("readable");
    assert_eq!(analysis.workload.executions.len(), 2);
    let found = warnings(&analysis);
    assert!(
        found.contains(&"3: the line is cut off: no duration".to_owned()),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|w| w.starts_with("3: the file ends inside a line")),
        "{found:?}"
    );
}

#[test]
fn packed_files_are_read_and_cut_ones_as_far_as_they_go() {
    let plain = fixture("shop.log");
    let expected = read(&plain).expect("readable").workload.executions.len();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&plain).expect("packed");
    let gz = gz.finish().expect("packed");
    let zst = zstd::encode_all(plain.as_slice(), 1).expect("packed");
    for packed in [&gz, &zst, &[gz.clone(), gz.clone()].concat()] {
        let analysis = read(packed).expect("readable");
        assert_eq!(analysis.workload.executions.len() % expected, 0);
        assert!(!analysis.workload.executions.is_empty());
        let cut = read(&packed[..packed.len() * 2 / 3]).expect("readable in part");
        assert!(!cut.workload.executions.is_empty());
        assert!(
            warnings(&cut)
                .iter()
                .any(|w| w.contains("damaged or cut off")),
            "{:?}",
            warnings(&cut)
        );
    }
    refuses(read(&gz[..10]), "can't be unpacked");
}

#[test]
fn other_line_ends_marks_and_bytes_change_nothing() {
    let plain = fixture("shop.log");
    let expected = read(&plain).expect("readable");
    let crlf = String::from_utf8_lossy(&plain)
        .replace('\n', "\r\n")
        .into_bytes();
    let bom = [b"\xef\xbb\xbf".as_slice(), &plain].concat();
    for bytes in [crlf, bom] {
        let analysis = read(&bytes).expect("readable");
        assert_eq!(
            analysis.workload.executions.len(),
            expected.workload.executions.len()
        );
        assert_eq!(
            analysis.workload.queries.len(),
            expected.workload.queries.len()
        );
        assert_eq!(analysis.findings.len(), expected.findings.len());
        assert_eq!(warnings(&analysis), Vec::<String>::new());
    }
    let latin = [
        LINE.as_bytes(),
        b"2026-11-21 04:44:37.926 UTC [1] LOG:  duration: 1.500 ms  statement: SELECT 'caf\xe9'\n",
    ]
    .concat();
    assert_eq!(read(&latin).expect("readable").workload.executions.len(), 2);
}

#[test]
fn a_monster_statement_is_one_execution() {
    let mut bytes = LINE.as_bytes().to_vec();
    bytes.extend_from_slice(b"2026-11-21 04:44:38.926 UTC [1] LOG:  duration: 9.000 ms  statement: SELECT 1 FROM a WHERE b IN (1");
    while bytes.len() < 50 << 20 {
        bytes.extend_from_slice(b", 1234567890, 1234567890, 1234567890\n\t, 1234567890, 1234567890, 1234567890, 1234567890");
    }
    bytes.extend_from_slice(b")\n");
    bytes.extend_from_slice(LINE.as_bytes());
    let analysis = read(&bytes).expect("readable");
    assert_eq!(
        (
            analysis.workload.executions.len(),
            analysis.workload.queries.len()
        ),
        (3, 2)
    );
}

#[test]
fn a_clock_that_steps_back_loses_nothing() {
    let back = LINE.replace("04:44:37", "04:44:07");
    let analysis = read(format!("{LINE}{back}{LINE}").as_bytes()).expect("readable");
    assert_eq!(analysis.workload.executions.len(), 3);
    assert!(analysis.workload.requests.iter().all(|r| r.end >= r.start));
}

#[test]
fn statements_without_durations_are_counted_as_such() {
    let analysis = read(LINE.replace("duration: 1.500 ms  ", "").as_bytes()).expect("readable");
    assert_eq!(analysis.workload.executions.len(), 0);
    assert!(
        warnings(&analysis)[0].contains("1 statements were logged without a duration"),
        "{:?}",
        warnings(&analysis)
    );
}

#[test]
fn rotated_files_are_one_capture_in_the_order_of_time() {
    let folder = Folder::new();
    let later = folder.file("a.log", LINE.replace("04:44", "05:44").as_bytes());
    let earlier = folder.file("b.log", LINE.as_bytes());
    let analysis = open(&[later, earlier.clone()]).expect("readable");
    assert_eq!(analysis.workload.capture.files[0].path, earlier);
    assert_eq!(
        (
            analysis.workload.executions.len(),
            analysis.workload.sessions.len()
        ),
        (2, 1)
    );
}

/// Cuts a capture at every byte of its first part, and flips bytes: whatever stands before the damage is unchanged.
#[test]
fn damage_never_panics() {
    for name in ["shop.log", "shop.csv", "shop.json"] {
        let whole = fixture(name);
        let part = &whole[..whole.len().min(4_000)];
        let folder = Folder::new();
        let expected = open(&[folder.file("whole.log", part)])
            .expect("readable")
            .workload
            .executions
            .len();
        for at in (1..part.len()).step_by(37) {
            let cut = open(&[folder.file("cut.log", &part[..at])]);
            assert!(
                cut.map_or(0, |a| a.workload.executions.len()) <= expected,
                "{name} cut at {at}"
            );
            let mut flipped = part.to_vec();
            flipped[at] ^= 0x5a;
            // Whatever it is taken for, it must come back with an answer.
            drop(open(&[folder.file("flipped.log", &flipped)]));
        }
    }
}

#[test]
fn the_same_log_in_two_formats_is_noticed() {
    let folder = Folder::new();
    let paths = [
        folder.file("a.log", &fixture("shop.log")),
        folder.file("a.csv", &fixture("shop.csv")),
    ];
    let found = warnings(&open(&paths).expect("readable"));
    assert!(
        found.iter().any(|w| w.contains("counts twice")),
        "{found:?}"
    );
}
