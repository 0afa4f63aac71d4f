//! Awkward captures: every case is counted as its truth says, and the same events give the same report in whatever
//! format, prefix, language, wrapper or packing they come, wherever the pieces are cut.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

#[path = "captures/cases.rs"]
mod cases;
#[path = "captures/common.rs"]
mod common;
