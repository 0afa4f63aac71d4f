//! What stands above the list: what the advice rests on; and what stands in its place while there is none.

use eframe::egui::{Align, Frame, Layout, Margin, Ui};

use crate::advice::indexes::{IndexAdvice, Progress};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::model::{Model, Search};
use crate::app::theme;
use crate::app::views::empty::say;
use crate::app::widgets::{caption, text_button};

/// How many statements were looked at and with whose help, and a button to look again.
pub(super) fn show(ui: &mut Ui, model: &Model, advice: &IndexAdvice, actions: &mut Actions) {
    ui.add_space(theme::STEP);
    ui.horizontal(|ui| {
        ui.add_space(16.0);
        let statements = advice.load.statements.len() as u64;
        let mut text = format!(
            "{} to make for {}",
            format::counted(advice.advice.proposals.len() as u64, "index", "indexes"),
            format::counted(statements, "query", "queries")
        );
        if !advice.advice.warnings.is_empty() {
            let left = advice.advice.warnings.len() as u64;
            text.push_str(" · ");
            text.push_str(&format::counted(left, "remark", "remarks"));
        }
        let label = caption(ui, &text);
        if !advice.advice.warnings.is_empty() {
            label.on_hover_ui(|ui| {
                ui.set_max_width(520.0);
                for warning in advice.advice.warnings.iter().take(12) {
                    let name = super::called(advice, warning.statement);
                    caption(ui, &format!("{}: {name}", format::sentence(&warning.what)));
                }
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(8.0);
            if let Search::Running(progress) = &model.search {
                running(ui, model, *progress, actions);
            } else if text_button(ui, Icon::Reload, "Work out again").clicked() {
                actions.push(Action::Run(Command::AdviseIndexes));
            }
        });
    });
    for note in &advice.advice.notes {
        inset(ui, &format::sentence(note));
    }
    if let Search::Failed(what) = &model.search {
        inset(ui, what);
    }
}

/// A quiet line with room at both sides.
fn inset(ui: &mut Ui, text: &str) {
    let margin = Margin::symmetric(16, 0);
    Frame::new().inner_margin(margin).show(ui, |ui| {
        caption(ui, text);
    });
}

fn running(ui: &mut Ui, model: &Model, progress: Progress, actions: &mut Actions) {
    if model.live.is_some() && text_button(ui, Icon::Close, "Cancel").clicked() {
        actions.push(Action::CancelLive);
    }
    caption(ui, &told(progress));
    ui.spinner();
}

fn told(progress: Progress) -> String {
    if progress.asked == 0 {
        return "Looking for indexes".to_owned();
    }
    format!(
        "Looking for indexes, {}",
        format::counted(progress.asked, "plan", "plans")
    )
}

/// In the place of the list.
pub(super) fn nothing(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    match &model.search {
        Search::Failed(what) => say(ui, "No indexes could be worked out", what, |ui| {
            if text_button(ui, Icon::Reload, "Try again").clicked() {
                actions.push(Action::Run(Command::AdviseIndexes));
            }
        }),
        Search::Running(progress) => {
            let what = "Each query is planned with indexes that aren't there, until the smallest set is found that serves them all";
            say(ui, &told(*progress), what, |ui| {
                ui.spinner();
                if model.live.is_some() && text_button(ui, Icon::Close, "Cancel").clicked() {
                    actions.push(Action::CancelLive);
                }
            });
        }
        Search::Never | Search::Done => {
            let what = "Which indexes the queries need is worked out once all of them are read";
            say(ui, "Nothing yet", what, |ui| {
                if model.loading.is_none()
                    && text_button(ui, Icon::Reload, "Look for indexes").clicked()
                {
                    actions.push(Action::Run(Command::AdviseIndexes));
                }
            });
        }
    }
}

/// All is well.
pub(super) fn healthy(ui: &mut Ui, advice: &IndexAdvice) {
    let statements = advice.load.statements.len() as u64;
    let title = format!(
        "No index is missing for {}",
        format::counted(statements, "query", "queries")
    );
    let what = "Conditions, joins, order and limits were looked at, and what an index would save";
    say(ui, &title, what, |_| {});
}
