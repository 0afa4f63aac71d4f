//! The table of plans: one row a query and shape.

use eframe::egui::Ui;

use super::ViewState;
use crate::analysis::{Analysis, PlanGroup};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::model::{Capture, Model, View};
use crate::app::order::{By, name_of_plans, plan_key};
use crate::app::widgets::{Align, Cells, Column, Table};
use crate::app::{format, theme};

const COLUMNS: [Column; 7] = [
    Column {
        title: "Query",
        tip: "The statement that the plans are of",
        by: By::Summary,
        width: 0.0,
        align: Align::Left,
        yields: 0,
    },
    Column {
        title: "Plan",
        tip: "Its topmost join or scan, and the tables that it reads",
        by: By::Label,
        width: 210.0,
        align: Align::Left,
        yields: 3,
    },
    Column::number(
        "Plans",
        "Plans of this shape that were read",
        By::Executions,
        52.0,
        5,
    ),
    Column::number(
        "Mean",
        "Average duration of these executions",
        By::Mean,
        68.0,
        1,
    ),
    Column::number("Max", "The longest of them", By::Max, 68.0, 4),
    Column::number("Total", "All of them together", By::Total, 68.0, 2),
    Column::number(
        "Others",
        "Other shapes that the same query was run with: compare their means",
        By::Shapes,
        56.0,
        6,
    ),
];

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let list = model.list(View::Plans);
    let Some(set) = capture.shown.plans_if_read() else {
        super::finding::waiting(ui, false);
        return;
    };
    // What stands in a file often names no statement.
    let named = set.groups.iter().any(|g| g.sql.is_some());
    let columns: Vec<Column> = COLUMNS
        .into_iter()
        .filter(|c| named || c.by != By::Summary)
        .map(|c| Column {
            width: if !named && c.by == By::Label {
                0.0
            } else {
                c.width
            },
            ..c
        })
        .collect();
    let table = Table {
        columns: &columns,
        rows: list.rows.len(),
        height: model.prefs.density.row(),
        least: 180.0,
        selected: list.at,
        sort: list.sort,
    };
    let outcome = table.show(ui, view.scroll(View::Plans), |cells, row| {
        let group = list
            .rows
            .get(row)
            .and_then(|at| set.groups.get(*at as usize));
        if let Some(group) = group {
            fill(cells, &capture.shown, group, list.sort.by, list.largest);
        }
    });
    if let Some(sort) = outcome.sort {
        actions.push(Action::Sort(View::Plans, sort));
    }
    if let Some(row) = outcome.clicked {
        actions.push(Action::Select(row));
        actions.push(Action::Run(Command::OpenRow));
    }
}

fn fill(cells: &mut Cells<'_>, analysis: &Analysis, group: &PlanGroup, by: By, largest: f64) {
    let colours = theme::colours(cells.ui);
    let part = if largest > 0.0 {
        plan_key(group, by) / largest
    } else {
        0.0
    };
    let name = name_of_plans(analysis, group);
    cells.name(By::Summary, &name, theme::code_small(), colours.text);
    cells.name(By::Label, &group.summary, theme::sized(12.5), colours.text);
    let time = |ms: Option<f64>| ms.map_or_else(|| "–".to_owned(), |ms| format::duration(ms * 1e3));
    let texts = [
        (By::Executions, format::count(group.plans.len() as u64)),
        (By::Mean, time(group.mean_ms)),
        (By::Max, time(group.max_ms())),
        (By::Total, time(group.mean_ms.map(|_| group.total_ms()))),
        (
            By::Shapes,
            if group.siblings > 0 {
                format::count(u64::from(group.siblings))
            } else {
                String::new()
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

/// A group as text for other programs.
pub(super) fn row_text(analysis: &Analysis, at: u32) -> Option<String> {
    let group = analysis.plans_if_read()?.groups.get(at as usize)?;
    let ms = |value: Option<f64>| value.map_or_else(String::new, |ms| format!("{ms:.3}"));
    Some(format!(
        "{}\t{}\t{}\t{}\t{}",
        name_of_plans(analysis, group),
        group.summary,
        group.plans.len(),
        ms(group.mean_ms),
        ms(group.max_ms()),
    ))
}

/// The SQL of the plan that is shown.
pub(super) fn shown_sql(model: &Model) -> Option<String> {
    let key = model.key(model.spot.plan?);
    let drawn = model.details.plan.get(key)?.drawn.as_ref().ok()?;
    drawn.explained.plan.query.clone()
}
