//! From a table to others: foreign keys in both directions, and partitions.

use eframe::egui::Ui;

use super::place;
use crate::app::action::{Action, Actions};
use crate::app::format;
use crate::app::model::Model;
use crate::app::theme;
use crate::app::views::line;
use crate::app::widgets::{caption, heading, link};
use crate::catalog::{Catalog, ForeignKey, Name, Table};

/// So many are listed; the rest is counted.
const MOST: usize = 30;

/// The table that it is a part of, or what it is parted by.
pub(super) fn partitioning(
    ui: &mut Ui,
    model: &Model,
    catalog: &Catalog,
    table: &Table,
    actions: &mut Actions,
) {
    if let Some(key) = &table.partition_key {
        caption(ui, &format!("Partitioned by {key}"));
    }
    let Some(parent) = &table.partition_of else {
        return;
    };
    let bound = table.partition_bound.as_deref().unwrap_or_default();
    let text = format!("Partition of {parent} {bound}");
    match place(catalog, parent) {
        Some(at) => {
            if link(ui, &text).clicked() {
                actions.push(Action::Go(model.spot.table(at)));
            }
        }
        None => {
            caption(ui, &text);
        }
    }
}

/// Foreign keys that it has, and those that lead to it.
pub(super) fn keys(
    ui: &mut Ui,
    model: &Model,
    catalog: &Catalog,
    table: &Table,
    actions: &mut Actions,
) {
    let own = catalog.foreign_keys_of(&table.name);
    if !own.is_empty() {
        heading(ui, "Foreign keys", &format::count(own.len() as u64), |_| {});
        for key in own.iter().take(MOST) {
            let label = format!("{} ({})", key.references, key.referenced.join(", "));
            row(
                ui,
                model,
                catalog,
                &key.columns.join(", "),
                &label,
                &key.references,
                &told(key),
                actions,
            );
        }
        more(ui, own.len());
        ui.add_space(theme::GAP);
    }
    let from: Vec<&ForeignKey> = catalog.references_to(&table.name).collect();
    if from.is_empty() {
        return;
    }
    heading(
        ui,
        "Referenced by",
        &format::count(from.len() as u64),
        |_| {},
    );
    for key in from.iter().take(MOST) {
        let label = format!("{} ({})", key.table, key.columns.join(", "));
        row(
            ui,
            model,
            catalog,
            &key.referenced.join(", "),
            &label,
            &key.table,
            &told(key),
            actions,
        );
    }
    more(ui, from.len());
    ui.add_space(theme::GAP);
}

fn told(key: &ForeignKey) -> String {
    let mut told = Vec::new();
    if let Some(action) = &key.on_delete {
        told.push(format!("on delete {}", action.to_lowercase()));
    }
    if let Some(action) = &key.on_update {
        told.push(format!("on update {}", action.to_lowercase()));
    }
    if !key.validated {
        told.push("not validated".to_owned());
    }
    told.join(" · ")
}

/// The tables that hold its rows.
pub(super) fn partitions(
    ui: &mut Ui,
    model: &Model,
    catalog: &Catalog,
    table: &Table,
    actions: &mut Actions,
) {
    if table.partition_key.is_none() {
        return;
    }
    let parts = || {
        catalog
            .tables
            .iter()
            .filter(|t| t.partition_of.as_ref() == Some(&table.name))
    };
    let n = parts().count();
    let bytes: u64 = parts().filter_map(|t| Some(t.bytes?.total())).sum();
    let aside = format!("{} · {}", format::count(n as u64), format::bytes(bytes));
    heading(ui, "Partitions", &aside, |_| {});
    for part in parts().take(MOST) {
        let bound = part.partition_bound.as_deref().unwrap_or_default();
        let size = part
            .bytes
            .map(|b| format::bytes(b.total()))
            .unwrap_or_default();
        row(
            ui,
            model,
            catalog,
            "",
            &format!("{} {bound}", part.name),
            &part.name,
            &size,
            actions,
        );
    }
    more(ui, n);
    ui.add_space(theme::GAP);
}

fn more(ui: &mut Ui, n: usize) {
    if n > MOST {
        caption(
            ui,
            &format!("and {} more", format::count((n - MOST) as u64)),
        );
    }
}

/// A line that leads to another table.
#[expect(clippy::too_many_arguments, reason = "each is a part of one line")]
fn row(
    ui: &mut Ui,
    model: &Model,
    catalog: &Catalog,
    before: &str,
    label: &str,
    name: &Name,
    told: &str,
    actions: &mut Actions,
) {
    let column = if before.is_empty() { 0.0 } else { 140.0 };
    if line(ui, label, before, column, theme::code_small(), told)
        && let Some(at) = place(catalog, name)
    {
        actions.push(Action::Go(model.spot.table(at)));
    }
}
