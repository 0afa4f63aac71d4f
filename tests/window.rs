//! The window, driven as a person would: by what is written on things.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    missing_docs
)]

#[path = "window/driver.rs"]
mod driver;
#[path = "window/events.rs"]
mod events;
#[path = "window/exports.rs"]
mod exports;
#[path = "window/files.rs"]
mod files;
#[path = "window/first_minute.rs"]
mod first_minute;
#[path = "window/keys.rs"]
mod keys;
#[path = "window/live.rs"]
mod live;
#[path = "window/pictures.rs"]
mod pictures;
#[path = "window/plans.rs"]
mod plans;
#[path = "window/requests.rs"]
mod requests;
#[path = "window/server.rs"]
mod server;
#[path = "window/shared.rs"]
mod shared;
#[path = "window/tables.rs"]
mod tables;
