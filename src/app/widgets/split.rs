//! A list on the left, its detail on the right, and the line between them to drag.

use eframe::egui::{CursorIcon, Rect, Sense, Stroke, Ui, UiBuilder, pos2};

use crate::app::theme;

/// The least room for either side.
const LEAST: f32 = 300.0;

/// Draws both sides of `rect`. Returns the new part of the width that the list takes, while it is dragged.
pub(crate) fn split(
    ui: &mut Ui,
    rect: Rect,
    part: f32,
    list: impl FnOnce(&mut Ui),
    detail: impl FnOnce(&mut Ui),
) -> Option<f32> {
    let colours = theme::colours(ui);
    let widest = (rect.width() - LEAST).max(LEAST);
    let x = (rect.left() + (rect.width() * part).clamp(LEAST, widest)).round();
    let left = Rect::from_min_max(rect.min, pos2(x, rect.bottom()));
    let right = Rect::from_min_max(pos2(x + 1.0, rect.top()), rect.max);
    side(ui, left, "list", list);
    side(ui, right, "detail", detail);
    let line = Rect::from_x_y_ranges((x - 4.0)..=(x + 4.0), rect.y_range());
    let response = ui
        .interact(line, ui.scope_id().with("split"), Sense::drag())
        .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    let ink = if response.hovered() || response.dragged() {
        colours.accent
    } else {
        colours.hairline
    };
    ui.painter()
        .vline(x + 0.5, rect.y_range(), Stroke::new(1.0, ink));
    let pointer = response
        .interact_pointer_pos()
        .filter(|_| response.dragged())?;
    Some(((pointer.x - rect.left()) / rect.width()).clamp(0.1, 0.9))
}

fn side(ui: &mut Ui, rect: Rect, name: &str, content: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().id_salt(name).max_rect(rect), |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        content(ui);
    });
}
