//! A migration for Django.
//!
//! Which model a table belongs to is the application's to know, and Django cuts names of indexes off at 30 characters,
//! so the migration runs the statement itself.

use super::text::{python, schema};
use crate::catalog::Index;
use crate::sql::quoted;

/// The class of a migration.
pub(super) fn migration(index: &Index, ddl: &str) -> String {
    let name = match schema(index) {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&index.name)),
        None => quoted(&index.name),
    };
    let back = format!("DROP INDEX CONCURRENTLY IF EXISTS {name}");
    format!(
        "class Migration(migrations.Migration):\n    atomic = False\n\n    operations = [\n        \
         migrations.RunSQL(\n            sql={},\n            reverse_sql={},\n        ),\n    ]",
        python(ddl),
        python(&back),
    )
}
