//! What goes on at a connected server: who does what, for how long, and who waits for whom.

mod detail;
mod others;
mod row;
mod sums;
mod words;

use eframe::egui::Ui;

pub(super) use detail::show as detail;

use super::{ViewState, empty};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::live::who;
use crate::app::model::{Model, View};
use crate::app::order::{By, runs};
use crate::app::widgets::{Align, Column, Table, text_button};

const fn column(
    title: &'static str,
    tip: &'static str,
    by: By,
    width: f32,
    align: Align,
    yields: u8,
) -> Column {
    Column {
        title,
        tip,
        by,
        width,
        align,
        yields,
    }
}

const COLUMNS: [Column; 8] = [
    column(
        "State",
        "What it does; who holds others up comes first, with those that wait below",
        By::Rank,
        156.0,
        Align::Left,
        0,
    ),
    column(
        "Locks",
        "How many wait for it, or whom it waits for",
        By::Blocking,
        128.0,
        Align::Left,
        1,
    ),
    column(
        "Process",
        "Its process number on the server",
        By::Pid,
        60.0,
        Align::Left,
        0,
    ),
    column(
        "Who",
        "What the application calls itself, its role and its database",
        By::Who,
        216.0,
        Align::Left,
        4,
    ),
    column(
        "Waits for",
        "What it waits for at this moment, its application aside",
        By::Wait,
        132.0,
        Align::Left,
        5,
    ),
    column(
        "Transaction",
        "How long its transaction has been open",
        By::Transaction,
        76.0,
        Align::Right,
        3,
    ),
    column(
        "Statement",
        "How long its statement has been running",
        By::Duration,
        68.0,
        Align::Right,
        2,
    ),
    column(
        "Query",
        "What it runs, or ran last",
        By::Summary,
        0.0,
        Align::Left,
        0,
    ),
];

pub(super) fn show(ui: &mut Ui, model: &Model, view: &mut ViewState, actions: &mut Actions) {
    let Some(live) = &model.live else { return };
    let Some(sample) = live.sample.as_deref() else {
        let what = if live.is_open() {
            "Sessions are looked at every 2 s while this view is open"
        } else {
            "The connection ended before sessions were looked at"
        };
        empty::say(ui, "Nothing yet", what, |ui| {
            if live.is_open() {
                ui.spinner();
            }
        });
        return;
    };
    sums::show(ui, model, live, sample, actions);
    let list = model.list(View::Activity);
    if list.is_empty() {
        none(ui, model, actions);
        return;
    }
    let table = Table {
        columns: &COLUMNS,
        rows: list.rows.len(),
        height: model.prefs.density.row(),
        least: 170.0,
        selected: list.at,
        sort: list.sort,
    };
    let outcome = table.show(ui, view.scroll(View::Activity), |cells, row| {
        let Some(pid) = list.rows.get(row).map(|pid| pid.cast_signed()) else {
            return;
        };
        let branch = sample.branches.get(&pid);
        row::fill(cells, sample, pid, branch, list.sort.by);
    });
    if let Some(sort) = outcome.sort {
        actions.push(Action::Sort(View::Activity, sort));
    }
    if let Some(row) = outcome.clicked {
        actions.push(Action::Select(row));
        actions.push(Action::Run(Command::OpenRow));
    }
}

fn none(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    if model.filter.is_empty() {
        let what = "Only pgloupe is connected, and its own session is left out";
        empty::say(ui, "No other sessions", what, |_| {});
        return;
    }
    let title = format!("No sessions with “{}”", model.filter_text.trim());
    let what = "The filter looks at processes, roles, databases, applications, states, waits and statements";
    empty::say(ui, &title, what, |ui| {
        if text_button(ui, Icon::Close, Command::ClearFilter.text()).clicked() {
            actions.push(Action::Run(Command::ClearFilter));
        }
    });
}

/// A session as text for other programs.
pub(super) fn row_text(model: &Model) -> Option<String> {
    let sample = model.live.as_ref()?.sample.as_deref()?;
    let (session, told) = sample.session(model.spot.backend?.cast_signed())?;
    let ms = |at: Option<i64>| {
        sample
            .since(at)
            .map_or_else(String::new, |t| format!("{:.3}", t as f64 / 1e3))
    };
    let wait = session.wait.as_ref();
    let blockers: Vec<String> = session.blocked_by.iter().map(ToString::to_string).collect();
    Some(format!(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        told.doing.word(),
        session.pid,
        who(session),
        session.application.as_deref().unwrap_or_default(),
        ms(session.transaction_at),
        ms(session.statement_at.filter(|_| runs(session))),
        wait.map_or_else(String::new, |(class, event)| format!("{class}: {event}")),
        blockers.join(" "),
        told.summary,
    ))
}

/// The statement of the session that is shown.
pub(super) fn shown_sql(model: &Model) -> Option<String> {
    let sample = model.live.as_ref()?.sample.as_deref()?;
    let (session, _) = sample.session(model.spot.backend?.cast_signed())?;
    session.query.clone()
}
