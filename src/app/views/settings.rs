//! Settings: how it looks, what counts as slow, how logs are read.

use eframe::egui::{self, Button, DragValue, Grid, TextEdit, Ui};

use super::ViewState;
use super::sheets::sheet;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::model::Model;
use crate::app::prefs::{Density, Prefs, Theme};
use crate::app::theme;
use crate::app::widgets::{caption, text_button};
use crate::rules::Settings;

pub(super) fn show(
    ctx: &egui::Context,
    model: &Model,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    sheet(
        ctx,
        "Settings",
        Command::Settings,
        560.0,
        actions,
        |ui, actions| {
            let mut prefs = model.prefs.clone();
            Grid::new("settings")
                .num_columns(2)
                .spacing([24.0, 10.0])
                .min_col_width(150.0)
                .show(ui, |ui| {
                    look(ui, &mut prefs);
                    thresholds(ui, model, view, &mut prefs);
                    reading(ui, model, &mut prefs, actions);
                });
            ui.add_space(theme::GAP);
            ui.horizontal(|ui| {
                if text_button(ui, Icon::Reload, "Default thresholds").clicked() {
                    prefs.settings = Settings::default();
                    view.draft = None;
                }
                if !prefs.recents.is_empty() && ui.button("Forget recent files").clicked() {
                    actions.push(Action::ForgetRecents);
                }
            });
            if prefs != model.prefs {
                actions.push(Action::Prefer(Box::new(prefs)));
            }
        },
    );
}

fn choice<T: PartialEq + Copy>(ui: &mut Ui, name: &str, value: &mut T, options: &[(T, &str)]) {
    ui.label(name);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (option, text) in options {
            if ui
                .add(Button::selectable(*value == *option, *text))
                .clicked()
            {
                *value = *option;
            }
        }
    });
    ui.end_row();
}

fn look(ui: &mut Ui, prefs: &mut Prefs) {
    choice(
        ui,
        "Theme",
        &mut prefs.theme,
        &[
            (Theme::System, "System"),
            (Theme::Dark, "Dark"),
            (Theme::Light, "Light"),
        ],
    );
    choice(
        ui,
        "Rows",
        &mut prefs.density,
        &[
            (Density::Comfortable, "Comfortable"),
            (Density::Compact, "Compact"),
        ],
    );
    ui.label("Status bar");
    ui.checkbox(&mut prefs.frame_time, "Show frame times");
    ui.end_row();
}

/// Thresholds take effect when a drag ends or a field is left: rules may run for a while.
fn thresholds(ui: &mut Ui, model: &Model, view: &mut ViewState, prefs: &mut Prefs) {
    let mut draft = view
        .draft
        .clone()
        .unwrap_or_else(|| model.prefs.settings.clone());
    let mut active = false;
    let mut row = |ui: &mut Ui, name: &str, tip: &str, value: DragValue<'_>| {
        let label = ui.label(name).on_hover_text(tip);
        ui.horizontal(|ui| {
            let response = ui.add(value).labelled_by(label.id);
            active |= response.dragged() || response.has_focus();
            caption(ui, tip);
        });
        ui.end_row();
    };
    let n = DragValue::new(&mut draft.n_plus_one_executions)
        .range(2..=10_000)
        .speed(0.1);
    row(ui, "N+1 from", "executions of one query in one request", n);
    let slow = DragValue::new(&mut draft.slow_ms)
        .range(0.001..=3_600_000.0)
        .speed(1.0)
        .suffix(" ms");
    row(ui, "Slow from", "for one execution", slow);
    let full = DragValue::new(&mut draft.full_load_ms)
        .range(0.001..=3_600_000.0)
        .speed(1.0)
        .suffix(" ms");
    row(ui, "Full load from", "to read a whole table", full);
    let gap = DragValue::new(&mut draft.request_gap_ms)
        .range(0.001..=3_600_000.0)
        .speed(1.0)
        .suffix(" ms");
    row(
        ui,
        "Requests end after",
        "of pause; used when a log is read",
        gap,
    );
    if active {
        view.draft = Some(draft);
    } else {
        prefs.settings = draft;
        view.draft = None;
    }
}

fn reading(ui: &mut Ui, model: &Model, prefs: &mut Prefs, actions: &mut Actions) {
    let label = ui.label("Line prefix");
    ui.horizontal(|ui| {
        let edit = TextEdit::singleline(&mut prefs.prefix)
            .hint_text("Found out from the file")
            .font(theme::code_small())
            .desired_width(200.0);
        ui.add(edit).labelled_by(label.id);
        if model.capture.is_some() && text_button(ui, Icon::Reload, "Reload").clicked() {
            actions.push(Action::Run(Command::Reload));
        }
    });
    ui.end_row();
    ui.label("");
    caption(ui, "The server's log_line_prefix; used when a log is read");
    ui.end_row();
}
