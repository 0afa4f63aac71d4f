//! What both plots have in common: their calm look, and how far one can zoom.

use eframe::egui::accesskit::Role;
use eframe::egui::{Id, Rangef, Response, Sense, Ui, Vec2, WidgetInfo, pos2};
use egui_plot::{Plot, PlotMemory, PlotPoint, PlotTransform, PlotUi};

use crate::app::pictures::Latency;
use crate::app::theme;

/// The least part of the whole that is shown: bars and cells say nothing finer.
const DEEPEST: f64 = 1.0 / 16.0;

/// A plot of `x` and `y` that belongs to these data only: the next query begins without this one's zoom.
pub(super) fn plot<'a>(
    ui: &Ui,
    name: &str,
    latency: &Latency,
    size: Vec2,
    x: (f64, f64),
    y: (f64, f64),
) -> Plot<'a> {
    let colours = theme::colours(ui);
    let scale = (latency.low.to_bits(), latency.high.to_bits());
    let id: Id = ui.make_persistent_id((name, scale, latency.from, latency.to, latency.most));
    let zoomed =
        PlotMemory::load(ui.ctx(), id).is_some_and(|m| m.bounds().width() < (x.1 - x.0) * 0.999);
    // The wheel scrolls the page. Only Ctrl and the wheel, or a pinch, zooms, and nothing is outside the whole.
    let zoom = zoomed || ui.input(|i| i.zoom_delta_2d().x > 1.0);
    Plot::new(name)
        .id(id)
        .width(size.x)
        .height(size.y)
        .default_x_bounds(x.0, x.1)
        .default_y_bounds(y.0, y.1)
        .allow_zoom([zoom, false])
        .allow_drag([zoomed, false])
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .sense(if zoomed {
            Sense::click_and_drag()
        } else {
            Sense::click()
        })
        .show_background(false)
        .grid_color(colours.hairline)
        .grid_fade(0.0)
        // Marks are placed by what their text needs, so every one of them is drawn in full.
        .grid_spacing(Rangef::new(1.0, 2.0))
        .cursor_color(colours.edge)
}

/// Keeps the shown part within the whole.
pub(super) fn hold(plot: &mut PlotUi<'_>, whole: (f64, f64)) {
    let bounds = plot.plot_bounds();
    if let Some((from, to)) = held(bounds.min()[0], bounds.max()[0], whole) {
        plot.set_plot_bounds_x(from..=to);
    }
}

/// Names the picture for those who can't see it, and draws once more if what was shown is to be held.
pub(super) fn finish(
    ui: &Ui,
    response: &Response,
    transform: &PlotTransform,
    name: &str,
    whole: (f64, f64),
) {
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    let bounds = transform.bounds();
    if held(bounds.min()[0], bounds.max()[0], whole).is_some() {
        ui.ctx().request_repaint();
    }
}

/// The nearest point in the middle of a pixel: a hairline between two pixels would be a smear.
pub(super) fn crisp(plot: &PlotUi<'_>, x: f64, y: f64) -> PlotPoint {
    let at = plot.screen_from_plot(PlotPoint::new(x, y));
    plot.plot_from_screen(pos2(at.x.round() + 0.5, at.y.round() - 0.5))
}

/// Where a part that has left the whole, or is too small, belongs.
fn held(from: f64, to: f64, whole: (f64, f64)) -> Option<(f64, f64)> {
    let length = whole.1 - whole.0;
    let width = (to - from).clamp(length * DEEPEST, length);
    let begin = (f64::midpoint(from, to) - width / 2.0)
        .min(whole.1 - width)
        .max(whole.0);
    // Less than this moves nothing by a pixel.
    let moved = (begin - from).abs().max((begin + width - to).abs()) > length * 1e-6;
    moved.then_some((begin, begin + width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_whole_is_shown() {
        assert_eq!(held(0.0, 16.0, (0.0, 16.0)), None);
        assert_eq!(held(4.0, 8.0, (0.0, 16.0)), None);
        assert_eq!(held(-3.0, 5.0, (0.0, 16.0)), Some((0.0, 8.0)));
        assert_eq!(held(12.0, 20.0, (0.0, 16.0)), Some((8.0, 16.0)));
        assert_eq!(held(-8.0, 40.0, (0.0, 16.0)), Some((0.0, 16.0)));
        assert_eq!(held(8.0, 8.2, (0.0, 16.0)), Some((7.6, 8.6)));
    }
}
