//! Requests and what is found in them, against the truth about two applications: a clinic in Flask and a school in
//! Django, each captured by the server, by the application's own log, by a request log and as a trace.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

#[path = "requests/bad_input.rs"]
mod bad_input;
#[path = "requests/common.rs"]
mod common;
#[path = "requests/figures.rs"]
mod figures;
#[path = "requests/ignore.rs"]
mod ignore;
#[path = "requests/named.rs"]
mod named;
#[path = "requests/traces.rs"]
mod traces;
