//! What a team shares in a file beside its captures, frameworks to choose, and being silent about a finding.

use std::fs;
use std::path::PathBuf;

use eframe::egui::{Key, Modifiers, Role};
use tempfile::TempDir;

use crate::driver::{Window, sample};

/// The sample with a file beside it.
fn beside(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("shop.log");
    fs::copy(sample(), &path).expect("a copy");
    fs::write(folder.path().join(".pgloupe.toml"), text).expect("room for it");
    (folder, path)
}

#[test]
fn another_framework_is_chosen_from_all_of_them() {
    let mut window = Window::with_sample();
    window.click(Role::ListBoxOption, "N+1");
    window.wait_for("Lines of the file");
    let code = |w: &mut Window| w.copied(|w| w.find(Role::Button, "Copy").click());
    let first = code(&mut window);
    window.click(Role::Button, "Fix for ");
    for name in ["SQLAlchemy", "Hibernate", "GORM", "SQL"] {
        assert!(window.shows(name), "no {name}");
    }
    window.click(Role::Button, "Laravel");
    window.wait_for("Fix for Laravel");
    assert_ne!(code(&mut window), first);
    window.wait_for("guessed from names of tables");
}

#[test]
fn reasons_open_and_round_trips_are_told() {
    let mut window = Window::with_sample();
    window.click(Role::ListBoxOption, "N+1");
    window.wait_for("on the way at 0.5 ms a round trip");
    assert!(window.shows(" confidence"));
    window.click(Role::Button, "Why we think so");
    window.wait_for("Seen ");
}

#[test]
fn what_silences_a_finding_is_copied_and_does() {
    let mut window = Window::with_sample();
    window.click(Role::ListBoxOption, "N+1");
    window.wait_for("Lines of the file");
    window.click(Role::Button, "Ignore…");
    let block = window.copied(|w| w.find(Role::Button, "This query").click());
    assert!(
        block.starts_with("[[ignore]]\nrule = \"n-plus-one\"\nfingerprint = \""),
        "{block}"
    );
    window.wait_for("Block for .pgloupe.toml copied");
    window.click(Role::Button, "Ignore…");
    let comment = window.copied(|w| w.find(Role::Button, "A comment").click());
    assert_eq!(comment, "/* pgloupe:ignore n-plus-one */");
    let (_folder, path) = beside(&block);
    let mut window = Window::open(&[path]);
    window.wait_for("1 finding suppressed");
    window.click(Role::Button, "1 finding suppressed");
    window.wait_for("Findings are left out by an [[ignore]]");
    assert!(window.shows("n-plus-one · query "), "{:#?}", window.texts());
    window.harness.key_press(Key::Escape);
    window.wait("the sheet to close", |w| !w.shows("n-plus-one · query "));
}

#[test]
fn thresholds_of_the_file_have_their_say_for_this_capture() {
    let (_folder, path) = beside("orm = \"rails\"\n[settings]\nn_plus_one_executions = 40\n");
    let mut window = Window::open(&[path]);
    window.wait("the capture", |w| w.shows("Requests "));
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    window.wait_for("has its say before what is set here");
    assert!(window.shows("40 in .pgloupe.toml"));
    assert!(window.shows("Rails in .pgloupe.toml"));
    window.click(Role::Button, "Fixes for");
    window.click(Role::Button, "Ecto");
    window.settle();
    assert!(window.shows("40 in .pgloupe.toml"));
}

#[test]
fn a_file_with_a_mistake_is_a_warning_and_no_failure() {
    let (_folder, path) = beside("[settings]\nslow = 3\n");
    let mut window = Window::open(&[path]);
    window.wait_for("Proof");
    window.wait_for("beside the capture is not used. Line 2");
    window.click(Role::Button, "Dismiss");
    window.click(Role::Button, "1 warning");
    window.wait_for("beside the capture is not used. Line 2");
}
