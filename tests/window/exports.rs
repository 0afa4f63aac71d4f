//! Exports of pg_stat_statements: queries without single executions.

use std::path::Path;

use eframe::egui::Role;

use crate::driver::Window;

#[test]
fn queries_of_an_export_have_no_percentiles_and_say_why() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pg_stat_statements.csv");
    let mut window = Window::open(&[file]);
    window.wait("the export", |w| w.shows("Queries "));
    window.click(Role::Tab, "Queries");
    window.wait("rows", |w| !w.rows().is_empty());
    assert!(window.rows().iter().all(|r| r.contains("–, –, –")));
    window.click(Role::Row, "SELECT orders");
    window.wait_for("Line of the export");
    for part in [
        "From an export of pg_stat_statements: no single executions",
        "pg_stat_statements.csv:3",
        "of the capture",
    ] {
        assert!(window.shows(part), "no {part:?}");
    }
    let detail = |part: &str| {
        let texts = window.texts();
        texts
            .iter()
            .any(|t| t.ends_with(part) && !t.starts_with("Sort"))
    };
    assert!(detail(" max") && !detail(" p95"));
    window.click(Role::Tab, "Requests");
    window.wait_for("No requests in an export of pg_stat_statements");
    window.click(Role::Tab, "Events");
    window.wait_for("No events in an export of pg_stat_statements");
}
