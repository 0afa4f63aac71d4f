//! Sources as a whole, on files that the real tools packed (`fixtures/packed`).
//!
//! All hold `lines.log`, and nothing else that is to be read: `lines.log.*` as one stream, `several.log.*` as two with
//! an empty one between them (zstd's with frames to be skipped), archives as files beside empty ones, links and notes.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::super::error::CaptureError;
use super::super::warning::Warnings;
use super::{Source, open};

const LINES: &str = include_str!("../../../fixtures/packed/lines.log");

fn fixture(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("fixtures/packed").join(name)
}

fn opened(path: &Path) -> (Result<Vec<Source>, CaptureError>, Warnings) {
    let mut warnings = Warnings::default();
    let sources = open(path, &|| false, &mut |_| {}, &mut warnings);
    (sources, warnings)
}

/// All bytes of a source, read in small steps as they come.
fn content(source: &Source) -> Vec<u8> {
    let mut all = Vec::new();
    let mut buffer = [0; 100];
    loop {
        let got = source.read_at(all.len() as u64, &mut buffer).unwrap();
        all.extend_from_slice(&buffer[..got]);
        if got < buffer.len() {
            return all;
        }
    }
}

/// A fixture whose files all hold [`LINES`]: their names within it, and how many warnings there are.
fn check(name: &str, files: &[&str], warned: u64) {
    let path = fixture(name);
    let (sources, warnings) = opened(&path);
    let sources = sources.unwrap_or_else(|error| panic!("{name}: {error}"));
    let names: Vec<String> = sources
        .iter()
        .map(|source| {
            let shown = source.path.strip_prefix(&path).unwrap();
            shown.to_str().unwrap().replace('\\', "/")
        })
        .collect();
    assert_eq!(names, files, "{name}");
    assert_eq!(warnings.total(), warned, "{name}: {warnings:?}");
    for source in &sources {
        assert!(content(source) == LINES.as_bytes(), "{name}");
        assert!(source.finished(), "{name}");
        assert_eq!(source.len(), LINES.len() as u64, "{name}");
        assert_eq!(source.expected_len(), Some(source.len()), "{name}");
        assert_eq!(source.problem(), None, "{name}");
    }
}

#[test]
fn every_packing_gives_the_same_lines() {
    for name in ["lines.log", "twice.log.gz"] {
        check(name, &[""], 0);
    }
    for packing in ["gz", "zst", "bz2", "xz"] {
        check(&format!("lines.log.{packing}"), &[""], 0);
        check(&format!("several.log.{packing}"), &[""], 0);
    }
}

#[test]
fn archives_give_a_source_a_file() {
    let in_tar = ["logs/b.log", "logs/old/a.log.gz", "logs/stored.log"];
    for name in [
        "logs.tar",
        "logs.tar.gz",
        "logs.tar.zst",
        "logs.tar.bz2",
        "logs.tar.xz",
    ] {
        check(name, &in_tar, 0);
    }
    let long = format!("{}.log", "long".repeat(40));
    check("long-gnu.tar", &[&long], 0);
    check("long-pax.tar", &[&long], 0);
    check("v7.tar", &["logs/b.log"], 0);
    check("logs.zip", &in_tar, 0);
    check("partly.zip", &["logs/stored.log"], 1);
}

#[test]
fn packings_are_opened_only_so_deep() {
    let (sources, _) = opened(&fixture("nested.zip"));
    for source in sources.unwrap() {
        let packed = source.path.ends_with("a.log.gz");
        assert_eq!(
            content(&source).starts_with(b"\x1f\x8b"),
            packed,
            "{source:?}"
        );
    }
}

#[test]
fn what_holds_nothing_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let check = |bytes: &[u8], words: &str| {
        let path = folder.path().join("a");
        fs::write(&path, bytes).unwrap();
        let message = opened(&path).0.unwrap_err().to_string();
        assert!(message.contains(words), "'{message}' doesn't say '{words}'");
    };
    check(b"", "is empty");
    check(
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0",
        "is empty",
    );
    check(b"\x1f\x8b\x08\0 and no more", "can't be unpacked");
    check(
        b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        "holds no log",
    );
    check(b"PK\x03\x04 and no more", "can't be unpacked");
    check(&fs::read(fixture("encrypted.zip")).unwrap(), "encrypted");
    let (sources, _) = opened(&folder.path().join("missing"));
    assert!(matches!(sources, Err(CaptureError::Open { .. })));
}

/// Opens bytes that may be damaged: nothing panics or waits for ever, and what is missing is told.
fn survives(folder: &Path, bytes: &[u8], what: &str) {
    // Each has a file of its own: to write the same one again and again waits for the disk.
    let path = folder.join(what);
    fs::write(&path, bytes).unwrap();
    let (sources, warnings) = opened(&path);
    fs::remove_file(&path).unwrap();
    let Ok(sources) = sources else { return };
    for source in &sources {
        let got = content(source);
        assert!(source.finished(), "{what}");
        assert_eq!(got.len() as u64, source.len(), "{what}");
        let told = source.problem().is_some() || warnings.total() > 0;
        // What archives say about their files, and files stored in them as they are, no checksum guards.
        let unchecked = ["tar", "zip"].iter().any(|archive| what.contains(archive));
        // Between its streams a packed file can be cut without a trace; and one whose mark is gone isn't packed.
        let between = what.starts_with("several") && got == LINES.as_bytes()[..FIRST_STREAM];
        let whole = got == LINES.as_bytes() || between || got == bytes;
        assert!(told || unchecked || whole, "{what}: {} bytes", got.len());
    }
}

/// What the first stream of `several.log.*` holds.
const FIRST_STREAM: usize = 212;

fn packed_fixtures() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = fs::read_dir(fixture(""))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .filter(|(name, _)| name != "lines.log")
        .collect();
    all.sort();
    all
}

#[test]
fn files_cut_off_anywhere_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in packed_fixtures() {
        // At each byte of a stream, and at every few of an archive.
        let step = 1 + bytes.len() / 500;
        for end in (0..bytes.len()).step_by(step) {
            survives(
                folder.path(),
                &bytes[..end],
                &format!("{name} cut at {end}"),
            );
        }
    }
}

#[test]
fn flipped_bits_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in packed_fixtures() {
        let step = 1 + bytes.len() / 300;
        for at in (0..bytes.len()).step_by(step) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            survives(folder.path(), &flipped, &format!("{name} flipped at {at}"));
        }
    }
}

/// A gzip file of so many bytes when unpacked.
fn large(path: &Path, lines: u64) -> u64 {
    let file = fs::File::create(path).unwrap();
    let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    let mut len = 0;
    for n in 0..lines {
        let line = format!(
            "2026-11-21 09:00:00.001 UTC [{n}] LOG:  line {}\n",
            n * 7_919 % 104_729
        );
        packer.write_all(line.as_bytes()).unwrap();
        len += line.len() as u64;
    }
    packer.finish().unwrap();
    len
}

#[test]
fn the_rest_is_unpacked_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.log.gz");
    let len = large(&path, 100_000);
    let (sources, _) = opened(&path);
    let source = sources.unwrap().remove(0);
    assert!(!source.finished());
    assert!(source.len() < len / 2);
    let expected = source.expected_len().unwrap();
    assert!(expected.abs_diff(len) < len / 5, "{expected} of {len}");
    let mut last = [0];
    assert_eq!(source.read_at(len - 1, &mut last).unwrap(), 1);
    assert_eq!(last, *b"\n");
    assert_eq!(source.read_at(len, &mut last).unwrap(), 0);
    assert!(source.finished());
    assert_eq!((source.len(), source.expected_len()), (len, Some(len)));

    let (sources, _) = opened(&path);
    let source = sources.unwrap().remove(0);
    source.hurry();
    let began = Instant::now();
    while !source.finished() && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(source.len(), len);
}

#[test]
fn a_cut_off_file_keeps_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.log.gz");
    let len = large(&path, 100_000);
    let packed = fs::read(&path).unwrap();
    fs::write(&path, &packed[..packed.len() / 2]).unwrap();
    let (sources, _) = opened(&path);
    let source = sources.unwrap().remove(0);
    assert_eq!(source.problem(), None);
    let got = content(&source).len() as u64;
    assert!(got > len / 3 && got < len);
    let problem = source.problem().unwrap();
    assert!(
        problem.contains(&format!("only its first {got} bytes")),
        "{problem}"
    );
}

#[test]
fn one_who_waits_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.log.gz");
    large(&path, 100_000);
    let (sources, _) = opened(&path);
    let source = sources.unwrap().remove(0);
    source.stop();
    let error = source.read_at(1 << 40, &mut [0; 10]).unwrap_err();
    assert!(matches!(
        source.read_failed(0, error),
        CaptureError::Cancelled
    ));
    // What was unpacked can still be shown.
    assert_eq!(source.read_at(0, &mut [0; 10]).unwrap(), 10);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_while_it_comes_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());

    // Nobody writes yet: opening waits, and can be cancelled.
    let began = Instant::now();
    let late = || began.elapsed() > Duration::from_millis(120);
    let cancelled = open(&path, &late, &mut |_| {}, &mut Warnings::default());
    assert!(matches!(cancelled, Err(CaptureError::Cancelled)));

    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut pipe = fs::OpenOptions::new().write(true).open(&path).unwrap();
            for _ in 0..20 {
                pipe.write_all(LINES.as_bytes()).unwrap();
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let source = opened(&path).0.unwrap().remove(0);
        assert_eq!(source.expected_len(), None);
        assert!(content(&source) == LINES.repeat(20).into_bytes());
        assert_eq!(source.problem(), None);
        writer.join().unwrap();
    });

    // Packed bytes through a pipe, an archive too.
    for (name, files) in [("lines.log.zst", 1), ("logs.tar.gz", 3), ("logs.zip", 3)] {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let bytes = fs::read(fixture(name)).unwrap();
                fs::write(&path, bytes).unwrap();
            });
            let sources = opened(&path).0.unwrap();
            assert_eq!(sources.len(), files, "{name}");
            for source in sources {
                assert!(content(&source) == LINES.as_bytes(), "{name}");
            }
        });
    }
}

#[test]
fn a_log_that_grows_is_read_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    fs::write(&path, LINES).unwrap();
    let source = opened(&path).0.unwrap().remove(0);
    let mut log = fs::OpenOptions::new().append(true).open(&path).unwrap();
    log.write_all(b"more\n").unwrap();
    assert_eq!(content(&source), LINES.as_bytes());
    let len = LINES.len() as u64 + 5;
    assert_eq!(source.grown().unwrap(), super::Growth::Longer(len));
    source.extend_to(len);
    source.extend_to(3);
    assert!(content(&source).ends_with(b"COMMIT\nmore\n"));
    assert_eq!(source.grown().unwrap(), super::Growth::Same);
}
