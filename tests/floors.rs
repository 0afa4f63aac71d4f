//! Holds the direction of the rooms: a lower floor never names a higher one, and pure floors stay pure.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from the lowest floor up. Those on one line may name each other.
const FLOORS: &[&[&str]] = &[
    &["catalog", "plan", "sql"],
    &["capture"],
    &["live", "workload"],
    &["advice"],
    &["rules"],
    &["analysis", "config"],
    &["report"],
    &["app"],
    &["cli"],
];

/// Floors without a window, a database driver or an async runtime.
const PURE: &[&str] = &[
    "catalog", "plan", "sql", "capture", "workload", "advice", "rules", "analysis", "config",
    "report",
];
const IMPURE: &[&str] = &["egui", "eframe", "sqlx", "tokio", "rfd", "winit"];

/// Files of a room: a folder, or one file of that name.
fn files(room: &str) -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![src.join(room)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let single = src.join(format!("{room}.rs"));
    found.extend(single.is_file().then_some(single));
    found
}

/// Lines of code that name one of `names` as a path, comments left out.
fn offences(room: &str, names: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files(room) {
        let text = fs::read_to_string(&file).expect("a source file can be read");
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for name in names.iter().filter(|name| names_path(code, name)) {
                found.push(format!(
                    "{}:{}: {name}: {}",
                    file.display(),
                    number + 1,
                    line.trim()
                ));
            }
        }
    }
    found
}

/// Whether `code` has `name` as a whole path, not as the end of a longer word.
fn names_path(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !word(before) && !word(after)
    })
}

#[test]
fn every_room_has_files() {
    for room in FLOORS.iter().copied().flatten() {
        assert!(
            !files(room).is_empty(),
            "{room} has no files: is the list of floors out of date?"
        );
    }
}

#[test]
fn no_floor_names_a_higher_one() {
    for (floor, rooms) in FLOORS.iter().enumerate() {
        let higher: Vec<String> = FLOORS[floor + 1..]
            .iter()
            .copied()
            .flatten()
            .map(|room| format!("crate::{room}"))
            .collect();
        for room in *rooms {
            let found = offences(room, &higher);
            assert!(
                found.is_empty(),
                "{room} names a higher floor:\n{}",
                found.join("\n")
            );
        }
    }
}

#[test]
fn pure_floors_stay_pure() {
    let impure: Vec<String> = IMPURE.iter().map(|name| (*name).to_owned()).collect();
    for room in PURE {
        let found = offences(room, &impure);
        assert!(
            found.is_empty(),
            "{room} is a pure floor:\n{}",
            found.join("\n")
        );
    }
}

#[test]
fn the_check_sees_an_offence() {
    assert!(names_path("use crate::app::Start;", "crate::app"));
    assert!(!names_path("use crate::apply;", "crate::app"));
}

/// What a person or an application wrote reaches a server from one place, by the protocol that takes one statement.
#[test]
fn composed_statements_are_made_in_one_place() {
    let named = |name: &str| {
        let found = offences("live", &[name.to_owned()]);
        let files: Vec<_> = found
            .iter()
            .filter_map(|line| line.split(':').next())
            .collect();
        files
            .into_iter()
            .filter_map(|file| file.rsplit("src/").next().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    assert!(named("raw_sql").is_empty(), "{:?}", named("raw_sql"));
    let mut composed = named("AssertSqlSafe");
    composed.dedup();
    // The history is a file of our own, not a server.
    composed.retain(|file| !file.starts_with("live/history/"));
    assert_eq!(composed, ["live/reader.rs"]);
}
