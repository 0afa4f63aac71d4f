//! A session: what it does and waits for, whom it holds up, and what ends it.

use eframe::egui::{RichText, Ui};

use super::{others, sums, words};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::live::{Doing, Live, Sample, Told, who};
use crate::app::model::Model;
use crate::app::order::runs;
use crate::app::views::{copy_button, finding_links};
use crate::app::widgets::{self, Number, caption, code_block, heading, link, numbers, sql_block};
use crate::app::{format, theme};
use crate::live::activity::{HolderKind, Session};
use crate::rules::Subject;

/// So many prepared transactions are listed.
const MOST: usize = 20;
/// The server cuts statements off at this length unless it is told otherwise.
const CUT: usize = 1_024;

pub(crate) fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let Some(live) = &model.live else { return };
    let (Some(sample), Some(pid)) = (live.sample.as_deref(), model.spot.backend) else {
        return;
    };
    let pid = pid.cast_signed();
    ui.spacing_mut().item_spacing.y = 6.0;
    match sample.session(pid) {
        Some((session, told)) => {
            let mut aside = who(session);
            if let Some(application) = &session.application {
                aside = format!("{aside} · {application}");
            }
            top(ui, &format!("Session {pid}"), &aside, actions);
            one(ui, model, live, sample, session, told, actions);
        }
        None if pid == 0 => {
            top(ui, "Prepared transactions", "", actions);
            prepared(ui, model, sample, actions);
        }
        None => {
            top(ui, &format!("Session {pid}"), "", actions);
            title(ui, "It has ended");
            caption(ui, "What it did is in the log, if the server writes one");
        }
    }
}

fn top(ui: &mut Ui, text: &str, aside: &str, actions: &mut Actions) {
    heading(ui, text, aside, |ui| {
        if widgets::icon_button(ui, Icon::Close, "Close the detail").clicked() {
            actions.push(Action::Run(Command::CloseDetail));
        }
    });
}

fn title(ui: &mut Ui, text: &str) {
    let colours = theme::colours(ui);
    ui.label(
        RichText::new(text)
            .font(theme::title())
            .color(colours.strong),
    );
}

fn one(
    ui: &mut Ui,
    model: &Model,
    live: &Live,
    sample: &Sample,
    session: &Session,
    told: &Told,
    actions: &mut Actions,
) {
    title(ui, &does(sample, session, told));
    if told.doing == Doing::Hidden || session.hidden {
        caption(
            ui,
            "What it runs is hidden from this role. A superuser can change that:",
        );
        let grant = sums::grant(live);
        code_block(ui, &grant);
        copy_button(ui, None, "Copy", "GRANT", || grant, actions);
    }
    ui.add_space(theme::STEP);
    numbers(ui, &figures(sample, session), true);
    findings(ui, model, session.pid, actions);
    ui.add_space(theme::GAP);
    others::blockers(ui, model, sample, session, actions);
    others::blocked(ui, model, sample, session.pid, actions);
    query(ui, model, session, told, actions);
    facts(ui, sample, session);
    ending(ui, session, told, actions);
}

/// One sentence of what it does.
fn does(sample: &Sample, session: &Session, told: &Told) -> String {
    let state_for = sample
        .since(session.state_at)
        .map(|t| format::age(t as f64));
    let for_so_long = state_for.map(|t| format!(" for {t}")).unwrap_or_default();
    match told.doing {
        Doing::Blocked | Doing::Active => match words::wait(session) {
            Some(words) => format!("It waits {words}"),
            None if session.leader.is_some() => {
                "It helps with another session's statement".to_owned()
            }
            None => "It runs a statement".to_owned(),
        },
        Doing::InTransaction => {
            format!("It has done nothing inside an open transaction{for_so_long}")
        }
        Doing::Failed => format!("Its transaction failed and has waited for ROLLBACK{for_so_long}"),
        Doing::Idle => format!("It has done nothing{for_so_long}"),
        Doing::Hidden => "This role may not see what it does".to_owned(),
        Doing::Background => {
            let kind = session.kind.as_deref().unwrap_or("background process");
            format!("It is the server's own {kind}")
        }
    }
}

fn figures(sample: &Sample, session: &Session) -> Vec<Number> {
    let age = |at: Option<i64>| sample.since(at).map(|t| format::age(t as f64));
    let mut told_of = Vec::new();
    let behind = sample.branches.get(&session.pid).map_or(0, |b| b.behind) as u64;
    if behind > 0 {
        let what = if behind == 1 {
            "session waits for it"
        } else {
            "sessions wait for it"
        };
        told_of.push(Number::new(
            format::count(behind),
            what,
            "Directly, or behind others",
        ));
    }
    if let Some(wait) = age(session.lock.as_ref().and_then(|l| l.since)) {
        told_of.push(Number::new(wait, "waiting for the lock", ""));
    }
    if let Some(time) = age(session.statement_at.filter(|_| runs(session))) {
        told_of.push(Number::new(time, "statement", "Since its statement began"));
    }
    if let Some(time) = age(session.transaction_at) {
        told_of.push(Number::new(
            time,
            "transaction",
            "Since its transaction began",
        ));
    }
    told_of
}

fn findings(ui: &mut Ui, model: &Model, pid: i32, actions: &mut Actions) {
    let Some(capture) = &model.capture else {
        return;
    };
    let own = capture.shown.findings.iter().enumerate();
    let own = own.filter(|(_, f)| f.subject == Some(Subject::Session(pid)));
    finding_links(
        ui,
        model,
        capture,
        own.map(|(at, _)| (at, String::new())),
        actions,
    );
}

/// What it runs or ran, and where more is known of it.
fn query(ui: &mut Ui, model: &Model, session: &Session, told: &Told, actions: &mut Actions) {
    let Some(text) = &session.query else { return };
    let name = if runs(session) {
        "Statement"
    } else {
        "Last statement"
    };
    heading(ui, name, "", |ui| {
        copy_button(ui, None, "Copy SQL", "SQL", || text.clone(), actions);
    });
    sql_block(ui, text);
    let queries = model
        .shown()
        .map(|a| a.workload.queries.as_slice())
        .unwrap_or_default();
    let known = queries
        .iter()
        .position(|q| Some(q.fingerprint) == told.fingerprint);
    if let Some(at) = known {
        if link(ui, "What it costs in all: show the query").clicked() {
            let id = crate::workload::QueryId::at(at);
            actions.push(Action::Go(model.spot.query(id)));
        }
    } else if text.len() + 1 >= CUT {
        caption(
            ui,
            "It may be cut off: the server keeps track_activity_query_size bytes of it",
        );
    }
    ui.add_space(theme::GAP);
}

/// What else the server says of it.
fn facts(ui: &mut Ui, sample: &Sample, session: &Session) {
    let mut told = Vec::new();
    if let Some(time) = sample.since(session.connected_at) {
        told.push(format!("connected for {}", format::age(time as f64)));
    }
    if let Some(client) = &session.client {
        told.push(format!("from {client}"));
    } else if session.user.is_some() && session.leader.is_none() && !session.hidden {
        told.push("over a local socket".to_owned());
    }
    if let Some(kind) = session.kind.as_deref().filter(|k| *k != "client backend") {
        told.push(kind.to_owned());
    }
    if let Some(leader) = session.leader {
        told.push(format!("works for {leader}"));
    }
    if let Some((class, event)) = &session.wait {
        told.push(format!("wait event {class}: {event}"));
    }
    if let Some(lock) = &session.lock {
        told.push(lock.mode.clone());
    }
    if let Some(age) = session.xmin_age.filter(|age| *age > 0) {
        let n = format::counted(age.unsigned_abs(), "transaction", "transactions");
        told.push(format!("keeps rows from {n} ago"));
    }
    if !told.is_empty() {
        caption(ui, &told.join(" · "));
        ui.add_space(theme::GAP);
    }
}

/// The lines that end what it does: to copy, never run from here.
fn ending(ui: &mut Ui, session: &Session, told: &Told, actions: &mut Actions) {
    let pid = session.pid;
    if told.doing == Doing::Background || session.leader.is_some() {
        return;
    }
    heading(
        ui,
        "To end it",
        "run one of these yourself: pgloupe never does",
        |_| {},
    );
    if runs(session) {
        let cancel = format!("SELECT pg_cancel_backend({pid});");
        command(
            ui,
            "Ends the statement; the session stays",
            "Copy to cancel",
            &cancel,
            actions,
        );
    }
    let terminate = format!("SELECT pg_terminate_backend({pid});");
    let what = if session.transaction_at.is_some() {
        "Ends the session; what its transaction did is undone"
    } else {
        "Ends the session"
    };
    command(ui, what, "Copy to terminate", &terminate, actions);
    caption(
        ui,
        "The same role may, as may pg_signal_backend and superusers",
    );
}

fn command(ui: &mut Ui, what: &str, name: &str, code: &str, actions: &mut Actions) {
    ui.horizontal(|ui| {
        caption(ui, what);
        ui.with_layout(
            eframe::egui::Layout::right_to_left(eframe::egui::Align::Center),
            |ui| {
                copy_button(ui, None, name, "Line", || code.to_owned(), actions);
            },
        );
    });
    code_block(ui, code);
}

/// Transactions that wait for their second phase and hold locks without a process.
fn prepared(ui: &mut Ui, model: &Model, sample: &Sample, actions: &mut Actions) {
    title(ui, "A prepared transaction holds locks");
    caption(
        ui,
        "It has no process: it stays until somebody commits it or rolls it back by its name",
    );
    ui.add_space(theme::GAP);
    others::blocked(ui, model, sample, 0, actions);
    let holders = &sample.activity.holders;
    for holder in holders
        .iter()
        .filter(|h| h.kind == HolderKind::Prepared)
        .take(MOST)
    {
        let age = sample
            .since(holder.since)
            .map(|t| format!("for {}", format::age(t as f64)));
        let code = format!("ROLLBACK PREPARED '{}';", holder.name.replace('\'', "''"));
        heading(ui, &holder.name, &age.unwrap_or_default(), |_| {});
        command(
            ui,
            "Undoes it; COMMIT PREPARED keeps it",
            "Copy",
            &code,
            actions,
        );
    }
}
