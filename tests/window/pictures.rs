//! Pictures of the views in both themes, to notice what nobody meant to change.

use std::path::Path;

use eframe::egui::{Key, Role, Theme};
use egui_kittest::SnapshotOptions;

use crate::driver::{SIZE, Window, sample};
use crate::events::log;

fn options() -> SnapshotOptions {
    SnapshotOptions::new()
        .output_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/snapshots"))
}

fn check(theme: Theme, name: &str) {
    let mut window = Window::sized(&[sample()], SIZE, theme);
    window.wait_for("Lines of the file");
    window.harness.remove_cursor();
    window.settle();
    window
        .harness
        .snapshot_options(format!("findings_{name}"), &options());
    window.click(Role::Tab, "Queries");
    window.harness.key_press(Key::ArrowDown);
    window.wait_for("Examples");
    window.harness.remove_cursor();
    window.settle();
    window
        .harness
        .snapshot_options(format!("queries_{name}"), &options());
    window.click(Role::Tab, "Requests");
    window.harness.key_press(Key::ArrowDown);
    window.wait_for("statements per request");
    window.wait_for("the heaviest in its requests");
    window.harness.remove_cursor();
    window.settle();
    window
        .harness
        .snapshot_options(format!("endpoints_{name}"), &options());
    window.click(Role::Button, "Requests");
    window.harness.key_press(Key::ArrowDown);
    window.wait_for("in order; repeated ones are folded");
    window.harness.remove_cursor();
    window.settle();
    window
        .harness
        .snapshot_options(format!("requests_{name}"), &options());
}

#[test]
fn events() {
    let mut window = Window::open(&[log()]);
    window.wait("the log", |w| w.shows("Events "));
    window.click(Role::Tab, "Events");
    window.wait("rows", |w| !w.rows().is_empty());
    window.click(Role::Row, &window.rows()[7].clone());
    window.wait_for("Lines of the file");
    window.harness.remove_cursor();
    window.settle();
    window.harness.snapshot_options("events", &options());
}

#[test]
fn dark() {
    check(Theme::Dark, "dark");
}

#[test]
fn light() {
    check(Theme::Light, "light");
}

#[test]
fn welcome() {
    let mut window = Window::open(&[]);
    window.wait_for("Try the sample");
    window.harness.snapshot_options("welcome", &options());
}
