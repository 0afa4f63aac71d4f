//! The detail of a query: its text, its numbers, how long it takes, and where it comes from.

use eframe::egui::Ui;

use super::finding::waiting;
use super::findings::{headline, title_of};
use super::{copy_button, query_server};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::icons::Icon;
use crate::app::jobs::Kind;
use crate::app::model::{Capture, Model, Origin};
use crate::app::pictures::{Example, QueryPicture};
use crate::app::theme;
use crate::app::widgets::{self, Number, caption, heading, numbers, sql_block};
use crate::workload::{Query, QueryId};

pub(super) fn show(ui: &mut Ui, model: &Model, capture: &Capture, actions: &mut Actions) {
    let Some(id) = model.spot.query else { return };
    let Some(query) = capture.shown.workload.query(id) else {
        return;
    };
    let key = model.key(id.0);
    let picture = model.details.query.get(key);
    ui.spacing_mut().item_spacing.y = 6.0;
    let first = picture
        .and_then(|p| p.examples.first())
        .and_then(|e| e.sql.as_ref().ok());
    heading(ui, "Query", "", |ui| {
        if widgets::icon_button(ui, Icon::Close, "Close the detail").clicked() {
            actions.push(Action::Run(Command::CloseDetail));
        }
        if let Some(bound) = first {
            copy_button(
                ui,
                None,
                "Copy with parameters",
                "SQL with parameters",
                || bound.clone(),
                actions,
            );
        }
        copy_button(ui, None, "Copy SQL", "SQL", || query.sql.clone(), actions);
    });
    sql_block(ui, picture.map_or(query.sql.as_str(), |p| p.sql.as_str()));
    ui.add_space(theme::STEP);
    numbers(
        ui,
        &all(query, capture.shown.workload.share(query.stats.total)),
        false,
    );
    steps(ui, query);
    findings(ui, model, capture, id, actions);
    super::indexes::links(ui, model, capture, id, actions);
    query_server::shapes(ui, model, id, actions);
    query_server::show(ui, model, query, first.cloned(), actions);
    ui.add_space(theme::GAP);
    let Some(picture) = picture else {
        waiting(ui, model.details.failed(Kind::Query, key));
        return;
    };
    // Of a server that is connected, more has been said above.
    if query.row.is_some() && capture.origin == Origin::Files {
        exported(ui, query, picture, actions);
        ui.add_space(theme::GAP);
    }
    if query.stats.has_percentiles() {
        heading(ui, "Latency", "how long it takes, and when", |_| {});
        if let Some((from, to)) = widgets::latency(ui, &picture.latency, capture.utc_offset()) {
            actions.push(Action::Narrow(from, to));
        }
        ui.add_space(theme::GAP);
    }
    if query.stats.untimed > 0 && query.stats.timed() == 0 {
        caption(
            ui,
            "The capture tells no durations: how long it takes is not known",
        );
        ui.add_space(theme::GAP);
    }
    examples(ui, picture, actions);
    requests(ui, model, capture, picture, query, actions);
}

fn all(query: &Query, share: f64) -> Vec<Number> {
    let s = &query.stats;
    let time = format::duration;
    let mut numbers = vec![
        Number::new(
            format::count(s.executions),
            if s.executions == 1 {
                "execution"
            } else {
                "executions"
            },
            "",
        ),
        Number::new(
            time(s.total as f64),
            "total",
            "Database time of all executions",
        ),
        Number::new(
            format::share(share),
            "of the capture",
            "Its part of all database time",
        ),
    ];
    if s.timed() == 0 {
        // It only failed, or nobody timed it: there is no time to speak of.
        numbers.truncate(1);
    }
    if let Some(mean) = s.mean() {
        numbers.push(Number::new(time(mean), "mean", ""));
    }
    if s.has_percentiles() {
        numbers.push(Number::new(
            time(s.p95),
            "p95",
            "95 % of the executions took at most this long",
        ));
    }
    if s.timed() > 0 {
        numbers.push(Number::new(
            time(s.max as f64),
            "max",
            "The longest duration",
        ));
    }
    if let Some(rows) = s.rows {
        numbers.push(Number::new(
            format::count(rows),
            "rows",
            "Rows returned or changed by all executions",
        ));
    }
    if s.errors > 0 {
        numbers.push(Number::new(
            format::count(s.errors),
            if s.errors == 1 { "error" } else { "errors" },
            "Statements that failed; they are not among the executions",
        ));
    }
    numbers
}

/// What its executions took beside the total, where the capture says so.
fn steps(ui: &mut Ui, query: &Query) {
    let steps = query.stats.steps;
    if steps == 0 {
        return;
    }
    let time = format::duration(steps as f64);
    let (what, tip) = if query.stats.has_percentiles() {
        (
            "parse and bind",
            "What parsing, binding and later fetches of its executions took in all; durations leave it out",
        )
    } else {
        (
            "planning",
            "What planning took in all; the total leaves it out",
        )
    };
    caption(ui, &format!("+ {time} {what} beside the total")).on_hover_text(tip);
}

/// What an export says in the place of single executions.
fn exported(ui: &mut Ui, query: &Query, picture: &QueryPicture, actions: &mut Actions) {
    if !query.stats.has_percentiles() {
        heading(ui, "Latency", "", |_| {});
        caption(
            ui,
            "From an export of pg_stat_statements: no single executions, so no percentiles and no times of day. A log with durations has them.",
        );
        ui.add_space(theme::GAP);
    }
    if let Some(row) = &picture.row {
        super::record::show(ui, "Line of the export", row, actions);
    }
}

fn findings(ui: &mut Ui, model: &Model, capture: &Capture, id: QueryId, actions: &mut Actions) {
    for (at, finding) in capture.shown.findings.iter().enumerate() {
        let main = finding.queries.contains(&id);
        if !main && finding.parent != Some(id) {
            continue;
        }
        let text = if main {
            format!("{}: {}", title_of(finding), headline(finding))
        } else {
            format!("Its rows cause {}: {}", title_of(finding), finding.title)
        };
        if widgets::link(ui, &text).clicked() {
            actions.push(Action::Go(model.spot.finding(at)));
        }
    }
}

fn examples(ui: &mut Ui, picture: &QueryPicture, actions: &mut Actions) {
    if picture.examples.is_empty() {
        return;
    }
    heading(ui, "Examples", "with their parameters filled in", |_| {});
    for example in &picture.examples {
        one(ui, example, actions);
    }
    ui.add_space(theme::GAP);
}

fn one(ui: &mut Ui, example: &Example, actions: &mut Actions) {
    ui.horizontal(|ui| {
        let time = example.duration.map_or_else(String::new, |time| {
            format!("{} · ", format::with_steps(time, example.steps))
        });
        caption(ui, &format!("{} · {time}{}", example.name, example.place));
        ui.with_layout(
            eframe::egui::Layout::right_to_left(eframe::egui::Align::Center),
            |ui| {
                if let Ok(sql) = &example.sql
                    && widgets::icon_button(ui, Icon::Copy, "Copy this example").clicked()
                {
                    actions.push(Action::Copy(sql.clone(), "Example"));
                }
            },
        );
    });
    match &example.sql {
        Ok(sql) => sql_block(ui, sql),
        Err(why) => {
            caption(ui, &format!("The file can't be read any more: {why}"));
        }
    }
    for plan in &example.plans {
        super::record::plan(ui, "", plan, actions);
    }
}

fn requests(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    picture: &QueryPicture,
    query: &Query,
    actions: &mut Actions,
) {
    if picture.requests.is_empty() {
        return;
    }
    let n = u64::from(query.stats.requests);
    let aside = if n > picture.requests.len() as u64 {
        let which = if query.stats.timed() > 0 {
            "the heaviest"
        } else {
            "where it runs most often,"
        };
        format!("{which} of {}", format::count(n))
    } else {
        format::count(n)
    };
    heading(ui, "Requests", &aside, |_| {});
    for (id, executions, time) in &picture.requests {
        let Some(request) = capture.shown.workload.request(*id) else {
            continue;
        };
        let (label, _) = crate::app::name::request(&capture.shown, request);
        let moment = format::moment(request.start, capture.utc_offset(), Moment::Milli);
        let mut told = format::counted(u64::from(*executions), "execution", "executions");
        if *time > 0 {
            told = format!("{told} · {}", format::duration(*time as f64));
        }
        if super::request_line(ui, &label, &moment, &told) {
            actions.push(Action::Go(model.spot.request(*id)));
        }
    }
}
