//! A window without a screen, and what a person does to it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use eframe::egui::{OutputCommand, Role, Theme, Vec2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};
use pgloupe::app::{App, Start};

/// Longer than any worker needs on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The size that the window is designed for.
pub(crate) const SIZE: Vec2 = vec2(1280.0, 800.0);

/// A window under test.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, App>,
}

impl Window {
    /// Opens a window with files.
    pub(crate) fn open(files: &[PathBuf]) -> Self {
        Self::sized(files, SIZE, Theme::Dark)
    }

    /// Opens a window of a size in a theme.
    pub(crate) fn sized(files: &[PathBuf], size: Vec2, theme: Theme) -> Self {
        let start = Start {
            files: files.to_vec(),
            ..Start::default()
        };
        Self::start(start, size, theme)
    }

    /// Opens a window as the command line does.
    pub(crate) fn start(start: Start, size: Vec2, theme: Theme) -> Self {
        let builder = Harness::builder()
            .with_size(size)
            .with_theme(theme)
            .with_step_dt(1.0 / 60.0)
            .wgpu();
        let harness = builder.build_eframe(move |cc| App::new(cc, start).still(&cc.egui_ctx));
        Self { harness }
    }

    /// Opens a window with the sample and waits for its findings.
    pub(crate) fn with_sample() -> Self {
        let mut window = Self::open(&[sample()]);
        window.wait_for("Proof");
        window
    }

    /// Steps until something with this text is there.
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait(text, |w| w.shows(text));
    }

    /// Steps until a condition holds.
    pub(crate) fn wait(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            if holds(self) {
                // Things that just came move once more when they know their size.
                self.harness.run_steps(3);
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "no {what} in:\n{}",
                self.texts().join("\n")
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Lets the window take in what was done to it.
    pub(crate) fn settle(&mut self) {
        for _ in 0..12 {
            self.harness.step();
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Everything that is written or named in the window.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.harness
            .root()
            .children_recursive()
            .filter_map(|n| text(&n))
            .collect()
    }

    /// Whether something with this text is there.
    pub(crate) fn shows(&self, part: &str) -> bool {
        self.texts().iter().any(|t| t.contains(part))
    }

    /// Clicks the first thing of a role whose text begins like this.
    pub(crate) fn click(&mut self, role: Role, begin: &str) {
        self.find(role, begin).click();
        self.settle();
    }

    /// The first thing of a role whose text begins like this.
    pub(crate) fn find(&self, role: Role, begin: &str) -> Node<'_> {
        let found = self.harness.root().children_recursive().find(|n| {
            n.accesskit_node().role() == role && text(n).is_some_and(|t| t.starts_with(begin))
        });
        found.unwrap_or_else(|| {
            panic!(
                "no {role:?} that begins with {begin:?} in:\n{}",
                self.texts().join("\n")
            )
        })
    }

    /// The texts of the rows of a table that are seen.
    pub(crate) fn rows(&self) -> Vec<String> {
        self.harness
            .root()
            .children_recursive()
            .filter(|n| n.accesskit_node().role() == Role::Row)
            .filter_map(|n| text(&n))
            .collect()
    }

    /// Types into a field.
    pub(crate) fn type_into(&mut self, field: &str, typed: &str) {
        self.harness
            .get_by_role_and_label(Role::TextInput, field)
            .focus();
        self.settle();
        self.harness
            .get_by_role_and_label(Role::TextInput, field)
            .type_text(typed);
        self.settle();
    }

    /// Does something and returns the text that it copied.
    pub(crate) fn copied(&mut self, act: impl FnOnce(&mut Self)) -> String {
        act(self);
        for _ in 0..10 {
            self.harness.step();
            let copied = self
                .harness
                .output()
                .platform_output
                .commands
                .iter()
                .find_map(|c| match c {
                    OutputCommand::CopyText(text) => Some(text.clone()),
                    _ => None,
                });
            if let Some(text) = copied {
                return text;
            }
        }
        panic!("nothing was copied");
    }
}

fn text(node: &Node<'_>) -> Option<String> {
    let node = node.accesskit_node();
    node.label()
        .or_else(|| node.value())
        .filter(|t| !t.is_empty())
}

/// The sample's log.
pub(crate) fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop.log")
}
