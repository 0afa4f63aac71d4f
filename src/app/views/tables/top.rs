//! What all tables add up to and as of when, and what there is to say where none are listed.

use eframe::egui::{Align, Align2, Layout, Rect, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::icons::Icon;
use crate::app::live::{Ask, Live};
use crate::app::model::Model;
use crate::app::theme;
use crate::app::views::empty;
use crate::app::widgets::{caption, paint_text, text_button};
use crate::catalog::Catalog;

/// There is no catalog yet, or it could not be read.
pub(super) fn nothing(ui: &mut Ui, live: &Live, actions: &mut Actions) {
    let again = |ui: &mut Ui, actions: &mut Actions| {
        if text_button(ui, Icon::Reload, "Read the catalog").clicked() {
            actions.push(Action::Ask(Ask::Catalog));
        }
    };
    if live.working.is_some() {
        let what = "Tables, indexes and their use are read from the server's catalog";
        empty::say(ui, "Nothing yet", what, |ui| {
            ui.spinner();
        });
    } else if live.is_open() {
        let what = "This role may not see the catalog, or reading it took too long";
        empty::say(ui, "The catalog was not read", what, |ui| {
            again(ui, actions);
        });
    } else {
        let what = "The connection ended before the catalog was read";
        empty::say(ui, "No tables", what, |_| {});
    }
}

/// What all of it adds up to, and as of when.
pub(super) fn show(ui: &mut Ui, live: &Live, catalog: &Catalog, actions: &mut Actions) {
    let colours = theme::colours(ui);
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.add_space(16.0);
        ui.spacing_mut().interact_size.y = 22.0;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(12.0);
            if live.is_open() && text_button(ui, Icon::Reload, "Read again").clicked() {
                actions.push(Action::Ask(Ask::Catalog));
            }
            let place = ui.available_rect_before_wrap();
            let place = Rect::from_min_max(place.min, place.max - vec2(8.0, 0.0));
            let text = told(catalog);
            let font = theme::sized(12.5);
            paint_text(
                ui.painter(),
                place,
                Align2::LEFT_CENTER,
                &text,
                font,
                colours.text,
            );
            let whole = ui.allocate_rect(place, Sense::hover());
            whole.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
            whole.on_hover_text(text);
        });
    });
    if let Some(first) = catalog.notes.first() {
        ui.horizontal(|ui| {
            ui.add_space(16.0);
            let more = catalog.notes.len() - 1;
            let tail = if more > 0 {
                format!(" · and {more} more")
            } else {
                String::new()
            };
            caption(ui, &format!("Not read: {first}{tail}"))
                .on_hover_text(catalog.notes.join("\n"));
        });
    }
    ui.add_space(4.0);
    let (x, y) = (ui.max_rect().x_range(), ui.cursor().top());
    ui.painter().hline(x, y, Stroke::new(1.0, colours.hairline));
    ui.spacing_mut().item_spacing.y = 0.0;
}

fn told(catalog: &Catalog) -> String {
    let stores = catalog
        .tables
        .iter()
        .filter(|t| t.kind.stores_rows())
        .count() as u64;
    let bytes: u64 = catalog
        .tables
        .iter()
        .filter_map(|t| Some(t.bytes?.total()))
        .sum();
    let now = catalog.taken_at.unwrap_or_default();
    let counted = match catalog.database.counted_since {
        Some(since) => format!("for {}", format::age(now.saturating_sub(since) as f64)),
        None => "since the database was made".to_owned(),
    };
    format!(
        "{} · {} · {} · use counted {counted} · read at {} UTC",
        format::counted(stores, "table", "tables"),
        format::counted(catalog.indexes.len() as u64, "index", "indexes"),
        format::bytes(bytes),
        format::moment(now, 0, Moment::Second)
    )
}

/// The catalog is empty, or the filter is too narrow.
pub(super) fn none(ui: &mut Ui, model: &Model, live: &Live, actions: &mut Actions) {
    if model.filter.is_empty() {
        let what = format!(
            "The database {} has no tables that this role may see",
            live.target.database
        );
        empty::say(ui, "No tables", &what, |_| {});
        return;
    }
    let title = format!("No tables with “{}”", model.filter_text.trim());
    let what = "The filter looks at names of tables, their schemas and their indexes";
    empty::say(ui, &title, what, |ui| {
        if text_button(ui, Icon::Close, Command::ClearFilter.text()).clicked() {
            actions.push(Action::Run(Command::ClearFilter));
        }
    });
}
