//! Indexes to make with proof, what else helps, and what the existing ones are worth.

mod detail;
mod plans;
mod top;

pub(super) use detail::show as detail;

use eframe::egui::Ui;

use super::ViewState;
use crate::advice::indexes::{IndexAdvice, Load, Proof, Proposal, Verdict};
use crate::analysis::Analysis;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format;
use crate::app::model::{Capture, Model, View};
use crate::app::order::{By, IndexRow, index_key, index_row};
use crate::app::theme;
use crate::app::widgets::{self, Align, Cells, Column, Table};
use crate::workload::QueryId;

const COLUMNS: [Column; 6] = [
    Column {
        title: "Index",
        tip: "Table and columns, what isn't the default with them",
        by: By::Label,
        width: 0.0,
        align: Align::Left,
        yields: 0,
    },
    Column {
        title: "Advice",
        tip: "What to do, and how that is known",
        by: By::Rank,
        width: 112.0,
        align: Align::Left,
        yields: 1,
    },
    Column::number(
        "Saves",
        "Of the time that its queries took; where that isn't known, of their cost in units of the planner",
        By::Amount,
        76.0,
        3,
    ),
    Column::number("Queries", "Queries that it serves", By::Executions, 64.0, 4),
    Column::number("Size", "When it is new, or as it is", By::Size, 72.0, 2),
    Column::number(
        "Scans",
        "Scans of it since the counters began",
        By::IndexScans,
        64.0,
        5,
    ),
];

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let Some(advice) = capture.shown.indexes.as_deref() else {
        top::nothing(ui, model, actions);
        return;
    };
    top::show(ui, model, advice, actions);
    let list = model.list(View::Indexes);
    if list.is_empty() {
        if model.filter.is_empty() {
            top::healthy(ui, advice);
        } else {
            super::empty::show(ui, model, capture, actions);
        }
        return;
    }
    let table = Table {
        columns: &COLUMNS,
        rows: list.rows.len(),
        height: model.prefs.density.row(),
        least: 220.0,
        selected: list.at,
        sort: list.sort,
    };
    let outcome = table.show(ui, view.scroll(View::Indexes), |cells, row| {
        let row = list.rows.get(row).and_then(|at| index_row(advice, *at));
        if let Some(row) = row {
            fill(cells, advice, row, list.sort.by, list.largest);
        }
    });
    if let Some(sort) = outcome.sort {
        actions.push(Action::Sort(View::Indexes, sort));
    }
    if let Some(row) = outcome.clicked {
        actions.push(Action::Serve(0));
        actions.push(Action::Select(row));
        actions.push(Action::Run(Command::OpenRow));
    }
}

fn fill(cells: &mut Cells<'_>, advice: &IndexAdvice, row: IndexRow<'_>, by: By, largest: f64) {
    let colours = theme::colours(cells.ui);
    let quiet = match row {
        IndexRow::Proposal(_) => false,
        IndexRow::Hint(hint) => hint.is_fine,
        IndexRow::Existing(existing) => is_well(existing.verdict),
    };
    let ink = if quiet { colours.dim } else { colours.text };
    let font = match row {
        IndexRow::Hint(_) => theme::sized(12.5),
        _ => theme::code_small(),
    };
    cells.name(By::Label, name(row), font, ink);
    let part = if largest > 0.0 {
        index_key(advice, row, by) / largest
    } else {
        0.0
    };
    for (column, text) in texts(&advice.load, row) {
        let ink = if column == by && by != By::Rank {
            colours.strong
        } else {
            ink
        };
        cells.text(column, &text, theme::sized(12.5), ink, part);
    }
}

fn name(row: IndexRow<'_>) -> &str {
    match row {
        IndexRow::Proposal(proposal) => &proposal.short,
        IndexRow::Hint(hint) => &hint.title,
        IndexRow::Existing(existing) => &existing.short,
    }
}

fn is_well(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Used | Verdict::Needed | Verdict::Unknown)
}

/// The cells of a row; what is not known is empty.
fn texts(load: &Load, row: IndexRow<'_>) -> [(By, String); 5] {
    let count = |n: usize| {
        if n == 0 {
            String::new()
        } else {
            format::count(n as u64)
        }
    };
    let bytes = |n: Option<u64>| n.map(format::bytes).unwrap_or_default();
    match row {
        IndexRow::Proposal(p) => [
            (By::Rank, format!("make · {}", p.proof.word())),
            (By::Amount, saved(load, p)),
            (By::Executions, count(p.serves.len())),
            (By::Size, bytes(p.bytes)),
            (By::IndexScans, String::new()),
        ],
        IndexRow::Hint(hint) => [
            (
                By::Rank,
                if hint.is_fine { "fine" } else { "rewrite" }.to_owned(),
            ),
            (By::Amount, String::new()),
            (By::Executions, String::new()),
            (By::Size, String::new()),
            (By::IndexScans, String::new()),
        ],
        IndexRow::Existing(e) => [
            (By::Rank, e.verdict.word().to_owned()),
            (By::Amount, String::new()),
            (By::Executions, count(e.serves.len())),
            (By::Size, bytes(e.bytes)),
            (
                By::IndexScans,
                e.scans.map(format::count).unwrap_or_default(),
            ),
        ],
    }
}

/// What an index saves: time where it was measured, else units of the planner.
fn saved(load: &Load, proposal: &Proposal) -> String {
    match (proposal.saved_ms(load), proposal.proof) {
        (Some(ms), _) => format::duration(ms * 1e3),
        // Of tables whose size nobody knows.
        (None, Proof::Advice) => String::new(),
        (None, _) => units(proposal.saving()),
    }
}

/// A cost of the planner, three digits of it and a word for large ones.
fn units(cost: f64) -> String {
    match cost {
        c if c >= 1e9 => {
            format!("{:.3}", c / 1e9)
                .chars()
                .take(4)
                .collect::<String>()
                + " bn"
        }
        c if c >= 1e6 => {
            let digits: String = format!("{:.3}", c / 1e6).chars().take(4).collect();
            digits.trim_end_matches('.').to_owned() + " m"
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative, below a million"
        )]
        c if c >= 100.0 || c.fract() == 0.0 => format::count(c.max(0.0).round() as u64),
        c => format!("{:.1}", c.max(0.0)),
    }
}

/// Links to the proposed indexes that serve a query.
pub(super) fn links(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    query: QueryId,
    actions: &mut Actions,
) {
    let Some(advice) = capture.shown.indexes.as_deref() else {
        return;
    };
    for (at, proposal) in advice.advice.proposals.iter().enumerate() {
        let mut own = proposal.serves.iter();
        let Some(nth) = own.position(|s| advice.query(s.statement) == Some(query)) else {
            continue;
        };
        let text = format!("Show the index {}", proposal.short);
        if widgets::link(ui, &text).clicked() {
            actions.push(Action::Serve(nth));
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            actions.push(Action::Go(model.spot.index(at)));
        }
    }
}

/// A row as text for other programs.
pub(super) fn row_text(analysis: &Analysis, at: u32) -> Option<String> {
    let advice = analysis.indexes.as_deref()?;
    let row = index_row(advice, at)?;
    let mut text = name(row).to_owned();
    for (_, cell) in texts(&advice.load, row) {
        text.push('\t');
        text.push_str(&cell);
    }
    Some(text)
}

/// The SQL that makes, drops or replaces what is shown.
pub(super) fn shown_sql(analysis: &Analysis, at: u32) -> Option<String> {
    match index_row(analysis.indexes.as_deref()?, at)? {
        IndexRow::Proposal(proposal) => Some(format!("{};", proposal.ddl)),
        IndexRow::Hint(hint) => Some(hint.code.clone()).filter(|code| !code.is_empty()),
        IndexRow::Existing(existing) => existing.code.clone(),
    }
}

/// What a statement of the load is called where there is room for one line.
fn called(advice: &IndexAdvice, statement: usize) -> String {
    let known = advice.load.statements.get(statement);
    crate::sql::summary(known.map_or("", |s| &s.sql))
}
