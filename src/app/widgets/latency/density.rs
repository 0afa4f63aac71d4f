//! When they took how long.

use eframe::egui::{Align2, Rect, Stroke, Ui, pos2, vec2};
use egui_plot::{Axis, HLine, HoverPosition, Plot, PlotPoint, PlotTransform};

use super::axis::{self, Clock};
use super::cells::Cells;
use super::{AXIS, NAME, frame};
use crate::app::format::{self, Moment};
use crate::app::pictures::Latency;
use crate::app::theme::{self, Colours};
use crate::app::widgets::paint_text;

/// Room for durations on the left.
const SCALE: f32 = 52.0;
/// Room for names of percentiles on the right.
const NAMES: f32 = 30.0;

/// Draws durations over time. Returns the range of time of a cell that was clicked.
pub(super) fn show(ui: &mut Ui, latency: &Latency, width: f32, offset: i32) -> Option<(i64, i64)> {
    if latency.cells.is_empty() {
        return None;
    }
    let colours = theme::colours(ui);
    let size = vec2(width - NAMES, super::height(latency) + AXIS);
    let whole = (0.0, (latency.to - latency.from) as f64);
    // One label for every 80 points; there are never more than a few dozen.
    #[allow(clippy::cast_possible_truncation)]
    let want = ((size.x - SCALE) / 80.0).max(1.0) as i64;
    let clock = Clock {
        from: latency.from,
        offset,
        want,
    };
    let plot: Plot<'_> = frame::plot(
        ui,
        "density",
        latency,
        size,
        whole,
        (latency.low, latency.high),
    )
    .custom_x_axes(vec![axis::axis(ui, Axis::X, AXIS).formatter(
        move |mark, shown| clock.text(mark, *shown.start(), *shown.end()),
    )])
    .custom_y_axes(vec![
        axis::axis(ui, Axis::Y, SCALE).formatter(|mark, _| axis::duration(mark)),
    ])
    .x_grid_spacer(move |input| clock.marks(input.bounds.0, input.bounds.1))
    .y_grid_spacer(|input| axis::durations(input, 18.0, 0.0))
    .label_formatter(move |place| match place {
        HoverPosition::Elsewhere { position } => told(latency, *position, clock),
        HoverPosition::NearDataPoint { .. } => None,
    });
    let shown = plot.show(ui, |plot| {
        frame::hold(plot, whole);
        plot.add(Cells::new(latency, colours.series(0)));
        for mark in &latency.marks {
            let y = frame::crisp(plot, 0.0, mark.at).y;
            plot.hline(
                HLine::new(mark.name, y)
                    .stroke(Stroke::new(1.0, colours.strong.gamma_multiply(0.6)))
                    .allow_hover(false),
            );
        }
        let ground = frame::crisp(plot, 0.0, latency.low).y;
        plot.hline(
            HLine::new("", ground)
                .stroke(Stroke::new(1.0, colours.edge))
                .allow_hover(false),
        );
    });
    frame::finish(
        ui,
        &shown.response,
        &shown.transform,
        &format!("{} over time", latency.of.title()),
        whole,
    );
    names(ui, latency, &shown.transform, colours);
    let pointer = shown
        .response
        .interact_pointer_pos()
        .filter(|_| shown.response.clicked() && !shown.response.double_clicked())?;
    let at = shown.transform.value_from_position(pointer);
    let cell = latency.cell(at.x, at.y).filter(|cell| cell.count > 0)?;
    Some(cell.time)
}

fn told(latency: &Latency, at: PlotPoint, clock: Clock) -> Option<String> {
    let cell = latency.cell(at.x, at.y).filter(|cell| cell.count > 0)?;
    let (one, many) = latency.of.nouns();
    Some(format!(
        "{} of {} to {}, from {}\nClick to look at this part of the capture",
        format::counted(u64::from(cell.count), one, many),
        format::duration(10_f64.powf(cell.low)),
        format::duration(10_f64.powf(cell.high)),
        format::moment(cell.time.0, clock.offset, Moment::Milli),
    ))
}

fn names(ui: &Ui, latency: &Latency, transform: &PlotTransform, colours: &Colours) {
    let right = transform.frame().right();
    let mut free = f32::INFINITY;
    for mark in &latency.marks {
        // Names of lines that nearly touch would lie on each other: the upper one moves up.
        let y = transform.position_from_point_y(mark.at).min(free - 12.0);
        free = y;
        let place = Rect::from_center_size(pos2(right + 4.0 + NAMES / 2.0, y), vec2(NAMES, NAME));
        paint_text(
            ui.painter(),
            place,
            Align2::LEFT_CENTER,
            mark.name,
            theme::sized(11.5),
            colours.text,
        );
    }
}
