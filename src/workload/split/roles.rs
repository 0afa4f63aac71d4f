//! What a query is to the splitting of requests: the application's own, or what drivers and pools add.

use crate::sql::Kind;
use crate::workload::Query;

/// Whose a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// `BEGIN`.
    Begin,
    /// `COMMIT` or `ROLLBACK`.
    End,
    /// Settings, savepoints and the like: part of whatever stands around them.
    Neutral,
    /// What a pool asks of a connection that it hands out.
    Probe,
    /// What a driver or mapper asks of the system catalog.
    Catalog,
    /// The application's own.
    Plain,
}

impl Role {
    pub(super) fn is_plain(self) -> bool {
        self == Self::Plain
    }
}

/// The role of every query.
pub(super) struct Roles(Vec<Role>);

impl Roles {
    pub(super) fn new(queries: &[Query]) -> Self {
        Self(queries.iter().map(|q| role(q.kind, &q.sql)).collect())
    }

    pub(super) fn get(&self, query: usize) -> Role {
        self.0.get(query).copied().unwrap_or(Role::Plain)
    }
}

fn role(kind: Kind, sql: &str) -> Role {
    match kind {
        Kind::Begin => Role::Begin,
        Kind::Commit | Kind::Rollback => Role::End,
        Kind::Savepoint | Kind::Set | Kind::Show | Kind::Prepare => Role::Neutral,
        Kind::Unknown if sql.trim().trim_matches(';').is_empty() => Role::Probe,
        Kind::Utility if sql.eq_ignore_ascii_case("DISCARD ALL") => Role::Probe,
        Kind::Select if sql.len() <= 9 => Role::Probe,
        Kind::Select if is_set_up(sql) => Role::Neutral,
        Kind::Select if reads_catalog(sql) => Role::Catalog,
        _ => Role::Plain,
    }
}

/// What asks a connection who and where it is, or sets it up.
fn is_set_up(sql: &str) -> bool {
    const CALLS: [&str; 5] = [
        "set_config(",
        "current_schema",
        "version()",
        "pg_advisory",
        "pg_try_advisory",
    ];
    let head = sql.get(..64).unwrap_or(sql);
    CALLS.iter().any(|call| head.contains(call))
}

/// Whether a text names the system catalog.
fn reads_catalog(sql: &str) -> bool {
    const NAMES: [&str; 6] = [
        "pg_catalog.",
        "information_schema.",
        "pg_type",
        "pg_class",
        "pg_attribute",
        "pg_namespace",
    ];
    NAMES.iter().any(|name| sql.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drivers_add_is_told_from_what_applications_ask() {
        for (kind, sql, expected) in [
            (Kind::Select, "SELECT $1", Role::Probe),
            (Kind::Unknown, "", Role::Probe),
            (Kind::Utility, "DISCARD ALL", Role::Probe),
            (Kind::Select, "SELECT pg_catalog.version()", Role::Neutral),
            (
                Kind::Select,
                "SELECT t.oid FROM pg_type AS t WHERE t.typname = $1",
                Role::Catalog,
            ),
            (
                Kind::Select,
                "SELECT books.id FROM books WHERE books.id = $1",
                Role::Plain,
            ),
            (Kind::Set, "SET x TO $1", Role::Neutral),
        ] {
            assert_eq!(role(kind, sql), expected, "{sql}");
        }
    }
}
