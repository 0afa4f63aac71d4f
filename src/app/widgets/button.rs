//! Things to press.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    self, Align2, Button, Response, RichText, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::text::paint_text;
use crate::app::icons::{Icon, SIZE};
use crate::app::theme;

/// An icon that can be pressed; its name is for those who can't see it and for the tooltip.
pub(crate) fn icon_button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let side = ui.spacing().interact_size.y;
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    let colours = theme::colours(ui);
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 5.0, colours.hover);
    }
    let ink = if response.hovered() {
        colours.strong
    } else {
        colours.dim
    };
    icon.paint(ui, rect.center(), ink);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    response.on_hover_text(name)
}

/// A word with an icon before it.
pub(crate) fn text_button(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    let colours = theme::colours(ui);
    ui.add(Button::image_and_text(icon.image(colours.dim), text))
}

/// Text that leads somewhere else in the window.
pub(crate) fn link(ui: &mut Ui, text: &str) -> Response {
    let colours = theme::colours(ui);
    let button = Button::new(RichText::new(text).color(colours.accent))
        .frame(false)
        .truncate();
    let response = ui.add(button);
    if response.hovered() || response.has_focus() {
        let rect = response.rect;
        ui.painter().hline(
            rect.x_range(),
            rect.bottom() - 3.0,
            Stroke::new(1.0, colours.accent),
        );
    }
    response
}

/// A tab with its count.
pub(crate) fn tab(ui: &mut Ui, title: &str, count: Option<&str>, chosen: bool) -> Response {
    let colours = theme::colours(ui);
    let font = if chosen {
        theme::semibold(13.0)
    } else {
        theme::sized(13.0)
    };
    let painter = ui.painter().clone();
    let name = painter.layout_no_wrap(title.to_owned(), font, colours.text);
    let number =
        count.map(|c| painter.layout_no_wrap(c.to_owned(), theme::sized(12.0), colours.dim));
    let tail = number.as_ref().map_or(0.0, |n| n.size().x + 6.0);
    let height = ui.available_height();
    let (rect, response) =
        ui.allocate_exact_size(vec2(name.size().x + tail + 20.0, height), Sense::click());
    let ink = if chosen || response.hovered() {
        colours.strong
    } else {
        colours.dim
    };
    let left = rect.left() + 10.0;
    let baseline = rect.center().y + name.size().y / 2.0;
    let width = name.size().x;
    painter.galley_with_override_text_color(pos2(left, baseline - name.size().y), name, ink);
    if let Some(number) = number {
        painter.galley(
            pos2(left + width + 6.0, baseline - number.size().y - 0.5),
            number,
            colours.dim,
        );
    }
    if chosen {
        painter.hline(
            rect.shrink2(vec2(10.0, 0.0)).x_range(),
            rect.bottom() - 1.0,
            Stroke::new(2.0, colours.accent),
        );
    } else if response.has_focus() {
        painter.rect_stroke(
            rect.shrink(4.0),
            4.0,
            Stroke::new(1.0, colours.accent),
            egui::StrokeKind::Inside,
        );
    }
    response.widget_info(|| {
        let text = count.map_or_else(|| title.to_owned(), |c| format!("{title} {c}"));
        WidgetInfo::selected(Role::Tab, true, chosen, text)
    });
    response
}

/// A row that folds and unfolds what is below it.
pub(crate) fn fold(ui: &mut Ui, text: &str, open: bool) -> Response {
    let colours = theme::colours(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::click());
    let ink = if response.hovered() {
        colours.strong
    } else {
        colours.text
    };
    let icon = if open { Icon::Down } else { Icon::Right };
    icon.paint(ui, rect.left_center() + vec2(SIZE / 2.0, 0.0), colours.dim);
    let place = egui::Rect::from_min_max(rect.min + vec2(SIZE + 6.0, 0.0), rect.max);
    paint_text(
        ui.painter(),
        place,
        Align2::LEFT_CENTER,
        text,
        theme::heading(),
        ink,
    );
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, open, text));
    response
}

/// A word or two that fold and unfold what is below them, with something quiet behind.
pub(crate) fn twist(ui: &mut Ui, text: &str, aside: &str, open: bool) -> Response {
    let colours = theme::colours(ui);
    let painter = ui.painter().clone();
    let name = painter.layout_no_wrap(text.to_owned(), theme::sized(13.0), colours.text);
    let room = (ui.available_width() * 0.7 - name.size().x - SIZE).max(0.0);
    let quiet = super::text::elided(&painter, aside, theme::code_small(), colours.dim, room);
    let gap = if aside.is_empty() { 0.0 } else { 8.0 };
    let width = SIZE + 6.0 + name.size().x + gap + quiet.size().x;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 22.0), Sense::click());
    let ink = if response.hovered() || response.has_focus() {
        colours.strong
    } else {
        colours.text
    };
    let icon = if open { Icon::Down } else { Icon::Right };
    icon.paint(ui, rect.left_center() + vec2(SIZE / 2.0, 0.0), colours.dim);
    let at = pos2(
        rect.left() + SIZE + 6.0,
        rect.center().y - name.size().y / 2.0,
    );
    let behind = pos2(
        at.x + name.size().x + gap,
        rect.center().y - quiet.size().y / 2.0,
    );
    painter.galley_with_override_text_color(at, name, ink);
    painter.galley(behind, quiet, colours.dim);
    response.widget_info(|| {
        let text = if aside.is_empty() {
            text.to_owned()
        } else {
            format!("{text}, {aside}")
        };
        WidgetInfo::selected(Role::Button, true, open, text)
    });
    response
}
