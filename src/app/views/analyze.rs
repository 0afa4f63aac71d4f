//! Before a statement is run for its plan, and why one was not.

use eframe::egui::{Button, Context, Label, RichText, Ui, vec2};

use super::sheets;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::model::Model;
use crate::app::theme;
use crate::app::widgets::{caption, sql_block};

const WIDTH: f32 = 640.0;

/// What would run, where and as whom: nothing has run yet.
pub(super) fn proposed(ctx: &Context, model: &Model, actions: &mut Actions) {
    let Some(request) = model.live.as_ref().and_then(|l| l.proposed.as_ref()) else {
        return;
    };
    sheets::sheet(
        ctx,
        "Run this statement?",
        Command::Escape,
        WIDTH,
        actions,
        |ui, actions| {
            let colours = theme::colours(ui);
            ui.label("EXPLAIN ANALYZE runs the statement to measure it:");
            sql_block(ui, request.text());
            line(ui, "On", request.place());
            line(ui, "As", request.role());
            let limit = format::short(request.limit().as_secs_f64() * 1e6);
            caption(
                ui,
                &format!(
                    "In a read-only transaction that is rolled back, for {limit} at most. It may take locks and load the server while it runs."
                ),
            );
            if request.superuser() {
                ui.horizontal_top(|ui| {
                ui.add(Icon::Warning.image(colours.high));
                ui.add(
                    Label::new(
                        RichText::new(
                            "This role is a superuser: a read-only transaction does not stop what its functions do.",
                        )
                        .color(colours.high),
                    )
                    .wrap(),
                );
            });
            }
            ui.add_space(theme::GAP);
            ui.horizontal(|ui| {
                let text = if request.superuser() {
                    "Run it as a superuser"
                } else {
                    "Run it"
                };
                if ui
                    .add(Button::new(text).min_size(vec2(120.0, 30.0)))
                    .clicked()
                {
                    actions.push(Action::RunProposed(request.superuser()));
                }
                if ui
                    .add(Button::new("Don't").min_size(vec2(80.0, 30.0)))
                    .clicked()
                {
                    actions.push(Action::Run(Command::Escape));
                }
            });
        },
    );
}

fn line(ui: &mut Ui, name: &str, what: &str) {
    let colours = theme::colours(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(name).color(colours.dim));
        ui.label(
            RichText::new(what)
                .font(theme::semibold(13.0))
                .color(colours.strong),
        );
    });
}

/// Why a text was not sent, and what a person may vouch for.
pub(super) fn refused(ctx: &Context, model: &Model, actions: &mut Actions) {
    let Some((why, functions, text)) = model.live.as_ref().and_then(|l| l.refused.as_ref()) else {
        return;
    };
    sheets::sheet(
        ctx,
        "No plan",
        Command::Escape,
        WIDTH,
        actions,
        |ui, actions| {
            ui.add(Label::new(why).wrap().selectable(true));
            sql_block(ui, text);
            if functions.is_empty() {
                return;
            }
            caption(
                ui,
                "To plan a statement, PostgreSQL itself runs functions that are marked IMMUTABLE or STABLE. If you know that these do no harm:",
            );
            for function in functions {
                ui.label(RichText::new(function).font(theme::code()));
            }
            if ui
                .add(Button::new("They are harmless: ask for the plan").min_size(vec2(120.0, 30.0)))
                .clicked()
            {
                actions.push(Action::Vouch);
            }
        },
    );
}
