//! Small windows above the window: keys and warnings.

use eframe::egui::{self, Align2, Grid, Modal, RichText, ScrollArea, Ui};

use crate::app::action::{Action, Actions};
use crate::app::command::{Command, key_text};
use crate::app::icons::Icon;
use crate::app::model::Model;
use crate::app::widgets::{caption, heading, icon_button};
use crate::app::{format, theme};
use crate::capture::Warning;

/// A window in the middle with a title and a button that closes it.
pub(super) fn sheet(
    ctx: &egui::Context,
    title: &str,
    command: Command,
    width: f32,
    actions: &mut Actions,
    content: impl FnOnce(&mut Ui, &mut Actions),
) {
    let colours = theme::of(ctx.theme() == egui::Theme::Dark);
    let height = ctx.content_rect().height() - 160.0;
    let frame = egui::Frame::window(&ctx.global_style()).inner_margin(20);
    let response = Modal::new(egui::Id::unique(title))
        .backdrop_color(colours.veil)
        .frame(frame)
        .show(ctx, |ui| {
            ui.set_width(width.min(ctx.content_rect().width() - 80.0));
            heading(ui, title, "", |ui| {
                if icon_button(ui, Icon::Close, "Close").clicked() {
                    actions.push(Action::Run(command));
                }
            });
            ui.add_space(theme::GAP);
            ScrollArea::vertical()
                .max_height(height)
                .min_scrolled_height(height)
                .auto_shrink([false, true])
                .show(ui, |ui| content(ui, actions));
        });
    if response.backdrop_response.clicked() {
        actions.push(Action::Run(command));
    }
}

pub(super) fn shortcuts(ctx: &egui::Context, actions: &mut Actions) {
    sheet(
        ctx,
        "Keyboard shortcuts",
        Command::Shortcuts,
        560.0,
        actions,
        |ui, _| {
            let colours = theme::colours(ui);
            Grid::new("keys")
                .num_columns(2)
                .spacing([24.0, 6.0])
                .show(ui, |ui| {
                    for command in Command::ALL
                        .into_iter()
                        .filter(|c| !c.shortcuts().is_empty())
                    {
                        let keys: Vec<String> = command
                            .shortcuts()
                            .iter()
                            .map(|s| key_text(ui.ctx(), *s))
                            .collect();
                        ui.label(
                            RichText::new(keys.join("  or  "))
                                .font(theme::code_small())
                                .color(colours.strong),
                        );
                        ui.label(command.tip());
                        ui.end_row();
                    }
                });
        },
    );
}

pub(super) fn warnings(ctx: &egui::Context, model: &Model, actions: &mut Actions) {
    let Some(capture) = &model.capture else {
        return;
    };
    let summary = &capture.whole.workload.capture;
    let warnings = &summary.warnings;
    sheet(
        ctx,
        "Warnings",
        Command::Warnings,
        760.0,
        actions,
        |ui, actions| {
            let first = warnings.first();
            let name = |file: u16| {
                summary
                    .files
                    .get(usize::from(file))
                    .map(|f| f.path.display().to_string())
                    .unwrap_or_default()
            };
            if let Some(problem) = &capture.terms.problem {
                ui.label(RichText::new(problem).color(theme::colours(ui).medium));
                ui.add_space(theme::GAP);
            }
            if first.is_empty() {
                caption(ui, "Every line was read");
                return;
            }
            let about = if warnings.total() > first.len() as u64 {
                format!(
                    "What could not be read; the first {} of {}",
                    format::count(first.len() as u64),
                    format::count(warnings.total())
                )
            } else {
                "What could not be read; the rest of the capture is complete".to_owned()
            };
            ui.horizontal(|ui| {
                caption(ui, &about);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    super::copy_button(
                        ui,
                        None,
                        "Copy all",
                        "Warnings",
                        || {
                            let line = |w: &Warning| {
                                format!(
                                    "{}:{}\t{}",
                                    name(w.file),
                                    w.line.map(|l| l.to_string()).unwrap_or_default(),
                                    w.what
                                )
                            };
                            first.iter().map(line).collect::<Vec<_>>().join("\n")
                        },
                        actions,
                    );
                });
            });
            let height = 40.0;
            ScrollArea::vertical()
                .id_salt("warnings")
                .max_height(420.0)
                .auto_shrink([false, true])
                .show_rows(ui, height, first.len(), |ui, range| {
                    for warning in first.get(range).unwrap_or_default() {
                        let file = summary
                            .files
                            .get(usize::from(warning.file))
                            .and_then(|f| f.path.file_name())
                            .map(|n| n.to_string_lossy().into_owned())
                            .unwrap_or_default();
                        warning_row(ui, &file, warning, height);
                    }
                });
        },
    );
}

/// Where a warning is about, and what it says, on two lines.
fn warning_row(ui: &mut Ui, file: &str, warning: &Warning, height: f32) {
    let colours = theme::colours(ui);
    let (rect, response) = ui.allocate_exact_size(
        egui::vec2(ui.available_width(), height),
        egui::Sense::hover(),
    );
    let place = match warning.line {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    };
    let top = egui::Rect::from_min_size(rect.min, egui::vec2(rect.width(), 18.0));
    let lines = [
        (top, &place, theme::code_small(), colours.dim),
        (
            top.translate(egui::vec2(0.0, 18.0)),
            &warning.what,
            theme::sized(13.0),
            colours.text,
        ),
    ];
    for (rect, text, font, ink) in lines {
        crate::app::widgets::paint_text(ui.painter(), rect, Align2::LEFT_CENTER, text, font, ink);
    }
    response.widget_info(|| {
        egui::WidgetInfo::labeled(
            egui::Role::ListItem,
            true,
            format!("{place}, {}", warning.what),
        )
    });
    response.on_hover_text(&warning.what);
}
