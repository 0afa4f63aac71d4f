//! How often executions or requests take how long, and when: two plots on the same scale of durations.

mod axis;
mod cells;
mod density;
mod frame;
mod histogram;

use eframe::egui::Ui;

use crate::app::pictures::Latency;
use crate::app::theme;

/// Above the bars stand the names of percentiles; beside the density they need no room of their own.
const NAME: f32 = 14.0;
const BARS: f32 = 84.0;
const AXIS: f32 = 18.0;

/// Draws both pictures. Returns the range of time that was clicked.
pub(crate) fn latency(ui: &mut Ui, latency: &Latency, offset: i32) -> Option<(i64, i64)> {
    let width = ui.available_width();
    if latency.bars.is_empty() {
        return None;
    }
    let wide = width > 640.0;
    let part = if wide {
        (width - theme::SPACE) / 2.0
    } else {
        width
    };
    let mut clicked = None;
    let both = |ui: &mut Ui, clicked: &mut Option<(i64, i64)>| {
        histogram::show(ui, latency, part);
        if wide {
            ui.add_space(theme::SPACE - ui.spacing().item_spacing.x);
        } else {
            ui.add_space(theme::GAP);
        }
        *clicked = density::show(ui, latency, part, offset);
    };
    if wide {
        ui.horizontal(|ui| both(ui, &mut clicked));
    } else {
        both(ui, &mut clicked);
    }
    clicked
}

/// The height of each picture, without its axis.
fn height(latency: &Latency) -> f32 {
    NAME * latency.marks.len() as f32 + 4.0 + BARS
}
