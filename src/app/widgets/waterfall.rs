//! The statements of a request over time: one row each, a burst folded into a comb.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Color32, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::text::paint_text;
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::pictures::{Row, Tick, Waterfall};
use crate::app::theme;
use crate::workload::QueryId;

const ROW: f32 = 24.0;
const AXIS: f32 = 20.0;
const TIME: f32 = 64.0;
/// Room for the steps that durations leave out, where there are any.
const STEPS: f32 = 68.0;
const INDENT: f32 = 20.0;
/// The most statements that a fold shows one by one.
const UNFOLDED: usize = 200;

/// Draws the rows. A click on a fold opens it; a click on a statement returns its query.
pub(crate) fn waterfall(
    ui: &mut Ui,
    picture: &Waterfall,
    open: &mut Vec<usize>,
    most: usize,
) -> Option<QueryId> {
    let width = ui.available_width();
    let names = (width * 0.44).clamp(160.0, 520.0);
    let mut clicked = None;
    let times = if picture.steps { TIME + STEPS } else { TIME };
    let lane = |rect: Rect| {
        Rect::from_min_max(
            pos2(rect.left() + names, rect.top()),
            pos2(rect.right() - times, rect.bottom()),
        )
    };
    axis(ui, picture.length, lane);
    let mut drawn = 0;
    for (at, row) in picture.rows.iter().enumerate().take(most) {
        let folds = row.ticks.len() > 1;
        let unfolded = folds && open.contains(&at);
        let text = if folds {
            format!("{} × {}", format::count(row.ticks.len() as u64), row.name)
        } else {
            row.name.clone()
        };
        let response = statement(
            ui,
            &Line {
                row,
                ticks: &row.ticks,
                text: &text,
                fold: folds.then_some(unfolded),
                indent: 0.0,
            },
            picture.length,
            lane,
        );
        drawn += 1;
        if response.clicked() {
            if !folds {
                clicked = Some(row.query);
            } else if unfolded {
                open.retain(|o| *o != at);
            } else {
                open.push(at);
            }
        }
        if !unfolded {
            continue;
        }
        for tick in row.ticks.iter().take(UNFOLDED) {
            let ticks = std::slice::from_ref(tick);
            let response = statement(
                ui,
                &Line {
                    row,
                    ticks,
                    text: &row.name,
                    fold: None,
                    indent: INDENT,
                },
                picture.length,
                lane,
            );
            if response.clicked() {
                clicked = Some(row.query);
            }
        }
        if row.ticks.len() > UNFOLDED {
            super::caption(
                ui,
                &format!(
                    "and {} more like these",
                    format::count((row.ticks.len() - UNFOLDED) as u64)
                ),
            );
        }
    }
    let rest = (picture.rows.len() - drawn) as u64 + picture.left_out;
    if rest > 0 {
        super::caption(
            ui,
            &format!(
                "and {} more",
                format::counted(rest, "statement", "statements")
            ),
        );
    }
    clicked
}

/// One row to draw.
struct Line<'a> {
    row: &'a Row,
    ticks: &'a [Tick],
    text: &'a str,
    /// Whether the row is a fold, and an open one.
    fold: Option<bool>,
    indent: f32,
}

fn statement(ui: &mut Ui, shown: &Line<'_>, length: u64, lane: impl Fn(Rect) -> Rect) -> Response {
    let colours = theme::colours(ui);
    let gap = std::mem::replace(&mut ui.spacing_mut().item_spacing.y, 0.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    ui.spacing_mut().item_spacing.y = gap;
    if !ui.is_rect_visible(rect) {
        return response;
    }
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 3.0, colours.hover);
    }
    let place = lane(rect);
    let mut name = Rect::from_min_max(
        rect.min + vec2(shown.indent, 0.0),
        pos2(place.left() - 12.0, rect.bottom()),
    );
    name.min.x += INDENT;
    if let Some(open) = shown.fold {
        let icon = if open { Icon::Down } else { Icon::Right };
        icon.paint(ui, pos2(rect.left() + 8.0, rect.center().y), colours.dim);
    }
    let ink = if shown.row.burst {
        colours.burst
    } else {
        colours.text
    };
    paint_text(
        ui.painter(),
        name,
        Align2::LEFT_CENTER,
        shown.text,
        theme::code_small(),
        ink,
    );
    comb(
        ui,
        place,
        shown.ticks,
        length,
        if shown.row.burst {
            colours.burst
        } else {
            colours.dim
        },
    );
    let time: u64 = shown.ticks.iter().map(|t| t.duration).sum();
    let steps: u64 = shown.ticks.iter().map(|t| t.steps).sum();
    let spoken = format::with_steps(time, steps);
    let time = format::duration(time as f64);
    let mut right = Rect::from_min_max(pos2(place.right(), rect.top()), rect.max - vec2(4.0, 0.0));
    if steps > 0 {
        paint_text(
            ui.painter(),
            right,
            Align2::RIGHT_CENTER,
            &format!("+ {}", format::duration(steps as f64)),
            theme::sized(12.0),
            colours.dim,
        );
    }
    if right.width() > TIME {
        right.max.x -= STEPS;
    }
    paint_text(
        ui.painter(),
        right,
        Align2::RIGHT_CENTER,
        &time,
        theme::sized(12.0),
        colours.text,
    );
    response.widget_info(|| {
        WidgetInfo::labeled(Role::ListItem, true, format!("{}, {spoken}", shown.text))
    });
    let tip = match shown.fold {
        Some(true) => "Click to fold",
        Some(false) => "Click to see each of them",
        None => "Click to look at this query",
    };
    response.on_hover_ui(|ui| {
        ui.label(shown.text);
        if steps > 0 {
            ui.label(&spoken);
        }
        super::caption(ui, tip);
    })
}

/// Draws executions along time. Those that would share a pixel are drawn once.
fn comb(ui: &Ui, lane: Rect, ticks: &[Tick], length: u64, ink: Color32) {
    let scale = f64::from(lane.width()) / (length.max(1) as f64);
    let painter = ui.painter();
    let tall = Rect::from_x_y_ranges(
        lane.x_range(),
        (lane.center().y - 5.0)..=(lane.center().y + 5.0),
    );
    let many = ticks.len() > 1;
    if let (true, Some(first), Some(last)) = (many, ticks.first(), ticks.last()) {
        // The back of the comb shows where it begins and ends even where teeth are far apart.
        let x = |at: f64| px(lane.left(), at * scale);
        let end = last.at as f64 + last.duration as f64;
        painter.hline(
            x(first.at as f64)..=x(end).max(x(first.at as f64) + 1.0),
            tall.bottom() + 0.5,
            Stroke::new(1.0, ink),
        );
    }
    let mut drawn = f32::NEG_INFINITY;
    for tick in ticks {
        let from = px(lane.left(), tick.at as f64 * scale);
        let to = px(lane.left(), (tick.at as f64 + tick.duration as f64) * scale);
        let least = if many { 1.0 } else { 2.0 };
        // Teeth keep a gap, so that a comb looks like one.
        let end = to.max(from + least).min(lane.right());
        if end <= drawn + 1.0 {
            continue;
        }
        let begin = from.max(drawn + if many { 1.0 } else { 0.0 });
        if begin < end {
            painter.rect_filled(
                Rect::from_x_y_ranges(begin..=end, tall.y_range()),
                if many { 0.0 } else { 1.5 },
                ink,
            );
            drawn = end;
        }
    }
}

#[allow(clippy::cast_possible_truncation)]
fn px(left: f32, along: f64) -> f32 {
    // Pixels within a lane.
    left + along as f32
}

fn axis(ui: &mut Ui, length: u64, lane: impl Fn(Rect) -> Rect) {
    let colours = theme::colours(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), AXIS), Sense::hover());
    let place = lane(rect);
    let step = format::round_step(length as f64, f64::from(place.width() / 90.0).max(2.0));
    let mut at = 0.0;
    while at <= length as f64 && step > 0.0 {
        let x = px(
            place.left(),
            at / (length.max(1) as f64) * f64::from(place.width()),
        );
        ui.painter().vline(
            x.round() + 0.5,
            (rect.bottom() - 4.0)..=rect.bottom(),
            Stroke::new(1.0, colours.edge),
        );
        if x + 50.0 < rect.right() {
            let text = if at == 0.0 {
                "0".to_owned()
            } else {
                format::short(at)
            };
            let room = Rect::from_min_max(pos2(x + 4.0, rect.top()), pos2(x + 80.0, rect.bottom()));
            paint_text(
                ui.painter(),
                room,
                Align2::LEFT_CENTER,
                &text,
                theme::sized(11.5),
                colours.dim,
            );
        }
        at += step;
    }
    ui.painter().hline(
        place.x_range(),
        rect.bottom() - 0.5,
        Stroke::new(1.0, colours.hairline),
    );
}
