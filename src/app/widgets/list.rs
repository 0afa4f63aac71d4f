//! A list of any length: the first row is a number of rows, never of pixels, so that the
//! millionth row stands as still as the first.

use eframe::egui::{CursorIcon, Rect, Response, Sense, Ui, pos2, vec2};

use crate::app::theme;

const BAR: f32 = 10.0;
const LEAST_HANDLE: f32 = 28.0;

/// Where a list is scrolled to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scroll {
    /// The row at the top, with its fraction that is hidden.
    top: f64,
    /// How many rows fit; known after the first frame.
    pub(crate) page: usize,
    reveal: Option<usize>,
    grab: Option<f64>,
}

impl Scroll {
    /// Makes sure that a row is seen in the next frame.
    pub(crate) fn reveal(&mut self, row: usize) {
        self.reveal = Some(row);
    }

    /// Back to the first row.
    pub(crate) fn rewind(&mut self) {
        self.top = 0.0;
    }

    /// Shows a row where the first one stood: it is the same that moved.
    pub(crate) fn stay(&mut self, row: usize) {
        self.top = row as f64 + self.top.fract();
    }

    /// The first row that is at least partly seen.
    pub(crate) fn first(&self) -> usize {
        // Never negative and below the number of rows.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let first = self.top as usize;
        first
    }

    fn settle(&mut self, rows: usize, fit: f64) {
        if let Some(row) = self.reveal.take() {
            let row = row as f64;
            if row < self.top {
                self.top = row;
            } else if row + 1.0 > self.top + fit {
                self.top = row + 1.0 - fit;
            }
        }
        self.top = self.top.clamp(0.0, (rows as f64 - fit).max(0.0));
    }
}

/// Draws the rows of a list that are seen. `draw` gets the number of a row, its place and its response.
pub(crate) fn rows(
    ui: &mut Ui,
    body: Rect,
    scroll: &mut Scroll,
    rows: usize,
    height: f32,
    mut draw: impl FnMut(&mut Ui, usize, Rect, &Response),
) {
    let fit = f64::from(body.height() / height).max(1.0);
    // At least one row fits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let page = (fit.floor() as usize).max(1);
    scroll.page = page;
    if ui.rect_contains_pointer(body) {
        let delta = ui.input(|i| i.smooth_scroll_delta().y);
        scroll.top -= f64::from(delta) / f64::from(height);
    }
    scroll.settle(rows, fit);
    let long = rows as f64 > fit;
    let track = Rect::from_min_max(pos2(body.right() - BAR, body.top()), body.max);
    let clip = ui.clip_rect();
    ui.set_clip_rect(body.intersect(clip));
    let first = scroll.first();
    for row in first..rows.min(first + page + 2) {
        // Rows near the top one are few: their distance fits an f32.
        #[allow(clippy::cast_possible_truncation)]
        let y = body.top() + ((row as f64 - scroll.top) * f64::from(height)) as f32;
        let rect = Rect::from_min_size(pos2(body.left(), y.round()), vec2(body.width(), height));
        let response = ui.interact(
            rect.intersect(body),
            ui.scope_id().with(("row", row)),
            Sense::click(),
        );
        draw(ui, row, rect, &response);
    }
    if long {
        bar(ui, track, scroll, rows as f64, fit);
    }
    ui.set_clip_rect(clip);
}

fn bar(ui: &mut Ui, track: Rect, scroll: &mut Scroll, rows: f64, fit: f64) {
    let colours = theme::colours(ui);
    let response = ui
        .interact(
            track,
            ui.scope_id().with("scroll bar"),
            Sense::click_and_drag(),
        )
        .on_hover_cursor(CursorIcon::Default);
    let length = f64::from(track.height());
    let handle = (length * fit / rows)
        .max(f64::from(LEAST_HANDLE))
        .min(length);
    let way = length - handle;
    let at = scroll.top / (rows - fit) * way;
    if let Some(pointer) = response
        .interact_pointer_pos()
        .filter(|_| response.is_pointer_button_down_on())
    {
        let y = f64::from(pointer.y - track.top());
        // A press beside the handle brings its middle there.
        let grab = *scroll.grab.get_or_insert_with(|| {
            if (at..=at + handle).contains(&y) {
                y - at
            } else {
                handle / 2.0
            }
        });
        scroll.top = ((y - grab) / way.max(1.0) * (rows - fit)).clamp(0.0, rows - fit);
    } else {
        scroll.grab = None;
    }
    let active = response.hovered() || scroll.grab.is_some();
    // Positions within a track fit an f32.
    #[allow(clippy::cast_possible_truncation)]
    let (y, tall) = ((scroll.top / (rows - fit) * way) as f32, handle as f32);
    let width = if active { 8.0 } else { 4.0 };
    let handle = Rect::from_min_size(
        pos2(track.right() - width - 1.0, track.top() + y),
        vec2(width, tall),
    )
    .shrink2(vec2(0.0, 1.0));
    ui.painter()
        .rect_filled(handle, 4.0, if active { colours.dim } else { colours.edge });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_ten_million_rows_is_reached_exactly() {
        let mut scroll = Scroll::default();
        scroll.reveal(9_999_999);
        scroll.settle(10_000_000, 20.5);
        assert_eq!(scroll.first(), 9_999_979);
        assert!((scroll.top - 9_999_979.5).abs() < 1e-6);
    }

    #[test]
    fn a_row_that_is_seen_moves_nothing() {
        let mut scroll = Scroll {
            top: 10.0,
            ..Scroll::default()
        };
        scroll.reveal(15);
        scroll.settle(100, 20.0);
        assert!((scroll.top - 10.0).abs() < 1e-9);
    }
}
