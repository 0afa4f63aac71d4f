//! Requests by endpoint and one by one, bursts within bursts, and captures of applications.

use std::path::{Path, PathBuf};

use eframe::egui::{Event, Key, Role};
use egui_kittest::kittest::Queryable as _;

use crate::driver::{Window, sample};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// The clinic's log with the application's own log of its requests.
pub(crate) fn clinic() -> [PathBuf; 2] {
    ["flask/clinic.log", "flask/clinic.requests.jsonl"].map(fixture)
}

fn opened(files: &[PathBuf]) -> Window {
    let mut window = Window::open(files);
    window.wait("the capture", |w| w.shows("Requests "));
    window.click(Role::Tab, "Requests");
    window.wait("rows", |w| !w.rows().is_empty());
    window
}

fn has(window: &Window, part: &str) {
    let texts = window.texts();
    assert!(
        texts.iter().any(|t| t.contains(part)),
        "no {part:?} in:\n{}",
        texts.join("\n")
    );
}

#[test]
fn endpoints_come_first_and_single_requests_are_one_switch_away() {
    let mut window = opened(&[sample()]);
    has(&window, "Sort by Endpoint");
    let endpoints = window.rows();
    window.click(Role::Button, "Requests");
    window.wait_for("Sort by When");
    assert_ne!(window.rows(), endpoints);
    // The tab comes back to what was looked at last.
    window.click(Role::Tab, "Findings");
    window.wait_for("Proof");
    window.click(Role::Tab, "Requests");
    window.wait_for("Sort by When");
    window.harness.key_press(Key::E);
    window.wait_for("Sort by Endpoint");
    assert_eq!(window.rows(), endpoints);
}

#[test]
fn an_endpoint_leads_to_its_requests_and_they_lead_back() {
    let mut window = opened(&clinic());
    window.click(Role::ColumnHeader, "Sort by Statements");
    let row = window.rows()[0].clone();
    let name = row.split(',').next().expect("a name").to_owned();
    window.harness.key_press(Key::ArrowDown);
    window.wait_for("statements per request");
    for part in [
        "whole requests, as the application logged them",
        "p95",
        &name,
    ] {
        has(&window, part);
    }
    let copied = window.copied(|w| w.harness.event(Event::Copy));
    assert!(copied.starts_with(&format!("{name}\t")), "{copied}");
    window.wait_for("the heaviest in its requests");
    let request = window
        .texts()
        .into_iter()
        .find(|t| t.contains("status ") && t.contains(" statements"))
        .expect("a request");
    window.click(Role::Link, &request);
    window.wait_for("in order; repeated ones are folded");
    for part in ["whole request", "status", "high confidence"] {
        has(&window, part);
    }
    window.click(Role::Button, "Show endpoint");
    window.wait_for("statements per request");
}

#[test]
fn a_filter_for_an_endpoint_lists_its_requests_alone() {
    let mut window = opened(&[sample()]);
    window.click(Role::ColumnHeader, "Sort by Requests");
    window.harness.key_press(Key::ArrowDown);
    window.wait_for("Show all ");
    let button = window
        .texts()
        .into_iter()
        .find(|t| t.starts_with("Show all "))
        .expect("a button");
    window.click(Role::Button, &button);
    window.wait_for("Sort by When");
    let count: usize = button["Show all ".len()..].parse().expect("a number");
    has(&window, &format!("{count} of "));
    window.type_into("Filter", " xyzzy");
    window.wait_for("No requests with “endpoint:");
    // The switch stays, so that nobody is caught.
    window.click(Role::Button, "Endpoints");
    window.wait_for("No endpoints with “endpoint:");
}

#[test]
fn a_burst_within_a_burst_unfolds_in_two_steps() {
    let mut window = opened(&clinic());
    window.click(Role::Button, "Requests");
    window.wait_for("Sort by When");
    window.type_into("Filter", "/visits/nested");
    window.wait("two rows", |w| w.rows().len() == 2);
    let row = window.rows()[0].clone();
    window.click(Role::Row, &row);
    window.wait_for("in order; repeated ones are folded");
    let folds = |w: &Window| -> Vec<String> {
        let texts = w.texts();
        let shown = texts.into_iter().filter(|t| t.contains(" × "));
        shown.collect()
    };
    let chain = folds(&window)
        .into_iter()
        .find(|t| t.contains(" with "))
        .expect("a chain");
    window.click(Role::ListItem, &chain);
    let members: Vec<String> = folds(&window)
        .into_iter()
        .filter(|t| t.contains(" × SELECT"))
        .collect();
    assert!(members.len() > 1, "{members:#?}");
    let before = window.texts().len();
    window.click(Role::ListItem, &members[0]);
    assert!(window.texts().len() > before + 1, "the member did not open");
    window.click(Role::ListItem, &chain);
    assert!(folds(&window).len() < members.len() + 1);
}

#[test]
fn a_log_without_durations_counts_executions_and_says_why() {
    let mut window = Window::open(&[fixture("flask/clinic.echo.log")]);
    window.wait_for("Proof");
    has(&window, "no durations");
    has(&window, "what it costs is counted in executions");
    for tab in ["Findings", "Queries", "Requests"] {
        window.click(Role::Tab, tab);
        window.settle();
        let zero = window
            .texts()
            .into_iter()
            .find(|t| t.contains("0 µs") && !t.contains("00 µs"));
        assert_eq!(zero, None, "in {tab}");
    }
}

#[test]
fn traces_and_other_applications_open_too() {
    for name in ["flask/traces/otlp.json", "django/school.log"] {
        let mut window = opened(&[fixture(name)]);
        window.harness.key_press(Key::ArrowDown);
        window.wait_for("statements per request");
        window.click(Role::Button, "Requests");
        window.wait_for("Sort by When");
        window.harness.key_press(Key::ArrowDown);
        window.wait_for("in order; repeated ones are folded");
    }
}

#[test]
fn a_narrow_window_has_the_switch_too() {
    let mut window = Window::sized(
        &[sample()],
        eframe::egui::vec2(960.0, 600.0),
        eframe::egui::Theme::Light,
    );
    window.wait("the capture", |w| w.shows("Requests "));
    window.click(Role::Tab, "Requests");
    window.wait("rows", |w| !w.rows().is_empty());
    window.harness.key_press(Key::ArrowDown);
    window.settle();
    window.harness.key_press(Key::Enter);
    window.wait_for("Back to the list");
    assert!(window.harness.query_by_label("Sort by Endpoint").is_none());
}
