//! The table of endpoints: requests of one kind added up.

use eframe::egui::Ui;

use super::ViewState;
use crate::analysis::Analysis;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::model::{Capture, Model, View};
use crate::app::order::{By, endpoint_key};
use crate::app::widgets::{Align, Cells, Column, Table};
use crate::app::{format, name, theme};
use crate::workload::Endpoint;

/// What the share is, and why there may be none.
const UNKNOWN: &str = "How much of a request's whole time is database time; a log of requests that is opened beside the SQL log tells how long they take";

const COLUMNS: [Column; 9] = [
    Column {
        title: "Endpoint",
        tip: "What the application calls its requests, else their heaviest query",
        by: By::Label,
        width: 0.0,
        align: Align::Left,
        yields: 0,
    },
    Column::number(
        "Requests",
        "How many ran statements; where the application logs requests, of how many that it served",
        By::Requests,
        78.0,
        2,
    ),
    Column::number(
        "p50",
        "Half of the requests took at most this long",
        By::P50,
        64.0,
        6,
    ),
    Column::number(
        "p95",
        "95 % of the requests took at most this long",
        By::P95,
        64.0,
        0,
    ),
    Column::number(
        "p99",
        "99 % of the requests took at most this long",
        By::P99,
        64.0,
        7,
    ),
    Column::number(
        "Statements",
        "How many statements a request runs on average",
        By::Statements,
        82.0,
        3,
    ),
    Column::number("Database", UNKNOWN, By::Database, 72.0, 4),
    Column::number(
        "DB time",
        "Database time of all its requests",
        By::DbTime,
        68.0,
        5,
    ),
    Column::number(
        "Findings",
        "How many findings happen in its requests",
        By::Findings,
        68.0,
        1,
    ),
];

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let list = model.list(View::Endpoints);
    let analysis = &capture.shown;
    let table = Table {
        columns: &COLUMNS,
        rows: list.rows.len(),
        height: model.prefs.density.row(),
        least: 180.0,
        selected: list.at,
        sort: list.sort,
    };
    let outcome = table.show(ui, view.scroll(View::Endpoints), |cells, row| {
        let Some(at) = list.rows.get(row).copied() else {
            return;
        };
        if let Some(endpoint) = analysis.endpoints.get(at as usize) {
            let findings = model.endpoint_findings.get(at as usize).copied();
            let row = Row {
                endpoint,
                findings: findings.unwrap_or(0),
                by: list.sort.by,
                largest: list.largest,
            };
            fill(cells, analysis, &row);
        }
    });
    if let Some(sort) = outcome.sort {
        actions.push(Action::Sort(View::Endpoints, sort));
    }
    if let Some(row) = outcome.clicked {
        actions.push(Action::Select(row));
        actions.push(Action::Run(Command::OpenRow));
    }
}

/// An endpoint, and what the table says of all rows.
struct Row<'a> {
    endpoint: &'a Endpoint,
    findings: u32,
    by: By,
    largest: f64,
}

fn fill(cells: &mut Cells<'_>, analysis: &Analysis, row: &Row<'_>) {
    let colours = theme::colours(cells.ui);
    let endpoint = row.endpoint;
    let part = if row.largest > 0.0 {
        endpoint_key(endpoint, row.findings, row.by) / row.largest
    } else {
        0.0
    };
    let (name, known) = name::endpoint(analysis, endpoint);
    let (font, ink) = if known {
        (theme::sized(13.0), colours.strong)
    } else {
        (theme::code_small(), colours.dim)
    };
    cells.name(By::Label, &name, font, ink);
    for (column, text) in texts(analysis, endpoint, row.findings) {
        let ink = if column == row.by {
            colours.strong
        } else {
            colours.text
        };
        cells.text(column, &text, theme::sized(12.5), ink, part);
    }
}

/// What stands in the columns of numbers.
fn texts(analysis: &Analysis, endpoint: &Endpoint, findings: u32) -> [(By, String); 8] {
    let nothing = || "–".to_owned();
    let share = endpoint.database_share();
    let timed = analysis.workload.timed();
    [
        (By::Requests, requests(endpoint)),
        (By::P50, time(endpoint, endpoint.p50)),
        (By::P95, time(endpoint, endpoint.p95)),
        (By::P99, time(endpoint, endpoint.p99)),
        (By::Statements, format::average(endpoint.mean_statements())),
        (
            By::Database,
            share.filter(|_| timed).map_or_else(nothing, format::share),
        ),
        (
            By::DbTime,
            if timed {
                format::duration(endpoint.db_time as f64)
            } else {
                nothing()
            },
        ),
        (
            By::Findings,
            if findings == 0 {
                nothing()
            } else {
                format::count(u64::from(findings))
            },
        ),
    ]
}

/// A percentile of the requests; a dash where the capture tells no times.
pub(super) fn time(endpoint: &Endpoint, micros: f64) -> String {
    if endpoint.total == 0 {
        "–".to_owned()
    } else {
        format::duration(micros)
    }
}

/// How many requests ran statements and, where that is another number, how many were served.
pub(super) fn requests(endpoint: &Endpoint) -> String {
    let ran = endpoint.requests.len() as u64;
    match endpoint.served.filter(|served| *served > ran) {
        Some(served) => format!("{} of {}", format::count(ran), format::count(served)),
        None => format::count(ran),
    }
}

/// An endpoint as text for other programs.
pub(super) fn row_text(analysis: &Analysis, at: u32, findings: &[u32]) -> Option<String> {
    let e = analysis.endpoints.get(at as usize)?;
    let ms = |micros: f64| format!("{:.3}", micros / 1e3);
    let share = e.database_share();
    Some(format!(
        "{}\t{}\t{}\t{}\t{}\t{:.1}\t{}\t{}\t{}",
        name::endpoint(analysis, e).0,
        e.requests.len(),
        ms(e.p50),
        ms(e.p95),
        ms(e.p99),
        e.mean_statements(),
        share.map_or_else(String::new, |s| format!("{s:.3}")),
        ms(e.db_time as f64),
        findings.get(at as usize).copied().unwrap_or(0)
    ))
}
