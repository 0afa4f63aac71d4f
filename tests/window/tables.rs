//! Sorting, filtering, narrowing, copying.

use eframe::egui::{Event, Key, Role, vec2};
use egui_kittest::kittest::Queryable as _;

use crate::driver::Window;

#[test]
fn a_click_on_a_header_sorts_and_another_turns_around() {
    let mut window = Window::with_sample();
    window.click(Role::Tab, "Queries");
    window.wait("rows", |w| !w.rows().is_empty());
    window.click(Role::ColumnHeader, "Sort by Executions");
    let most = window.rows();
    window.click(Role::ColumnHeader, "Sort by Executions");
    let least = window.rows();
    assert_ne!(most.first(), least.first());
    window.click(Role::ColumnHeader, "Sort by Executions");
    assert_eq!(window.rows(), most);
}

#[test]
fn the_filter_keeps_what_matches_and_says_when_nothing_does() {
    let mut window = Window::with_sample();
    window.click(Role::Tab, "Queries");
    window.wait("rows", |w| !w.rows().is_empty());
    let all = window.rows().len();
    window.type_into("Filter", "update");
    let some = window.rows();
    assert!(!some.is_empty() && some.len() < all, "{some:#?}");
    window.type_into("Filter", " xyzzy");
    window.wait_for("No queries with “update xyzzy”");
    let button = window
        .harness
        .get_all_by_role_and_label(Role::Button, "Clear the filter")
        .last()
        .expect("a button");
    button.click();
    window.settle();
    assert_eq!(window.rows().len(), all);
}

#[test]
fn rows_and_sql_are_copied() {
    let mut window = Window::with_sample();
    window.click(Role::Tab, "Queries");
    window.wait("rows", |w| !w.rows().is_empty());
    window.harness.key_press(Key::ArrowDown);
    window.wait_for("Examples");
    // This is how the system's keys for copying arrive.
    let row = window.copied(|w| w.harness.event(Event::Copy));
    assert!(row.contains('\t'), "{row}");
    let sql = window.copied(|w| w.find(Role::Button, "Copy SQL").click());
    assert!(
        row.starts_with(sql.split_whitespace().next().expect("a word")),
        "{sql}"
    );
    let bound = window.copied(|w| w.find(Role::Button, "Copy with parameters").click());
    assert!(!bound.is_empty());
}

#[test]
fn a_drag_over_the_strip_narrows_the_range_and_escape_widens_it() {
    let mut window = Window::with_sample();
    let strip = window
        .find(Role::Image, "Database time over the capture")
        .rect();
    window.harness.hover_at(strip.left_center());
    window
        .harness
        .drag_at(strip.left_center() + vec2(strip.width() * 0.2, 0.0));
    window.harness.step();
    window
        .harness
        .hover_at(strip.left_center() + vec2(strip.width() * 0.4, 0.0));
    window.harness.step();
    window
        .harness
        .drop_at(strip.left_center() + vec2(strip.width() * 0.6, 0.0));
    window.wait_for("Full range");
    window.wait("narrowed counts", |w| {
        w.texts()
            .iter()
            .any(|t| t.contains(" of ") && t.contains("executions ·"))
    });
    window.harness.key_press(Key::Escape);
    window.wait("the full range", |w| !w.shows("Full range"));
}

#[test]
fn a_narrow_window_shows_the_detail_in_the_place_of_the_list() {
    let mut window = Window::sized(
        &[crate::driver::sample()],
        vec2(960.0, 600.0),
        eframe::egui::Theme::Light,
    );
    window.wait("findings", |w| w.shows("N+1"));
    window.click(Role::ListBoxOption, "N+1");
    window.wait_for("Back to the list");
    assert!(
        window
            .harness
            .query_all_by_role(Role::ListBoxOption)
            .next()
            .is_none()
    );
    window.click(Role::Button, "Back to the list");
    assert!(
        window
            .harness
            .query_all_by_role(Role::ListBoxOption)
            .next()
            .is_some()
    );
}
