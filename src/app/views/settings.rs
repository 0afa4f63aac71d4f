//! Settings: how it looks, what counts as slow, how logs are read.

use eframe::egui::{self, Button, DragValue, Grid, Popup, RichText, TextEdit, Ui};

use super::ViewState;
use super::sheets::sheet;
use crate::advice::Target;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::model::Model;
use crate::app::prefs::{Density, Prefs, Theme};
use crate::app::widgets::{caption, text_button};
use crate::app::{format, theme};
use crate::config;
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
        600.0,
        actions,
        |ui, actions| {
            let mut prefs = model.prefs.clone();
            shared(ui, model);
            Grid::new("settings")
                .num_columns(2)
                .spacing([24.0, 10.0])
                .min_col_width(150.0)
                .show(ui, |ui| {
                    look(ui, &mut prefs);
                    thresholds(ui, model, view, &mut prefs);
                    framework(ui, model, &mut prefs);
                    reading(ui, model, &mut prefs, actions);
                });
            ui.add_space(theme::GAP);
            ui.horizontal(|ui| {
                if text_button(ui, Icon::Reload, "Default thresholds").clicked() {
                    prefs.settings = Settings {
                        orm: prefs.settings.orm.take(),
                        ..Settings::default()
                    };
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
    let label = ui.label("History of servers");
    ui.horizontal(|ui| {
        let days = DragValue::new(&mut prefs.history.0)
            .range(1..=3650)
            .suffix(" days");
        ui.add(days).labelled_by(label.id);
        caption(
            ui,
            "How long snapshots of pg_stat_statements are kept on this machine",
        );
    });
    ui.end_row();
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
    let terms = model.capture.as_ref().map(|c| &c.terms);
    let shared = terms.filter(|t| t.shared()).map(|t| &t.used);
    let mut active = false;
    for threshold in THRESHOLDS {
        let label = ui.label(threshold.name).on_hover_text(threshold.tip);
        ui.horizontal(|ui| {
            let value = (threshold.value)(&mut draft);
            let response = ui.add(value).labelled_by(label.id);
            active |= response.dragged() || response.has_focus();
            caption(ui, threshold.tip);
            if let Some(told) = shared.and_then(|used| overruled(threshold, used, &draft)) {
                ui.label(RichText::new(told).color(theme::colours(ui).medium));
            }
        });
        ui.end_row();
    }
    if active {
        view.draft = Some(draft);
    } else {
        prefs.settings = draft;
        view.draft = None;
    }
}

/// A threshold that can be typed.
struct Threshold {
    name: &'static str,
    tip: &'static str,
    value: fn(&mut Settings) -> DragValue<'_>,
    /// Its value as people read it.
    told: fn(&Settings) -> String,
}

const THRESHOLDS: &[Threshold] = &[
    Threshold {
        name: "N+1 from",
        tip: "executions of one query in one request",
        value: |s| {
            DragValue::new(&mut s.n_plus_one_executions)
                .range(3..=10_000)
                .speed(0.1)
        },
        told: |s| s.n_plus_one_executions.to_string(),
    },
    Threshold {
        name: "Loop from",
        tip: "inserts, updates or upserts in one request",
        value: |s| {
            DragValue::new(&mut s.loop_executions)
                .range(2..=10_000)
                .speed(0.1)
        },
        told: |s| s.loop_executions.to_string(),
    },
    Threshold {
        name: "Chatty from",
        tip: "statements in one request, loops left out",
        value: |s| {
            DragValue::new(&mut s.chatty_executions)
                .range(2..=100_000)
                .speed(0.5)
        },
        told: |s| s.chatty_executions.to_string(),
    },
    Threshold {
        name: "Deep offset from",
        tip: "that an OFFSET skips",
        value: |s| {
            DragValue::new(&mut s.deep_offset_rows)
                .range(1..=1_000_000_000)
                .speed(10.0)
                .suffix(" rows")
        },
        told: |s| format!("{} rows", format::count(s.deep_offset_rows)),
    },
    Threshold {
        name: "Cache from",
        tip: "of all requests that ask the same",
        value: |s| {
            DragValue::new(&mut s.cache_share)
                .range(0.01..=1.0)
                .speed(0.01)
                .custom_formatter(|share, _| format::share(share))
                .custom_parser(|text| {
                    let percent: f64 = text.trim().trim_end_matches('%').trim().parse().ok()?;
                    Some(percent / 100.0)
                })
        },
        told: |s| format::share(s.cache_share),
    },
    Threshold {
        name: "Slow from",
        tip: "for one execution",
        value: |s| milliseconds(&mut s.slow_ms, 0.001),
        told: |s| format::short(s.slow_ms * 1e3),
    },
    Threshold {
        name: "Full load from",
        tip: "to read a whole table",
        value: |s| milliseconds(&mut s.full_load_ms, 0.001),
        told: |s| format::short(s.full_load_ms * 1e3),
    },
    Threshold {
        name: "Round trip",
        tip: "from the application to the server and back",
        value: |s| milliseconds(&mut s.round_trip_ms, 0.0).speed(0.1),
        told: |s| format::short(s.round_trip_ms * 1e3),
    },
    Threshold {
        name: "Requests end after",
        tip: "of pause; used when a log is read",
        value: |s| milliseconds(&mut s.request_gap_ms, 0.001),
        told: |s| format::short(s.request_gap_ms * 1e3),
    },
];

fn milliseconds(value: &mut f64, least: f64) -> DragValue<'_> {
    DragValue::new(value)
        .range(least..=3_600_000.0)
        .speed(1.0)
        .suffix(" ms")
}

/// What the file beside the capture says, where that is something else.
fn overruled(threshold: &Threshold, used: &Settings, own: &Settings) -> Option<String> {
    let [used, own] = [used, own].map(threshold.told);
    (used != own).then(|| format!("{used} in {}", config::NAME))
}

/// The framework that fixes are written for.
fn framework(ui: &mut Ui, model: &Model, prefs: &mut Prefs) {
    let colours = theme::colours(ui);
    let label = ui.label("Fixes for");
    let name = |orm: Option<&str>| {
        let target = orm.and_then(Target::from_name);
        target.map_or("Recognise", Target::title)
    };
    ui.horizontal(|ui| {
        let shown = name(prefs.settings.orm.as_deref());
        let button = ui
            .add(Button::new((shown, Icon::Down.image(colours.dim))))
            .labelled_by(label.id);
        Popup::menu(&button).width(180.0).show(|ui| {
            ui.set_min_width(180.0);
            let all = Target::ALL.into_iter().map(|t| Some(t.name()));
            for option in std::iter::once(None).chain(all) {
                let chosen = prefs.settings.orm.as_deref() == option;
                if ui.add(Button::selectable(chosen, name(option))).clicked() {
                    prefs.settings.orm = option.map(str::to_owned);
                    // What was looked at beside a finding counts no more.
                    prefs.target = None;
                    ui.close();
                }
            }
        });
        let capture = model.capture.as_ref();
        let used = capture.filter(|c| c.terms.shared());
        let used = used.and_then(|c| c.terms.used.orm.as_deref());
        match used.filter(|u| prefs.settings.orm.as_deref() != Some(u)) {
            Some(used) => {
                let told = format!("{} in {}", name(Some(used)), config::NAME);
                ui.label(RichText::new(told).color(colours.medium));
            }
            None => {
                caption(ui, "by the style of the statements, tags or the log");
            }
        }
    });
    ui.end_row();
}

/// That a file beside the capture has its say, or why it hasn't.
fn shared(ui: &mut Ui, model: &Model) {
    let Some(capture) = &model.capture else {
        return;
    };
    let colours = theme::colours(ui);
    if let Some(problem) = &capture.terms.problem {
        ui.label(RichText::new(problem).color(colours.medium));
        ui.add_space(theme::GAP);
    } else if let Some(path) = &capture.terms.file {
        let text = format!(
            "For this capture, {} has its say before what is set here",
            path.display()
        );
        caption(ui, &text);
        ui.add_space(theme::GAP);
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
