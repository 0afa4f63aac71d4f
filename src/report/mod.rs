//! The findings of an analysis, for programs and for terminals.

mod json;
mod request_id;
mod text;

pub use json::json;
pub use request_id::request_id;
pub use text::text;
