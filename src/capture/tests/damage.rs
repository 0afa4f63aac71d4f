//! Damaged input: no reader panics, hangs or reads what stands before the damage otherwise.
//!
//! Each test takes fixtures apart, damages them with seeded chance and reads what comes out. A few rounds are run by
//! default, the same in every run. For longer, one reader at a time:
//!
//! ```text
//! PGLOUPE_FUZZ_SECONDS=600 cargo test --release --lib capture::tests::damage -- --nocapture damage::csv
//! ```
//!
//! A failure leaves its input in the folder for temporary files and says where. What has found a mistake is kept, cut
//! down, in `fixtures/damage/` under the name of its reader, and read in every run.

mod checks;
mod corpus;
mod mutate;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use mutate::Chance;

/// Rounds of each reader, unless told for how long.
const ROUNDS: u64 = 48;

/// Longer than this on one input is a mistake.
const LONGEST: Duration = Duration::from_secs(1);

/// Longer than this, and it may never end.
const HANGS: Duration = Duration::from_secs(20);

/// What a reader must hold: it gets a text and what the damage has made of it.
type Check = fn(&[u8], &[u8]);

#[test]
fn stderr() {
    damage("stderr", &corpus::text_logs(), 12, checks::stderr);
}

#[test]
fn csv() {
    damage("csv", &corpus::csv_rows(), 6, checks::csv);
}

#[test]
fn json() {
    damage("json", &corpus::json_lines(), 6, checks::json);
}

#[test]
fn pgbouncer() {
    damage("pgbouncer", &corpus::pgbouncer(), 20, checks::pgbouncer);
}

#[test]
fn totals() {
    damage("totals", &corpus::totals(), 1, checks::totals);
}

#[test]
fn wrap() {
    damage("wrap", &corpus::wrapped(), 1, checks::wrap);
}

#[test]
fn infer() {
    damage("infer", &corpus::prefixed(), 40, checks::infer);
}

#[test]
fn phrases() {
    damage("phrases", &corpus::messages(), 1, checks::phrases);
}

#[test]
fn time() {
    damage("time", &corpus::stamps(), 1, checks::time);
}

#[test]
fn explained() {
    damage("explained", &corpus::plans(), 1, checks::explained);
}

#[test]
fn prepared() {
    damage("prepared", &corpus::statements(), 2, checks::prepared);
}

#[test]
fn sql() {
    damage("sql", &corpus::statements(), 2, checks::sql);
}

/// Damages runs of up to `most` units, and checks each. Stops at the first failure and keeps its input.
fn damage(reader: &'static str, units: &[Vec<u8>], most: u64, check: Check) {
    assert!(!units.is_empty());
    let now: Mutex<(u64, Vec<u8>)> = Mutex::default();
    let (ended, end) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            // Dropped at the end, by a panic too.
            let _ended = ended;
            rounds(reader, units, most, check, &now);
        });
        let mut seen = 0;
        while end.recv_timeout(HANGS) == Err(RecvTimeoutError::Timeout) {
            let (round, input) = now.lock().unwrap().clone();
            if round == seen {
                // There is no other way to end a thread that hangs.
                say(&format!(
                    "{reader} hangs: {}",
                    keep(reader, &input).display()
                ));
                std::process::abort();
            }
            seen = round;
        }
        if let Err(panic) = worker.join() {
            resume_unwind(panic);
        }
    });
}

fn rounds(reader: &str, units: &[Vec<u8>], most: u64, check: Check, now: &Mutex<(u64, Vec<u8>)>) {
    for input in kept(reader) {
        watched(reader, &input, &input, check);
    }
    let seconds = std::env::var("PGLOUPE_FUZZ_SECONDS").ok();
    let seconds: Option<u64> = seconds.and_then(|text| text.parse().ok());
    let begun = Instant::now();
    let is_over = |round| match seconds {
        Some(seconds) => begun.elapsed() >= Duration::from_secs(seconds),
        None => round >= ROUNDS,
    };
    let mut round = 0;
    while !is_over(round) {
        let mut chance = Chance::new(reader, round);
        let (whole, damaged) = mutate::damaged(units, most, seconds.is_some(), &mut chance);
        round += 1;
        *now.lock().unwrap() = (round, damaged.clone());
        watched(reader, &whole, &damaged, check);
    }
    if seconds.is_some() {
        say(&format!("{reader}: {round} inputs"));
    }
}

#[expect(
    clippy::print_stdout,
    reason = "whoever asked for a long run wants to know"
)]
fn say(what: &str) {
    println!("{what}");
}

/// Inputs that have found a mistake.
fn kept(reader: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/damage");
    let Ok(files) = fs::read_dir(folder) else {
        return Vec::new();
    };
    files
        .map(|file| file.unwrap().path())
        .filter(|path| {
            path.file_stem()
                .is_some_and(|stem| stem.to_string_lossy().starts_with(reader))
        })
        .map(|path| fs::read(path).unwrap())
        .collect()
}

fn watched(reader: &str, whole: &[u8], damaged: &[u8], check: Check) {
    let begun = Instant::now();
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(whole, damaged))) {
        say(&format!(
            "{reader} fails: {}",
            keep(reader, damaged).display()
        ));
        resume_unwind(panic);
    }
    let mut took = begun.elapsed();
    if took >= LONGEST {
        // The machine may have been busy with something else.
        let again = Instant::now();
        check(whole, damaged);
        took = again.elapsed();
    }
    assert!(
        took < LONGEST,
        "{took:?} for {} bytes: {}",
        damaged.len(),
        keep(reader, damaged).display()
    );
}

/// Keeps an input that has failed, and says where.
fn keep(reader: &str, input: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("pgloupe-damage-{reader}"));
    fs::write(&path, input).unwrap();
    path
}
