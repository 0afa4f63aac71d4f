//! Logs that are still written, and files that are read again.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use eframe::egui::{Key, Modifiers, Role, Theme};
use pgloupe::app::Start;
use pgloupe::capture::Options;
use tempfile::TempDir;

use crate::driver::{SIZE, Window};
use crate::events::log;

/// A log that has so many of the lines of the log of events, and the lines that are left.
fn beginning(lines: usize) -> (TempDir, PathBuf, Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("postgresql.log");
    let text = fs::read_to_string(log()).expect("the log of events");
    let mut all: Vec<String> = text.lines().map(|l| format!("{l}\n")).collect();
    let rest = all.split_off(lines);
    fs::write(&path, all.concat()).expect("room for it");
    (folder, path, rest)
}

fn append(path: &Path, lines: &[String]) {
    let mut file = OpenOptions::new().append(true).open(path).expect("the log");
    file.write_all(lines.concat().as_bytes()).expect("room");
}

fn executions(window: &Window) -> u64 {
    let told = window
        .texts()
        .into_iter()
        .find(|t| t.contains(" database time") && t.contains(" execution"))
        .expect("the status bar");
    let digits: String = told.chars().take_while(|c| *c != ' ').collect();
    digits.replace(',', "").parse().expect("a number")
}

#[test]
fn a_log_is_followed_until_it_is_stopped_and_the_place_is_kept() {
    let (_folder, path, rest) = beginning(120);
    let mut window = Window::open(std::slice::from_ref(&path));
    window.wait("the log", |w| w.shows("Queries "));
    window.click(Role::Tab, "Queries");
    window.wait("rows", |w| !w.rows().is_empty());
    window.click(Role::ColumnHeader, "Sort by Executions");
    window.click(Role::ColumnHeader, "Sort by Executions");
    let stock = window
        .rows()
        .into_iter()
        .find(|r| r.contains("customer_id"))
        .expect("the query");
    window.click(Role::Row, &stock);
    window.wait_for("Examples");
    let before = executions(&window);
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::F);
    window.harness.remove_cursor();
    window.wait_for("Following · 09:00:");
    append(&path, &rest);
    // What is shown is never taken away while newer rows are made ready.
    window.wait("more executions", |w| {
        assert!(!w.rows().is_empty() && w.shows("Examples"));
        executions(w) > before + 5
    });
    let (rows, query) = (
        window.rows(),
        window.copied(|w| {
            w.find(Role::Button, "Copy SQL").click();
        }),
    );
    assert!(query.contains("customer_id"), "{query}");
    let counts: Vec<u64> = rows
        .iter()
        .filter_map(|r| r.split(", ").find_map(|part| part.parse().ok()))
        .collect();
    assert!(counts.is_sorted(), "{rows:#?}");
    window.click(Role::Button, "Stop");
    window.wait("the end", |w| !w.shows("Following ·"));
    assert!(executions(&window) > before + 5);
    assert!(window.shows("Examples"));
}

#[test]
fn a_window_can_begin_by_following() {
    let (_folder, path, rest) = beginning(60);
    let start = Start {
        files: vec![path.clone()],
        options: Options {
            follow: true,
            ..Options::default()
        },
        ..Start::default()
    };
    let mut window = Window::start(start, SIZE, Theme::Light);
    window.wait_for("Following ·");
    window.click(Role::Tab, "Events");
    window.wait("rows", |w| !w.rows().is_empty());
    let before = window.rows().len();
    window.harness.remove_cursor();
    append(&path, &rest[..100]);
    window.wait("more events", |w| w.rows().len() > before);
    window.click(Role::Button, "Stop");
    window.wait("the end", |w| !w.shows("Following ·"));
}

#[test]
fn reloading_reads_what_was_written_since_and_keeps_the_place() {
    let (_folder, path, rest) = beginning(120);
    let mut window = Window::open(std::slice::from_ref(&path));
    window.wait("the log", |w| w.shows("Events "));
    window.click(Role::Tab, "Events");
    window.wait("rows", |w| !w.rows().is_empty());
    window.click(Role::ListBoxOption, "Lock acquired");
    let row = window.rows()[0].clone();
    window.click(Role::Row, &row);
    window.wait_for("Lines of the file");
    let (lines, events) = (window.shows("acquired ShareLock"), window.rows().len());
    assert!(lines);
    append(&path, &rest);
    window.harness.key_press(Key::F5);
    window.wait("more events", |w| w.rows().len() > events);
    assert!(window.shows("acquired ShareLock"));
    assert_eq!(window.rows()[0], row);
}

#[test]
fn what_cannot_grow_is_not_followed() {
    let mut window =
        Window::open(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/packed/lines.log.gz")]);
    window.wait("the log", |w| w.shows("Queries "));
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::K);
    window.settle();
    window.type_into("Command", "follow the");
    window.wait_for("No command is called that");
}
