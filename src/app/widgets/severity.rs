//! How much a finding matters: a colour, a shape and a word, so that one of them is always understood.

use eframe::egui::{Align2, Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::text::paint_text;
use crate::app::theme::{self, Colours};
use crate::rules::Severity;

const SHAPE: f32 = 9.0;

/// Draws the shape and the word with the right edge at `right`; returns the left edge.
pub(crate) fn severity(ui: &Ui, severity: Severity, right: Pos2) -> f32 {
    let colours = theme::colours(ui);
    let ink = colours.severity(severity);
    let word = match severity {
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    };
    let room = Rect::from_min_max(right - vec2(80.0, 10.0), right + vec2(0.0, 10.0));
    let place = paint_text(
        ui.painter(),
        room,
        Align2::RIGHT_CENTER,
        word,
        theme::semibold(12.0),
        ink,
    );
    let middle = pos2(place.left() - 6.0 - SHAPE / 2.0, right.y);
    shape(ui.painter(), colours, severity, middle);
    middle.x - SHAPE / 2.0
}

/// A triangle, a diamond or a ring.
fn shape(painter: &Painter, colours: &Colours, severity: Severity, middle: Pos2) {
    let ink = colours.severity(severity);
    let r = SHAPE / 2.0;
    let at = |x: f32, y: f32| middle + vec2(x * r, y * r);
    let none = Stroke::NONE;
    painter.add(match severity {
        Severity::High => {
            Shape::convex_polygon(vec![at(0.0, -1.0), at(1.1, 0.9), at(-1.1, 0.9)], ink, none)
        }
        Severity::Medium => Shape::convex_polygon(
            vec![at(0.0, -1.1), at(1.1, 0.0), at(0.0, 1.1), at(-1.1, 0.0)],
            ink,
            none,
        ),
        Severity::Low => Shape::circle_stroke(middle, r - 1.0, Stroke::new(1.6, ink)),
    });
}
