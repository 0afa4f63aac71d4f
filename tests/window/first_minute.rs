//! The first minute: which page is slow, which query causes it, what to type, where is the proof.

use eframe::egui::Role;

use crate::driver::Window;

#[test]
fn the_sample_leads_from_a_finding_to_its_query_its_request_and_back() {
    let mut window = Window::open(&[]);
    window.wait_for("Try the sample");
    window.click(Role::Button, "Try the sample");
    window.wait_for("Proof");
    window.click(Role::ListBoxOption, "N+1");
    window.wait_for("Lines of the file");
    for part in [
        "database time",
        "queries per request",
        "of the capture",
        "Fix",
        "Query",
        "Requests",
    ] {
        assert!(
            window.shows(part),
            "no {part:?} in:\n{}",
            window.texts().join("\n")
        );
    }
    window.click(Role::Button, "Show in queries");
    window.wait_for("Examples");
    assert!(window.shows("Latency"));
    window.click(Role::Button, "Back");
    window.wait_for("Proof");
    window.click(Role::Button, "Show request");
    window.wait_for("in order; repeated ones are folded");
    // The burst is one row until it is unfolded.
    let fold = window
        .texts()
        .into_iter()
        .find(|t| t.contains(" × "))
        .expect("a fold");
    let before = window.texts().len();
    window.click(Role::ListItem, &fold);
    assert!(window.texts().len() > before, "the fold did not open");
}

#[test]
fn the_fix_is_copied_for_the_framework_that_was_chosen() {
    let mut window = Window::with_sample();
    window.click(Role::ListBoxOption, "N+1");
    window.wait_for("Lines of the file");
    window.click(Role::Button, "Fix for ");
    window.click(Role::Button, "Django");
    let code = window.copied(|w| w.find(Role::Button, "Copy").click());
    assert!(
        code.contains("prefetch_related") || code.contains("select_related"),
        "{code}"
    );
    window.wait_for("Fix copied");
}

#[test]
fn the_page_of_the_rule_opens_in_the_window() {
    let mut window = Window::with_sample();
    window.click(Role::ListBoxOption, "N+1");
    window.wait_for("About N+1");
    window.find(Role::Button, "About N+1").scroll_to_me();
    window.settle();
    let before = window.texts().len();
    window.click(Role::Button, "About N+1");
    assert!(window.texts().len() > before + 3, "the page did not open");
}
