//! Short messages above everything else.

use std::time::Duration;

use eframe::egui::{self, Align2, Area, Frame, Id, Margin, Order, RichText, vec2};

use crate::app::action::{Action, Actions};
use crate::app::icons::Icon;
use crate::app::model::Model;
use crate::app::theme;
use crate::app::widgets::icon_button;

/// How long good news stays.
const STAYS: Duration = Duration::from_millis(2_500);

pub(super) fn show(ctx: &egui::Context, model: &Model, actions: &mut Actions) {
    let Some(notice) = &model.notice else { return };
    if !notice.bad {
        let Some(left) = STAYS.checked_sub(notice.since.elapsed()) else {
            actions.push(Action::Dismiss);
            return;
        };
        ctx.request_repaint_after(left);
    }
    Area::new(Id::unique("toast"))
        .order(Order::Foreground)
        .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -40.0))
        .show(ctx, |ui| {
            let colours = theme::colours(ui);
            let frame = Frame::popup(ui.style())
                .fill(colours.panel)
                .inner_margin(Margin::symmetric(14, 8));
            frame.show(ui, |ui| {
                ui.horizontal(|ui| {
                    let (icon, ink) = if notice.bad {
                        (Icon::Warning, colours.high)
                    } else {
                        (Icon::Check, colours.good)
                    };
                    ui.add(icon.image(ink));
                    ui.set_max_width(560.0);
                    ui.add(
                        egui::Label::new(RichText::new(&notice.text).color(colours.text)).wrap(),
                    );
                    if notice.bad && icon_button(ui, Icon::Close, "Dismiss").clicked() {
                        actions.push(Action::Dismiss);
                    }
                });
            });
        });
}
