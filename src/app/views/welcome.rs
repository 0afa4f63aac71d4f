//! Nothing is open yet: how to open a log, and how to make a good one.

use std::path::PathBuf;

use eframe::egui::{
    self, Atom, Button, Frame, Image, Key, Margin, ProgressBar, RichText, ScrollArea, Stroke,
    TextEdit, Ui, vec2,
};

use super::status::{stop, told};
use super::{ViewState, copy_button};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::model::{Failure, Loading, Model, name_of};
use crate::app::theme;
use crate::app::widgets::{caption, code_block, heading, icon_button, link};

/// Settings that make a log tell everything; the file form.
const CONF: &str = "log_min_duration_statement = 0\nlog_line_prefix = '%m [%p] %q%u@%d '\nlog_destination = 'stderr'\nlogging_collector = on";
/// The same for a running server.
const ALTER: &str = "ALTER SYSTEM SET log_min_duration_statement = 0;\nALTER SYSTEM SET log_line_prefix = '%m [%p] %q%u@%d ';\nSELECT pg_reload_conf();";

const WIDTH: f32 = 880.0;

pub(super) fn show(ui: &mut Ui, model: &Model, view: &mut ViewState, actions: &mut Actions) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let room = ui.available_width();
        let width = WIDTH.min(room - 2.0 * theme::SPACE);
        let top = ((ui.available_height() - 540.0) / 2.0).clamp(24.0, 140.0);
        ui.add_space(top);
        ui.horizontal(|ui| {
            ui.add_space((room - width) / 2.0 - ui.spacing().item_spacing.x);
            ui.vertical(|ui| {
                ui.set_width(width);
                title(ui);
                ui.add_space(theme::SPACE);
                if let Some(loading) = &model.loading {
                    progress(ui, model, loading, actions);
                } else {
                    columns(ui, model, view, width, actions);
                }
            });
        });
        ui.add_space(theme::SPACE);
    });
}

fn title(ui: &mut Ui) {
    let colours = theme::colours(ui);
    ui.horizontal(|ui| {
        let icon = egui::include_image!("../../../assets/icon.svg");
        ui.add(Image::new(icon).fit_to_exact_size(vec2(56.0, 56.0)));
        ui.add_space(theme::GAP);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add_space(3.0);
            ui.label(
                RichText::new("pgloupe")
                    .font(theme::display())
                    .color(colours.strong),
            );
            ui.label(
                RichText::new("Why is this page slow? The answer is in your PostgreSQL log.")
                    .font(theme::sized(14.0))
                    .color(colours.dim),
            );
        });
    });
}

fn columns(ui: &mut Ui, model: &Model, view: &mut ViewState, width: f32, actions: &mut Actions) {
    if let Some(failure) = &model.failure {
        failed(ui, failure, actions);
        ui.add_space(theme::ROOM);
    }
    let gap = 48.0;
    let left = ((width - gap) * 0.42).max(280.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.vertical(|ui| {
            ui.set_width(left);
            ui.spacing_mut().item_spacing.x = 8.0;
            open(ui, model, view, actions);
        });
        ui.add_space(gap);
        ui.vertical(|ui| {
            ui.set_width(width - left - gap);
            ui.spacing_mut().item_spacing.x = 8.0;
            capture(ui, actions);
        });
    });
}

fn open(ui: &mut Ui, model: &Model, view: &mut ViewState, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let wide = ui.available_width();
    let text = RichText::new(Command::Open.text())
        .font(theme::semibold(14.0))
        .color(colours.on_accent);
    let button = Button::new((
        Atom::grow(),
        Icon::Open.image(colours.on_accent),
        text,
        Atom::grow(),
    ))
    .fill(colours.accent)
    .stroke(Stroke::NONE)
    .min_size(vec2(wide, 40.0));
    if ui.add(button).on_hover_text(Command::Open.tip()).clicked() {
        actions.push(Action::Run(Command::Open));
    }
    for (command, icon) in [
        (Command::OpenFolder, Icon::Open),
        (Command::Connect, Icon::Link),
        (Command::PastePlan, Icon::Copy),
        (Command::Sample, Icon::Sample),
    ] {
        let button = Button::new((
            Atom::grow(),
            icon.image(colours.dim),
            RichText::new(command.text()).font(theme::sized(14.0)),
            Atom::grow(),
        ))
        .min_size(vec2(wide, 36.0));
        if ui.add(button).on_hover_text(command.tip()).clicked() {
            actions.push(Action::Run(command));
        }
    }
    ui.add_space(theme::STEP);
    caption(ui, "Or drop files or a folder here, or type where they are");
    path(ui, view, actions);
    if model.prefs.recents.is_empty() && model.prefs.targets.is_empty() {
        return;
    }
    ui.add_space(theme::ROOM);
    heading(ui, "Recent", "", |_| {});
    for target in model.prefs.targets.iter().take(4) {
        ui.horizontal(|ui| {
            ui.add(Icon::Link.image(colours.dim));
            if link(ui, &target.to_string()).clicked() {
                actions.push(Action::Recall(target.clone()));
                actions.push(Action::Run(Command::Connect));
            }
        });
    }
    for paths in &model.prefs.recents {
        ui.horizontal(|ui| {
            ui.add(Icon::File.image(colours.dim));
            let tip = paths
                .iter()
                .map(|p| p.display().to_string())
                .collect::<Vec<_>>()
                .join("\n");
            if link(ui, &name_of(paths)).on_hover_text(&tip).clicked() {
                actions.push(Action::Open(paths.clone()));
            }
            let folder = paths
                .first()
                .and_then(|p| p.parent())
                .map(|p| p.display().to_string())
                .unwrap_or_default();
            ui.add(
                egui::Label::new(
                    RichText::new(folder)
                        .font(theme::sized(12.0))
                        .color(colours.dim),
                )
                .truncate(),
            );
        });
    }
}

fn path(ui: &mut Ui, view: &mut ViewState, actions: &mut Actions) {
    ui.horizontal(|ui| {
        let width = ui.available_width() - 64.0;
        let edit = TextEdit::singleline(&mut view.path)
            .hint_text("/var/log/postgresql/*.log")
            .desired_width(width)
            .margin(vec2(8.0, 6.0));
        let response = ui.add(edit).accessible_name("Path of a log");
        let entered = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        let typed = view.path.trim();
        let pressed = ui
            .add_enabled(
                !typed.is_empty(),
                Button::new("Open").min_size(vec2(56.0, 28.0)),
            )
            .clicked();
        if (entered || pressed) && !typed.is_empty() {
            actions.push(Action::Open(vec![PathBuf::from(typed)]));
        }
    });
}

fn capture(ui: &mut Ui, actions: &mut Actions) {
    heading(
        ui,
        "A log that tells everything",
        "in postgresql.conf",
        |ui| {
            if icon_button(ui, Icon::Copy, "Copy these settings").clicked() {
                actions.push(Action::Copy(CONF.to_owned(), "Settings"));
            }
        },
    );
    code_block(ui, CONF);
    ui.add_space(theme::STEP);
    heading(
        ui,
        "On a running server",
        "as a superuser, no restart",
        |ui| {
            copy_button(ui, None, "Copy", "SQL", || ALTER.to_owned(), actions);
        },
    );
    crate::app::widgets::sql_block(ui, ALTER);
    caption(
        ui,
        "Use your application for a minute, then open the log. RESET the two settings when you are done: logging every statement costs time and disk. csvlog, jsonlog and exports of pg_stat_statements can be read as well, also packed or as containers and clouds write them.",
    );
    ui.add_space(theme::STEP);
    heading(ui, "From the application", "", |_| {});
    caption(
        ui,
        "Logs of SQLAlchemy, Django, Rails, Sequelize and TypeORM open as they are, and traces of OpenTelemetry and Jaeger as JSON. Open a log of requests together with any of them: it names the requests and tells how long they take as a whole.",
    );
}

fn failed(ui: &mut Ui, failure: &Failure, actions: &mut Actions) {
    let colours = theme::colours(ui);
    Frame::new()
        .fill(colours.well)
        .corner_radius(6)
        .inner_margin(Margin::same(16))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                ui.add(Icon::Warning.image(colours.high));
                let title = format!("{} could not be opened", name_of(&failure.paths));
                ui.label(
                    RichText::new(title)
                        .font(theme::heading())
                        .color(colours.strong),
                );
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if icon_button(ui, Icon::Close, "Dismiss").clicked() {
                        actions.push(Action::Dismiss);
                    }
                    if crate::app::widgets::text_button(ui, Icon::Reload, "Try again").clicked() {
                        actions.push(Action::Open(failure.paths.clone()));
                    }
                });
            });
            ui.add(
                egui::Label::new(RichText::new(&failure.what).color(colours.text))
                    .wrap()
                    .selectable(true),
            );
        });
}

fn progress(ui: &mut Ui, model: &Model, loading: &Loading, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let (part, text) = told(loading, model.still);
    ui.label(
        RichText::new(format!("Reading {}", name_of(&loading.paths)))
            .font(theme::heading())
            .color(colours.strong),
    );
    ui.add(
        ProgressBar::new(part)
            .desired_width(420.0)
            .desired_height(8.0)
            .fill(colours.accent)
            .corner_radius(4),
    );
    ui.horizontal(|ui| {
        caption(ui, &text);
        stop(ui, loading, actions);
    });
}
