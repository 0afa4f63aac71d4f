//! Plans, from whatever a person has to the model.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

#[path = "plans/bad_input.rs"]
mod bad_input;
#[path = "plans/common.rs"]
mod common;
#[path = "plans/cut.rs"]
mod cut;
#[path = "plans/forms.rs"]
mod forms;
#[path = "plans/pasted.rs"]
mod pasted;
#[path = "plans/words.rs"]
mod words;
