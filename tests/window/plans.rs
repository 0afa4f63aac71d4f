//! Plans: of a log by query and shape, of a file, and pasted; their views lead to each other.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use eframe::egui::accesskit::Toggled;
use eframe::egui::{Event, Key, Modifiers, Role, Theme};
use egui_kittest::SnapshotOptions;
use egui_kittest::kittest::NodeT as _;

use crate::driver::{SIZE, Window};
use crate::events::log;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/rules")
        .join(name)
}

/// The plan of a sort whose few first rows are wanted, with advice.
fn top() -> PathBuf {
    fixture("top-n/flagged-joined.plan")
}

fn opened(path: &Path) -> Window {
    let mut window = Window::open(&[path.to_owned()]);
    window.wait_for("Flame graph");
    window
}

fn nodes(window: &Window) -> Vec<String> {
    let all = window.texts();
    all.into_iter().filter(|t| t.contains(" own, ")).collect()
}

#[test]
fn a_file_of_one_plan_opens_on_its_tree_with_advice() {
    let window = opened(&top());
    assert!(nodes(&window).len() >= 3, "{:#?}", window.texts());
    for part in [
        "execution",
        "planning",
        "of the execution",
        "About All rows sorted for the first few",
    ] {
        assert!(window.shows(part), "no {part:?} in {:#?}", window.texts());
    }
    // Nothing else is known of it.
    for part in ["Findings", "Queries", "Requests", "executions"] {
        assert!(!window.shows(part), "{part}: {:#?}", window.texts());
    }
}

#[test]
fn a_node_is_marked_in_every_view() {
    let mut window = opened(&top());
    window.click(Role::TreeItem, "Sort");
    window.wait_for("Sort Method");
    window.click(Role::Tab, "Text");
    let marked = |w: &Window| {
        w.harness
            .root()
            .children_recursive()
            .filter(|n| {
                let node = n.accesskit_node();
                node.role() == Role::Row && node.toggled() == Some(Toggled::True)
            })
            .count()
    };
    assert!(marked(&window) >= 2, "{:#?}", window.texts());
    // From a line to its node.
    let line = window.rows().iter().position(|r| r.contains("Seq Scan"));
    let row = window.rows()[line.expect("a line of a scan")].clone();
    window.click(Role::Row, &row);
    window.wait_for("own time");
    window.click(Role::Tab, "Tree");
    window.settle();
    window.click(Role::Tab, "Flame graph");
    window.settle();
    window.click(Role::Button, "Sort");
    window.wait_for("Sort Method");
    window.click(Role::Button, "Back to the advice");
    window.wait_for("of the execution");
}

#[test]
fn advice_leads_to_its_node_and_is_copied() {
    let mut window = opened(&top());
    let code = window.copied(|w| w.find(Role::Button, "Copy").click());
    assert!(!code.trim().is_empty());
    window.click(Role::Button, "Show node");
    window.wait_for("with all below");
}

#[test]
fn plans_of_a_log_are_grouped_and_lead_to_each_other() {
    let mut window = Window::open(&[log()]);
    window.wait("the log", |w| w.shows("Plans "));
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num4);
    window.wait("rows", |w| !w.rows().is_empty());
    window.click(Role::Row, &window.rows()[0].clone());
    window.wait_for("Flame graph");
    let row = window.copied(|w| w.harness.event(Event::Copy));
    assert!(row.contains('\t'), "{row}");
    for mode in ["By node", "By table", "By index", "Text"] {
        window.click(Role::Tab, mode);
        window.settle();
    }
    assert!(
        window.shows("Query Text") || window.shows("->"),
        "{:#?}",
        window.texts()
    );
}

#[test]
fn a_pasted_plan_opens_and_other_text_says_why_not() {
    let mut window = Window::open(&[]);
    window.wait_for("Try the sample");
    let text = fs::read_to_string(top()).expect("a plan");
    window.harness.event(Event::Paste(text));
    window.wait_for("Flame graph");
    window
        .harness
        .event(Event::Paste("SELECT no plan at all".to_owned()));
    window.wait_for("What was pasted is no plan.");
    assert!(window.shows("Flame graph"), "the plan stays");
}

#[test]
fn a_pinned_plan_is_compared_with_the_next() {
    let mut window = opened(&top());
    window.click(Role::Button, "Pin");
    window.wait_for("Pinned: open another plan and choose Compare");
    let other = fs::read_to_string(fixture("top-n/clean-few.plan")).expect("a plan");
    window.harness.event(Event::Paste(other));
    window.wait_for("Bitmap Heap Scan of ticket");
    window.click(Role::Tab, "Compare");
    window.wait_for("pinned → shown");
    assert!(window.shows(" → "), "{:#?}", window.texts());
    window.click(Role::Tab, "Tree");
    window.click(Role::Button, "Pin");
    window.settle();
}

#[test]
fn a_plan_that_is_cut_off_shows_what_could_be_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("cut.json");
    let whole = fs::read_to_string(fixture("top-n/flagged-joined.plan")).expect("a plan");
    let half = whole.len() / 2;
    fs::write(&path, whole.get(..half).expect("plain text")).expect("room for it");
    let window = opened(&path);
    assert!(!nodes(&window).is_empty(), "{:#?}", window.texts());
    fs::write(&path, "{\"a\": [1, 2, 3]}").expect("room for it");
    let mut window = Window::open(&[path]);
    window.wait_for("could not be opened");
}

#[test]
fn two_thousand_nodes_are_shown_in_every_view() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("large.txt");
    let mut text = String::from(
        "Append  (cost=0.00..9.00 rows=1 width=4) (actual time=0.010..2001.000 rows=1999 loops=1)\n",
    );
    for n in 0..1999 {
        writeln!(text, "  ->  Seq Scan on part_{n}  (cost=0.00..1.00 rows=1 width=4) (actual time=0.001..1.000 rows=1 loops=1)\n        Filter: (a = {n})").expect("text");
    }
    text.push_str("Execution Time: 2001.500 ms\n");
    fs::write(&path, text).expect("room for it");
    let mut window = opened(&path);
    assert!(window.shows("2,000 nodes"), "{:#?}", window.texts());
    for (mode, part) in [
        ("Flame graph", "Append"),
        ("By table", "part_"),
        ("Text", "Filter: (a = "),
        ("Tree", "Seq Scan part_0"),
    ] {
        window.click(Role::Tab, mode);
        window.wait_for(part);
    }
}

fn picture(theme: Theme, name: &str) {
    let options = SnapshotOptions::new()
        .output_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/snapshots"));
    let mut window = Window::sized(&[top()], SIZE, theme);
    window.wait_for("Flame graph");
    window.click(Role::TreeItem, "Sort");
    window.wait_for("Sort Method");
    window.harness.remove_cursor();
    window.settle();
    window
        .harness
        .snapshot_options(format!("plan_{name}"), &options);
}

#[test]
fn a_plan_in_the_dark() {
    picture(Theme::Dark, "dark");
}

#[test]
fn a_plan_in_the_light() {
    picture(Theme::Light, "light");
}
