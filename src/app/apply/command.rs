//! What named commands do.

use eframe::egui;

use super::lists;
use crate::app::command::Command;
use crate::app::jobs::{Answer, Kind};
use crate::app::model::{Origin, Sheet, View};
use crate::app::prefs::{Density, Prefs, Theme};
use crate::app::window::App;
use crate::app::{load, theme, views};

/// Endings of what can be read.
const KINDS: [&str; 11] = [
    "log", "csv", "json", "jsonl", "txt", "gz", "zst", "bz2", "xz", "zip", "tar",
];

impl App {
    pub(super) fn run(&mut self, ctx: &egui::Context, frame: &eframe::Frame, command: Command) {
        if !command.possible(&self.model) {
            return;
        }
        match command {
            Command::Open => self.choose(frame),
            Command::OpenFolder => self.choose_folder(frame),
            Command::Sample => match load::sample() {
                Ok(path) => self.open(vec![path]),
                Err(error) => self.model.say(
                    format!("The sample can't be written to the temporary folder: {error}."),
                    true,
                ),
            },
            Command::Reload => self.reload(),
            Command::Follow => self.follow(),
            Command::Close => self.close(),
            Command::Cancel => self.cancel(),
            Command::Findings => self.show(View::Findings),
            Command::Queries => self.show(View::Queries),
            Command::Requests => self.show(self.model.requests_as),
            Command::Endpoints => self.show(View::Endpoints),
            Command::SingleRequests => self.show(View::Requests),
            Command::Events => self.show(View::Events),
            Command::Plans => self.show(View::Plans),
            Command::PastePlan => ctx.send_viewport_cmd(egui::ViewportCommand::RequestPaste),
            Command::PinPlan => self.pin(),
            Command::Indexes => self.show(View::Indexes),
            Command::AdviseIndexes => self.advise(),
            Command::Connect => self.toggle(Sheet::Connect),
            Command::Disconnect => {
                self.disconnect();
                if self
                    .model
                    .capture
                    .as_ref()
                    .is_some_and(|c| c.origin == Origin::Server)
                {
                    self.close();
                }
            }
            Command::Server => self.show_server(),
            Command::Activity => self.show(View::Activity),
            Command::Tables => self.show(View::Tables),
            Command::Filter => views::focus_filter(ctx),
            Command::ClearFilter => self.filter(String::new()),
            Command::FullRange => self.full_range(),
            Command::Back => self.back(),
            Command::CloseDetail => self.close_detail(),
            Command::Previous => self.step(-1),
            Command::Next => self.step(1),
            Command::PageUp => self.step(-self.page()),
            Command::PageDown => self.step(self.page()),
            Command::First => self.step(isize::MIN),
            Command::Last => self.step(isize::MAX),
            Command::OpenRow => self.open_row(),
            Command::Copy => self.copy_row(ctx),
            Command::CopySql => self.copy_sql(ctx),
            Command::Warnings => self.toggle(Sheet::Warnings),
            Command::Suppressed => self.toggle(Sheet::Suppressed),
            Command::Files => self.toggle(Sheet::Files),
            Command::Palette => {
                self.view.palette.clear();
                self.toggle(Sheet::Palette);
            }
            Command::Shortcuts => self.toggle(Sheet::Shortcuts),
            Command::Settings => self.toggle(Sheet::Settings),
            Command::ThemeSystem => self.change(ctx, |p| p.theme = Theme::System),
            Command::ThemeDark => self.change(ctx, |p| p.theme = Theme::Dark),
            Command::ThemeLight => self.change(ctx, |p| p.theme = Theme::Light),
            Command::Compact => self.change(ctx, |p| {
                p.density = if p.density == Density::Compact {
                    Density::Comfortable
                } else {
                    Density::Compact
                };
            }),
            Command::FrameTime => self.change(ctx, |p| p.frame_time = !p.frame_time),
            Command::Escape => self.escape(ctx),
        }
    }

    fn choose(&mut self, frame: &eframe::Frame) {
        // Some systems want the dialog made here, and none want the window to wait for it.
        let picked = self
            .dialog(frame)
            .set_title("Open PostgreSQL logs")
            // Rotated logs end in anything, so everything comes first.
            .add_filter("All files", &["*"])
            .add_filter("Logs and exports, packed or not", &KINDS)
            .pick_files();
        self.jobs.start(Kind::Dialog, move |_| {
            let files = load::wait(picked).unwrap_or_default();
            Some(Answer::Picked(
                files.iter().map(|f| f.path().to_owned()).collect(),
            ))
        });
    }

    fn choose_folder(&mut self, frame: &eframe::Frame) {
        let picked = self
            .dialog(frame)
            .set_title("Open a folder of PostgreSQL logs")
            .pick_folder();
        self.jobs.start(Kind::Dialog, move |_| {
            let folder = load::wait(picked).map(|f| f.path().to_owned());
            Some(Answer::Picked(folder.into_iter().collect()))
        });
    }

    fn dialog(&self, frame: &eframe::Frame) -> rfd::AsyncFileDialog {
        let dialog = rfd::AsyncFileDialog::new().set_parent(frame);
        match self.model.prefs.folder() {
            Some(folder) => dialog.set_directory(folder),
            None => dialog,
        }
    }

    fn change(&mut self, ctx: &egui::Context, edit: impl FnOnce(&mut Prefs)) {
        let mut prefs = self.model.prefs.clone();
        edit(&mut prefs);
        self.prefer(ctx, prefs);
    }

    pub(super) fn prefer(&mut self, ctx: &egui::Context, new: Prefs) {
        let old = std::mem::replace(&mut self.model.prefs, new);
        let new = &self.model.prefs;
        if old.theme != new.theme {
            ctx.set_theme(new.theme.preference());
        }
        if old.density != new.density {
            theme::install(ctx, new.density, self.model.still);
        }
        if old.settings != new.settings {
            self.rerule();
        }
    }

    fn toggle(&mut self, sheet: Sheet) {
        self.model.sheet = if self.model.sheet == Some(sheet) {
            None
        } else {
            Some(sheet)
        };
    }

    fn show(&mut self, view: View) {
        if self.model.spot.view != view {
            self.model.history.push(self.model.spot);
            self.model.spot.view = view;
        }
        self.model.sheet = None;
    }

    fn back(&mut self) {
        if let Some(spot) = self.model.history.pop() {
            self.model.spot = spot;
            self.look_at_selection();
        }
    }

    fn close_detail(&mut self) {
        let view = self.model.spot.view;
        self.view.detail_covers = false;
        if view != View::Findings {
            self.model.spot.select(view, None);
            self.model.list_mut(view).at = None;
        }
    }

    /// One step back: what lies on top first.
    fn escape(&mut self, ctx: &egui::Context) {
        let ranged = self
            .model
            .capture
            .as_ref()
            .is_some_and(|c| c.range.is_some());
        if self.model.sheet.take().is_some() {
        } else if ctx.text_edit_focused() && self.model.filter_text.is_empty() {
            ctx.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
        } else if !self.model.filter_text.is_empty() {
            self.filter(String::new());
            ctx.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
        } else if self.model.spot.view == View::Events && self.model.events.take().is_some() {
            self.model.list_mut(View::Events).fresh = false;
        } else if ranged {
            self.full_range();
        } else {
            self.close_detail();
        }
    }

    fn page(&self) -> isize {
        let page = self.view.scrolls.get(self.model.spot.view).page;
        isize::try_from(page).unwrap_or(1).max(1)
    }

    /// Moves the selection by rows.
    fn step(&mut self, by: isize) {
        let list = self.model.list(self.model.spot.view);
        let Some(end) = list.rows.len().checked_sub(1) else {
            return;
        };
        let row = match list.at {
            Some(at) => at.saturating_add_signed(by).min(end),
            None if by == isize::MAX => end,
            None => 0,
        };
        self.select_row(row);
    }

    pub(super) fn select_row(&mut self, row: usize) {
        let view = self.model.spot.view;
        let Some(id) = self.model.list(view).rows.get(row).copied() else {
            return;
        };
        self.model.spot.select(view, Some(id));
        self.model.list_mut(view).at = Some(row);
        self.view.scroll(view).reveal(row);
    }

    /// Scrolls to what was selected from elsewhere.
    pub(super) fn look_at_selection(&mut self) {
        let view = self.model.spot.view;
        self.view.detail_covers = true;
        self.model.sheet = None;
        lists::locate(&mut self.model, view);
        if let Some(row) = self.model.list(view).at {
            self.view.scroll(view).reveal(row);
        }
        // The rows may be worked out only now.
        self.view.reveal_selected = true;
    }

    fn open_row(&mut self) {
        if self.model.list(self.model.spot.view).at.is_none() {
            self.step(0);
        }
        self.view.detail_covers = true;
    }

    fn copy_row(&mut self, ctx: &egui::Context) {
        if let Some(text) = views::row_text(&self.model) {
            self.copy(ctx, text, "Row");
        }
    }

    fn copy_sql(&mut self, ctx: &egui::Context) {
        if let Some(sql) = views::shown_sql(&self.model) {
            self.copy(ctx, sql, "SQL");
        }
    }
}
