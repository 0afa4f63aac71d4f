//! What a server and a role say about `pg_stat_statements` before it is read.

use super::columns::Columns;
use crate::live::LiveError;
use crate::live::reader::Reader;

/// What there is to read, or what keeps us from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probe {
    /// The database.
    pub database: String,
    /// The role.
    pub role: String,
    /// `server_version_num`.
    pub version: u32,
    /// Whether the role has the rights of `pg_read_all_stats`.
    pub reads_all_stats: bool,
    /// The library's setting is known to the server, so it was loaded at its start.
    pub preloaded: bool,
    /// `shared_preload_libraries`, where the role may know it.
    pub preload: Option<String>,
    /// The version of the extension that the server's files could install.
    pub available: Option<String>,
    /// What `CREATE EXTENSION` made in this database.
    pub extension: Option<Extension>,
    /// `compute_query_id` (14 and later).
    pub compute_query_id: Option<String>,
    /// `pg_stat_statements.track`.
    pub track: Option<String>,
}

/// The extension as it is installed in this database.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extension {
    /// Its schema, without quotes.
    pub schema: String,
    /// The same as an identifier in SQL.
    pub quoted: String,
    /// Its version.
    pub version: String,
    /// Whether the role may look into the schema.
    pub usage: bool,
    /// Whether the role may call the function that the view calls.
    pub execute: bool,
    /// The names of the view's columns.
    pub columns: Vec<String>,
    /// Whether there is a view `pg_stat_statements_info` that may be read.
    pub info: bool,
}

impl Probe {
    /// Which columns to read.
    ///
    /// # Errors
    /// Those that are missing.
    pub fn columns(&self) -> Result<Columns, Vec<&'static str>> {
        let names = self.extension.as_ref().map(|e| e.columns.as_slice());
        Columns::choose(names.unwrap_or_default())
    }
}

// Everything is looked up by name in the catalog: to mention a view that isn't there would be an error.
const PROBE: &str = "SELECT current_database()::text AS database, current_user::text AS role, \
    current_setting('server_version_num')::int4 AS version, \
    pg_has_role('pg_read_all_stats', 'usage') AS reads_all_stats, \
    EXISTS (SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max') AS preloaded, \
    (SELECT setting FROM pg_settings WHERE name = 'shared_preload_libraries') AS preload, \
    (SELECT default_version::text FROM pg_available_extensions WHERE name = 'pg_stat_statements') AS available, \
    current_setting('compute_query_id', true) AS compute_query_id, \
    current_setting('pg_stat_statements.track', true) AS track, \
    n.nspname::text AS schema, quote_ident(n.nspname) AS quoted, e.extversion AS extversion, \
    has_schema_privilege(n.oid, 'usage') AS usage, \
        has_function_privilege(f.oid, 'execute') AS execute, \
    (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a \
     WHERE a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns, \
    EXISTS (SELECT FROM pg_class i WHERE i.relnamespace = n.oid AND i.relname = 'pg_stat_statements_info' \
     AND has_table_privilege(i.oid, 'select')) AS info \
    FROM (SELECT) one \
    LEFT JOIN pg_extension e ON e.extname = 'pg_stat_statements' \
    LEFT JOIN pg_namespace n ON n.oid = e.extnamespace \
    LEFT JOIN pg_class v ON v.relnamespace = n.oid AND v.relname = 'pg_stat_statements' \
    LEFT JOIN pg_proc f ON f.pronamespace = n.oid AND f.proname = 'pg_stat_statements'";

/// Asks for all of it, in one statement that any role may run.
///
/// # Errors
/// When the server or the network says no.
pub(crate) fn probe(reader: &mut Reader<'_>) -> Result<Probe, LiveError> {
    let rows = reader.quick(PROBE)?;
    let Some(row) = rows.first() else {
        return Ok(Probe::default());
    };
    let version: i32 = reader.get(row, "version")?;
    let schema: Option<String> = reader.get(row, "schema")?;
    let yes = |value: Option<bool>| value.unwrap_or(false);
    let extension = match schema {
        None => None,
        Some(schema) => Some(Extension {
            schema,
            quoted: reader.get(row, "quoted")?,
            version: reader.get(row, "extversion")?,
            usage: yes(reader.get(row, "usage")?),
            execute: yes(reader.get(row, "execute")?),
            columns: reader
                .get::<Option<Vec<String>>>(row, "columns")?
                .unwrap_or_default(),
            info: reader.get(row, "info")?,
        }),
    };
    Ok(Probe {
        database: reader.get(row, "database")?,
        role: reader.get(row, "role")?,
        version: u32::try_from(version).unwrap_or(0),
        reads_all_stats: reader.get(row, "reads_all_stats")?,
        preloaded: reader.get(row, "preloaded")?,
        preload: reader.get(row, "preload")?,
        available: reader.get(row, "available")?,
        extension,
        compute_query_id: reader.get(row, "compute_query_id")?,
        track: reader.get(row, "track")?,
    })
}
