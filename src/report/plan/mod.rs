//! Annotated plans with advice, for programs and for terminals.

mod json;
mod text;

pub use json::plans_json;
pub use text::plans_text;
