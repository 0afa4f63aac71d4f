//! Headings, captions and the numbers that a detail begins with.

use eframe::egui::{Align, Layout, Response, RichText, Ui, vec2};

use crate::app::theme;

/// A large number with what it means below.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) value: String,
    pub(crate) meaning: String,
    /// A few more words for whoever asks.
    pub(crate) tip: String,
}

impl Number {
    pub(crate) fn new(
        value: impl Into<String>,
        meaning: impl Into<String>,
        tip: impl Into<String>,
    ) -> Self {
        Self {
            value: value.into(),
            meaning: meaning.into(),
            tip: tip.into(),
        }
    }
}

/// Numbers side by side.
pub(crate) fn numbers(ui: &mut Ui, numbers: &[Number], large: bool) {
    let colours = theme::colours(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(if large { 40.0 } else { 28.0 }, 12.0);
        for number in numbers {
            let font = if large {
                theme::display()
            } else {
                theme::semibold(17.0)
            };
            let value = ui
                .painter()
                .layout_no_wrap(number.value.clone(), font, colours.strong);
            let meaning = ui.painter().layout_no_wrap(
                number.meaning.clone(),
                theme::sized(12.0),
                colours.dim,
            );
            let size = vec2(
                value.size().x.max(meaning.size().x),
                value.size().y + meaning.size().y + 1.0,
            );
            let (rect, response) = ui.allocate_exact_size(size, eframe::egui::Sense::hover());
            ui.painter().galley(rect.min, value.clone(), colours.strong);
            ui.painter().galley(
                rect.min + vec2(0.0, value.size().y + 1.0),
                meaning,
                colours.dim,
            );
            response.widget_info(|| {
                let text = format!("{} {}", number.value, number.meaning);
                eframe::egui::WidgetInfo::labeled(eframe::egui::accesskit::Role::Label, true, text)
            });
            if !number.tip.is_empty() {
                response.on_hover_text(&number.tip);
            }
        }
    });
}

/// The heading of a section, with something quiet beside it.
pub(crate) fn heading(ui: &mut Ui, text: &str, aside: &str, right: impl FnOnce(&mut Ui)) {
    let colours = theme::colours(ui);
    ui.horizontal(|ui| {
        ui.label(
            RichText::new(text)
                .font(theme::heading())
                .color(colours.strong),
        );
        if !aside.is_empty() {
            ui.label(
                RichText::new(aside)
                    .font(theme::sized(12.0))
                    .color(colours.dim),
            );
        }
        ui.with_layout(Layout::right_to_left(Align::Center), right);
    });
}

/// A quiet line.
pub(crate) fn caption(ui: &mut Ui, text: &str) -> Response {
    let colours = theme::colours(ui);
    ui.label(
        RichText::new(text)
            .font(theme::sized(12.0))
            .color(colours.dim),
    )
}
