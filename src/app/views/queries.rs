//! The table of queries.

use super::ViewState;
use crate::analysis::Analysis;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::model::{Capture, Model, View};
use crate::app::order::{By, query_key};
use crate::app::pictures::summary;
use crate::app::widgets::{Align, Cells, Column, Table, elided};
use crate::app::{format, theme};
use crate::workload::{Query, QueryId};
use eframe::egui::Ui;

const COLUMNS: [Column; 11] = [
    Column {
        title: "Query",
        tip: "What tells it from others: its tables and conditions",
        by: By::Summary,
        width: 0.0,
        align: Align::Left,
        yields: 0,
    },
    Column::number("Executions", "How often it ran", By::Executions, 84.0, 1),
    Column::number(
        "Total",
        "Database time of all executions",
        By::Total,
        68.0,
        0,
    ),
    Column::number("Share", "Part of all database time", By::DbTime, 60.0, 2),
    Column::number("Mean", "Average duration", By::Mean, 64.0, 4),
    Column::number(
        "p50",
        "Half of the executions took at most this long",
        By::P50,
        64.0,
        6,
    ),
    Column::number(
        "p95",
        "95 % of the executions took at most this long",
        By::P95,
        64.0,
        3,
    ),
    Column::number(
        "p99",
        "99 % of the executions took at most this long",
        By::P99,
        64.0,
        7,
    ),
    Column::number("Max", "The longest duration", By::Max, 64.0, 5),
    Column::number(
        "Rows",
        "Rows returned or changed by all executions",
        By::Rows,
        64.0,
        8,
    ),
    Column::number("Sessions", "Sessions that ran it", By::Sessions, 72.0, 9),
];

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let list = model.list(View::Queries);
    let w = &capture.shown.workload;
    // Text logs don't tell rows: a column of nothing would only take room.
    let rows_known = w.queries.iter().take(200).any(|q| q.stats.rows.is_some());
    let columns: Vec<Column> = COLUMNS
        .into_iter()
        .filter(|c| c.by != By::Rows || rows_known)
        .collect();
    let table = Table {
        columns: &columns,
        rows: list.rows.len(),
        height: model.prefs.density.row(),
        least: 280.0,
        selected: list.at,
        sort: list.sort,
    };
    let outcome = table.show(ui, view.scroll(View::Queries), |cells, row| {
        if let Some(query) = list.rows.get(row).and_then(|at| w.query(QueryId(*at))) {
            fill(
                cells,
                query,
                w.share(query.stats.total),
                list.sort.by,
                list.largest,
            );
        }
    });
    if let Some(sort) = outcome.sort {
        actions.push(Action::Sort(View::Queries, sort));
    }
    if let Some(row) = outcome.clicked {
        actions.push(Action::Select(row));
        actions.push(Action::Run(Command::OpenRow));
    }
}

fn fill(cells: &mut Cells<'_>, query: &Query, share: f64, by: By, largest: f64) {
    let colours = theme::colours(cells.ui);
    let s = &query.stats;
    let part = if largest > 0.0 {
        query_key(query, by) / largest
    } else {
        0.0
    };
    name(cells, query);
    cells.tip(&query.sql);
    // What was never timed has no times, however often it ran.
    let ran = s.timed() > 0;
    let time = |micros: f64| {
        if ran {
            format::duration(micros)
        } else {
            "–".to_owned()
        }
    };
    // An export adds executions up: what half of them took is not in it.
    let spread = s.has_percentiles();
    let percentile = |micros: f64| {
        if spread {
            time(micros)
        } else {
            "–".to_owned()
        }
    };
    let texts = [
        (By::Executions, format::count(s.executions)),
        (By::Total, time(s.total as f64)),
        (
            By::DbTime,
            if ran {
                format::share(share)
            } else {
                "–".to_owned()
            },
        ),
        (By::Mean, time(s.mean().unwrap_or(0.0))),
        (By::P50, percentile(s.p50)),
        (By::P95, percentile(s.p95)),
        (By::P99, percentile(s.p99)),
        (By::Max, time(s.max as f64)),
        (
            By::Rows,
            s.rows.map_or_else(|| "–".to_owned(), format::count),
        ),
        (
            By::Sessions,
            if s.sessions > 0 {
                format::count(u64::from(s.sessions))
            } else {
                "–".to_owned()
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

/// The summary in colour, on one line.
fn name(cells: &mut Cells<'_>, query: &Query) {
    let colours = theme::colours(cells.ui);
    let Some(place) = cells.place(By::Summary) else {
        return;
    };
    let text = summary(query);
    let painter = cells.ui.painter();
    // The first word in the colour of a keyword tells reading from writing at a glance.
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let verb = elided(
        painter,
        verb,
        theme::code_small(),
        colours.keyword,
        place.width(),
    );
    let used = verb.size().x + 7.0;
    let height = verb.size().y;
    let y = place.center().y - height / 2.0;
    painter.galley(eframe::egui::pos2(place.left(), y), verb, colours.keyword);
    let rest = elided(
        painter,
        rest,
        theme::code_small(),
        colours.text,
        place.width() - used,
    );
    painter.galley(
        eframe::egui::pos2(place.left() + used, y),
        rest,
        colours.text,
    );
    cells.say(text);
}

/// A query as text for other programs.
pub(super) fn row_text(analysis: &Analysis, id: QueryId) -> Option<String> {
    let q = analysis.workload.query(id)?;
    let s = &q.stats;
    let sql = q.sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let rows = s.rows.map(|r| r.to_string()).unwrap_or_default();
    let ms = |micros: f64| format!("{:.3}", micros / 1e3);
    let mean = s.mean().map(ms).unwrap_or_default();
    let percentile = |micros: f64| {
        if s.has_percentiles() {
            ms(micros)
        } else {
            String::new()
        }
    };
    Some(format!(
        "{sql}\t{}\t{}\t{mean}\t{}\t{}\t{}\t{}\t{rows}\t{}",
        s.executions,
        ms(s.total as f64),
        percentile(s.p50),
        percentile(s.p95),
        percentile(s.p99),
        ms(s.max as f64),
        s.sessions
    ))
}
