//! The statements that drop or mend an index, without a semicolon.

use crate::catalog::{Catalog, Index, Name, TableKind};
use crate::sql::quoted;

/// The statement that drops an index: its constraint where it has one; without CONCURRENTLY where its table is
/// partitioned, as the server asks for it.
pub(crate) fn drop(catalog: &Catalog, index: &Index) -> String {
    if let Some(constraint) = &index.constraint {
        return format!(
            "ALTER TABLE {} DROP CONSTRAINT {}",
            full(&index.table),
            quoted(constraint)
        );
    }
    let name = full(&index.full_name());
    if is_partitioned(catalog, index) {
        format!("DROP INDEX {name}")
    } else {
        format!("DROP INDEX CONCURRENTLY {name}")
    }
}

/// The statement that builds an index anew beside the old one (12 and later).
pub(crate) fn rebuild(index: &Index) -> String {
    format!("REINDEX INDEX CONCURRENTLY {}", full(&index.full_name()))
}

/// Whether an index is what a broken REINDEX or CREATE INDEX CONCURRENTLY left behind, by the name that it gives.
pub(crate) fn remains(index: &Index) -> bool {
    ["_ccnew", "_ccold"].iter().any(|mark| {
        let tail = index.name.rsplit_once(mark).map(|(_, tail)| tail);
        tail.is_some_and(|tail| tail.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Whether an index is of a partitioned table, so that it is made of those of the partitions.
pub(crate) fn is_partitioned(catalog: &Catalog, index: &Index) -> bool {
    let table = catalog.table(&index.table);
    table.is_some_and(|t| t.kind == TableKind::Partitioned)
}

fn full(name: &Name) -> String {
    if name.schema.is_empty() {
        return quoted(&name.name);
    }
    format!("{}.{}", quoted(&name.schema), quoted(&name.name))
}
