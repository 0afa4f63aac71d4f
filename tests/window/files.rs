//! Files that can't be read, and reading that is stopped.

use std::io::Write as _;
use std::path::PathBuf;

use eframe::egui::Role;
use egui_kittest::kittest::Queryable as _;

use crate::driver::{Window, sample};

#[test]
fn a_file_that_is_not_there_is_named_and_can_be_tried_again() {
    let mut window = Window::open(&[PathBuf::from("no/such.log")]);
    window.wait_for("such.log could not be opened");
    window.click(Role::Button, "Try again");
    window.wait_for("such.log could not be opened");
    window.click(Role::Button, "Dismiss");
    assert!(!window.shows("could not be opened"));
}

#[test]
fn a_typed_path_is_opened() {
    let mut window = Window::open(&[]);
    window.type_into("Path of a log", &sample().display().to_string());
    let open = window
        .harness
        .get_all_by_role_and_label(Role::Button, "Open")
        .last()
        .expect("a button");
    open.click();
    window.wait_for("Proof");
}

#[test]
fn reading_can_be_stopped() {
    // So many copies that reading takes longer than a click.
    let log = std::fs::read(sample()).expect("the sample");
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    for _ in 0..=200_000_000 / log.len() {
        file.write_all(&log).expect("room for it");
    }
    let mut window = Window::open(&[file.path().to_owned()]);
    window.wait_for("Stop");
    window.click(Role::Button, "Stop");
    window.wait("the end of reading", |w| {
        w.shows("Stopped after") || w.shows("Try the sample")
    });
}
