//! From the command line to a window on the screen.

use std::path::PathBuf;
use std::time::Instant;

use eframe::egui;

use super::App;
use crate::capture;

/// What a window begins with.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Files to open at once.
    pub files: Vec<PathBuf>,
    /// A server to connect to, as a URL.
    pub server: Option<String>,
    /// How to read them, and whether to follow them.
    pub options: capture::Options,
}

/// Opens the window and returns when it is closed.
///
/// # Errors
///
/// A sentence for people, when there is no screen to open a window on.
pub fn run(start: Start) -> Result<(), String> {
    let began = Instant::now();
    let mut viewport = egui::ViewportBuilder::default()
        .with_title("pgloupe")
        .with_app_id("pgloupe")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([960.0, 600.0])
        .with_drag_and_drop(true);
    // A window without its icon is better than none.
    if let Ok(icon) = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png")) {
        viewport = viewport.with_icon(icon);
    }
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        ..Default::default()
    };
    eframe::run_native(
        "pgloupe",
        options,
        Box::new(move |cc| Ok(Box::new(App::new(cc, start).since(began)))),
    )
    .map_err(|error| format!("The window can't be opened: {error}."))
}
