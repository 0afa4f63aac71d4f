//! The table of single requests, and the switch between it and that of endpoints.

use eframe::egui::{Align as Place, Button, Frame, Label, Layout, Margin, RichText, Stroke, Ui};

use super::ViewState;
use crate::analysis::Analysis;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::model::{Capture, Model, View};
use crate::app::order::{By, request_key};
use crate::app::widgets::{Align, Cells, Column, Table};
use crate::app::{name, theme};
use crate::workload::{Request, RequestId};

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
        "When",
        "When its first statement began",
        By::When,
        92.0,
        Align::Left,
        2,
    ),
    column(
        "Request",
        "Its route where statements carry one, else its heaviest query",
        By::Label,
        0.0,
        Align::Left,
        0,
    ),
    column(
        "Status",
        "The status of HTTP that the application answered with",
        By::Status,
        52.0,
        Align::Right,
        5,
    ),
    column(
        "Whole",
        "How long it took as a whole, as the application logged it",
        By::Whole,
        72.0,
        Align::Right,
        0,
    ),
    column(
        "Duration",
        "From its first statement's begin to its last one's end",
        By::Duration,
        72.0,
        Align::Right,
        1,
    ),
    column(
        "Statements",
        "How many statements it ran",
        By::Statements,
        82.0,
        Align::Right,
        4,
    ),
    column(
        "DB time",
        "Database time: the sum of its statements' durations",
        By::DbTime,
        72.0,
        Align::Right,
        3,
    ),
    column(
        "Findings",
        "How many findings happen in it",
        By::Findings,
        68.0,
        Align::Right,
        1,
    ),
];

const SWITCH: f32 = 40.0;

/// Chooses between endpoints and single requests.
pub(super) fn switch(ui: &mut Ui, model: &Model, capture: &Capture, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let analysis = &capture.shown;
    let options = [
        (
            View::Endpoints,
            Command::Endpoints,
            analysis.endpoints.len(),
        ),
        (
            View::Requests,
            Command::SingleRequests,
            analysis.workload.requests.len(),
        ),
    ];
    let gap = std::mem::replace(&mut ui.spacing_mut().item_spacing.y, 0.0);
    let row = Frame::new().inner_margin(Margin::symmetric(16, 0));
    row.show(ui, |ui| {
        ui.set_height(SWITCH);
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for (view, command, n) in options {
                let chosen = model.spot.view == view;
                let text = RichText::new(view.title()).color(if chosen {
                    colours.strong
                } else {
                    colours.dim
                });
                let count = RichText::new(format::count(n as u64))
                    .font(theme::sized(12.0))
                    .color(colours.dim);
                let response = ui.add(Button::selectable(chosen, (text, count)));
                if response.on_hover_text(command.tip()).clicked() {
                    actions.push(Action::Run(command));
                }
            }
            let told = if model.spot.view != View::Endpoints {
                ""
            } else if analysis.workload.served.is_empty() {
                "times from the first statement to the last"
            } else {
                "times of whole requests, where the application logged them"
            };
            ui.with_layout(Layout::right_to_left(Place::Center), |ui| {
                let told = RichText::new(told)
                    .font(theme::sized(12.0))
                    .color(colours.dim);
                ui.add(Label::new(told).truncate());
            });
        });
    });
    let line = ui.available_rect_before_wrap();
    let edge = Stroke::new(1.0, colours.hairline);
    ui.painter().hline(line.x_range(), line.top() - 0.5, edge);
    ui.spacing_mut().item_spacing.y = gap;
}

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let list = model.list(View::Requests);
    let analysis = &capture.shown;
    // What no application told would only take room.
    let served = analysis.workload.served.iter().take(200);
    let whole = served.clone().any(|s| s.elapsed.is_some());
    let status = served.clone().any(|s| s.status.is_some());
    let known = |column: &Column| match column.by {
        By::Whole => whole,
        By::Status => status,
        _ => true,
    };
    let columns: Vec<Column> = COLUMNS.into_iter().filter(known).collect();
    let table = Table {
        columns: &columns,
        rows: list.rows.len(),
        height: model.prefs.density.row(),
        least: 160.0,
        selected: list.at,
        sort: list.sort,
    };
    let outcome = table.show(ui, view.scroll(View::Requests), |cells, row| {
        let Some(id) = list.rows.get(row).map(|at| RequestId(*at)) else {
            return;
        };
        if let Some(request) = analysis.workload.request(id) {
            fill(
                cells,
                analysis,
                id,
                request,
                list.sort.by,
                list.largest,
                capture.utc_offset(),
            );
        }
    });
    if let Some(sort) = outcome.sort {
        actions.push(Action::Sort(View::Requests, sort));
    }
    if let Some(row) = outcome.clicked {
        actions.push(Action::Select(row));
        actions.push(Action::Run(Command::OpenRow));
    }
}

fn fill(
    cells: &mut Cells<'_>,
    analysis: &Analysis,
    id: RequestId,
    request: &Request,
    by: By,
    largest: f64,
    offset: i32,
) {
    let colours = theme::colours(cells.ui);
    let part = if largest > 0.0 {
        request_key(analysis, id, request, by) as f64 / largest
    } else {
        0.0
    };
    let (name, known) = name::request(analysis, request);
    let (font, ink) = if known {
        (theme::sized(13.0), colours.strong)
    } else {
        (theme::code_small(), colours.dim)
    };
    cells.text(
        By::When,
        &format::moment(request.start, offset, Moment::Milli),
        theme::sized(12.5),
        colours.dim,
        0.0,
    );
    cells.name(By::Label, &name, font, ink);
    let findings = request_key(analysis, id, request, By::Findings);
    let served = analysis.workload.served(request);
    let nothing = || "–".to_owned();
    let time = |micros: u64| {
        if micros > 0 || analysis.workload.timed() {
            format::duration(micros as f64)
        } else {
            nothing()
        }
    };
    let status = served.and_then(|s| s.status);
    let whole = served.and_then(|s| s.elapsed);
    let texts = [
        (By::Status, status.map_or_else(nothing, |s| s.to_string())),
        (
            By::Whole,
            whole.map_or_else(nothing, |t| format::duration(t as f64)),
        ),
        (By::Duration, time(request.duration())),
        (By::Statements, format::count(u64::from(request.executions))),
        (By::DbTime, time(request.db_time)),
        (
            By::Findings,
            if findings == 0 {
                "–".to_owned()
            } else {
                format::count(findings)
            },
        ),
    ];
    for (column, text) in texts {
        let failed = column == By::Status && status.is_some_and(|s| s >= 500);
        let ink = if failed {
            colours.high
        } else if column == by {
            colours.strong
        } else {
            colours.text
        };
        cells.text(column, &text, theme::sized(12.5), ink, part);
    }
}

/// A request as text for other programs.
pub(super) fn row_text(analysis: &Analysis, id: RequestId, offset: i32) -> Option<String> {
    let r = analysis.workload.request(id)?;
    let ms = |micros: u64| format!("{:.3}", micros as f64 / 1e3);
    let when = format::moment(r.start, offset, Moment::Milli);
    let served = analysis.workload.served(r);
    let status = served.and_then(|s| s.status);
    Some(format!(
        "{when}\t{}\t{}\t{}\t{}\t{}\t{}",
        name::request(analysis, r).0,
        ms(r.duration()),
        r.executions,
        ms(r.db_time),
        status.map(|s| s.to_string()).unwrap_or_default(),
        served.and_then(|s| s.elapsed).map(ms).unwrap_or_default()
    ))
}
