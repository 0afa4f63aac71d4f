//! The tables of a connected server: how large they are, how they are read and changed, and when they were cleaned up.

mod columns;
mod detail;
mod indexes;
mod links;
mod top;

use eframe::egui::{Color32, Ui, pos2};

pub(super) use detail::show as detail;

use super::ViewState;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format;
use crate::app::model::{Capture, Model, View};
use crate::app::order::{self, By, table_key};
use crate::app::theme;
use crate::app::widgets::{Align, Cells, Column, Table, elided};
use crate::catalog::{self, Catalog, Name, TableKind};
use crate::rules::{Finding, Severity, Subject};

const COLUMNS: [Column; 10] = [
    Column {
        title: "Table",
        tip: "Its schema is left out where the search path leads to it",
        by: By::Label,
        width: 0.0,
        align: Align::Left,
        yields: 0,
    },
    Column::number("Rows", "By the planner's estimate", By::Rows, 88.0, 2),
    Column::number(
        "Size",
        "With its indexes and its long values",
        By::Size,
        72.0,
        1,
    ),
    Column::number(
        "Seq scans",
        "Scans of the whole table since the counters began",
        By::SeqScans,
        76.0,
        5,
    ),
    Column::number(
        "Index scans",
        "Scans of its indexes since the counters began",
        By::IndexScans,
        88.0,
        7,
    ),
    Column::number(
        "By index",
        "The part of its scans that used an index",
        By::IndexShare,
        64.0,
        3,
    ),
    Column::number(
        "Changes",
        "Rows inserted, updated and deleted since the counters began",
        By::Changes,
        84.0,
        6,
    ),
    Column::number(
        "Dead",
        "The part of its rows that nobody sees any more and that still take room",
        By::Dead,
        56.0,
        4,
    ),
    Column::number(
        "Vacuumed",
        "How long ago it was vacuumed, by hand or by autovacuum",
        By::Vacuum,
        76.0,
        8,
    ),
    Column::number(
        "Analysed",
        "How long ago the planner's statistics of it were gathered",
        By::Analyze,
        76.0,
        9,
    ),
];

pub(super) fn show(ui: &mut Ui, model: &Model, view: &mut ViewState, actions: &mut Actions) {
    let Some(live) = &model.live else { return };
    let (Some(catalog), Some(capture)) = (live.catalog.as_deref(), &model.capture) else {
        top::nothing(ui, live, actions);
        return;
    };
    top::show(ui, live, catalog, actions);
    let list = model.list(View::Tables);
    if list.is_empty() {
        top::none(ui, model, live, actions);
        return;
    }
    let table = Table {
        columns: &COLUMNS,
        rows: list.rows.len(),
        height: model.prefs.density.row(),
        least: 200.0,
        selected: list.at,
        sort: list.sort,
    };
    let outcome = table.show(ui, view.scroll(View::Tables), |cells, row| {
        let table = list
            .rows
            .get(row)
            .and_then(|at| catalog.tables.get(*at as usize));
        if let Some(table) = table {
            name(cells, catalog, capture, table);
            fill(cells, catalog, table, list.sort.by, list.largest);
        }
    });
    if let Some(sort) = outcome.sort {
        actions.push(Action::Sort(View::Tables, sort));
    }
    if let Some(row) = outcome.clicked {
        actions.push(Action::Select(row));
        actions.push(Action::Run(Command::OpenRow));
    }
}

/// The name with its schema before it and what sort of table it is behind it; the name gives way last.
fn name(cells: &mut Cells<'_>, catalog: &Catalog, capture: &Capture, table: &catalog::Table) {
    let Some(place) = cells.place(By::Label) else {
        return;
    };
    let colours = theme::colours(cells.ui);
    let painter = cells.ui.painter();
    let mut tags: Vec<(String, Color32)> = Vec::new();
    let kind = kind(table);
    if !kind.is_empty() {
        tags.push((kind.to_owned(), colours.dim));
    }
    if let Some((n, worst)) = findings_of(&capture.shown.findings, catalog, table) {
        let text = format::counted(n, "finding", "findings");
        tags.push((text, colours.severity(worst)));
    }
    cells.say(&table.name.to_string());
    for (text, _) in &tags {
        cells.say(text);
    }
    let tags: Vec<_> = tags
        .into_iter()
        .map(|(text, ink)| (painter.layout_no_wrap(text, theme::sized(11.5), ink), ink))
        .collect();
    let tail: f32 = tags.iter().map(|(galley, _)| galley.size().x + 8.0).sum();
    let mut room = place.width() - tail;
    let mut x = place.left();
    if !catalog.search_path.contains(&table.name.schema) {
        let schema = format!("{}.", table.name.schema);
        let most = room * 0.4;
        let shown = elided(painter, &schema, theme::sized(13.0), colours.dim, most);
        let at = pos2(x, place.center().y - shown.size().y / 2.0);
        (x, room) = (x + shown.size().x, room - shown.size().x);
        painter.galley(at, shown, colours.dim);
    }
    let shown = elided(
        painter,
        &table.name.name,
        theme::sized(13.0),
        colours.strong,
        room,
    );
    let cut = shown.elided;
    let at = pos2(x, place.center().y - shown.size().y / 2.0);
    x += shown.size().x;
    painter.galley(at, shown, colours.strong);
    for (galley, ink) in tags {
        let at = pos2(x + 8.0, place.center().y - galley.size().y / 2.0 + 0.5);
        x += galley.size().x + 8.0;
        painter.galley(at, galley, ink);
    }
    if cut {
        cells.tip(&table.name.to_string());
    }
}

/// The word for a table that isn't just a table.
fn kind(table: &catalog::Table) -> &'static str {
    match table.kind {
        TableKind::Table if table.partition_of.is_some() => "partition",
        TableKind::Table if table.unlogged => "unlogged",
        TableKind::Table => "",
        TableKind::Partitioned => "partitioned",
        TableKind::Foreign => "foreign",
        TableKind::MaterializedView => "materialised view",
        TableKind::View => "view",
    }
}

/// Whether a finding is about a table or its columns.
fn concerns(finding: &Finding, table: &catalog::Table) -> bool {
    match &finding.subject {
        Some(Subject::Table(name) | Subject::Column(name, _)) => *name == table.name,
        _ => false,
    }
}

/// How many findings are about a table or its indexes, and how much the worst of them matters.
fn findings_of(
    findings: &[Finding],
    catalog: &Catalog,
    table: &catalog::Table,
) -> Option<(u64, Severity)> {
    let indexes = catalog.indexes_of(&table.name);
    let of_index = |finding: &Finding| match &finding.subject {
        Some(Subject::Index(name)) => {
            name.schema == table.name.schema && indexes.iter().any(|i| i.name == name.name)
        }
        _ => false,
    };
    let own = findings
        .iter()
        .filter(|f| concerns(f, table) || of_index(f));
    own.fold(None, |sum, finding| match sum {
        Some((n, worst)) => Some((n + 1, finding.severity.max(worst))),
        None => Some((1, finding.severity)),
    })
}

fn fill(cells: &mut Cells<'_>, catalog: &Catalog, table: &catalog::Table, by: By, largest: f64) {
    let colours = theme::colours(cells.ui);
    let part = match table_key(table, by, catalog.taken_at) {
        key if key.is_finite() && largest > 0.0 => key / largest,
        _ => 0.0,
    };
    for (column, text) in texts(catalog, table) {
        let ink = if column == by {
            colours.strong
        } else {
            colours.text
        };
        cells.text(column, &text, theme::sized(12.5), ink, part);
    }
}

/// The numbers of a table; what is not known, or can't be, is empty.
fn texts(catalog: &Catalog, table: &catalog::Table) -> [(By, String); 9] {
    let counters = table.counters.as_ref();
    let count = |n: Option<u64>| n.map(format::count).unwrap_or_default();
    let share = |part: Option<f64>| part.map(format::share).unwrap_or_default();
    let ago = |at: Option<i64>| match (at, counters) {
        (Some(at), _) => {
            let now = catalog.taken_at.unwrap_or(at);
            format::age(now.saturating_sub(at).max(0) as f64)
        }
        (None, Some(_)) => "never".to_owned(),
        (None, None) => String::new(),
    };
    [
        (By::Rows, count(table.rows)),
        (
            By::Size,
            table
                .bytes
                .map(|b| format::bytes(b.total()))
                .unwrap_or_default(),
        ),
        (By::SeqScans, count(counters.map(|c| c.seq_scans))),
        (By::IndexScans, count(counters.map(|c| c.index_scans))),
        (By::IndexShare, share(order::index_share(table))),
        (By::Changes, count(order::changes(table))),
        (By::Dead, share(order::dead(table))),
        (By::Vacuum, ago(order::vacuumed(table))),
        (By::Analyze, ago(order::analysed(table))),
    ]
}

/// Where a table stands in the catalog.
fn place(catalog: &Catalog, name: &Name) -> Option<u32> {
    let at = catalog.tables.binary_search_by(|t| t.name.cmp(name)).ok()?;
    u32::try_from(at).ok()
}

/// A table as text for other programs.
pub(super) fn row_text(model: &Model) -> Option<String> {
    let catalog = model.live.as_ref()?.catalog.as_deref()?;
    let table = catalog.tables.get(model.spot.table? as usize)?;
    let mut text = format!("{}.{}", table.name.schema, table.name.name);
    for (_, cell) in texts(catalog, table) {
        text.push('\t');
        text.push_str(&cell);
    }
    Some(text)
}
