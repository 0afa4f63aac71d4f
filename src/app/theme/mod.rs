//! How the window looks: colours, typefaces, spacing. Nothing outside this room names a colour.

mod colours;
mod fonts;
mod style;

pub(crate) use colours::Colours;
pub(crate) use fonts::{code, code_small, display, heading, mono, semibold, sized, title};
pub(crate) use style::install;

use eframe::egui;

/// The step of the grid that all distances are multiples of.
pub(crate) const STEP: f32 = 4.0;
/// Between things that belong together.
pub(crate) const GAP: f32 = 2.0 * STEP;
/// Between groups.
pub(crate) const ROOM: f32 = 4.0 * STEP;
/// Around groups.
pub(crate) const SPACE: f32 = 6.0 * STEP;

/// The colours of the theme in use.
pub(crate) fn colours(ui: &egui::Ui) -> &'static Colours {
    of(ui.visuals().dark_mode)
}

/// The colours of the dark or the light theme.
pub(crate) fn of(dark: bool) -> &'static Colours {
    if dark {
        &colours::DARK
    } else {
        &colours::LIGHT
    }
}
