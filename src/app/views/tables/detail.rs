//! A table: its numbers, what the rules say of it, its indexes, columns and keys.

use eframe::egui::{RichText, Ui};

use super::{columns, concerns, indexes, kind, links};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::model::{Capture, Model};
use crate::app::order;
use crate::app::theme;
use crate::app::views::{copy_button, finding_links};
use crate::app::widgets::{self, Number, caption, heading, numbers, sql_block};
use crate::catalog::{Catalog, Counters, ReplicaIdentity, Table};

pub(crate) fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let Some(capture) = &model.capture else {
        return;
    };
    let catalog = model.live.as_ref().and_then(|l| l.catalog.as_deref());
    let Some(catalog) = catalog else { return };
    let table = model
        .spot
        .table
        .and_then(|at| catalog.tables.get(at as usize));
    let Some(table) = table else { return };
    let colours = theme::colours(ui);
    ui.spacing_mut().item_spacing.y = 6.0;
    let what = match kind(table) {
        "" => "Table".to_owned(),
        word => format::sentence(word),
    };
    let schema = format!("in schema {}", table.name.schema);
    heading(ui, &what, &schema, |ui| {
        if widgets::icon_button(ui, Icon::Close, "Close the detail").clicked() {
            actions.push(Action::Run(Command::CloseDetail));
        }
    });
    let name = RichText::new(&table.name.name)
        .font(theme::title())
        .color(colours.strong);
    ui.add(eframe::egui::Label::new(name).selectable(true).wrap());
    links::partitioning(ui, model, catalog, table, actions);
    ui.add_space(theme::STEP);
    let (large, small) = size(catalog, table);
    if !large.is_empty() {
        numbers(ui, &large, true);
    }
    if !small.is_empty() {
        ui.add_space(theme::STEP);
        numbers(ui, &small, false);
    }
    findings(ui, model, capture, table, actions);
    if let Some(counters) = &table.counters {
        ui.add_space(theme::GAP);
        used(ui, table, counters);
        ui.add_space(theme::GAP);
        kept(ui, catalog, table, counters);
    } else if table.kind.stores_rows() {
        caption(
            ui,
            "Nothing is known of its use: track_counts is off, or this role may not see it",
        );
    }
    ui.add_space(theme::GAP);
    indexes::show(ui, model, capture, catalog, table, actions);
    columns::show(ui, table);
    links::keys(ui, model, catalog, table, actions);
    links::partitions(ui, model, catalog, table, actions);
    settings(ui, table);
    if let Some(definition) = &table.definition {
        heading(ui, "Definition", "", |ui| {
            copy_button(ui, None, "Copy SQL", "SQL", || definition.clone(), actions);
        });
        sql_block(ui, definition);
    }
    for note in &catalog.notes {
        caption(ui, &format!("Not read: {note}"));
    }
}

/// How large it is, and what that consists of.
fn size(catalog: &Catalog, table: &Table) -> (Vec<Number>, Vec<Number>) {
    let (mut large, mut small) = (Vec::new(), Vec::new());
    if let Some(rows) = table.rows {
        let noun = if rows == 1 { "row" } else { "rows" };
        let tip = "By the planner's estimate";
        large.push(Number::new(format::count(rows), noun, tip));
    }
    let Some(bytes) = table.bytes else {
        return (large, small);
    };
    large.push(Number::new(format::bytes(bytes.total()), "in all", ""));
    let n = catalog.indexes_of(&table.name).len() as u64;
    if n > 0 {
        small.push(Number::new(format::bytes(bytes.heap), "table", ""));
        let what = format!("in {}", format::counted(n, "index", "indexes"));
        small.push(Number::new(format::bytes(bytes.indexes), what, ""));
    }
    // An empty TOAST table has a page of index.
    if bytes.toast > 8_192 {
        let tip = "TOAST: values too long for a row, kept beside the table";
        small.push(Number::new(format::bytes(bytes.toast), "long values", tip));
    }
    (large, small)
}

fn findings(ui: &mut Ui, model: &Model, capture: &Capture, table: &Table, actions: &mut Actions) {
    let own = capture.shown.findings.iter().enumerate();
    let own = own.filter(|(_, f)| concerns(f, table));
    finding_links(
        ui,
        model,
        capture,
        own.map(|(at, _)| (at, String::new())),
        actions,
    );
}

/// How it is read and changed.
fn used(ui: &mut Ui, table: &Table, c: &Counters) {
    heading(ui, "Use", "", |_| {});
    let mut told = vec![Number::new(
        format::count(c.seq_scans),
        "sequential scans",
        "Scans of the whole table",
    )];
    if c.seq_scans > 0 {
        let mean = c.seq_rows as f64 / c.seq_scans as f64;
        told.push(Number::new(format::average(mean), "rows read by each", ""));
    }
    told.push(Number::new(format::count(c.index_scans), "index scans", ""));
    if let Some(part) = order::index_share(table) {
        told.push(Number::new(format::share(part), "of scans by index", ""));
    }
    told.push(Number::new(format::count(c.inserted), "inserted", ""));
    told.push(Number::new(format::count(c.updated), "updated", ""));
    if c.updated > 0 {
        let part = c.hot_updated as f64 / c.updated as f64;
        let tip = "Updates that needed no new entry in any index (HOT): they cost much less";
        told.push(Number::new(format::share(part), "of updates HOT", tip));
    }
    told.push(Number::new(format::count(c.deleted), "deleted", ""));
    if let (Some(hit), Some(read)) = (c.heap_hit, c.heap_read)
        && hit.saturating_add(read) > 0
    {
        let part = hit as f64 / hit.saturating_add(read) as f64;
        let tip = "Pages of the table that were found in shared_buffers";
        told.push(Number::new(format::share(part), "pages from memory", tip));
    }
    numbers(ui, &told, false);
}

/// When it was vacuumed and analysed, and what has changed since.
fn kept(ui: &mut Ui, catalog: &Catalog, table: &Table, c: &Counters) {
    heading(ui, "Upkeep", "", |_| {});
    let ago = |at: Option<i64>| {
        let at = at?;
        let now = catalog.taken_at.unwrap_or(at);
        Some(format::age(now.saturating_sub(at).max(0) as f64))
    };
    let last = |by_hand: Option<i64>, auto: Option<i64>, done: &str| match ago(by_hand.max(auto)) {
        Some(ago) => {
            let who = if auto >= by_hand {
                " by autovacuum"
            } else {
                ""
            };
            Number::new(ago, format!("since {done}{who}"), "")
        }
        None => Number::new("never", done, "Since the counters began"),
    };
    let mut told = vec![Number::new(
        format::count(c.dead),
        "dead rows",
        "Nobody sees them, and they still take room",
    )];
    if let Some(part) = order::dead(table) {
        told.push(Number::new(format::share(part), "of all rows", ""));
    }
    told.push(last(c.last_vacuum, c.last_autovacuum, "vacuumed"));
    told.push(last(c.last_analyze, c.last_autoanalyze, "analysed"));
    let changed = format::count(c.changed_since_analyze);
    told.push(Number::new(
        changed,
        "rows changed since",
        "Since it was analysed",
    ));
    if let Some(age) = table.frozen_age.filter(|age| *age > 0) {
        let tip =
            "Transactions since its oldest row that isn't frozen; autovacuum freezes them in time";
        told.push(Number::new(
            format::count(age),
            "transactions unfrozen",
            tip,
        ));
    }
    numbers(ui, &told, false);
}

/// What is set for this table alone.
fn settings(ui: &mut Ui, table: &Table) {
    let mut lines: Vec<String> = table
        .options
        .iter()
        .map(|(k, v)| format!("{k} = {v}"))
        .collect();
    match &table.replica_identity {
        ReplicaIdentity::Default => {}
        // A view has none, and that is not a setting.
        _ if !table.kind.stores_rows() => {}
        ReplicaIdentity::Nothing => lines.push("REPLICA IDENTITY NOTHING".to_owned()),
        ReplicaIdentity::Full => lines.push("REPLICA IDENTITY FULL".to_owned()),
        ReplicaIdentity::Index(name) => lines.push(format!("REPLICA IDENTITY USING INDEX {name}")),
    }
    if lines.is_empty() {
        return;
    }
    heading(ui, "Settings", "of this table alone", |_| {});
    widgets::code_block(ui, &lines.join("\n"));
    ui.add_space(theme::GAP);
}
