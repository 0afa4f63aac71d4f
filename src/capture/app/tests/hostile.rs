//! Input that nobody would write.

use std::time::{Duration, Instant};

use super::*;

/// What a record of each log begins with, and what one that completes it.
const STARTS: [(AppLog, &str, &str); 5] = [
    (
        AppLog::SqlAlchemy,
        "INFO:sqlalchemy.engine.Engine:SELECT ",
        "INFO:sqlalchemy.engine.Engine:[raw sql] ",
    ),
    (AppLog::Django, "(0.001) SELECT ", "(0.001) SELECT 1; args="),
    (AppLog::Rails, "  A Load (0.1ms)  SELECT ", "  \u{21b3} "),
    (
        AppLog::Sequelize,
        "Executing (default): SELECT ",
        "Executed (default): SELECT ",
    ),
    (AppLog::TypeOrm, "query: SELECT ", "query is slow: SELECT "),
];

/// Repeated, these open what is never closed, or look like what is searched for.
const PATTERNS: [&str; 42] = [
    "'",
    "\"",
    "\\'",
    "'\\",
    "E'\\'",
    "(",
    "[",
    "{",
    "[[",
    "({",
    "[{",
    "{'a': ",
    "{'a': [",
    "[1,",
    "'a',",
    "$a$",
    "$a$ $b$",
    "/*",
    "*/",
    "--",
    "-- PARAMETERS: ",
    "; args=",
    "; args=(",
    ";",
    ";1",
    "; [",
    "%(",
    "%(a)s",
    "%%",
    "?",
    "$1",
    " ... ",
    "... 1 parameters truncated ... ",
    " characters truncated ... ",
    "  [[",
    "  [[\"a\", ",
    "(0.1ms)  ",
    "\n",
    "\n ",
    "\nFROM ",
    "\u{1b}[",
    "\u{1b}[0m  ",
];

/// Long enough that work which grows with the square of it would take minutes.
const SIZE: usize = 50_000;

fn check_linear(log: AppLog, lines: &str) {
    let start = Instant::now();
    let _ = read(lines.as_bytes(), 0, log);
    let _ = last_start(lines.as_bytes(), log);
    let took = start.elapsed();
    let shown: String = lines.chars().take(80).collect();
    assert!(took < Duration::from_secs(5), "{took:?} for {shown}");
}

#[test]
fn long_lines_take_no_longer_than_their_length() {
    for (log, open, close) in STARTS {
        for pattern in PATTERNS {
            let long = pattern.repeat(SIZE / pattern.len());
            check_linear(log, &format!("{open}{long}\n{close}{long}\n"));
            check_linear(log, &format!("{open}%(a)s ?, %s, $1; args={long}\n"));
        }
    }
}

#[test]
fn many_records_take_no_longer_than_their_length() {
    for (log, open, close) in STARTS {
        for count in [1, 40] {
            let group = format!(
                "{}{}",
                format!("{open}%(a)s $1 '\n").repeat(count),
                format!("{close}{{'b': 1}}\n").repeat(count)
            );
            check_linear(log, &group.repeat(SIZE / group.len()));
        }
        check_linear(log, &format!("{open}\n").repeat(SIZE / open.len()));
    }
}

#[test]
fn anything_is_read_without_a_panic() {
    // Pieces of real lines in any order.
    let pieces: Vec<&str> = STARTS
        .iter()
        .flat_map(|(_, open, close)| [*open, *close])
        .chain(PATTERNS)
        .collect();
    let mut state = 7_u64;
    for _ in 0..400 {
        let mut lines = String::new();
        for _ in 0..24 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let number = usize::try_from(state >> 33).unwrap();
            lines.push_str(pieces[number % pieces.len()]);
            if number.is_multiple_of(3) {
                lines.push('\n');
            }
        }
        for log in ALL {
            let whole = read(lines.as_bytes(), 0, log);
            let border = last_start(lines.as_bytes(), log);
            let (mut left, right) = (
                read(&lines.as_bytes()[..border], 0, log),
                read(&lines.as_bytes()[border..], border as u64, log),
            );
            left.0.extend(right.0);
            left.1.extend(right.1);
            assert_eq!(left, whole, "{log:?} cut at {border} of {lines:?}");
        }
    }
}
