//! What to do about a plan: each piece of advice with what it saves, why, and the code to copy.

use eframe::egui::{self, Label, RichText, Ui};

use super::super::{ViewState, copy_button};
use crate::app::action::Actions;
use crate::app::pictures::{Drawn, plan_time};
use crate::app::widgets::{caption, fold, heading, link, markdown, sql_block};
use crate::app::{format, theme};
use crate::rules::plan::{Advice, PLAN_RULES, plan_rule};

/// All advice about the plan. Returns the node that somebody asked for.
pub(super) fn show(
    ui: &mut Ui,
    drawn: &Drawn,
    view: &mut ViewState,
    actions: &mut Actions,
) -> Option<usize> {
    let explained = &drawn.explained;
    let timed = explained.timing.execution_ms.is_some();
    if explained.advice.is_empty() {
        let what = if timed {
            format!(
                "{} rules looked at this plan and found nothing that is worth changing",
                PLAN_RULES.len()
            )
        } else {
            "Without ANALYZE there are no times: what is slow can't be told".to_owned()
        };
        heading(
            ui,
            if timed { "Nothing to fix" } else { "No advice" },
            "",
            |_| {},
        );
        caption(ui, &what);
        return None;
    }
    let mut wanted = None;
    for (at, advice) in explained.advice.iter().enumerate() {
        ui.push_id(at, |ui| {
            if let Some(node) = one(ui, advice, true, view, actions) {
                wanted = Some(node);
            }
        });
        ui.add_space(theme::GAP);
    }
    wanted
}

/// One piece of advice; `place` says whether it leads to its node.
pub(super) fn one(
    ui: &mut Ui,
    advice: &Advice,
    place: bool,
    view: &mut ViewState,
    actions: &mut Actions,
) -> Option<usize> {
    let colours = theme::colours(ui);
    let saves = advice.saving_ms.map_or_else(
        || format!("{} of the execution", format::share(advice.share)),
        |ms| format!("saves about {}", plan_time(ms)),
    );
    let title = plan_rule(advice.rule).map_or(advice.rule, |r| r.title);
    let mut wanted = None;
    heading(ui, &format::sentence(&advice.title), "", |ui| {
        if let Some(node) = advice.node.filter(|_| place)
            && link(ui, "Show node").clicked()
        {
            wanted = Some(node);
        }
        ui.label(
            RichText::new(saves)
                .font(theme::semibold(13.0))
                .color(colours.strong),
        );
    });
    ui.add(
        Label::new(
            RichText::new(format!("{title}: {}", advice.why))
                .font(theme::sized(12.0))
                .color(colours.dim),
        )
        .wrap()
        .selectable(true),
    );
    for (at, suggestion) in advice.suggestions.iter().enumerate() {
        ui.push_id(at, |ui| {
            ui.horizontal(|ui| {
                caption(ui, &suggestion.title);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    copy_button(
                        ui,
                        Some(view),
                        "Copy",
                        "Fix",
                        || suggestion.code.clone(),
                        actions,
                    );
                });
            });
            sql_block(ui, &suggestion.code);
            if let Some(note) = &suggestion.note {
                caption(ui, note);
            }
        });
    }
    about(ui, advice.rule);
    wanted
}

/// The page of the rule, folded until somebody asks.
fn about(ui: &mut Ui, rule: &str) {
    let Some(rule) = plan_rule(rule) else { return };
    let id = ui.next_auto_id().with("page");
    let open = ui.data(|d| d.get_temp::<bool>(id)).unwrap_or(false);
    if fold(ui, &format!("About {}", rule.title), open).clicked() {
        ui.data_mut(|d| d.insert_temp(id, !open));
    }
    if open {
        markdown(ui, rule.page);
    }
}
