//! How often executions take how long, and when.

use eframe::egui::accesskit::Role;
use eframe::egui::{self, Align2, Color32, Mesh, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::text::paint_text;
use crate::app::format::{self, Moment};
use crate::app::pictures::{COLUMNS, LINES, Latency};
use crate::app::theme;

/// A name of a percentile needs so much height above the bars.
const NAME: f32 = 14.0;
const AXIS: f32 = 18.0;
const BARS: f32 = 84.0;
/// Room for durations on the left of the density.
const SCALE: f32 = 52.0;
/// Room for names of percentiles on its right.
const NAMES: f32 = 30.0;

/// Draws both pictures. Returns the range of time that was clicked.
pub(crate) fn latency(ui: &mut Ui, latency: &Latency, offset: i32) -> Option<(i64, i64)> {
    let width = ui.available_width();
    if latency.bars.is_empty() {
        return None;
    }
    let wide = width > 640.0;
    let part = if wide { (width - theme::SPACE) / 2.0 } else { width };
    let mut clicked = None;
    let both = |ui: &mut Ui, clicked: &mut Option<(i64, i64)>| {
        histogram(ui, latency, part);
        if wide {
            ui.add_space(theme::SPACE - ui.spacing().item_spacing.x);
        }
        *clicked = density(ui, latency, part, offset);
    };
    if wide {
        ui.horizontal(|ui| both(ui, &mut clicked));
    } else {
        both(ui, &mut clicked);
    }
    clicked
}

#[allow(clippy::cast_possible_truncation)]
fn along(from: f32, length: f32, part: f64) -> f32 {
    // A part of a whole, as pixels.
    from + length * part as f32
}

fn picture(ui: &mut Ui, size: egui::Vec2, name: &str) -> (Rect, Response) {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    (rect, response)
}

fn histogram(ui: &mut Ui, latency: &Latency, width: f32) {
    let colours = theme::colours(ui);
    let above = NAME * latency.marks.len() as f32 + 4.0;
    let (rect, response) = picture(ui, vec2(width, above + BARS + AXIS), "Executions by duration");
    let plot = Rect::from_min_max(rect.min + vec2(0.0, above), rect.max - vec2(0.0, AXIS));
    let most = latency.bars.iter().map(|b| b.count).max().unwrap_or(1).max(1) as f64;
    let mouse = response.hover_pos();
    let step = plot.width() / latency.bars.len() as f32;
    let painter = ui.painter().clone();
    let mut tip = None;
    for (i, bar) in latency.bars.iter().enumerate() {
        let x = plot.left() + step * i as f32;
        let hovered = mouse.is_some_and(|p| p.x >= x && p.x < x + step);
        if hovered {
            tip = Some(format!(
                "{} between {} and {}",
                format::counted(bar.count, "execution", "executions"),
                format::duration(bar.from),
                format::duration(bar.to)
            ));
        }
        if bar.count == 0 {
            continue;
        }
        let height = along(0.0, plot.height(), bar.count as f64 / most).max(1.5);
        let place = Rect::from_min_max(pos2(x, plot.bottom() - height), pos2(x + step - 1.0, plot.bottom()));
        painter.rect_filled(place, 1.0, if hovered { colours.text } else { colours.rest });
    }
    painter.hline(plot.x_range(), plot.bottom() + 0.5, Stroke::new(1.0, colours.edge));
    for (row, (name, micros)) in latency.marks.iter().rev().enumerate() {
        let x = along(plot.left(), plot.width(), latency.place(*micros)).round() + 0.5;
        let y = rect.top() + NAME * row as f32;
        painter.vline(x, (y + 2.0)..=plot.bottom(), Stroke::new(1.0, colours.accent));
        let text = format!("{name}  {}", format::duration(*micros));
        // A name goes to the left of its line where another line would cross it, or the edge.
        let crossed = latency.marks.iter().any(|(_, m)| (1.0..96.0).contains(&(along(plot.left(), plot.width(), latency.place(*m)) - x)));
        let left = crossed || x - rect.left() > plot.width() - 100.0;
        let (place, align) = if left {
            (Rect::from_min_max(pos2(rect.left(), y), pos2(x - 5.0, y + NAME)), Align2::RIGHT_CENTER)
        } else {
            (Rect::from_min_max(pos2(x + 5.0, y), pos2(rect.right(), y + NAME)), Align2::LEFT_CENTER)
        };
        paint_text(&painter, place, align, &text, theme::sized(11.5), colours.text);
    }
    for (micros, x) in ticks(latency, plot.left(), plot.width()) {
        painter.vline(x, plot.bottom()..=plot.bottom() + 4.0, Stroke::new(1.0, colours.edge));
        axis_text(ui, rect, pos2(x, rect.bottom() - AXIS / 2.0 + 2.0), &format::short(micros), colours.dim);
    }
    if let Some(tip) = tip {
        response.on_hover_text_at_pointer(tip);
    }
}

/// Round durations along the logarithmic scale, far enough from each other for their text.
fn ticks(latency: &Latency, left: f32, width: f32) -> Vec<(f64, f32)> {
    let mut ticks: Vec<(f64, f32)> = Vec::new();
    let mut decade = 10_f64.powf(latency.low.log10().floor());
    while decade <= latency.high {
        for factor in [1.0, 2.0, 5.0] {
            let micros = decade * factor;
            let x = along(left, width, latency.place(micros));
            let room = ticks.last().is_none_or(|(_, last)| x - last > 64.0);
            if micros >= latency.low && micros <= latency.high && room {
                ticks.push((micros, x));
            }
        }
        decade *= 10.0;
    }
    ticks.into_iter().map(|(micros, x)| (round(micros), x)).collect()
}

/// Powers of ten come with an error in the last digit.
fn round(micros: f64) -> f64 {
    if micros < 1.0 { micros } else { micros.round() }
}

fn axis_text(ui: &Ui, rect: Rect, middle: Pos2, text: &str, ink: Color32) {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), theme::sized(11.5), ink);
    let half = galley.size().x / 2.0;
    let x = middle.x.clamp(rect.left() + half, (rect.right() - half).max(rect.left() + half));
    ui.painter().galley(pos2(x - half, middle.y - galley.size().y / 2.0), galley, ink);
}

fn density(ui: &mut Ui, latency: &Latency, width: f32, offset: i32) -> Option<(i64, i64)> {
    let colours = theme::colours(ui);
    let above = NAME * latency.marks.len() as f32 + 4.0;
    let (rect, response) = picture(ui, vec2(width, above + BARS + AXIS), "Executions over time");
    let plot = Rect::from_min_max(rect.min + vec2(SCALE, 8.0), rect.max - vec2(NAMES, AXIS));
    let painter = ui.painter().clone();
    painter.rect_filled(plot, 2.0, colours.panel);
    painter.add(Shape::mesh(cells(latency, plot, colours.series(0))));
    painter.hline(plot.x_range(), plot.bottom() + 0.5, Stroke::new(1.0, colours.edge));
    let mut free = f32::INFINITY;
    for (name, micros) in &latency.marks {
        let y = along(plot.bottom(), -plot.height(), latency.place(*micros)).round() + 0.5;
        painter.hline(plot.x_range(), y, Stroke::new(1.0, colours.strong.gamma_multiply(0.6)));
        // Names of lines that nearly touch would lie on each other: the upper one moves up.
        let at = y.min(free - 12.0);
        free = at;
        let place = Rect::from_center_size(pos2(plot.right() + 4.0 + NAMES / 2.0, at), vec2(NAMES, NAME));
        paint_text(&painter, place, Align2::LEFT_CENTER, name, theme::sized(11.5), colours.text);
    }
    let mut last = f32::INFINITY;
    for (micros, x) in ticks(latency, 0.0, 400.0) {
        let y = along(plot.bottom(), -plot.height(), f64::from(x) / 400.0);
        if last - y < 16.0 && last.is_finite() {
            continue;
        }
        last = y;
        let place = Rect::from_min_max(pos2(rect.left(), y - 8.0), pos2(plot.left() - 6.0, y + 8.0));
        paint_text(&painter, place, Align2::RIGHT_CENTER, &format::short(micros), theme::sized(11.5), colours.dim);
    }
    for (at, x) in [(latency.from, plot.left()), (latency.to, plot.right())] {
        axis_text(ui, rect, pos2(x, rect.bottom() - AXIS / 2.0 + 2.0), &format::moment(at, offset, Moment::Second), colours.dim);
    }
    let mouse = response.hover_pos().filter(|p| plot.contains(*p))?;
    let (column, line) = (cell(mouse.x - plot.left(), plot.width(), COLUMNS), cell(plot.bottom() - mouse.y, plot.height(), LINES));
    let count = latency.cells.get(line * COLUMNS + column).copied().unwrap_or(0);
    if count == 0 {
        return None;
    }
    let span = latency.to - latency.from;
    let edge = |c: usize| latency.from + span * i64::try_from(c).unwrap_or(0) / i64::try_from(COLUMNS).unwrap_or(1);
    let ratio = latency.high / latency.low;
    let low = |l: usize| latency.low * ratio.powf(l as f64 / LINES as f64);
    let text = format!(
        "{} of {} to {}, from {}\nClick to look at this part of the capture",
        format::counted(u64::from(count), "execution", "executions"),
        format::duration(low(line)),
        format::duration(low(line + 1)),
        format::moment(edge(column), offset, Moment::Second),
    );
    let clicked = response.clicked();
    response.on_hover_text_at_pointer(text);
    clicked.then(|| (edge(column), edge(column + 1).max(edge(column) + 1)))
}

/// Which of `steps` a position falls into.
fn cell(at: f32, length: f32, steps: usize) -> usize {
    // Clamped to the steps there are.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let cell = (at / length.max(1.0) * steps as f32).max(0.0) as usize;
    cell.min(steps - 1)
}

/// The density: the more executions, the stronger the colour, by the logarithm.
fn cells(latency: &Latency, plot: Rect, ink: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    let size = vec2(plot.width() / COLUMNS as f32, plot.height() / LINES as f32);
    let most = f64::from(latency.most.max(1)).ln_1p();
    for (i, count) in latency.cells.iter().enumerate().filter(|(_, n)| **n > 0) {
        let (line, column) = (i / COLUMNS, i % COLUMNS);
        // A part of a whole.
        #[allow(clippy::cast_possible_truncation)]
        let strength = (0.3 + 0.7 * f64::from(*count).ln_1p() / most) as f32;
        let corner = pos2(plot.left() + size.x * column as f32, plot.bottom() - size.y * (line + 1) as f32);
        mesh.add_colored_rect(Rect::from_min_size(corner, vec2(size.x.max(2.0), size.y.max(2.0))), ink.gamma_multiply(strength));
    }
    mesh
}
