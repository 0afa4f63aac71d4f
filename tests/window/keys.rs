//! Everything by keyboard.

use eframe::egui::{Key, Modifiers, Role};

use crate::driver::Window;

#[test]
fn rows_are_reached_with_arrows_and_ends() {
    let mut window = Window::with_sample();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num3);
    window.wait("rows", |w| !w.rows().is_empty());
    window.harness.key_press(Key::R);
    window.wait_for("Sort by When");
    let first = window.rows().first().cloned();
    window.harness.key_press(Key::End);
    window.wait_for("in order; repeated ones are folded");
    assert_ne!(
        window.rows().first().cloned(),
        first,
        "the last row is not in sight"
    );
    window.harness.key_press(Key::Home);
    window.settle();
    window.harness.key_press(Key::Escape);
    window.wait("the whole table", |w| {
        !w.shows("in order; repeated ones are folded")
    });
    assert_eq!(window.rows().first().cloned(), first);
}

#[test]
fn the_palette_finds_commands_by_letters() {
    let mut window = Window::with_sample();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::K);
    window.settle();
    window.type_into("Command", "show queries");
    window.harness.key_press(Key::Enter);
    window.wait("rows", |w| !w.rows().is_empty());
    assert!(!window.shows("Type a command"));
}

#[test]
fn a_slash_goes_to_the_filter_and_letters_then_belong_to_it() {
    let mut window = Window::with_sample();
    window.harness.key_press(Key::Slash);
    window.settle();
    assert!(window.find(Role::TextInput, "Filter").is_focused());
    // A question mark would open the shortcuts anywhere else.
    window.harness.key_press(Key::Questionmark);
    window.settle();
    assert!(!window.shows("Keyboard shortcuts"));
    window.harness.key_press(Key::Escape);
    window.settle();
    window.harness.key_press(Key::Questionmark);
    window.wait_for("Keyboard shortcuts");
}

#[test]
fn settings_open_and_thresholds_are_named() {
    let mut window = Window::with_sample();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    window.wait_for("executions of one query in one request");
    window.click(Role::Button, "Light");
    window.harness.key_press(Key::Escape);
    window.wait("the sheet to close", |w| !w.shows("Default thresholds"));
}
