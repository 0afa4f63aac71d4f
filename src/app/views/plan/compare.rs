//! The plan beside the one that is pinned: what became of each node.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Rect, Ui, WidgetInfo, pos2};

use super::columns::{Columns, ground};
use super::tree::bar;
use super::{Marked, PlanState};
use crate::app::model::Model;
use crate::app::pictures::{Compared, PairRow};
use crate::app::theme;
use crate::app::widgets::{Number, caption, numbers, paint_text, rows};

const INDENT: f32 = 14.0;
const COLUMNS: Columns<3> = Columns {
    name: "Node",
    titles: ["Own time", "Rows", "Buffers"],
    widths: [150.0, 150.0, 150.0],
};

/// Draws it. Returns the node that was clicked.
pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    compared: Option<&Compared>,
    height: f32,
    state: &mut PlanState,
) -> Option<Marked> {
    let Some(pinned) = &model.pinned else {
        return None;
    };
    ui.add_space(theme::GAP);
    let Some(compared) = compared else {
        caption(ui, "This is the pinned plan: open another one");
        return None;
    };
    caption(ui, &format!("pinned → shown · pinned is {}", pinned.name));
    let figures: Vec<Number> = compared
        .totals
        .iter()
        .map(|(name, text)| Number::new(text, *name, ""))
        .collect();
    numbers(ui, &figures, false);
    ui.add_space(theme::GAP);
    let body = COLUMNS.header(ui, ui.available_rect_before_wrap());
    let mut clicked = None;
    rows(
        ui,
        body,
        &mut state.pairs,
        compared.rows.len(),
        height,
        |ui, at, place, response| {
            let Some(row) = compared.rows.get(at) else {
                return;
            };
            ground(ui, place, false, response);
            draw(ui, row, place);
            response.widget_info(|| {
                let spoken = format!(
                    "{}, {}, {} own, {} rows, {}",
                    row.title, row.changes, row.own, row.rows, row.blocks
                );
                WidgetInfo::labeled(Role::Row, true, spoken)
            });
            if response.clicked() && row.node.is_some() {
                clicked = Some(Marked(row.node));
            }
            if !row.changes.is_empty() {
                response.clone().on_hover_text(&row.changes);
            }
        },
    );
    clicked
}

fn draw(ui: &Ui, row: &PairRow, place: Rect) {
    let colours = theme::colours(ui);
    let painter = ui.painter();
    let (name, [own, count, blocks]) = COLUMNS.places(place);
    // Depths are small.
    #[allow(clippy::cast_precision_loss)]
    let indent = (row.depth as f32 * INDENT).min(name.width() * 0.4);
    let room = Rect::from_min_max(pos2(name.left() + indent, name.top()), name.max);
    let ink = if row.alone {
        colours.dim
    } else {
        colours.strong
    };
    let used = paint_text(
        painter,
        room,
        Align2::LEFT_CENTER,
        &row.title,
        theme::semibold(12.5),
        ink,
    );
    let rest = Rect::from_min_max(pos2(used.right() + 8.0, name.top()), name.max);
    if rest.width() > 12.0 {
        paint_text(
            painter,
            rest,
            Align2::LEFT_CENTER,
            &row.changes,
            theme::sized(12.0),
            colours.accent,
        );
    }
    let better = row.gain < 0.0;
    let tint = if better { colours.good } else { colours.high };
    bar(ui, own, row.gain.abs(), tint.gamma_multiply(0.35));
    for (place, text) in [(own, &row.own), (count, &row.rows), (blocks, &row.blocks)] {
        paint_text(
            painter,
            place,
            Align2::RIGHT_CENTER,
            text,
            theme::sized(12.5),
            colours.text,
        );
    }
}
