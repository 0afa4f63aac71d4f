//! The indexes of a table: what they hold, how large they are, and whether anybody uses them.

use eframe::egui::{Align2, Rect, Sense, Ui, pos2, vec2};

use crate::app::action::Actions;
use crate::app::format;
use crate::app::model::{Capture, Model};
use crate::app::theme::{self, Colours};
use crate::app::views::finding_links;
use crate::app::widgets::{caption, elided, heading, paint_text};
use crate::catalog::{Catalog, Index, Key, KeyOf, Table};
use crate::rules::Subject;

const HEIGHT: f32 = 40.0;
const SCANS: f32 = 108.0;
const SIZE: f32 = 84.0;

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    catalog: &Catalog,
    table: &Table,
    actions: &mut Actions,
) {
    let indexes = catalog.indexes_of(&table.name);
    if indexes.is_empty() {
        if table.kind.stores_rows() {
            heading(ui, "Indexes", "", |_| {});
            caption(ui, "It has none: each query reads all of it");
            ui.add_space(theme::GAP);
        }
        return;
    }
    heading(ui, "Indexes", &format::count(indexes.len() as u64), |_| {});
    for index in indexes {
        item(ui, catalog, index);
        let subject = Subject::Index(index.full_name());
        let own = capture.shown.findings.iter().enumerate();
        let mut own = own
            .filter(|(_, f)| f.subject.as_ref() == Some(&subject))
            .peekable();
        if own.peek().is_none() {
            continue;
        }
        finding_links(
            ui,
            model,
            capture,
            own.map(|(at, _)| (at, String::new())),
            actions,
        );
    }
    ui.add_space(theme::GAP);
}

fn item(ui: &mut Ui, catalog: &Catalog, index: &Index) {
    let colours = theme::colours(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let keys = keys(index);
    let used = used(index);
    let size = index.bytes.map(format::bytes).unwrap_or_default();
    response.widget_info(|| {
        let text = format!("{}, {keys}, {size}, {used}", index.name);
        eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Label, true, text)
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let line = |y: f32| Rect::from_min_size(rect.min + vec2(0.0, y), vec2(rect.width(), 20.0));
    let (first, second) = (line(0.0), line(18.0));
    let painter = ui.painter();
    let scans_at = Rect::from_min_max(pos2(first.right() - SCANS, first.top()), first.max);
    let size_at = Rect::from_x_y_ranges(scans_at.left() - SIZE..=scans_at.left(), first.y_range());
    let unused = index.counters.as_ref().is_some_and(|c| c.scans == 0);
    let ink = if unused { colours.dim } else { colours.text };
    paint_text(
        painter,
        scans_at,
        Align2::RIGHT_CENTER,
        &used,
        theme::sized(12.5),
        ink,
    );
    paint_text(
        painter,
        size_at,
        Align2::RIGHT_CENTER,
        &size,
        theme::sized(12.5),
        colours.text,
    );
    let badges = badges(index, colours);
    let galleys: Vec<_> = badges
        .into_iter()
        .map(|(word, ink)| {
            (
                painter.layout_no_wrap(word.to_owned(), theme::sized(11.5), ink),
                ink,
            )
        })
        .collect();
    let tail: f32 = galleys.iter().map(|(g, _)| g.size().x + 8.0).sum();
    let room = size_at.left() - first.left() - tail;
    let name = elided(
        painter,
        &index.name,
        theme::semibold(12.5),
        colours.strong,
        room,
    );
    let mut x = first.left() + name.size().x;
    painter.galley(
        pos2(first.left(), first.center().y - name.size().y / 2.0),
        name,
        colours.strong,
    );
    for (galley, ink) in galleys {
        let at = pos2(x + 8.0, first.center().y - galley.size().y / 2.0 + 0.5);
        x += galley.size().x + 8.0;
        painter.galley(at, galley, ink);
    }
    paint_text(
        painter,
        second,
        Align2::LEFT_CENTER,
        &keys,
        theme::code_small(),
        colours.dim,
    );
    response.on_hover_ui(|ui| {
        if let Some(definition) = &index.definition {
            let text = eframe::egui::RichText::new(definition).font(theme::code_small());
            ui.label(text);
        }
        caption(ui, &last(catalog, index));
    });
}

fn badges(index: &Index, colours: &Colours) -> Vec<(&'static str, eframe::egui::Color32)> {
    let all = [
        (!index.valid, "invalid", colours.high),
        (index.valid && !index.ready, "not ready", colours.medium),
        (index.primary, "primary key", colours.dim),
        (index.unique && !index.primary, "unique", colours.dim),
        (index.exclusion, "exclusion", colours.dim),
        (index.predicate.is_some(), "partial", colours.dim),
    ];
    let own = all.into_iter().filter(|(is, ..)| *is);
    own.map(|(_, word, ink)| (word, ink)).collect()
}

/// What it holds: `btree (customer_id, lower(email) DESC) INCLUDE (total) WHERE …`.
fn keys(index: &Index) -> String {
    let keys: Vec<String> = index.keys.iter().map(key).collect();
    let mut parts = vec![format!("{} ({})", index.method, keys.join(", "))];
    if !index.include.is_empty() {
        parts.push(format!("INCLUDE ({})", index.include.join(", ")));
    }
    parts.extend(index.predicate.as_ref().map(|p| format!("WHERE {p}")));
    parts.join(" ")
}

fn key(key: &Key) -> String {
    let mut text = match &key.of {
        KeyOf::Column(text) | KeyOf::Expression(text) => text.clone(),
    };
    if let Some(opclass) = &key.opclass {
        text.push(' ');
        text.push_str(opclass);
    }
    match (key.descending, key.nulls_first) {
        (true, true) => text.push_str(" DESC"),
        (true, false) => text.push_str(" DESC NULLS LAST"),
        (false, true) => text.push_str(" NULLS FIRST"),
        (false, false) => {}
    }
    text
}

fn used(index: &Index) -> String {
    match &index.counters {
        None => String::new(),
        Some(c) if c.scans == 0 => "no scans".to_owned(),
        Some(c) => format::counted(c.scans, "scan", "scans"),
    }
}

/// When it was used last, as far as the server knows.
fn last(catalog: &Catalog, index: &Index) -> String {
    let Some(counters) = &index.counters else {
        return "Nothing is known of its use".to_owned();
    };
    let now = catalog.taken_at.unwrap_or_default();
    let age = |at: i64| format::age(now.saturating_sub(at).max(0) as f64);
    let counted = match catalog.database.counted_since {
        Some(since) => format!("in the {} that are counted", age(since)),
        None => "since the database was made".to_owned(),
    };
    match (counters.last_scan, counters.scans) {
        (Some(at), _) => format!("Used last {} ago", age(at)),
        (None, 0) => format!("Not used {counted}"),
        (None, n) => {
            let entries = format::counted(counters.entries, "entry", "entries");
            format!(
                "{} read {entries} {counted}",
                format::counted(n, "scan", "scans")
            )
        }
    }
}
