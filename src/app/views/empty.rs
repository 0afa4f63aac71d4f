//! A view without rows: why, whether that is good news, and what to do.

use eframe::egui::{Align, Layout, RichText, Ui};

use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::model::{Capture, Model, Origin, View};
use crate::app::widgets::{code_block, text_button};
use crate::app::{format, theme};
use crate::rules::RULES;

pub(super) fn show(ui: &mut Ui, model: &Model, capture: &Capture, actions: &mut Actions) {
    let w = &capture.shown.workload;
    let view = model.spot.view;
    let requests = format::counted(w.requests.len() as u64, "request", "requests");
    let executions = format::counted(w.executions.len() as u64, "execution", "executions");
    if !model.filter.is_empty() {
        let title = format!("No {} with “{}”", view.noun(0), model.filter_text.trim());
        say(
            ui,
            &title,
            if view == View::Events {
                "The filter looks at classes, SQLSTATEs, roles, databases and applications"
            } else {
                "The filter looks at SQL, titles and names of requests"
            },
            |ui| {
                if text_button(ui, Icon::Close, Command::ClearFilter.text()).clicked() {
                    actions.push(Action::Run(Command::ClearFilter));
                }
            },
        );
    } else if capture.range.is_some() && w.executions.is_empty() && view != View::Events {
        say(
            ui,
            "Nothing began in this range",
            "Executions count where they begin",
            |ui| {
                if text_button(ui, Icon::Range, Command::FullRange.text()).clicked() {
                    actions.push(Action::Run(Command::FullRange));
                }
            },
        );
    } else if model.loading.is_some() {
        say(
            ui,
            "Nothing yet",
            "Rows appear while the log is read",
            |_| {},
        );
    } else if capture.origin == Origin::Server {
        super::server::nothing(ui, model, actions);
    } else if view == View::Events {
        events(ui, model, capture, actions);
    } else if capture.overview.is_export(w) && view.tab() == View::Requests {
        say(
            ui,
            "No requests in an export of pg_stat_statements",
            "It adds up what each query cost, but not when it ran and for whom. Which request caused which statements is only in a log with durations.",
            |_| {},
        );
    } else if capture.overview.is_export(w) && view == View::Findings {
        let queries = format::counted(w.queries.len() as u64, "query", "queries");
        let what = format!(
            "{queries} of an export of pg_stat_statements were checked by what they cost on average. What happens within a request, as N+1, is only in a log with durations."
        );
        say(ui, "Nothing to fix that an export can tell", &what, |ui| {
            if text_button(ui, Icon::Settings, "Change thresholds…").clicked() {
                actions.push(Action::Run(Command::Settings));
            }
        });
    } else if w.executions.is_empty() {
        let what = "The log has no line with a duration. Set log_min_duration_statement = 0 on the server and capture again.";
        say(ui, "No executions in this log", what, |ui| {
            if text_button(ui, Icon::Warning, Command::Warnings.text()).clicked() {
                actions.push(Action::Run(Command::Warnings));
            }
        });
    } else if view == View::Findings {
        let names = RULES.iter().map(|r| r.title).collect::<Vec<_>>().join(", ");
        let s = &capture.shown.settings;
        let what = format!(
            "{executions} in {requests} were checked for {names}; with {} executions or more in one request, {} or more, and whole tables read in {} or more",
            s.n_plus_one_executions,
            format::short(s.slow_ms * 1e3),
            format::short(s.full_load_ms * 1e3),
        );
        say(ui, &format!("Nothing to fix in {requests}"), &what, |ui| {
            if text_button(ui, Icon::Settings, "Change thresholds…").clicked() {
                actions.push(Action::Run(Command::Settings));
            }
            super::suppressed::status(ui, &capture.shown, actions);
        });
    } else {
        say(ui, &format!("No {}", view.noun(0)), "", |_| {});
    }
}

/// Why no events are listed: none are logged, or none of those that were chosen.
fn events(ui: &mut Ui, model: &Model, capture: &Capture, actions: &mut Actions) {
    if model.events.is_some() && !capture.shown.workload.occurrences.is_empty() {
        say(ui, "No events like these", "", |ui| {
            if text_button(ui, Icon::Close, "Show all events").clicked() {
                actions.push(Action::Events(None));
            }
        });
        return;
    }
    if capture.range.is_some() && !capture.whole.workload.occurrences.is_empty() {
        say(ui, "No events in this range", "", |ui| {
            if text_button(ui, Icon::Range, Command::FullRange.text()).clicked() {
                actions.push(Action::Run(Command::FullRange));
            }
        });
        return;
    }
    if capture.overview.is_export(&capture.whole.workload) {
        let what = "It only adds queries up. What else the server did is in its log.";
        say(
            ui,
            "No events in an export of pg_stat_statements",
            what,
            |_| {},
        );
        return;
    }
    let what = "Connections, locks, temporary files, checkpoints and autovacuum are written into the log by these settings, which take effect with SELECT pg_reload_conf():";
    say(ui, "No events in this log", what, |ui| {
        ui.with_layout(Layout::top_down(Align::Min), |ui| code_block(ui, SETTINGS));
        if text_button(ui, Icon::Copy, "Copy these settings").clicked() {
            actions.push(Action::Copy(SETTINGS.to_owned(), "Settings"));
        }
    });
}

/// What makes a server log events.
const SETTINGS: &str = "log_connections = on\nlog_disconnections = on\nlog_lock_waits = on\nlog_temp_files = 0\nlog_checkpoints = on\nlog_autovacuum_min_duration = 0";

pub(super) fn say(ui: &mut Ui, title: &str, what: &str, button: impl FnOnce(&mut Ui)) {
    let colours = theme::colours(ui);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.3).min(180.0));
        ui.set_max_width(420.0);
        ui.label(
            RichText::new(title)
                .font(theme::heading())
                .color(colours.strong),
        );
        if !what.is_empty() {
            ui.label(RichText::new(what).color(colours.dim));
        }
        ui.add_space(theme::GAP);
        button(ui);
    });
}
