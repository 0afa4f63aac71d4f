use crate::driver::{SIZE, Window};
use crate::events::log;
use eframe::egui::{Key, Modifiers, Role, Theme, vec2};
use egui_kittest::SnapshotOptions;
use std::path::{Path, PathBuf};
fn shot(w: &mut Window, name: &str) {
    w.harness.remove_cursor();
    w.settle();
    let o = SnapshotOptions::new().output_path(Path::new("/tmp/hw/look"));
    w.harness.snapshot_options(name, &o);
}
#[test]
fn look() {
    let mut w = Window::open(&[log()]);
    w.wait("the log", |w| w.shows("Events "));
    w.click(Role::Tab, "Events");
    w.wait("rows", |w| !w.rows().is_empty());
    shot(&mut w, "events");
    w.click(Role::ListBoxOption, "Lock acq");
    shot(&mut w, "events_class");
    w.click(Role::Row, &w.rows()[2].clone());
    w.wait_for("Lines of the file");
    shot(&mut w, "event_detail");
    w.click(Role::Tab, "Queries");
    w.wait("rows", |w| !w.rows().is_empty());
    let row = w
        .rows()
        .into_iter()
        .find(|r| r.contains("customer_id"))
        .unwrap();
    w.click(Role::Row, &row);
    w.wait_for("Examples");
    shot(&mut w, "query_top");
    w.find(Role::Button, "Plan from the log").scroll_to_me();
    w.settle();
    w.click(Role::Button, "Plan from the log");
    w.wait_for("Seq Scan on orders");
    shot(&mut w, "query_plan");
    w.click(Role::Tab, "Requests");
    w.wait("rows", |w| !w.rows().is_empty());
    w.click(Role::ColumnHeader, "Sort by Statements");
    w.harness.key_press(Key::ArrowDown);
    w.wait_for("in order; repeated ones are folded");
    shot(&mut w, "request");
    w.click(Role::Button, "Menu");
    w.settle();
    shot(&mut w, "menu");
}
#[test]
fn look_light() {
    let mut w = Window::sized(&[log()], vec2(960.0, 600.0), Theme::Light);
    w.wait("the log", |w| w.shows("Events "));
    w.click(Role::Tab, "Events");
    w.wait("rows", |w| !w.rows().is_empty());
    shot(&mut w, "light_small");
    w.click(Role::Row, &w.rows()[7].clone());
    w.wait_for("Lines of the file");
    shot(&mut w, "light_small_detail");
}
#[test]
fn look_export() {
    let mut w = Window::open(&[PathBuf::from("fixtures/pg_stat_statements.csv")]);
    w.wait("the log", |w| w.shows("Queries "));
    shot(&mut w, "export_findings");
    w.click(Role::Tab, "Queries");
    w.wait("rows", |w| !w.rows().is_empty());
    shot(&mut w, "export_queries");
    w.click(Role::Row, "SELECT orders");
    w.wait_for("Line of the export");
    shot(&mut w, "export_query");
    w.click(Role::Tab, "Requests");
    shot(&mut w, "export_requests");
    w.harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    w.settle();
    w.type_into("Command", "files of");
    w.harness.key_press(Key::Enter);
    w.settle();
    shot(&mut w, "files");
}
#[test]
fn look_empty() {
    let mut w = Window::with_sample();
    w.click(Role::Tab, "Events");
    w.wait_for("No events in this log");
    shot(&mut w, "empty_events");
    let mut w = Window::open(&[]);
    w.wait_for("Try the sample");
    shot(&mut w, "welcome");
    let _ = SIZE;
}
