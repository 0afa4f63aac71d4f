//! One line of text, cut off with an ellipsis where it doesn't fit.

use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat, TextWrapping};
use eframe::egui::{Align2, Color32, FontId, Galley, Painter, Rect};

/// More than this never fits on a line of any screen; laying it out would only cost time.
const MOST: usize = 400;

/// Lays out one line that is at most `width` wide.
pub(crate) fn elided(
    painter: &Painter,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> Arc<Galley> {
    let shown = text
        .char_indices()
        .nth(MOST)
        .map_or(text, |(end, _)| text.get(..end).unwrap_or(text));
    let mut job = LayoutJob::single_section(shown.to_owned(), TextFormat::simple(font, colour));
    job.wrap = TextWrapping::truncate_at_width(width.max(1.0));
    job.break_on_newline = false;
    painter.layout_job(job)
}

/// Draws one line inside `rect`; returns the space it took.
pub(crate) fn paint_text(
    painter: &Painter,
    rect: Rect,
    align: Align2,
    text: &str,
    font: FontId,
    colour: Color32,
) -> Rect {
    let galley = elided(painter, text, font, colour, rect.width());
    let place = align.align_size_within_rect(galley.size(), rect);
    painter.galley(place.min, galley, colour);
    place
}
