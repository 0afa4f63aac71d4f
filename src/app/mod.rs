//! The window: what a capture says, ranked, with proof and the fix.
//!
//! Drawing reads a `model::Model` and its own scroll positions, and pushes `action::Action`s;
//! these are applied after the frame (`apply`). Whatever takes longer than a frame runs on a
//! named thread (`jobs`) and comes back as a message with a generation number, so that an
//! answer to an old question is dropped.

mod action;
mod apply;
mod by_view;
mod command;
mod details;
mod filter;
mod format;
mod icons;
mod ignore;
mod jobs;
mod live;
mod load;
mod model;
mod name;
mod order;
mod pictures;
mod prefs;
mod run;
mod terms;
mod theme;
mod views;
mod widgets;
mod window;

pub use run::{Start, run};
pub use window::App;
