//! The columns of a table with what ANALYZE found in them.

use eframe::egui::{Align2, Color32, FontId, Rect, Sense, Stroke, Ui, pos2, vec2};

use crate::app::format;
use crate::app::theme;
use crate::app::widgets::{caption, heading, paint_text};
use crate::catalog::{Column, Identity, Table};

const HEIGHT: f32 = 22.0;
const GAP: f32 = 8.0;
/// The numbers, from the right: title, what it means, width.
const NUMBERS: [(&str, f32); 4] = [
    ("Null", 52.0),
    ("Distinct", 72.0),
    ("Order", 48.0),
    ("Width", 52.0),
];
const TIP: &str = "Null: the part of its values that is NULL\nDistinct: how many different values it has\nOrder: how far rows lie in the order of its values, from -1 to 1: near 0, reading a range by index jumps around\nWidth: bytes of an average value";

pub(super) fn show(ui: &mut Ui, table: &Table) {
    if table.columns.is_empty() {
        return;
    }
    let known = table.columns.iter().any(|c| c.statistics.is_some());
    heading(
        ui,
        "Columns",
        &format::count(table.columns.len() as u64),
        |_| {},
    );
    if !known && table.kind.stores_rows() {
        caption(
            ui,
            "Nothing is known of what they hold: the table was never analysed, or this role may not read it",
        );
    }
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if known {
            header(ui);
        }
        for column in &table.columns {
            row(ui, column, table.rows, known);
        }
    });
    ui.add_space(theme::GAP);
}

/// Where the name, the type and the numbers stand.
fn places(rect: Rect, known: bool) -> (Rect, Rect, Vec<Rect>) {
    let mut right = rect.right();
    let mut numbers = Vec::new();
    if known {
        for (_, width) in NUMBERS.iter().rev() {
            numbers.push(Rect::from_x_y_ranges(right - width..=right, rect.y_range()));
            right -= width + GAP;
        }
        numbers.reverse();
    }
    let middle = rect.left() + (right - rect.left()) * 0.5;
    let name = Rect::from_x_y_ranges(rect.left()..=middle - GAP, rect.y_range());
    let kind = Rect::from_x_y_ranges(middle..=right - GAP, rect.y_range());
    (name, kind, numbers)
}

fn header(ui: &mut Ui) {
    let colours = theme::colours(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let (name, kind, numbers) = places(rect, true);
    let font = theme::sized(12.0);
    let text = |place, align, text: &str| {
        paint_text(ui.painter(), place, align, text, font.clone(), colours.dim);
    };
    text(name, Align2::LEFT_CENTER, "Column");
    text(kind, Align2::LEFT_CENTER, "Type");
    for (place, (title, _)) in numbers.into_iter().zip(NUMBERS) {
        text(place, Align2::RIGHT_CENTER, title);
    }
    let line = Stroke::new(1.0, colours.hairline);
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, line);
    response.on_hover_text(TIP);
}

fn row(ui: &mut Ui, column: &Column, rows: Option<u64>, known: bool) {
    let colours = theme::colours(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    response.widget_info(|| {
        let null = if column.not_null { ", not null" } else { "" };
        let (name, kind) = (&column.name, &column.data_type);
        let text = format!("{name}, {kind}{null}, {}", texts(column, rows).join(", "));
        eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Label, true, text)
    });
    // A table may have hundreds of them.
    if !ui.is_rect_visible(rect) {
        return;
    }
    let figures = texts(column, rows);
    let (name, kind, numbers) = places(rect, known);
    let put = |place, align, text: &str, font: FontId, ink: Color32| {
        paint_text(ui.painter(), place, align, text, font, ink)
    };
    let shown = put(
        name,
        Align2::LEFT_CENTER,
        &column.name,
        theme::code_small(),
        colours.strong,
    );
    if column.not_null {
        let beside = Rect::from_min_max(pos2(shown.right() + 6.0, name.top()), name.max);
        if beside.width() > 48.0 {
            put(
                beside,
                Align2::LEFT_CENTER,
                "not null",
                theme::sized(11.5),
                colours.dim,
            );
        }
    }
    put(
        kind,
        Align2::LEFT_CENTER,
        &short(&column.data_type),
        theme::code_small(),
        colours.text,
    );
    for (place, number) in numbers.into_iter().zip(&figures) {
        put(
            place,
            Align2::RIGHT_CENTER,
            number,
            theme::sized(12.5),
            colours.text,
        );
    }
    response.on_hover_ui(|ui| {
        caption(ui, &more(column));
    });
}

fn texts(column: &Column, rows: Option<u64>) -> [String; 4] {
    let Some(s) = &column.statistics else {
        return Default::default();
    };
    let distinct = match (s.n_distinct, rows) {
        (n, _) if n <= -1.0 => Some("all".to_owned()),
        (n, None) if n < 0.0 => Some(format::share(-n)),
        (_, rows) => s.distinct(rows.unwrap_or(0)).map(format::average),
    };
    [
        format::share(s.null_frac),
        distinct.unwrap_or_default(),
        s.correlation.map(order).unwrap_or_default(),
        format::bytes(u64::from(s.avg_width)),
    ]
}

/// A correlation; a zero has no sign.
fn order(correlation: f64) -> String {
    let text = format!("{correlation:.2}");
    if text == "-0.00" {
        "0.00".to_owned()
    } else {
        text.replace('-', "\u{2212}")
    }
}

/// A type by its short name, where it has one that everybody knows.
fn short(data_type: &str) -> String {
    let text = data_type.replace("character varying", "varchar");
    let zones = [(" without time zone", ""), (" with time zone", "tz")];
    let Some((head, tail, zone)) = zones
        .iter()
        .find_map(|(words, short)| text.split_once(words).map(|(h, t)| (h, t, short)))
    else {
        return text;
    };
    // The precision stands between: `timestamp(3) with time zone`.
    match head.split_once('(') {
        Some((name, precision)) => format!("{name}{zone}({precision}{tail}"),
        None => format!("{head}{zone}{tail}"),
    }
}

/// What there is no room for.
fn more(column: &Column) -> String {
    let mut lines = vec![format!(
        "{} {}{}",
        column.name,
        column.data_type,
        if column.not_null { " NOT NULL" } else { "" }
    )];
    lines.extend(column.default.as_ref().map(|d| format!("DEFAULT {d}")));
    lines.extend(
        column
            .generated
            .as_ref()
            .map(|g| format!("GENERATED ALWAYS AS ({g}) STORED")),
    );
    lines.extend(column.identity.map(|identity| match identity {
        Identity::Always => "GENERATED ALWAYS AS IDENTITY".to_owned(),
        Identity::ByDefault => "GENERATED BY DEFAULT AS IDENTITY".to_owned(),
    }));
    lines.extend(column.collation.as_ref().map(|c| format!("COLLATE {c}")));
    if let Some(s) = &column.statistics {
        for common in s.most_common.iter().take(5) {
            let value: String = common.value.chars().take(60).collect();
            lines.push(format!(
                "{} of rows: {value}",
                format::share(common.frequency)
            ));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_as_short_as_people_write_them() {
        for (long, want) in [
            ("timestamp with time zone", "timestamptz"),
            ("timestamp(3) with time zone[]", "timestamptz(3)[]"),
            ("time without time zone", "time"),
            ("character varying(50)", "varchar(50)"),
            ("shop.status[]", "shop.status[]"),
        ] {
            assert_eq!(short(long), want);
        }
        assert_eq!([-0.001, -0.5, 1.0].map(order), ["0.00", "−0.50", "1.00"]);
    }
}
