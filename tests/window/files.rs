//! Files that can't be read, and reading that is stopped.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::{DroppedFile, Key, Modifiers, Role};
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

#[test]
fn folders_and_patterns_are_opened_and_every_file_says_how_it_was_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["a.log", "b.log"] {
        std::fs::copy(sample(), folder.path().join(name)).expect("a copy");
    }
    for path in [folder.path().to_owned(), folder.path().join("*.log")] {
        let mut window = Window::open(&[path]);
        window.wait_for("Proof");
        window
            .harness
            .key_press_modifiers(Modifiers::COMMAND, Key::K);
        window.settle();
        window.type_into("Command", "files of the capture");
        window.harness.key_press(Key::Enter);
        window.wait_for("b.log");
        assert!(
            window.shows("text log, prefix %m [%p]"),
            "{:#?}",
            window.texts()
        );
        assert!(window.shows("explains 100 %"));
    }
}

#[test]
fn a_wrapped_log_says_what_lies_around_it() {
    let log = std::fs::read_to_string(sample()).expect("the sample");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("container.log");
    let lines: Vec<String> = log
        .lines()
        .take(200)
        .map(|line| {
            let text = format!("{line}\n").replace('\\', "\\\\").replace('"', "\\\"");
            let text = text.replace('\n', "\\n").replace('\t', "\\t");
            format!("{{\"log\":\"{text}\",\"stream\":\"stderr\",\"time\":\"2026-03-02T10:15:04.512Z\"}}\n")
        })
        .collect();
    std::fs::write(&path, lines.concat()).expect("room for it");
    let mut window = Window::open(&[path]);
    window.wait("the log", |w| w.shows("Queries "));
    window.click(Role::Button, "Menu");
    window.click(Role::Button, "Files of the capture");
    window.wait_for("Docker json-file › text log, prefix %m [%p]");
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_folder_that_is_dropped_is_opened() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::copy(sample(), folder.path().join("a.log")).expect("a copy");
    let mut window = Window::open(&[]);
    window.wait_for("Open folder…");
    let dropped = Dropped(folder.path().to_owned());
    window
        .harness
        .input_mut()
        .dropped_files
        .push(Arc::new(dropped));
    window.wait_for("Proof");
}
