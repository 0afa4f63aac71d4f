//! Which columns the server's own catalog has.

use crate::live::LiveError;
use crate::live::reader::Reader;

/// The columns that not all versions have.
#[derive(Clone, Debug, Default)]
pub(super) struct Present {
    /// The server's version, for people.
    pub version: String,
    columns: Vec<String>,
}

const PRESENT: &str = "SELECT current_setting('server_version') AS version, c.relname || '.' || a.attname AS name \
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
    WHERE c.relnamespace = 'pg_catalog'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped AND \
    (c.relname, a.attname) IN (('pg_attribute', 'attgenerated'), ('pg_index', 'indnkeyatts'), \
    ('pg_index', 'indnullsnotdistinct'), ('pg_constraint', 'conparentid'), \
    ('pg_stat_all_tables', 'n_ins_since_vacuum'), ('pg_stat_all_tables', 'last_seq_scan'), \
    ('pg_stat_all_indexes', 'last_idx_scan'), ('pg_class', 'relname'))";

pub(super) fn read(reader: &mut Reader<'_>) -> Result<Present, LiveError> {
    let mut present = Present::default();
    for row in &reader.quick(PRESENT)? {
        present.version = reader.get(row, "version")?;
        present.columns.push(reader.get(row, "name")?);
    }
    Ok(present)
}

impl Present {
    /// `alias.column`, or what stands for it where the server's `relation` lacks it.
    pub(super) fn or(&self, relation: &str, alias: &str, column: &str, missing: &str) -> String {
        if self
            .columns
            .iter()
            .any(|name| *name == format!("{relation}.{column}"))
        {
            format!("{alias}.{column}")
        } else {
            missing.to_owned()
        }
    }
}
