//! The detail of an event: what, how much, whose, and its lines as they stand in the file.

use eframe::egui::{RichText, Ui};

use super::finding::waiting;
use super::record;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::icons::Icon;
use crate::app::jobs::Kind;
use crate::app::model::{Capture, Model};
use crate::app::order;
use crate::app::theme;
use crate::app::widgets::{self, Number, caption, heading, numbers};
use crate::capture::Class;
use crate::workload::Session;

pub(super) fn show(ui: &mut Ui, model: &Model, capture: &Capture, actions: &mut Actions) {
    let w = &capture.shown.workload;
    let Some((id, event)) = model
        .spot
        .event
        .and_then(|at| Some((at, w.occurrences.get(at as usize)?)))
    else {
        return;
    };
    let colours = theme::colours(ui);
    ui.spacing_mut().item_spacing.y = 6.0;
    let aside = format::moment(event.time, capture.utc_offset(), Moment::Day);
    heading(ui, "Event", &aside, |ui| {
        if widgets::icon_button(ui, Icon::Close, "Close the detail").clicked() {
            actions.push(Action::Run(Command::CloseDetail));
        }
    });
    ui.label(
        RichText::new(order::name_of_class(event.what.class))
            .font(theme::title())
            .color(colours.strong),
    );
    if let Some(session) = w.sessions.get(event.session.index()) {
        caption(ui, &whose(session));
    }
    let mut told = Vec::new();
    if let Some(amount) = order::amount(event) {
        told.push(Number::new(amount, meaning(event.what.class), ""));
    }
    let state = super::events::state(event);
    if !state.is_empty() {
        told.push(Number::new(state, "SQLSTATE", "The code of the error"));
    }
    if !told.is_empty() {
        ui.add_space(theme::STEP);
        numbers(ui, &told, true);
    }
    ui.add_space(theme::GAP);
    let key = model.key(id);
    match model.details.event.get(key).map(|p| &p.record) {
        Some(Some(read)) => record::show(ui, "Lines of the file", read, actions),
        Some(None) => {}
        None => waiting(ui, model.details.failed(Kind::Event, key)),
    }
}

/// What the amount of a class counts.
fn meaning(class: Class) -> &'static str {
    match class {
        Class::Disconnection => "session",
        Class::LockWait => "waited until then",
        Class::LockAcquired => "waited",
        Class::TemporaryFile => "temporary file",
        Class::CheckpointsTooFrequent => "between checkpoints",
        Class::PoolWait => "waited by all clients, each second",
        _ => "duration",
    }
}

fn whose(session: &Session) -> String {
    let mut parts = vec![format!("session {}", session.name)];
    parts.extend(Some(order::who(session)).filter(|w| !w.is_empty()));
    parts.extend(session.application.clone().filter(|a| !a.is_empty()));
    parts.join(" · ")
}
