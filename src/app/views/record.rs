//! Records as they stand in a file, and plans among them.

use eframe::egui::{Align, Layout, Ui};

use crate::app::action::{Action, Actions};
use crate::app::icons::Icon;
use crate::app::pictures::Record;
use crate::app::widgets::{caption, heading, icon_button, numbered_block, twist};

/// A record under a heading of its own.
pub(super) fn show(ui: &mut Ui, title: &str, record: &Record, actions: &mut Actions) {
    heading(ui, title, &record.place, |ui| {
        copy(ui, record, "Copy these lines", "Lines", actions);
    });
    lines(ui, record, true);
}

/// A plan that the server wrote into the log; `about` says which, where it doesn't stand below what it belongs to.
pub(super) fn plan(ui: &mut Ui, about: &str, record: &Record, actions: &mut Actions) {
    let id = ui.next_auto_id().with("plan");
    // What takes much room is folded until somebody asks.
    let open = ui
        .data(|d| d.get_temp::<bool>(id))
        .unwrap_or(!record.is_long());
    let mut toggled = false;
    ui.horizontal(|ui| {
        toggled = twist(ui, "Plan from the log", about, open).clicked();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            copy(ui, record, "Copy this plan", "Plan", actions);
            caption(ui, &record.place);
        });
    });
    if toggled {
        ui.data_mut(|d| d.insert_temp(id, !open));
    }
    if open {
        lines(ui, record, false);
    }
}

fn lines(ui: &mut Ui, record: &Record, wrap: bool) {
    match &record.lines {
        Ok((_, text)) if text.is_empty() => {}
        Ok((numbers, text)) => numbered_block(ui, numbers, text, wrap),
        Err(why) => {
            caption(ui, &format!("The file can't be read any more: {why}"));
        }
    }
}

fn copy(ui: &mut Ui, record: &Record, name: &str, what: &'static str, actions: &mut Actions) {
    if let Ok((_, text)) = &record.lines
        && !text.is_empty()
        && icon_button(ui, Icon::Copy, name).clicked()
    {
        actions.push(Action::Copy(text.clone(), what));
    }
}
