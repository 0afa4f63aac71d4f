//! The table of requests.

use std::borrow::Cow;

use eframe::egui::Ui;

use super::ViewState;
use crate::analysis::Analysis;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::model::{Capture, Model, View};
use crate::app::order::{By, request_key};
use crate::app::pictures::summary;
use crate::app::theme;
use crate::app::widgets::{Align, Cells, Column, Table};
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

const COLUMNS: [Column; 6] = [
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
        "Duration",
        "From its first statement's begin to its last one's end",
        By::Duration,
        72.0,
        Align::Right,
        0,
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

/// More statements than these are not looked at for a name.
const LOOKED_AT: u32 = 50;

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let list = model.list(View::Requests);
    let analysis = &capture.shown;
    let table = Table {
        columns: &COLUMNS,
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
    let (name, known) = label(analysis, request);
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
    cells.text(By::Label, &name, font, ink, 0.0);
    let findings = request_key(analysis, id, request, By::Findings);
    let texts = [
        (By::Duration, format::duration(request.duration() as f64)),
        (By::Statements, format::count(u64::from(request.executions))),
        (By::DbTime, format::duration(request.db_time as f64)),
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
        let ink = if column == by {
            colours.strong
        } else {
            colours.text
        };
        cells.text(column, &text, theme::sized(12.5), ink, part);
    }
}

/// What a request is called, and whether the application said so.
pub(super) fn label<'a>(analysis: &'a Analysis, request: &Request) -> (Cow<'a, str>, bool) {
    let w = &analysis.workload;
    if let Some(label) = w.label(request) {
        return (Cow::Borrowed(label), true);
    }
    let ids = request.ids();
    let ids = ids.start..ids.end.min(ids.start.saturating_add(LOOKED_AT));
    // Nobody knows a request by its COMMIT, however long that took.
    let named = w
        .executions
        .range(ids)
        .filter_map(|(_, e)| Some((e.duration, w.query(e.query)?)));
    let heaviest =
        named.max_by_key(|(duration, query)| (!query.kind.is_transaction_control(), *duration));
    (
        heaviest.map_or(Cow::Borrowed("No statements"), |(_, q)| {
            Cow::Borrowed(summary(q))
        }),
        false,
    )
}

/// A request as text for other programs.
pub(super) fn row_text(analysis: &Analysis, id: RequestId, offset: i32) -> Option<String> {
    let r = analysis.workload.request(id)?;
    let ms = |micros: u64| format!("{:.3}", micros as f64 / 1e3);
    let when = format::moment(r.start, offset, Moment::Milli);
    Some(format!(
        "{when}\t{}\t{}\t{}\t{}",
        label(analysis, r).0,
        ms(r.duration()),
        r.executions,
        ms(r.db_time)
    ))
}
