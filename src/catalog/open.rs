//! A catalog out of a file of either kind.

use super::schema::{self, Warning};
use super::{Catalog, JsonError, from_json};

/// A catalog, and what of its file could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The catalog.
    pub catalog: Catalog,
    /// Statements that could not be read; none for JSON.
    pub warnings: Vec<Warning>,
}

/// Why a file gives no catalog.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It begins as JSON does, but is no catalog.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// No statement in it defines a table.
    #[error("no table is defined in it{}. Give a file that `pg_dump --schema-only` or `pgloupe catalog URL` wrote", .first.as_ref().map(|w| format!(" ({w})")).unwrap_or_default())]
    Nothing {
        /// The first thing in it that could not be read.
        first: Option<Warning>,
    },
    /// It is an archive of `pg_dump`.
    #[error(
        "it is an archive of pg_dump, not text. Turn it into text with: pg_restore --schema-only --file=schema.sql FILE"
    )]
    Archive,
}

/// Reads a catalog from JSON of our own or from definitions in SQL, whichever the text is.
///
/// # Errors
/// When it is neither.
pub fn open(text: &str) -> Result<Opened, OpenError> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with(['{', '[']) {
        return Ok(Opened {
            catalog: from_json(text)?,
            warnings: Vec::new(),
        });
    }
    if start.starts_with("PGDMP") {
        return Err(OpenError::Archive);
    }
    let (catalog, mut warnings) = schema::read(text);
    if catalog.tables.is_empty() {
        let first = (!warnings.is_empty()).then(|| warnings.swap_remove(0));
        return Err(OpenError::Nothing { first });
    }
    Ok(Opened { catalog, warnings })
}
