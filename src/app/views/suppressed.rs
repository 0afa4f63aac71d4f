//! What is not told of: how much of it, and why.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    self, Align2, Button, Label, Rect, RichText, ScrollArea, Sense, Stroke, Ui, WidgetInfo, vec2,
};

use super::sheets::sheet;
use crate::analysis::Analysis;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::model::Model;
use crate::app::widgets::{caption, heading, paint_text, text_button};
use crate::app::{format, theme};
use crate::config;
use crate::rules::Suppression;

/// Whether anything was suppressed.
pub(super) fn any(analysis: &Analysis) -> bool {
    analysis.suppressed.findings > 0 || analysis.suppressed.sightings > 0
}

/// How much was suppressed.
fn told(analysis: &Analysis) -> String {
    let suppressed = &analysis.suppressed;
    match suppressed.findings as u64 {
        0 => format!(
            "Findings suppressed in {}",
            format::counted(suppressed.sightings as u64, "request", "requests")
        ),
        n => format!("{} suppressed", format::counted(n, "finding", "findings")),
    }
}

/// The line below the list of findings.
pub(super) fn foot(ui: &mut Ui, rect: Rect, analysis: &Analysis, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let response = ui.interact(rect, ui.scope_id().with("suppressed"), Sense::click());
    let edge = Stroke::new(1.0, colours.hairline);
    ui.painter().hline(rect.x_range(), rect.top() + 0.5, edge);
    let ink = if response.hovered() || response.has_focus() {
        colours.strong
    } else {
        colours.dim
    };
    let text = told(analysis);
    let inner = rect.shrink2(vec2(16.0, 0.0));
    let font = theme::sized(12.0);
    paint_text(ui.painter(), inner, Align2::LEFT_CENTER, &text, font, ink);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &text));
    if response.on_hover_text(Command::Suppressed.tip()).clicked() {
        actions.push(Action::Run(Command::Suppressed));
    }
}

/// The same in the status bar.
pub(super) fn status(ui: &mut Ui, analysis: &Analysis, actions: &mut Actions) {
    if !any(analysis) {
        return;
    }
    let colours = theme::colours(ui);
    let text = RichText::new(told(analysis))
        .font(theme::sized(12.0))
        .color(colours.dim);
    let response = ui.add(Button::new(text).frame(false));
    if response.on_hover_text(Command::Suppressed.tip()).clicked() {
        actions.push(Action::Run(Command::Suppressed));
    }
}

/// The rules that suppress, and the queries whose comments do.
pub(super) fn show(ctx: &egui::Context, model: &Model, actions: &mut Actions) {
    let Some(capture) = &model.capture else {
        return;
    };
    let analysis = &capture.shown;
    let (list, comments) = (&analysis.settings.ignore, &capture.overview.ignored);
    sheet(
        ctx,
        "Suppressed",
        Command::Suppressed,
        640.0,
        actions,
        |ui, actions| {
            let so_far = if any(analysis) {
                told(analysis)
            } else {
                "Nothing is suppressed".to_owned()
            };
            caption(
                ui,
                &format!(
                    "{so_far}. Findings are left out by an [[ignore]] of the file {} beside the capture, or by a comment in the SQL. Ignore… on a finding copies either.",
                    config::NAME
                ),
            );
            ui.add_space(theme::GAP);
            ScrollArea::vertical()
                .id_salt("suppressed")
                .max_height(420.0)
                .auto_shrink([false, true])
                .show(ui, |ui| {
                    if !list.is_empty() {
                        let path = capture.terms.file.as_ref();
                        let path = path.map_or_else(String::new, |p| p.display().to_string());
                        heading(ui, config::NAME, &path, |ui| {
                            if text_button(ui, Icon::Reload, Command::Reload.text()).clicked() {
                                actions.push(Action::Run(Command::Reload));
                                actions.push(Action::Run(Command::Suppressed));
                            }
                        });
                        for suppression in list {
                            line(ui, &words(suppression), suppression.reason.as_deref());
                        }
                        ui.add_space(theme::GAP);
                    }
                    if !comments.is_empty() {
                        heading(ui, "Comments in the SQL", "", |_| {});
                        for (query, rules) in comments {
                            line(ui, query, Some(rules));
                        }
                    }
                });
        },
    );
}

/// What an entry of the file names.
fn words(suppression: &Suppression) -> String {
    let parts = [
        ("", suppression.rule.as_deref()),
        ("query ", suppression.fingerprint.as_deref()),
        ("route ", suppression.route.as_deref()),
    ];
    let named = parts
        .into_iter()
        .filter_map(|(what, value)| Some(format!("{what}{}", value?)));
    named.collect::<Vec<_>>().join(" · ")
}

fn line(ui: &mut Ui, what: &str, why: Option<&str>) {
    let colours = theme::colours(ui);
    ui.horizontal(|ui| {
        let what = RichText::new(what)
            .font(theme::code_small())
            .color(colours.strong);
        ui.add(Label::new(what).truncate());
        if let Some(why) = why.filter(|w| !w.is_empty()) {
            ui.add(Label::new(RichText::new(why).color(colours.dim)).truncate());
        }
    });
}
