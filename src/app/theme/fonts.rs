//! Typefaces and their sizes: one face for reading, one for code.

use std::sync::Arc;

use eframe::egui::{FontData, FontDefinitions, FontFamily, FontId};

const SEMIBOLD: &str = "semibold";

/// Inter for reading, JetBrains Mono for code; each stands in for what the other lacks.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let faces: [(&str, &'static [u8]); 3] = [
        (
            "regular",
            include_bytes!("../../../assets/fonts/Inter-Regular.otf"),
        ),
        (
            SEMIBOLD,
            include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"),
        ),
        (
            "mono",
            include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"),
        ),
    ];
    for (name, bytes) in faces {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let order = |names: [&str; 2]| names.map(str::to_owned).to_vec();
    fonts
        .families
        .insert(FontFamily::Proportional, order(["regular", "mono"]));
    fonts
        .families
        .insert(FontFamily::Monospace, order(["mono", "regular"]));
    fonts
        .families
        .insert(FontFamily::Name(SEMIBOLD.into()), order([SEMIBOLD, "mono"]));
    fonts
}

/// Reading text at `size`.
pub(crate) fn sized(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// Semibold text at `size`.
pub(crate) fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}

/// The heading of a section.
pub(crate) fn heading() -> FontId {
    semibold(15.0)
}

/// The heading of a page.
pub(crate) fn title() -> FontId {
    semibold(20.0)
}

/// The numbers that a finding begins with.
pub(crate) fn display() -> FontId {
    semibold(26.0)
}

/// Code at `size`.
pub(crate) fn mono(size: f32) -> FontId {
    FontId::new(size, FontFamily::Monospace)
}

/// Code in a block of its own.
pub(crate) fn code() -> FontId {
    mono(12.5)
}

/// Code on one line of a table.
pub(crate) fn code_small() -> FontId {
    mono(12.0)
}
