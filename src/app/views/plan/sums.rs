//! What nodes add up to: by kind, by table and by index.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Rect, Ui, WidgetInfo};

use super::columns::{Columns, ground};
use super::tree::bar;
use super::{Marked, PlanState};
use crate::app::pictures::{Drawn, SumRow};
use crate::app::theme;
use crate::app::widgets::{caption, paint_text, rows};

const COLUMNS: Columns<5> = Columns {
    name: "Name",
    titles: ["Nodes", "Own time", "Share", "Rows", "Buffers"],
    widths: [56.0, 104.0, 64.0, 92.0, 84.0],
};

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
    let body = COLUMNS.header(ui, ui.available_rect_before_wrap());
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
            let chosen = marked.is_some() && row.node == marked;
            ground(ui, place, chosen, response);
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

fn draw(ui: &Ui, row: &SumRow, place: Rect) {
    let colours = theme::colours(ui);
    let (name, [nodes, time, share, count, buffers]) = COLUMNS.places(place);
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
