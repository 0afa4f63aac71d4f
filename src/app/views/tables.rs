//! stub

use eframe::egui::Ui;

use super::ViewState;
use crate::app::action::Actions;
use crate::app::model::Model;

pub(super) fn show(_ui: &mut Ui, _model: &Model, _view: &mut ViewState, _actions: &mut Actions) {}

pub(super) fn detail(_ui: &mut Ui, _model: &Model, _actions: &mut Actions) {}

pub(super) fn row_text(_model: &Model) -> Option<String> {
    None
}
