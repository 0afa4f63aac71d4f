//! Database time over the capture, or executions where no durations are known, and the one place to choose a range of it.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align2, CursorIcon, Mesh, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::ViewState;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::icons::Icon;
use crate::app::model::{Capture, Spot};
use crate::app::pictures::Strip;
use crate::app::theme::{self, Colours};
use crate::app::widgets::{paint_text, text_button};
use crate::workload::QueryId;

const EDGE: f32 = 16.0;
const AXIS: f32 = 18.0;

pub(super) fn show(ui: &mut Ui, capture: &Capture, view: &mut ViewState, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let rect = ui.available_rect_before_wrap();
    ui.painter().hline(
        rect.x_range(),
        rect.bottom() - 0.5,
        Stroke::new(1.0, colours.hairline),
    );
    let strip = &capture.overview.strip;
    if strip.steps == 0 || strip.most == 0 {
        paint_text(
            ui.painter(),
            rect,
            Align2::CENTER_CENTER,
            if capture.overview.is_export(&capture.whole.workload) {
                "An export of pg_stat_statements doesn't tell when its queries ran"
            } else {
                "No executions were logged"
            },
            theme::sized(12.0),
            colours.dim,
        );
        return;
    }
    let plot = Rect::from_min_max(rect.min + vec2(EDGE, 10.0), rect.max - vec2(EDGE, AXIS));
    let response = ui.interact(
        Rect::from_x_y_ranges(plot.x_range(), rect.y_range()),
        ui.scope_id().with("strip"),
        Sense::click_and_drag(),
    );
    let name = if strip.timed {
        "Database time over the capture"
    } else {
        "Executions over the capture"
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    let response = response.on_hover_and_drag_cursor(CursorIcon::Crosshair);
    ui.painter().add(Shape::mesh(bars(strip, plot, colours)));
    ui.painter().hline(
        plot.x_range(),
        plot.bottom() + 0.5,
        Stroke::new(1.0, colours.edge),
    );
    axis(ui, capture, plot);
    brush(&response, strip, plot, view, actions);
    if let Some((from, to)) = view.brush.or(capture.range) {
        range(ui, strip, plot, colours, from, to);
    }
    if capture.range.is_some() && view.brush.is_none() {
        full_range(ui, rect, actions);
    }
    if view.brush.is_none() {
        hover(response, capture, plot, actions);
    }
}

#[allow(clippy::cast_possible_truncation)]
fn x_of(strip: &Strip, plot: Rect, at: i64) -> f32 {
    // A part of the span, as pixels.
    let part = (at - strip.from) as f64 / (strip.to() - strip.from).max(1) as f64;
    plot.left() + plot.width() * part.clamp(0.0, 1.0) as f32
}

#[allow(clippy::cast_possible_truncation)]
fn time_of(strip: &Strip, plot: Rect, x: f32) -> i64 {
    // Within the span of the capture.
    let part = f64::from((x - plot.left()) / plot.width()).clamp(0.0, 1.0);
    strip.from + (part * (strip.to() - strip.from) as f64) as i64
}

fn bars(strip: &Strip, plot: Rect, colours: &Colours) -> Mesh {
    let mut mesh = Mesh::default();
    let width = plot.width() / strip.steps as f32;
    for step in 0..strip.steps {
        let mut bottom = plot.bottom();
        for (lane, (query, _, micros)) in strip.lanes.iter().enumerate() {
            let micros = micros.get(step).copied().unwrap_or(0);
            if micros == 0 {
                continue;
            }
            // A part of the fullest step, as pixels.
            #[allow(clippy::cast_possible_truncation)]
            let height = plot.height() * (micros as f64 / strip.most as f64) as f32;
            let left = plot.left() + width * step as f32;
            let ink = if query.is_some() {
                colours.series(lane)
            } else {
                colours.rest
            };
            mesh.add_colored_rect(
                Rect::from_min_max(
                    pos2(left, bottom - height),
                    pos2(left + width.max(1.0), bottom),
                ),
                ink,
            );
            bottom -= height;
        }
    }
    mesh
}

fn axis(ui: &Ui, capture: &Capture, plot: Rect) {
    let colours = theme::colours(ui);
    let strip = &capture.overview.strip;
    let offset = capture.utc_offset();
    let span = strip.to() - strip.from;
    // About one label for every 120 pixels; there are never more than a few dozen.
    #[allow(clippy::cast_possible_truncation)]
    let step = format::clock_step(span, (plot.width() / 120.0).max(1.0) as i64);
    let parts = if step < 1_000_000 {
        Moment::Milli
    } else if step < 60_000_000 {
        Moment::Second
    } else if step < 86_400_000_000 {
        Moment::Minute
    } else {
        Moment::Day
    };
    let zone = i64::from(offset) * 1_000_000;
    let mut at = (strip.from + zone).div_euclid(step) * step + step - zone;
    let mut free = plot.left();
    while at < strip.to() {
        let x = x_of(strip, plot, at).round() + 0.5;
        ui.painter().vline(
            x,
            plot.bottom()..=plot.bottom() + 4.0,
            Stroke::new(1.0, colours.edge),
        );
        if x >= free && x + 60.0 < plot.right() {
            let room = Rect::from_min_max(
                pos2(x + 4.0, plot.bottom() + 1.0),
                pos2(x + 116.0, plot.bottom() + AXIS),
            );
            let text = format::moment(at, offset, parts);
            free = paint_text(
                ui.painter(),
                room,
                Align2::LEFT_CENTER,
                &text,
                theme::sized(11.5),
                colours.dim,
            )
            .right()
                + 12.0;
        }
        at = at.saturating_add(step);
    }
}

fn brush(
    response: &Response,
    strip: &Strip,
    plot: Rect,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let Some(pointer) = response.interact_pointer_pos() else {
        return;
    };
    let at = time_of(strip, plot, pointer.x);
    if response.drag_started() {
        // A drag is known as one only after some pixels: it began where the button went down.
        let begin = response
            .ctx
            .input(|i| i.pointer.press_origin())
            .map_or(at, |p| time_of(strip, plot, p.x));
        view.brush = Some((begin, at));
    } else if let Some((_, to)) = view.brush.as_mut().filter(|_| response.dragged()) {
        *to = at;
    }
    if response.drag_stopped()
        && let Some((a, b)) = view.brush.take()
    {
        let (from, to) = (a.min(b), a.max(b));
        if to - from >= strip.step {
            actions.push(Action::Narrow(from, to));
        }
    }
}

fn range(ui: &Ui, strip: &Strip, plot: Rect, colours: &Colours, from: i64, to: i64) {
    let (from, to) = (
        x_of(strip, plot, from.min(to)),
        x_of(strip, plot, from.max(to)),
    );
    let y = (plot.top() - 10.0)..=plot.bottom() + 1.0;
    let shade = colours.ground.gamma_multiply(0.72);
    ui.painter().rect_filled(
        Rect::from_x_y_ranges(plot.left()..=from, y.clone()),
        0.0,
        shade,
    );
    ui.painter().rect_filled(
        Rect::from_x_y_ranges(to..=plot.right(), y.clone()),
        0.0,
        shade,
    );
    for x in [from, to] {
        ui.painter()
            .vline(x.round() + 0.5, y.clone(), Stroke::new(1.0, colours.accent));
    }
    ui.painter().hline(
        from..=to,
        plot.bottom() + 0.5,
        Stroke::new(2.0, colours.accent),
    );
}

fn full_range(ui: &mut Ui, rect: Rect, actions: &mut Actions) {
    let place = Rect::from_min_size(
        pos2(rect.right() - EDGE - 116.0, rect.top() + 6.0),
        vec2(116.0, 28.0),
    );
    let builder =
        eframe::egui::UiBuilder::new()
            .max_rect(place)
            .layout(eframe::egui::Layout::right_to_left(
                eframe::egui::Align::Center,
            ));
    ui.scope_builder(builder, |ui| {
        if text_button(ui, Icon::Range, Command::FullRange.text())
            .on_hover_text(Command::FullRange.tip())
            .clicked()
        {
            actions.push(Action::Run(Command::FullRange));
        }
    });
}

/// Tells what is under the pointer; a click leads to the query that took the most time there.
fn hover(response: Response, capture: &Capture, plot: Rect, actions: &mut Actions) {
    let strip = &capture.overview.strip;
    let Some(pointer) = response.hover_pos() else {
        return;
    };
    let part = ((pointer.x - plot.left()) / plot.width()).clamp(0.0, 0.9999);
    // Within the steps there are.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let step = (part * strip.steps as f32) as usize;
    let mut lanes: Vec<(usize, u64)> = strip
        .lanes
        .iter()
        .enumerate()
        .map(|(i, l)| (i, l.2.get(step).copied().unwrap_or(0)))
        .filter(|l| l.1 > 0)
        .collect();
    lanes.sort_by_key(|l| std::cmp::Reverse(l.1));
    if response.clicked()
        && let Some(query) = lanes
            .iter()
            .find_map(|(i, _)| strip.lanes.get(*i)?.0)
            .and_then(|q| shown(capture, q))
    {
        actions.push(Action::Go(Spot::default().query(query)));
    }
    if lanes.is_empty() {
        return;
    }
    let at = strip.from + strip.step * i64::try_from(step).unwrap_or(0);
    response.on_hover_ui_at_pointer(|ui| {
        let colours = theme::colours(ui);
        ui.set_max_width(420.0);
        let total = strip.total(step);
        let total = if strip.timed {
            format!("{} of database time", format::duration(total as f64))
        } else {
            format::counted(total, "execution", "executions")
        };
        ui.label(format!(
            "{total} in {} from {}",
            format::duration(strip.step as f64),
            format::moment(at, capture.utc_offset(), Moment::Milli)
        ));
        for (lane, micros) in lanes.iter().take(5) {
            let Some((query, name, _)) = strip.lanes.get(*lane) else {
                continue;
            };
            ui.horizontal(|ui| {
                let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
                ui.painter().rect_filled(
                    dot,
                    2.0,
                    if query.is_some() {
                        colours.series(*lane)
                    } else {
                        colours.rest
                    },
                );
                let (place, _) = ui.allocate_exact_size(vec2(56.0, 16.0), Sense::hover());
                paint_text(
                    ui.painter(),
                    place,
                    Align2::RIGHT_CENTER,
                    &if strip.timed {
                        format::duration(*micros as f64)
                    } else {
                        format::count(*micros)
                    },
                    theme::sized(12.0),
                    colours.text,
                );
                let (place, _) = ui.allocate_exact_size(vec2(320.0, 16.0), Sense::hover());
                paint_text(
                    ui.painter(),
                    place,
                    Align2::LEFT_CENTER,
                    name,
                    theme::code_small(),
                    colours.dim,
                );
            });
        }
    });
}

/// A query of the whole capture in what is shown of it.
fn shown(capture: &Capture, query: QueryId) -> Option<QueryId> {
    let fingerprint = capture.whole.workload.query(query)?.fingerprint;
    capture
        .shown
        .workload
        .queries
        .iter()
        .position(|q| q.fingerprint == fingerprint)
        .map(QueryId::at)
}
