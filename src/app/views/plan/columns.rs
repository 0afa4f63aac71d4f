//! Rows of a plan's views: a name that takes what is left, and columns of numbers at the right.

use eframe::egui::{Align2, Rect, Response, Stroke, Ui, pos2, vec2};

use crate::app::theme;
use crate::app::widgets::paint_text;

/// The height of the headings.
const HEADER: f32 = 24.0;
const PAD: f32 = 10.0;
const LEAST: f32 = 140.0;

/// Columns of numbers beside a name.
pub(super) struct Columns<const N: usize> {
    pub(super) name: &'static str,
    pub(super) titles: [&'static str; N],
    pub(super) widths: [f32; N],
}

impl<const N: usize> Columns<N> {
    /// The place of the name and those of the numbers in a row.
    pub(super) fn places(&self, row: Rect) -> (Rect, [Rect; N]) {
        let all: f32 = self.widths.iter().map(|w| w + PAD).sum();
        let mut x = (row.right() - all - PAD).max(row.left() + LEAST);
        let name = Rect::from_min_max(row.min + vec2(8.0, 0.0), pos2(x, row.bottom()));
        let columns = self.widths.map(|w| {
            x += PAD;
            let place = Rect::from_min_size(pos2(x, row.top()), vec2(w, row.height()));
            x += w;
            place
        });
        (name, columns)
    }

    /// Draws the headings. Returns the room below them.
    pub(super) fn header(&self, ui: &Ui, rect: Rect) -> Rect {
        let colours = theme::colours(ui);
        let line = Rect::from_min_size(rect.min, vec2(rect.width(), HEADER));
        let (name, columns) = self.places(line);
        let label = |place: Rect, align, text| {
            let font = theme::sized(12.0);
            paint_text(ui.painter(), place, align, text, font, colours.dim)
        };
        label(name, Align2::LEFT_CENTER, self.name);
        for (place, title) in columns.into_iter().zip(self.titles) {
            label(place, Align2::RIGHT_CENTER, title);
        }
        ui.painter().hline(
            rect.x_range(),
            line.bottom() - 0.5,
            Stroke::new(1.0, colours.edge),
        );
        Rect::from_min_max(pos2(rect.left(), line.bottom()), rect.max)
    }
}

/// The ground of a row: marked, or under the pointer.
pub(super) fn ground(ui: &Ui, place: Rect, marked: bool, response: &Response) {
    let colours = theme::colours(ui);
    if marked {
        ui.painter().rect_filled(place, 0.0, colours.selected);
        let edge = Rect::from_min_size(place.min, vec2(2.0, place.height()));
        ui.painter().rect_filled(edge, 0.0, colours.accent);
    } else if response.hovered() {
        ui.painter().rect_filled(place, 0.0, colours.hover);
    }
}
