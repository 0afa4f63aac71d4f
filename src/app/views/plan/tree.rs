//! The tree of nodes with bars: own time, rows and buffers, and the estimate against what came.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Color32, Rect, Stroke, Ui, WidgetInfo, pos2};

use super::columns::{Columns, ground};
use super::{Marked, PlanState};
use crate::app::pictures::{Drawn, TreeRow};
use crate::app::theme;
use crate::app::widgets::{paint_text, rows};

const INDENT: f32 = 14.0;
const COLUMNS: Columns<5> = Columns {
    name: "Node",
    titles: ["Own time", "Total", "Rows", "Estimate", "Buffers"],
    widths: [104.0, 66.0, 84.0, 84.0, 76.0],
};

/// Draws the tree. Returns the node that was clicked: the marked one is marked no more.
pub(super) fn show(
    ui: &mut Ui,
    drawn: &Drawn,
    height: f32,
    state: &mut PlanState,
) -> Option<Marked> {
    let rect = ui.available_rect_before_wrap();
    let body = COLUMNS.header(ui, rect);
    let marked = state.node;
    let mut clicked = None;
    rows(
        ui,
        body,
        &mut state.tree,
        drawn.tree.len(),
        height,
        |ui, id, place, response| {
            let Some(row) = drawn.tree.get(id) else {
                return;
            };
            ground(ui, place, marked == Some(id), response);
            draw(ui, row, place);
            response.widget_info(|| {
                let spoken = format!(
                    "{} {}, {} own, {} in all, {} rows, {}",
                    row.title, row.about, row.own, row.total, row.rows, row.estimate
                );
                WidgetInfo::selected(Role::TreeItem, true, marked == Some(id), spoken)
            });
            if response.clicked() {
                clicked = Some(Marked((marked != Some(id)).then_some(id)));
            }
            if !row.about.is_empty() {
                response.clone().on_hover_text(&row.about);
            }
        },
    );
    clicked
}

fn draw(ui: &Ui, row: &TreeRow, place: Rect) {
    let colours = theme::colours(ui);
    let painter = ui.painter();
    let (name, [own, total, count, estimate, buffers]) = COLUMNS.places(place);
    // Deep trees must not push their names out of sight.
    let most = (name.width() * 0.5).max(INDENT);
    // Depths are small.
    #[allow(clippy::cast_precision_loss)]
    let indent = (row.depth as f32 * INDENT).min(most);
    for step in 0..row.depth {
        #[allow(clippy::cast_precision_loss)]
        let x = name.left() + step as f32 * INDENT + 4.0;
        if x < name.left() + indent {
            painter.vline(x, place.y_range(), Stroke::new(1.0, colours.hairline));
        }
    }
    let mut x = name.left() + indent;
    let mut put = |text: &str, font, ink: Color32| {
        let room = Rect::from_min_max(
            pos2(x, place.top()),
            pos2(name.right().max(x + 1.0), place.bottom()),
        );
        let used = paint_text(painter, room, Align2::LEFT_CENTER, text, font, ink);
        x = used.right() + 6.0;
    };
    if !row.subplan.is_empty() {
        put(&row.subplan, theme::sized(12.0), colours.accent);
    }
    let ink = if row.ran { colours.strong } else { colours.dim };
    put(&row.title, theme::semibold(12.5), ink);
    if row.advice > 0 {
        let dot = pos2(x + 3.0, place.center().y);
        painter.circle_filled(dot, 3.5, colours.medium);
        x += 12.0;
    }
    let room = Rect::from_min_max(
        pos2(x, place.top()),
        pos2(name.right().max(x + 1.0), place.bottom()),
    );
    paint_text(
        painter,
        room,
        Align2::LEFT_CENTER,
        &row.about,
        theme::code_small(),
        colours.text,
    );
    // The time that is its own decides where to look: its bar is in the colour of what matters.
    bar(ui, own, row.own_part, heat(ui, row.own_part));
    bar(ui, count, row.rows_part, colours.bar);
    bar(ui, buffers, row.buffers_part, colours.bar);
    let value = |place: Rect, text: &str, ink: Color32| {
        paint_text(
            painter,
            place,
            Align2::RIGHT_CENTER,
            text,
            theme::sized(12.5),
            ink,
        );
    };
    value(
        own,
        &row.own,
        if row.ran { colours.strong } else { colours.dim },
    );
    value(total, &row.total, colours.text);
    value(count, &row.rows, colours.text);
    value(
        estimate,
        &row.estimate,
        if row.misestimated {
            colours.high
        } else {
            colours.dim
        },
    );
    value(buffers, &row.buffers, colours.text);
}

/// The colour of a part of the execution: grey until it matters.
pub(super) fn heat(ui: &Ui, part: f64) -> Color32 {
    let colours = theme::colours(ui);
    match part {
        p if p >= 0.3 => colours.high.gamma_multiply(0.45),
        p if p >= 0.1 => colours.medium.gamma_multiply(0.4),
        _ => colours.bar,
    }
}

/// A bar from the right edge of a cell, behind its text.
pub(super) fn bar(ui: &Ui, place: Rect, part: f64, ink: Color32) {
    if part <= 0.0 {
        return;
    }
    // A part of a whole; pixels.
    #[allow(clippy::cast_possible_truncation)]
    let length = (place.width() * part.clamp(0.0, 1.0) as f32).max(1.0);
    let bar = Rect::from_min_max(
        pos2(place.right() - length + 4.0, place.top() + 4.0),
        pos2(place.right() + 4.0, place.bottom() - 4.0),
    );
    ui.painter().rect_filled(bar, 2.0, ink);
}
