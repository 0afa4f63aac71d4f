//! The view of events: sums, single events, their lines.

use std::path::{Path, PathBuf};

use eframe::egui::{Event, Key, Modifiers, Role};

use crate::driver::{Window, sample};

/// A log with events of many classes, plans, and steps of the extended protocol.
pub(crate) fn log() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/events.log")
}

fn opened() -> Window {
    let mut window = Window::open(&[log()]);
    window.wait("the log", |w| w.shows("Events "));
    window.click(Role::Tab, "Events");
    window.wait("rows", |w| !w.rows().is_empty());
    window
}

#[test]
fn sums_are_listed_and_one_of_them_lists_its_events() {
    let mut window = opened();
    let all = window.rows();
    assert!(window.shows("Lock acquired, 5, "), "{:#?}", window.texts());
    window.click(Role::ListBoxOption, "Error 23505");
    let errors = window.rows();
    assert!(errors.len() < all.len());
    assert!(
        errors.iter().all(|r| r.contains("Error, 23505")),
        "{errors:#?}"
    );
    // Escape leads back to all of them.
    window.harness.key_press(Key::Escape);
    window.settle();
    assert_eq!(window.rows(), all);
}

#[test]
fn a_click_shows_the_lines_of_the_record_with_their_numbers() {
    let mut window = opened();
    window.click(Role::ListBoxOption, "Lock wait");
    window.click(Role::Row, &window.rows()[0].clone());
    window.wait_for("Lines of the file");
    for part in [
        "waited until then",
        "Process holding the lock: 4101",
        "events.log:",
        "shop@shop",
    ] {
        assert!(
            window.shows(part),
            "no {part:?} in:\n{}",
            window.texts().join("\n")
        );
    }
    let lines = window.copied(|w| w.find(Role::Button, "Copy these lines").click());
    assert_eq!(lines.lines().count(), 4, "{lines}");
    let row = window.copied(|w| w.harness.event(Event::Copy));
    assert!(row.contains("\tlock-wait\t"), "{row}");
}

#[test]
fn events_are_sorted_filtered_and_reached_by_keys() {
    let mut window = Window::open(&[log()]);
    window.wait("the log", |w| w.shows("Events "));
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num5);
    window.wait("rows", |w| !w.rows().is_empty());
    window.click(Role::ColumnHeader, "Sort by Amount");
    assert!(
        window.rows()[0].contains("Disconnection"),
        "{:#?}",
        window.rows()
    );
    window.type_into("Filter", "reports");
    assert!(
        window.rows().iter().all(|r| r.contains("reports@shop")),
        "{:#?}",
        window.rows()
    );
    window.type_into("Filter", " xyzzy");
    window.wait_for("No events with “reports xyzzy”");
}

#[test]
fn a_log_without_events_says_which_settings_log_them() {
    let mut window = Window::with_sample();
    assert_eq!(sample().file_name().unwrap(), "shop.log");
    window.click(Role::Tab, "Events");
    window.wait_for("No events in this log");
    for setting in [
        "log_connections",
        "log_lock_waits",
        "log_temp_files",
        "log_checkpoints",
        "log_autovacuum_min_duration",
    ] {
        assert!(window.shows(setting), "{setting}");
    }
}

#[test]
fn a_plan_in_the_log_stands_with_its_execution() {
    let mut window = opened();
    window.click(Role::Tab, "Queries");
    window.wait("rows", |w| !w.rows().is_empty());
    let row = window
        .rows()
        .into_iter()
        .find(|r| r.contains("customer_id"))
        .expect("the query");
    window.click(Role::Row, &row);
    window.wait_for("Examples");
    // Long plans are folded until somebody asks.
    assert!(!window.shows("Seq Scan on orders"));
    window
        .find(Role::Button, "Plan from the log")
        .scroll_to_me();
    window.settle();
    window.click(Role::Button, "Plan from the log");
    window.wait_for("Seq Scan on orders");
    let plan = window.copied(|w| w.find(Role::Button, "Copy this plan").click());
    assert!(plan.contains("Rows Removed by Filter"), "{plan}");
}

#[test]
fn steps_stand_beside_durations_where_there_are_any() {
    let mut window = opened();
    window.click(Role::Tab, "Queries");
    window.wait("rows", |w| !w.rows().is_empty());
    let row = |w: &Window, part: &str| w.rows().into_iter().find(|r| r.contains(part)).unwrap();
    let orders = row(&window, "customer_id");
    window.click(Role::Row, &orders);
    window.wait_for("Examples");
    assert!(window.shows(" parse and bind"));
    let example = |w: &Window| w.texts().into_iter().find(|t| t.starts_with("Slowest ·"));
    assert!(example(&window).unwrap().contains("parse and bind ·"));
    let stock = row(&window, "stock");
    window.click(Role::Row, &stock);
    window.wait("the other query", |w| {
        example(w).is_some_and(|t| !t.contains("parse and bind"))
    });
}

#[test]
fn what_is_typed_while_many_rows_are_sorted_is_not_lost() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("many.log");
    let line = |n: usize| {
        let (minute, second, milli) = (n / 60_000, n / 1_000 % 60, n % 1_000);
        format!(
            "2026-03-02 09:{minute:02}:{second:02}.{milli:03} UTC [{}] app{}@shop LOG:  temporary file: path \"base/pgsql_tmp/pgsql_tmp1.0\", size {}\n",
            1_000 + n % 90,
            n % 9,
            n * 7 % 90_000
        )
    };
    // So many are ordered beside the window.
    let lines: String = (0..60_000).map(line).collect();
    std::fs::write(&path, lines).expect("room for it");
    let mut window = Window::open(&[path]);
    window.wait("the log", |w| w.shows("Events 60,000") && !w.shows("Stop"));
    window.click(Role::Tab, "Events");
    window.wait("rows", |w| !w.rows().is_empty());
    window
        .find(Role::ColumnHeader, "Sort by Session of")
        .click();
    window.harness.step();
    window.type_into("Filter", "app3");
    window.wait("the filtered rows", |w| {
        w.rows().iter().all(|r| r.contains("app3")) && w.shows("of 60,000 events match")
    });
}
