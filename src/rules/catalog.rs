//! Which tables are the server's own.

use super::names::contains;
use crate::sql::{Facts, Table};

/// Whether a statement reads the system catalog: drivers and mappers do so on their own account.
pub(super) fn reads_catalog(facts: &Facts) -> bool {
    facts.tables.iter().any(is_catalog)
}

fn is_catalog(table: &Table) -> bool {
    match table.schema.as_deref() {
        Some(schema) => schema == "information_schema" || schema.starts_with("pg_"),
        // Names that begin with pg_ are the catalog's: its schema is always on the search path.
        None => table.name.starts_with("pg_"),
    }
}

/// Whether a statement may read the catalog, by its text: one that doesn't need not be parsed to know.
pub(super) fn may_read_catalog(sql: &str) -> bool {
    contains(sql, "pg_") || contains(sql, "information_schema")
}
