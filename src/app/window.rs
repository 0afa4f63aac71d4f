//! The window itself: what happens in a frame.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use eframe::egui;

use super::action::{Action, Actions};
use super::command::Command;
use super::jobs::Jobs;
use super::model::Model;
use super::prefs::Prefs;
use super::run::Start;
use super::views::{self, Frames, ViewState};
use super::{apply, details, theme};
use crate::advice::indexes::IndexAdvice;

/// The window: what it shows, where its lists are scrolled to, and who works for it.
pub struct App {
    pub(super) model: Model,
    pub(super) view: ViewState,
    /// What was last advised on indexes: later looks at the same server go with it.
    pub(super) indexes: Option<Arc<IndexAdvice>>,
    pub(super) jobs: Jobs,
    /// Tells the worker that reads a capture to stop.
    pub(super) stop: Arc<AtomicBool>,
    /// How the command line said to read logs.
    pub(super) start_prefix: Option<String>,
    frames: Frames,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

impl App {
    /// Makes the window's content and opens the files it starts with.
    #[must_use]
    pub fn new(cc: &eframe::CreationContext<'_>, start: Start) -> Self {
        let prefs = Prefs::load(cc.storage);
        let ctx = &cc.egui_ctx;
        theme::install(ctx, prefs.density, false);
        ctx.set_theme(prefs.theme.preference());
        egui_extras::install_image_loaders(ctx);
        let mut app = Self {
            model: Model::new(prefs),
            view: ViewState::default(),
            indexes: None,
            jobs: Jobs::new(ctx.clone()),
            stop: Arc::new(AtomicBool::new(false)),
            start_prefix: start.options.prefix,
            frames: Frames::new(Instant::now()),
        };
        if let Some(url) = start.server {
            app.connect_to(&url);
        }
        if !start.files.is_empty() {
            app.read(start.files, start.options.follow);
        }
        app
    }

    /// The same window, whose program began at `began`: for the time to its first frame.
    pub(super) fn since(mut self, began: Instant) -> Self {
        self.frames = Frames::new(began);
        self
    }

    /// The same window without motion and without anything that depends on the clock: for pictures to compare.
    #[must_use]
    pub fn still(mut self, ctx: &egui::Context) -> Self {
        self.model.still = true;
        theme::install(ctx, self.model.prefs.density, true);
        self
    }

    /// The keys that were pressed, as commands. Single keys belong to a text field that has the focus.
    fn keys(&self, ctx: &egui::Context, actions: &mut Actions) {
        let typing = ctx.text_edit_focused();
        let marked = ctx
            .with_plugin(|l: &mut egui::text_selection::LabelSelectionState| l.has_selection())
            .unwrap_or(false);
        // The system's keys for copying arrive as an event of their own, without the key.
        let copy = ctx.input(|i| {
            i.events
                .iter()
                .any(|e| matches!(e, egui::Event::Copy))
                .then_some(i.modifiers.shift)
        });
        if let Some(shift) = copy.filter(|_| !typing && !marked) {
            actions.push(Action::Run(if shift {
                Command::CopySql
            } else {
                Command::Copy
            }));
        }
        let popup = ctx.any_popup_open();
        let mut keys: Vec<_> = Command::ALL
            .iter()
            .flat_map(|c| c.shortcuts().iter().map(move |s| (*c, s)))
            .collect();
        // Ctrl+Shift+C is also Ctrl+C: the longer one first.
        keys.sort_by_key(|(_, s)| !(s.modifiers.shift || s.modifiers.alt));
        for (command, shortcut) in keys {
            let plain = !shortcut.modifiers.command && !shortcut.modifiers.alt;
            let field = typing && (plain || matches!(command, Command::Copy | Command::FullRange));
            let covered = (popup || self.model.sheet.is_some()) && plain;
            if (field || covered) && command != Command::Escape {
                continue;
            }
            if popup && command == Command::Escape {
                continue;
            }
            if ctx.input_mut(|i| i.consume_shortcut(shortcut)) {
                if command == Command::Filter {
                    // Whoever types on at once types into the box, in this frame already; but not the slash.
                    views::focus_filter(ctx);
                    ctx.input_mut(|i| {
                        i.events
                            .retain(|e| !matches!(e, egui::Event::Text(t) if t == "/"));
                    });
                }
                actions.push(Action::Run(command));
            }
        }
    }

    fn dropped(ctx: &egui::Context, actions: &mut Actions) {
        let paths: Vec<_> = ctx.input(|i| {
            i.raw
                .dropped_files
                .iter()
                .map(|f| f.path().to_owned())
                .collect()
        });
        if !paths.is_empty() {
            actions.push(Action::Open(paths));
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, _ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.receive();
        apply::refresh(&mut self.model, &mut self.jobs);
        details::refresh(&mut self.model, &mut self.jobs);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        // What the last frame took is known once all of it has been drawn.
        if let Some(seconds) = frame.info().cpu_usage {
            self.frames.note(Duration::from_secs_f32(seconds.max(0.0)));
        }
        let ctx = ui.ctx().clone();
        let mut actions = Actions::new();
        self.keys(&ctx, &mut actions);
        Self::dropped(&ctx, &mut actions);
        self.pasted(&ctx);
        views::show(ui, &self.model, &mut self.view, &self.frames, &mut actions);
        if !actions.is_empty() {
            // What they change is seen in the next frame.
            ctx.request_repaint();
        }
        for action in actions {
            self.apply(&ctx, frame, action);
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        self.model.prefs.save(storage);
    }

    fn persist_egui_memory(&self) -> bool {
        // Window positions are kept anyway; scroll positions of an old capture would only confuse.
        false
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
