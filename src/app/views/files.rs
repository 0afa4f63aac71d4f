//! The files of a capture, and how each was read.

use eframe::egui::{self, Label, RichText};

use super::sheets::sheet;
use crate::app::action::Actions;
use crate::app::command::Command;
use crate::app::model::Model;
use crate::app::theme;

const ROW: f32 = 44.0;

pub(super) fn show(ctx: &egui::Context, model: &Model, actions: &mut Actions) {
    let Some(capture) = &model.capture else {
        return;
    };
    let files = &capture.overview.files;
    sheet(
        ctx,
        "Files of the capture",
        Command::Files,
        640.0,
        actions,
        |ui, _| {
            let colours = theme::colours(ui);
            egui::ScrollArea::vertical()
                .id_salt("files")
                .max_height(420.0)
                .auto_shrink([false, true])
                .show_rows(ui, ROW, files.len(), |ui, range| {
                    for file in files.get(range).unwrap_or_default() {
                        ui.vertical(|ui| {
                            ui.set_height(ROW);
                            ui.spacing_mut().item_spacing.y = 2.0;
                            let path = RichText::new(&file.path)
                                .font(theme::code_small())
                                .color(colours.strong);
                            ui.add(Label::new(path).truncate().selectable(true));
                            let form = RichText::new(format!("{} · {}", file.form, file.size))
                                .color(colours.dim);
                            ui.add(Label::new(form).truncate().selectable(true));
                        });
                    }
                });
        },
    );
}
