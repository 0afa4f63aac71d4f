//! Whether HypoPG can be used.

use std::fmt;

use crate::live::error::LiveError;
use crate::live::reader::Limits;
use crate::live::session::Session;

/// Whether HypoPG can be used here. It prints as what happened and what to do; empty where all is well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Support {
    /// It can.
    Ready {
        /// Its version.
        version: String,
        /// The schema of its functions, quoted.
        schema: String,
    },
    /// The server has its files, but the database lacks the extension.
    NotCreated,
    /// The server lacks its files; with the server's major version.
    NotInstalled(u32),
    /// The role may not call its functions; with the schema, quoted.
    Forbidden(String),
}

const LOOK: &str = "select e.extversion::text as version, n.nspname::text as name, \
    pg_catalog.quote_ident(n.nspname) as schema, \
    pg_catalog.has_schema_privilege(n.oid, 'usage') as usable, \
    exists (select from pg_available_extensions where name = 'hypopg') as available \
    from (select 1) one left join pg_extension e on e.extname = 'hypopg' \
    left join pg_namespace n on n.oid = e.extnamespace";

/// Looks whether HypoPG can be used.
///
/// # Errors
///
/// When the server does not answer.
pub fn support(session: &mut Session) -> Result<Support, LiveError> {
    let major = session.facts().major();
    session.read(Limits::default(), |reader| {
        let rows = reader.quick(LOOK)?;
        let Some(row) = rows.first() else {
            return Ok(Support::NotInstalled(major));
        };
        let version: Option<String> = reader.get(row, "version")?;
        let schema: Option<String> = reader.get(row, "schema")?;
        let usable: Option<bool> = reader.get(row, "usable")?;
        let available: bool = reader.get(row, "available")?;
        Ok(match (version, schema) {
            (Some(_), Some(schema)) if usable == Some(false) => Support::Forbidden(schema),
            (Some(version), Some(schema)) => Support::Ready { version, schema },
            _ if available => Support::NotCreated,
            _ => Support::NotInstalled(major),
        })
    })
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WHY: &str = "so costs are estimated from statistics instead of asked of the planner";
        match self {
            Self::Ready { .. } => Ok(()),
            Self::NotCreated => write!(
                f,
                "the extension HypoPG is not created in this database, {WHY}. A superuser can run: CREATE EXTENSION hypopg;"
            ),
            Self::NotInstalled(major) => write!(
                f,
                "the extension HypoPG is not installed on this server, {WHY}. On Debian: apt install postgresql-{major}-hypopg; then in the database: CREATE EXTENSION hypopg;"
            ),
            Self::Forbidden(schema) => write!(
                f,
                "this role may not use HypoPG in the schema {schema}, {WHY}. Its owner can run: GRANT USAGE ON SCHEMA {schema} TO …;"
            ),
        }
    }
}
