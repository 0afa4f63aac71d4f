//! The flame graph: each node as wide as the time that it took with all below it.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::tree::heat;
use super::{Marked, PlanState};
use crate::app::pictures::Drawn;
use crate::app::theme;
use crate::app::widgets::{paint_text, rows};

pub(super) const LEVEL: f32 = 24.0;
/// Narrower cells than this, in points, can't be pointed at.
const LEAST: f32 = 1.0;
/// From this width on there is room for a name.
const NAMED: f32 = 36.0;

/// Draws the graph. Returns the node that was clicked: the marked one is marked no more.
pub(super) fn show(ui: &mut Ui, drawn: &Drawn, state: &mut PlanState) -> Option<Marked> {
    let rect = ui.available_rect_before_wrap().shrink2(vec2(0.0, 6.0));
    let marked = state.node;
    let mut clicked = None;
    rows(
        ui,
        rect,
        &mut state.flame,
        drawn.levels,
        LEVEL,
        |ui, level, place, _| {
            for (at, cell) in drawn.flame.iter().enumerate() {
                if cell.level != level {
                    continue;
                }
                // Parts of a whole; pixels.
                #[allow(clippy::cast_possible_truncation)]
                let (from, to) = (
                    place.left() + place.width() * cell.from as f32,
                    place.left() + place.width() * cell.to as f32,
                );
                if to - from < LEAST {
                    // Too narrow to point at, but many of them side by side are seen.
                    let own = Rect::from_min_max(
                        pos2(from, place.top() + 1.0),
                        pos2(to, place.bottom() - 1.0),
                    );
                    let fill = heat(ui, cell.own_part);
                    ui.painter().rect_filled(own, 0.0, fill);
                    continue;
                }
                let own = Rect::from_min_max(
                    pos2(from, place.top() + 1.0),
                    pos2((to - 1.0).max(from + LEAST), place.bottom() - 1.0),
                );
                let colours = theme::colours(ui);
                let fill = if cell.node.is_none() {
                    colours.well
                } else {
                    heat(ui, cell.own_part)
                };
                ui.painter().rect_filled(own, 3.0, fill);
                let response = ui.interact(own, ui.scope_id().with(("cell", at)), Sense::click());
                if (cell.node.is_some() && cell.node == marked) || response.hovered() {
                    let stroke = Stroke::new(1.5, colours.accent);
                    ui.painter()
                        .rect_stroke(own, 3.0, stroke, StrokeKind::Inside);
                }
                if own.width() >= NAMED {
                    paint_text(
                        ui.painter(),
                        own.shrink2(vec2(6.0, 0.0)),
                        Align2::LEFT_CENTER,
                        &cell.name,
                        theme::sized(12.0),
                        colours.strong,
                    );
                }
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &cell.tip));
                if response.clicked() && cell.node.is_some() {
                    clicked = Some(Marked(cell.node.filter(|_| cell.node != marked)));
                }
                response.on_hover_text(&cell.tip);
            }
        },
    );
    clicked
}
