//! A table with a header to sort by, over a list of any length.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align2, Color32, FontId, Rect, RichText, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::list::{Scroll, rows};
use super::text::{elided, paint_text};
use crate::app::icons::Icon;
use crate::app::order::{By, Sort};
use crate::app::theme;

const HEADER: f32 = 28.0;
const PAD: f32 = 8.0;
const EDGE: f32 = 16.0;

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) tip: &'static str,
    pub(crate) by: By,
    /// Its width; the column with the least-wanted width 0 takes what is left.
    pub(crate) width: f32,
    pub(crate) align: Align,
    /// Columns with a higher number give way first where there is little room; 0 never does.
    pub(crate) yields: u8,
}

impl Column {
    /// A column of numbers.
    pub(crate) const fn number(
        title: &'static str,
        tip: &'static str,
        by: By,
        width: f32,
        yields: u8,
    ) -> Self {
        Self {
            title,
            tip,
            by,
            width,
            align: Align::Right,
            yields,
        }
    }
}

/// What happened in a table.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) clicked: Option<usize>,
    pub(crate) sort: Option<Sort>,
}

/// A table.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    pub(crate) columns: &'a [Column],
    pub(crate) rows: usize,
    pub(crate) height: f32,
    /// The least room for the column that takes what is left; others give way to it.
    pub(crate) least: f32,
    pub(crate) selected: Option<usize>,
    pub(crate) sort: Sort,
}

/// The cells of one row, to be filled.
pub(crate) struct Cells<'a> {
    pub(crate) ui: &'a Ui,
    places: &'a [(usize, Rect)],
    row: Rect,
    columns: &'a [Column],
    sorted: By,
    spoken: String,
    hovered: bool,
    tip: String,
}

/// More of a text does not fit beside the pointer.
const TIP: usize = 1_200;

impl Cells<'_> {
    /// The place of a column, if there is room for it.
    pub(crate) fn place(&self, by: By) -> Option<Rect> {
        let (_, place) = self
            .places
            .iter()
            .find(|(at, _)| self.columns.get(*at).is_some_and(|c| c.by == by))?;
        Some(Rect::from_x_y_ranges(place.x_range(), self.row.y_range()))
    }

    /// Fills a cell with text. `part` is the length of the bar behind it where the column is sorted.
    pub(crate) fn text(&mut self, by: By, text: &str, font: FontId, colour: Color32, part: f64) {
        let Some(place) = self.place(by) else { return };
        let right = self
            .columns
            .iter()
            .any(|c| c.by == by && c.align == Align::Right);
        if self.sorted == by && part > 0.0 {
            let colours = theme::colours(self.ui);
            // A part of a whole; pixels.
            #[allow(clippy::cast_possible_truncation)]
            let length = (place.width() + PAD) * part.clamp(0.0, 1.0) as f32;
            let bar = Rect::from_min_max(
                pos2(
                    place.right() + PAD / 2.0 - length.max(1.0),
                    place.top() + 4.0,
                ),
                pos2(place.right() + PAD / 2.0, place.bottom() - 4.0),
            );
            self.ui.painter().rect_filled(bar, 2.0, colours.bar);
        }
        let align = if right {
            Align2::RIGHT_CENTER
        } else {
            Align2::LEFT_CENTER
        };
        paint_text(self.ui.painter(), place, align, text, font, colour);
        self.say(text);
    }

    /// Fills a cell with a name, of which the whole is told to whoever rests the pointer on the row when it doesn't fit.
    pub(crate) fn name(&mut self, by: By, text: &str, font: FontId, colour: Color32) {
        let Some(place) = self.place(by) else { return };
        let shown = elided(self.ui.painter(), text, font, colour, place.width());
        if shown.elided {
            self.tip(text);
        }
        let at = Align2::LEFT_CENTER.align_size_within_rect(shown.size(), place);
        self.ui.painter().galley(at.min, shown, colour);
        self.say(text);
    }

    /// The whole text behind a row, for whoever rests the pointer on it.
    pub(crate) fn tip(&mut self, text: &str) {
        if self.hovered {
            self.tip.extend(text.chars().take(TIP));
            if text.chars().nth(TIP).is_some() {
                self.tip.push_str(" …");
            }
        }
    }

    /// Adds to what a screen reader says of the row.
    pub(crate) fn say(&mut self, text: &str) {
        if !self.spoken.is_empty() {
            self.spoken.push_str(", ");
        }
        self.spoken.extend(text.chars().take(200));
    }
}

impl Table<'_> {
    /// Draws the table into all room there is.
    pub(crate) fn show(
        self,
        ui: &mut Ui,
        scroll: &mut Scroll,
        mut fill: impl FnMut(&mut Cells<'_>, usize),
    ) -> Outcome {
        let colours = theme::colours(ui);
        let rect = ui.available_rect_before_wrap();
        let places = self.places(rect);
        let mut outcome = Outcome {
            sort: self.header(ui, rect, &places),
            clicked: None,
        };
        let body = Rect::from_min_max(pos2(rect.left(), rect.top() + HEADER), rect.max);
        rows(
            ui,
            body,
            scroll,
            self.rows,
            self.height,
            |ui, row, place, response| {
                let chosen = self.selected == Some(row);
                if chosen {
                    ui.painter().rect_filled(place, 0.0, colours.selected);
                    let mark = Rect::from_min_size(place.min, vec2(2.0, place.height()));
                    ui.painter().rect_filled(mark, 0.0, colours.accent);
                } else if response.hovered() {
                    ui.painter().rect_filled(place, 0.0, colours.hover);
                }
                ui.painter().hline(
                    place.x_range(),
                    place.bottom() - 0.5,
                    Stroke::new(1.0, colours.hairline),
                );
                let mut cells = Cells {
                    ui,
                    places: &places,
                    row: place,
                    columns: self.columns,
                    sorted: self.sort.by,
                    spoken: String::new(),
                    hovered: response.hovered(),
                    tip: String::new(),
                };
                fill(&mut cells, row);
                let (spoken, tip) = (cells.spoken, cells.tip);
                response.widget_info(|| WidgetInfo::selected(Role::Row, true, chosen, &spoken));
                if response.clicked() {
                    outcome.clicked = Some(row);
                }
                if !tip.is_empty() {
                    response.clone().on_hover_ui(|ui| {
                        ui.label(RichText::new(tip).font(theme::code_small()));
                    });
                }
            },
        );
        outcome
    }

    /// The columns that there is room for, with their places.
    fn places(&self, rect: Rect) -> Vec<(usize, Rect)> {
        let width = rect.width() - 2.0 * EDGE;
        let mut kept: Vec<usize> = (0..self.columns.len()).collect();
        let need = |kept: &[usize]| -> f32 {
            kept.iter()
                .filter_map(|i| self.columns.get(*i))
                .map(|c| {
                    if c.width > 0.0 {
                        c.width + PAD
                    } else {
                        self.least
                    }
                })
                .sum()
        };
        while need(&kept) > width {
            let first = |i: &&usize| {
                self.columns
                    .get(**i)
                    .map_or(0, |c| if c.by == self.sort.by { 0 } else { c.yields })
            };
            let Some(goes) = kept
                .iter()
                .max_by_key(first)
                .copied()
                .filter(|i| first(&i) > 0)
            else {
                break;
            };
            kept.retain(|i| *i != goes);
        }
        let fixed: f32 = kept
            .iter()
            .filter_map(|i| self.columns.get(*i))
            .map(|c| if c.width > 0.0 { c.width + PAD } else { 0.0 })
            .sum();
        let mut x = rect.left() + EDGE;
        kept.into_iter()
            .filter_map(|i| {
                let column = self.columns.get(i)?;
                let wide = if column.width > 0.0 {
                    column.width
                } else {
                    (width - fixed).max(60.0)
                };
                let place = Rect::from_min_size(pos2(x, rect.top()), vec2(wide, HEADER));
                x += wide + PAD;
                Some((i, place))
            })
            .collect()
    }

    fn header(&self, ui: &mut Ui, rect: Rect, places: &[(usize, Rect)]) -> Option<Sort> {
        let colours = theme::colours(ui);
        let mut sort = None;
        for (at, place) in places {
            let Some(column) = self.columns.get(*at) else {
                continue;
            };
            let response = ui.interact(
                place.expand2(vec2(PAD / 2.0, 0.0)),
                ui.scope_id().with(("header", *at)),
                Sense::click(),
            );
            let sorted = self.sort.by == column.by;
            let ink = if sorted || response.hovered() {
                colours.strong
            } else {
                colours.dim
            };
            let font = if sorted {
                theme::semibold(12.0)
            } else {
                theme::sized(12.0)
            };
            let right = column.align == Align::Right;
            let align = if right {
                Align2::RIGHT_CENTER
            } else {
                Align2::LEFT_CENTER
            };
            let text = paint_text(ui.painter(), *place, align, column.title, font, ink);
            if sorted {
                let icon = if self.sort.descending {
                    Icon::Down
                } else {
                    Icon::Up
                };
                let x = if right {
                    text.left() - 7.0
                } else {
                    text.right() + 8.0
                };
                icon.paint(ui, pos2(x, place.center().y), colours.accent);
            }
            response.widget_info(|| {
                WidgetInfo::labeled(
                    Role::ColumnHeader,
                    true,
                    format!("Sort by {}", column.title),
                )
            });
            if response.clicked() {
                sort = Some(if sorted {
                    Sort {
                        descending: !self.sort.descending,
                        ..self.sort
                    }
                } else {
                    column.by.first()
                });
            }
            response.on_hover_text(column.tip);
        }
        ui.painter().hline(
            rect.x_range(),
            rect.top() + HEADER - 0.5,
            Stroke::new(1.0, colours.edge),
        );
        sort
    }
}
