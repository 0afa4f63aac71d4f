//! The statements of a request over time: one row each, a burst folded into a comb, bursts that hang together into one.

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

/// A row that folds: its place, and the place of a member within it.
pub(crate) type Fold = (usize, Option<usize>);

/// Draws the rows. A click on a fold opens it; a click on a statement returns its query.
pub(crate) fn waterfall(
    ui: &mut Ui,
    picture: &Waterfall,
    open: &mut Vec<Fold>,
    most: usize,
) -> Option<QueryId> {
    let width = ui.available_width();
    let times = if !picture.timed {
        0.0
    } else if picture.steps {
        TIME + STEPS
    } else {
        TIME
    };
    let lanes = Lanes {
        names: (width * 0.48).clamp(160.0, 520.0),
        times,
        length: picture.length,
    };
    let mut clicked = None;
    axis(ui, &lanes);
    for (at, row) in picture.rows.iter().enumerate().take(most) {
        let query = entry(ui, row, (at, None), open, &lanes);
        clicked = clicked.or(query);
        if row.members.is_empty() || !open.contains(&(at, None)) {
            continue;
        }
        for (member, row) in row.members.iter().enumerate() {
            let query = entry(ui, row, (at, Some(member)), open, &lanes);
            clicked = clicked.or(query);
        }
    }
    let rest = picture.rows.len().saturating_sub(most) as u64 + picture.left_out;
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

/// How a row is divided, and what the lane in its middle stands for.
struct Lanes {
    names: f32,
    times: f32,
    /// In microseconds.
    length: u64,
}

impl Lanes {
    fn lane(&self, rect: Rect) -> Rect {
        Rect::from_min_max(
            pos2(rect.left() + self.names, rect.top()),
            pos2(rect.right() - self.times, rect.bottom()),
        )
    }
}

/// A row and, where it is an open fold of one query, its statements. Returns the query that was clicked.
fn entry(
    ui: &mut Ui,
    row: &Row,
    fold: Fold,
    open: &mut Vec<Fold>,
    lanes: &Lanes,
) -> Option<QueryId> {
    let indent = if fold.1.is_some() { INDENT } else { 0.0 };
    let folds = row.ticks.len() > 1;
    let unfolded = folds && open.contains(&fold);
    let text = if folds {
        format!("{} × {}", format::count(row.ticks.len() as u64), row.name)
    } else {
        row.name.clone()
    };
    let line = Line {
        row,
        ticks: &row.ticks,
        text: &text,
        fold: folds.then_some(unfolded),
        indent,
    };
    let response = statement(ui, &line, lanes);
    let mut clicked = None;
    if response.clicked() {
        if !folds {
            clicked = Some(row.query);
        } else if unfolded {
            open.retain(|o| *o != fold);
        } else {
            open.push(fold);
        }
    }
    if !unfolded || !row.members.is_empty() {
        return clicked;
    }
    for tick in row.ticks.iter().take(UNFOLDED) {
        let line = Line {
            ticks: std::slice::from_ref(tick),
            text: &row.name,
            fold: None,
            indent: indent + INDENT,
            ..line
        };
        if statement(ui, &line, lanes).clicked() {
            clicked = Some(row.query);
        }
    }
    if row.ticks.len() > UNFOLDED {
        let more = format::count((row.ticks.len() - UNFOLDED) as u64);
        super::caption(ui, &format!("and {more} more like these"));
    }
    clicked
}

/// One row to draw.
#[derive(Clone, Copy)]
struct Line<'a> {
    row: &'a Row,
    ticks: &'a [Tick],
    text: &'a str,
    /// Whether the row is a fold, and an open one.
    fold: Option<bool>,
    indent: f32,
}

impl Line<'_> {
    /// Whether it stands for several queries, and has words for a name.
    fn is_chain(&self) -> bool {
        !self.row.members.is_empty()
    }

    /// What it takes: duration and steps in microseconds; no duration where none is known.
    fn time(&self) -> (Option<u64>, u64) {
        let known = self.ticks.iter().filter_map(|t| t.duration);
        let any = self.ticks.iter().any(|t| t.duration.is_some());
        let steps = self.ticks.iter().map(|t| t.steps).sum();
        (any.then(|| known.sum()), steps)
    }
}

fn statement(ui: &mut Ui, shown: &Line<'_>, lanes: &Lanes) -> Response {
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
    let place = lanes.lane(rect);
    let mut name = Rect::from_min_max(
        rect.min + vec2(shown.indent, 0.0),
        pos2(place.left() - 12.0, rect.bottom()),
    );
    if let Some(open) = shown.fold {
        let icon = if open { Icon::Down } else { Icon::Right };
        icon.paint(ui, name.left_center() + vec2(8.0, 0.0), colours.dim);
    }
    name.min.x += INDENT;
    let (ink, teeth) = if shown.row.burst {
        (colours.burst, colours.burst)
    } else {
        (colours.text, colours.dim)
    };
    let font = if shown.is_chain() {
        theme::sized(13.0)
    } else {
        theme::code_small()
    };
    paint_text(
        ui.painter(),
        name,
        Align2::LEFT_CENTER,
        shown.text,
        font,
        ink,
    );
    comb(ui, place, shown.ticks, lanes.length, teeth);
    let (time, steps) = shown.time();
    let right = Rect::from_min_max(pos2(place.right(), rect.top()), rect.max - vec2(4.0, 0.0));
    times(ui, right, time, steps);
    let spoken = time.map_or_else(String::new, |time| {
        format!(", {}", format::with_steps(time, steps))
    });
    response.widget_info(|| {
        WidgetInfo::labeled(Role::ListItem, true, format!("{}{spoken}", shown.text))
    });
    let tip = match shown.fold {
        Some(true) => "Click to fold",
        Some(false) if shown.is_chain() => "Click to see the queries that it takes",
        Some(false) => "Click to see each of them",
        None => "Click to look at this query",
    };
    response.on_hover_ui(|ui| {
        ui.label(shown.text);
        if let Some(time) = time.filter(|_| steps > 0) {
            ui.label(format::with_steps(time, steps));
        }
        super::caption(ui, tip);
    })
}

/// The duration and, beside it, the steps that it leaves out.
fn times(ui: &Ui, mut right: Rect, time: Option<u64>, steps: u64) {
    let colours = theme::colours(ui);
    let small = theme::sized(12.0);
    let align = Align2::RIGHT_CENTER;
    if steps > 0 {
        let text = format!("+ {}", format::duration(steps as f64));
        paint_text(
            ui.painter(),
            right,
            align,
            &text,
            small.clone(),
            colours.dim,
        );
    }
    if right.width() > TIME {
        right.max.x -= STEPS;
    }
    if let Some(time) = time {
        let text = format::duration(time as f64);
        paint_text(ui.painter(), right, align, &text, small, colours.text);
    }
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
        let end = last.at as f64 + last.duration.unwrap_or(0) as f64;
        painter.hline(
            x(first.at as f64)..=x(end).max(x(first.at as f64) + 1.0),
            tall.bottom() + 0.5,
            Stroke::new(1.0, ink),
        );
    }
    let mut drawn = f32::NEG_INFINITY;
    for tick in ticks {
        let least = if many { 1.0 } else { 2.0 };
        // What begins at the very end is to be seen too.
        let from = px(lane.left(), tick.at as f64 * scale).min(lane.right() - least);
        let length = tick.duration.unwrap_or(0) as f64;
        let to = px(lane.left(), (tick.at as f64 + length) * scale);
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

fn axis(ui: &mut Ui, lanes: &Lanes) {
    let colours = theme::colours(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), AXIS), Sense::hover());
    let (place, length) = (lanes.lane(rect), lanes.length);
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
