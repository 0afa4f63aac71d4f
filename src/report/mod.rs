//! The findings of an analysis, for programs and for terminals.

mod indexes;
mod json;
mod plan;
mod request_id;
mod text;

pub use indexes::{indexes_json, indexes_text};
pub use json::{json, write_json};
pub use plan::{plans_json, plans_text};
pub use request_id::request_id;
pub use text::text;

use crate::capture::CaptureError;

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The capture can't be read again.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// Nobody takes the text.
    #[error("the report can't be written: {0}")]
    Write(#[from] std::io::Error),
}
