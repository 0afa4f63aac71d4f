//! Code in colour.

use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{
    Align2, Color32, FontId, Frame, Galley, Label, Margin, ScrollArea, Sense, Ui, WidgetText, vec2,
};

use crate::app::theme::{self, Colours};
use crate::sql::{Class, tokens};

/// Rows of a block before the rest is folded.
const ROWS: usize = 16;
/// The same for lines of a file, which somebody asked for.
const MOST_LINES: usize = 40;

/// SQL in colour.
fn coloured(colours: &Colours, sql: &str, font: &FontId) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (class, range) in tokens(sql) {
        let Some(text) = sql.get(range) else { continue };
        job.append(
            text,
            0.0,
            TextFormat::simple(font.clone(), ink(colours, class)),
        );
    }
    job
}

fn ink(colours: &Colours, class: Class) -> Color32 {
    match class {
        Class::Keyword => colours.keyword,
        Class::Function => colours.function,
        Class::Number | Class::String => colours.literal,
        Class::Parameter => colours.parameter,
        Class::Operator | Class::Punctuation | Class::Comment => colours.dim,
        Class::Identifier | Class::QuotedIdentifier | Class::Space => colours.text,
    }
}

/// SQL in a block of its own; a part of it can be marked and copied.
pub(crate) fn sql_block(ui: &mut Ui, sql: &str) {
    let colours = theme::colours(ui);
    // One text is kept for each place, not for each text.
    let id = ui.next_auto_id().with("sql");
    let dark = ui.visuals().dark_mode;
    // Lexing a long text again in every frame would cost more than drawing it.
    let known = ui
        .data(|d| d.get_temp::<(bool, Arc<str>, Arc<LayoutJob>)>(id))
        .filter(|(d, text, _)| *d == dark && **text == *sql);
    let job = known.map_or_else(
        || {
            let job = Arc::new(coloured(colours, sql, &theme::code()));
            ui.data_mut(|d| d.insert_temp(id, (dark, Arc::<str>::from(sql), Arc::clone(&job))));
            job
        },
        |(_, _, job)| job,
    );
    block(ui, &job);
}

/// Any other code in a block of its own.
pub(crate) fn code_block(ui: &mut Ui, code: &str) {
    let colours = theme::colours(ui);
    let job = LayoutJob::single_section(
        code.to_owned(),
        TextFormat::simple(theme::code(), colours.text),
    );
    block(ui, &job);
}

/// Lines of a file with their numbers beside them. Long ones go on below with `wrap`; otherwise they are reached by
/// scrolling, and what is indented stays in step.
pub(crate) fn numbered_block(ui: &mut Ui, numbers: &str, text: &str, wrap: bool) {
    let colours = theme::colours(ui);
    let id = ui.next_auto_id().with("unfolded");
    let open = ui.data(|d| d.get_temp::<bool>(id)).unwrap_or(false);
    let long = text.lines().nth(MOST_LINES).is_some();
    let most = if open { usize::MAX } else { MOST_LINES };
    let mut toggled = false;
    Frame::new()
        .fill(colours.well)
        .corner_radius(6)
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.spacing_mut().item_spacing = vec2(12.0, 0.0);
            if wrap {
                wrapped(ui, numbers, text, most);
            } else {
                unwrapped(ui, numbers, text, most);
            }
            if long {
                toggled =
                    super::link(ui, if open { "Show less" } else { "Show all of it" }).clicked();
            }
        });
    if toggled {
        ui.data_mut(|d| d.insert_temp(id, !open));
    }
}

fn wrapped(ui: &mut Ui, numbers: &str, text: &str, most: usize) {
    let colours = theme::colours(ui);
    let last = numbers.lines().last().unwrap_or_default();
    let gutter = galley(ui, last, colours.dim, f32::INFINITY, 1).size().x;
    for (number, line) in numbers.lines().zip(text.lines()).take(most) {
        ui.horizontal_top(|ui| {
            let number = galley(ui, number, colours.dim, f32::INFINITY, 1);
            let height = number.size().y;
            let (place, _) = ui.allocate_exact_size(vec2(gutter, height), Sense::hover());
            let at = Align2::RIGHT_TOP.align_size_within_rect(number.size(), place);
            ui.painter().galley(at.min, number, colours.dim);
            let line = galley(ui, line, colours.text, ui.available_width(), usize::MAX);
            selectable(ui, line);
        });
    }
}

fn unwrapped(ui: &mut Ui, numbers: &str, text: &str, most: usize) {
    let colours = theme::colours(ui);
    ui.horizontal_top(|ui| {
        let numbers = galley(ui, numbers, colours.dim, f32::INFINITY, most);
        ui.add(
            Label::new(WidgetText::Galley(numbers))
                .show_tooltip_when_elided(false)
                .selectable(false),
        );
        let lines = galley(ui, text, colours.text, f32::INFINITY, most);
        ScrollArea::horizontal()
            .id_salt("lines")
            .show(ui, |ui| selectable(ui, lines));
    });
}

fn galley(ui: &Ui, text: &str, ink: Color32, width: f32, rows: usize) -> Arc<Galley> {
    let format = TextFormat::simple(theme::code(), ink);
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap.max_width = width;
    job.wrap.max_rows = rows;
    ui.fonts_mut(|f| f.layout_job(job))
}

fn selectable(ui: &mut Ui, galley: Arc<Galley>) {
    ui.add(
        Label::new(WidgetText::Galley(galley))
            .show_tooltip_when_elided(false)
            .selectable(true)
            .sense(Sense::click_and_drag()),
    );
}

fn block(ui: &mut Ui, job: &LayoutJob) {
    let colours = theme::colours(ui);
    let id = ui.next_auto_id().with("unfolded");
    let open = ui.data(|d| d.get_temp::<bool>(id)).unwrap_or(false);
    let mut toggled = false;
    Frame::new()
        .fill(colours.well)
        .corner_radius(6)
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            let mut job = job.clone();
            job.wrap.max_width = ui.available_width();
            // What comes after a long statement should not need a long way down.
            job.wrap.max_rows = if open { usize::MAX } else { ROWS };
            let galley = ui.fonts_mut(|f| f.layout_job(job));
            let long = galley.elided || open;
            ui.add(
                Label::new(WidgetText::Galley(galley))
                    .show_tooltip_when_elided(false)
                    .selectable(true)
                    .sense(Sense::click_and_drag()),
            );
            if long {
                toggled =
                    super::link(ui, if open { "Show less" } else { "Show all of it" }).clicked();
            }
        });
    if toggled {
        ui.data_mut(|d| d.insert_temp(id, !open));
    }
}
