//! Advice on indexes, for programs and for terminals.

mod json;
mod text;

pub use json::indexes_json;
pub use text::indexes_text;
