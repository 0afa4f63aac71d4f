//! Those that a session waits for, and those that wait for it.

use eframe::egui::Ui;

use crate::app::action::{Action, Actions};
use crate::app::live::{Sample, who};
use crate::app::model::Model;
use crate::app::views::line;
use crate::app::widgets::{caption, heading};
use crate::app::{format, theme};
use crate::live::activity::Session;

/// So many of those that wait are listed.
const MOST: usize = 20;

/// Those that it waits for.
pub(super) fn blockers(
    ui: &mut Ui,
    model: &Model,
    sample: &Sample,
    session: &Session,
    actions: &mut Actions,
) {
    if session.blocked_by.is_empty() {
        return;
    }
    heading(ui, "Blocked by", "", |_| {});
    let mut seen = Vec::new();
    for pid in &session.blocked_by {
        if !seen.contains(pid) {
            seen.push(*pid);
            row(ui, model, sample, *pid, actions);
        }
    }
    ui.add_space(theme::GAP);
}

/// Those that wait for it, and those that wait for them.
pub(super) fn blocked(
    ui: &mut Ui,
    model: &Model,
    sample: &Sample,
    pid: i32,
    actions: &mut Actions,
) {
    let sessions = &sample.activity.sessions;
    let waits = |s: &&Session| s.blocked_by.contains(&pid);
    let n = sessions.iter().filter(waits).count();
    if n == 0 {
        return;
    }
    let behind = sample.branches.get(&pid).map_or(0, |b| b.behind);
    let aside = if behind > n {
        format!("{n} directly, {} behind them", behind - n)
    } else {
        String::new()
    };
    heading(ui, "Blocks", &aside, |_| {});
    for session in sessions.iter().filter(waits).take(MOST) {
        row(ui, model, sample, session.pid, actions);
    }
    if n > MOST {
        caption(ui, &format!("and {} more", n - MOST));
    }
    ui.add_space(theme::GAP);
}

/// Another session as a line that leads to it.
fn row(ui: &mut Ui, model: &Model, sample: &Sample, pid: i32, actions: &mut Actions) {
    let (number, label, text) = match sample.session(pid) {
        Some((session, told)) => {
            let label = if told.summary.is_empty() {
                who(session)
            } else {
                told.summary.clone()
            };
            let age = sample
                .since(session.transaction_at)
                .map(|t| format::age(t as f64));
            let state = told.doing.word().to_lowercase();
            let text = age.map_or_else(|| state.clone(), |age| format!("{state} · {age}"));
            (pid.to_string(), label, text)
        }
        None if pid == 0 => (
            String::new(),
            "A prepared transaction".to_owned(),
            String::new(),
        ),
        None => (pid.to_string(), "It has ended".to_owned(), String::new()),
    };
    if line(ui, &label, &number, 56.0, theme::code_small(), &text) {
        actions.push(Action::Go(model.spot.session(pid)));
    }
}
