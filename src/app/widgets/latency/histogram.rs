//! How many of them take how long.

use eframe::egui::{Align2, Rect, Stroke, Ui, pos2, vec2};
use egui_plot::{
    Axis, Bar, BarChart, HLine, HoverPosition, Line, Plot, PlotPoint, PlotTransform, PlotUi,
};

use super::{AXIS, BARS, NAME, axis, frame};
use crate::app::format;
use crate::app::pictures::{self, Latency};
use crate::app::theme::{self, Colours};
use crate::app::widgets::paint_text;

/// A name and its duration fit into this.
const TEXT: f32 = 96.0;

/// Draws bars along the logarithm of durations. The fullest bar is 1 high, and names stand above it.
pub(super) fn show(ui: &mut Ui, latency: &Latency, width: f32) {
    let colours = theme::colours(ui);
    let whole = (latency.low, latency.high);
    let height = super::height(latency);
    let pixel = f64::from(1.0 / BARS);
    let top = f64::from(height - 1.0) * pixel;
    let plot: Plot<'_> = frame::plot(
        ui,
        "histogram",
        latency,
        vec2(width, height + AXIS),
        whole,
        (-pixel, top),
    )
    .show_grid(false)
    .show_axes([true, false])
    .show_y(false)
    .custom_x_axes(vec![
        axis::axis(ui, Axis::X, AXIS).formatter(|mark, _| axis::duration(mark)),
    ])
    .x_grid_spacer(|input| axis::durations(input, 56.0, 22.0))
    .label_formatter(|place| bar_at(latency, position(place).x).map(|bar| told(latency, bar)));
    let shown = plot.show(ui, |plot| {
        frame::hold(plot, whole);
        plot.bar_chart(bars(plot, latency, colours));
        let ground = frame::crisp(plot, latency.low, 0.0).y;
        plot.hline(
            HLine::new("", ground)
                .stroke(Stroke::new(1.0, colours.edge))
                .allow_hover(false),
        );
        for (row, mark) in latency.marks.iter().rev().enumerate() {
            let x = frame::crisp(plot, mark.at, 0.0).x;
            let end = top - f64::from(NAME * row as f32 + 2.0) * pixel;
            plot.line(
                Line::new(mark.name, vec![[x, 0.0], [x, end]])
                    .stroke(Stroke::new(1.0, colours.accent))
                    .allow_hover(false),
            );
        }
    });
    frame::finish(
        ui,
        &shown.response,
        &shown.transform,
        &format!("{} by duration", latency.of.title()),
        whole,
    );
    names(ui, latency, &shown.transform, colours);
}

fn position(place: &HoverPosition<'_>) -> PlotPoint {
    match place {
        HoverPosition::NearDataPoint { position, .. } | HoverPosition::Elsewhere { position } => {
            *position
        }
    }
}

fn bar_at(latency: &Latency, x: f64) -> Option<&pictures::Bar> {
    latency.bars.iter().find(|bar| x >= bar.from && x < bar.to)
}

fn told(latency: &Latency, bar: &pictures::Bar) -> String {
    let (one, many) = latency.of.nouns();
    let count = format::counted(bar.count, one, many);
    format!(
        "{count} between {} and {}",
        format::duration(10_f64.powf(bar.from)),
        format::duration(10_f64.powf(bar.to))
    )
}

/// At most as many as the picture has steps.
fn bars(plot: &PlotUi<'_>, latency: &Latency, colours: &Colours) -> BarChart {
    let hovered = plot
        .response()
        .hover_pos()
        .and_then(|p| bar_at(latency, plot.plot_from_screen(p).x));
    let gap = plot.transform().dvalue_dpos()[0];
    let bars = latency.bars.iter().filter(|bar| bar.count > 0).map(|bar| {
        let ink = if hovered == Some(bar) {
            colours.text
        } else {
            colours.rest
        };
        // A single execution beside thousands is still to be seen.
        let height = bar.part.max(f64::from(1.5 / BARS));
        Bar::new(f64::midpoint(bar.from, bar.to - gap), height)
            .width(bar.to - bar.from - gap)
            .fill(ink)
            .stroke(Stroke::NONE)
    });
    // The chart's own colour would only dye bars that have none. Its hover would write into the plot, so the label does that.
    BarChart::new("", bars.collect())
        .color(colours.rest)
        .allow_hover(false)
}

fn names(ui: &Ui, latency: &Latency, transform: &PlotTransform, colours: &Colours) {
    let area = *transform.frame();
    let places: Vec<f32> = latency
        .marks
        .iter()
        .map(|m| transform.position_from_point_x(m.at))
        .collect();
    for (row, (mark, x)) in latency.marks.iter().zip(&places).rev().enumerate() {
        if !area.x_range().contains(*x) {
            continue;
        }
        let y = area.top() + NAME * row as f32;
        // A name goes to the left of its line where another line would cross it, or the edge.
        let crossed = places
            .iter()
            .any(|other| (1.0..TEXT).contains(&(other - x)));
        let (place, align) = if crossed || area.right() - x < TEXT {
            (
                Rect::from_min_max(pos2(area.left(), y), pos2(x - 5.0, y + NAME)),
                Align2::RIGHT_CENTER,
            )
        } else {
            (
                Rect::from_min_max(pos2(x + 5.0, y), pos2(area.right(), y + NAME)),
                Align2::LEFT_CENTER,
            )
        };
        paint_text(
            ui.painter(),
            place,
            align,
            &mark.text,
            theme::sized(11.5),
            colours.text,
        );
    }
}
