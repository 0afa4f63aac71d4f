//! What nodes add up to: by kind, by table and by index.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Rect, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::tree::bar;
use super::{Marked, PlanState};
use crate::app::pictures::{Drawn, SumRow};
use crate::app::theme;
use crate::app::widgets::{caption, paint_text, rows};

const HEADER: f32 = 24.0;
const PAD: f32 = 10.0;
const WIDTHS: [f32; 5] = [56.0, 104.0, 64.0, 92.0, 84.0];
const TITLES: [&str; 5] = ["Nodes", "Own time", "Share", "Rows", "Buffers"];

/// Draws the sums of one kind. Returns the first node of the row that was clicked.
pub(super) fn show(
    ui: &mut Ui,
    drawn: &Drawn,
    kind: usize,
    height: f32,
    state: &mut PlanState,
) -> Option<Marked> {
    let sums = drawn.sums.get(kind).map(Vec::as_slice).unwrap_or_default();
    if sums.is_empty() {
        ui.add_space(theme::GAP);
        caption(
            ui,
            if kind == 2 {
                "No index is used in this plan"
            } else {
                "No table is read in this plan"
            },
        );
        return None;
    }
    let rect = ui.available_rect_before_wrap();
    let colours = theme::colours(ui);
    let line = Rect::from_min_size(rect.min, vec2(rect.width(), HEADER));
    let (name, columns) = places(line);
    let label = |place, align, text| {
        paint_text(
            ui.painter(),
            place,
            align,
            text,
            theme::sized(12.0),
            colours.dim,
        )
    };
    label(
        name,
        Align2::LEFT_CENTER,
        ["Node", "Table", "Index"].get(kind).copied().unwrap_or(""),
    );
    for (place, title) in columns.into_iter().zip(TITLES) {
        label(place, Align2::RIGHT_CENTER, title);
    }
    ui.painter().hline(
        rect.x_range(),
        line.bottom() - 0.5,
        Stroke::new(1.0, colours.edge),
    );
    let body = Rect::from_min_max(pos2(rect.left(), line.bottom()), rect.max);
    let marked = state.node;
    let mut clicked = None;
    rows(
        ui,
        body,
        &mut state.sums,
        sums.len(),
        height,
        |ui, at, place, response| {
            let Some(row) = sums.get(at) else { return };
            let colours = theme::colours(ui);
            let chosen = marked.is_some() && row.node == marked;
            if chosen {
                ui.painter().rect_filled(place, 0.0, colours.selected);
            } else if response.hovered() {
                ui.painter().rect_filled(place, 0.0, colours.hover);
            }
            draw(ui, row, place);
            response.widget_info(|| {
                let spoken = format!(
                    "{}, {} nodes, {}, {}, {} rows, {}",
                    row.name, row.nodes, row.time, row.share, row.rows, row.buffers
                );
                WidgetInfo::selected(Role::Row, true, chosen, spoken)
            });
            if response.clicked() {
                clicked = Some(Marked(row.node.filter(|_| !chosen)));
            }
        },
    );
    clicked
}

fn places(rect: Rect) -> (Rect, [Rect; 5]) {
    let all: f32 = WIDTHS.iter().map(|w| w + PAD).sum();
    let mut x = (rect.right() - all - PAD).max(rect.left() + 120.0);
    let name = Rect::from_min_max(rect.min + vec2(8.0, 0.0), pos2(x, rect.bottom()));
    let columns = WIDTHS.map(|w| {
        x += PAD;
        let place = Rect::from_min_size(pos2(x, rect.top()), vec2(w, rect.height()));
        x += w;
        place
    });
    (name, columns)
}

fn draw(ui: &Ui, row: &SumRow, place: Rect) {
    let colours = theme::colours(ui);
    let (name, [nodes, time, share, count, buffers]) = places(place);
    paint_text(
        ui.painter(),
        name,
        Align2::LEFT_CENTER,
        &row.name,
        theme::sized(12.5),
        colours.strong,
    );
    bar(ui, time, row.part, colours.bar);
    let texts = [
        (nodes, &row.nodes),
        (time, &row.time),
        (share, &row.share),
        (count, &row.rows),
        (buffers, &row.buffers),
    ];
    for (place, text) in texts {
        paint_text(
            ui.painter(),
            place,
            Align2::RIGHT_CENTER,
            text,
            theme::sized(12.5),
            colours.text,
        );
    }
}
