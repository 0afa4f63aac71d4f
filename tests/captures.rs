//! Awkward captures: every case is counted as its truth says, and the same events give the same report in whatever
//! format, prefix, language, wrapper or packing they come, wherever the pieces are cut.

#![allow(
    clippy::expect_used,
    clippy::format_push_string,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work, and none is a hot path"
)]

#[path = "captures/cases.rs"]
mod cases;
#[path = "captures/common.rs"]
mod common;
#[path = "captures/cut.rs"]
mod cut;
#[path = "captures/forms.rs"]
mod forms;
#[path = "captures/render.rs"]
mod render;
#[path = "captures/seams.rs"]
mod seams;
#[path = "captures/wrapped.rs"]
mod wrapped;
