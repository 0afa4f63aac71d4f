//! The text that a plan was read from; lines and nodes lead to each other.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Rect, Ui, WidgetInfo, pos2, vec2};

use super::columns::ground;
use super::{Marked, PlanState};
use crate::app::pictures::Drawn;
use crate::app::theme;
use crate::app::widgets::{paint_text, rows};

pub(super) const LINE: f32 = 18.0;
const GUTTER: f32 = 56.0;

/// Draws the lines. Returns the node of the line that was clicked: the marked one is marked no more.
pub(super) fn show(ui: &mut Ui, drawn: &Drawn, state: &mut PlanState) -> Option<Marked> {
    let rect = ui.available_rect_before_wrap().shrink2(vec2(0.0, 4.0));
    let marked = state.node;
    let mut clicked = None;
    rows(
        ui,
        rect,
        &mut state.text,
        drawn.lines.len(),
        LINE,
        |ui, at, place, response| {
            let Some(line) = drawn.lines.get(at) else {
                return;
            };
            let node = drawn.node_of_line.get(at).copied().flatten();
            let colours = theme::colours(ui);
            let chosen = marked.is_some() && node == marked;
            ground(ui, place, chosen, response);
            let gutter = Rect::from_min_size(place.min, vec2(GUTTER - 12.0, place.height()));
            paint_text(
                ui.painter(),
                gutter,
                Align2::RIGHT_CENTER,
                &(drawn.first_line + at as u64).to_string(),
                theme::code_small(),
                colours.dim,
            );
            let text = Rect::from_min_max(pos2(place.left() + GUTTER, place.top()), place.max);
            paint_text(
                ui.painter(),
                text,
                Align2::LEFT_CENTER,
                line,
                theme::code_small(),
                if node.is_some() {
                    colours.text
                } else {
                    colours.dim
                },
            );
            response.widget_info(|| WidgetInfo::selected(Role::Row, true, chosen, line));
            if response.clicked() {
                clicked = Some(Marked(node.filter(|_| !chosen)));
            }
        },
    );
    clicked
}
