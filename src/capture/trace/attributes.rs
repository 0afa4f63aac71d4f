//! What the attributes of a span say, in OpenTelemetry's old and new names for them and in OpenTracing's.
//!
//! While instrumentations move from one set of names to the next they may write both; the new ones win.

use std::borrow::Cow;

use serde::Deserialize;

use super::loose::{Loose, Name};
use super::parameters::parameters;
use super::{DbStatement, Served};

/// A name and what it stands for.
#[derive(Deserialize)]
pub(super) struct Attribute<'a> {
    #[serde(borrow)]
    key: Name<'a>,
    #[serde(borrow, default)]
    value: Loose<'a>,
}

/// The attributes of a span, or of what it comes from.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Attributes<'a> {
    #[serde(borrow)]
    all: Option<Vec<Attribute<'a>>>,
}

impl<'a> Attributes<'a> {
    /// All of them, names first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Loose<'a>)> {
        self.all
            .iter()
            .flatten()
            .map(|one| (&*one.key.0, &one.value))
    }

    /// The value of the first of these names that there is.
    pub(super) fn get(&self, names: &[&str]) -> Option<&Loose<'a>> {
        names.iter().find_map(|name| {
            self.iter()
                .find(|(key, value)| key == name && **value != Loose::Null)
                .map(|(_, value)| value)
        })
    }

    /// The text of the first of these names that has one.
    pub(super) fn text(&self, names: &[&str]) -> Option<Cow<'_, str>> {
        names
            .iter()
            .filter_map(|name| self.get(&[*name])?.text())
            .find(|text| !text.trim().is_empty())
    }

    fn owned(&self, names: &[&str]) -> Option<String> {
        self.text(names).map(Cow::into_owned)
    }

    fn number<T: TryFrom<i64>>(&self, names: &[&str]) -> Option<T> {
        self.get(names)?.integer()?.try_into().ok()
    }
}

/// The statement that a span sent to Postgres; `None` where it sent none, or to something else.
pub(super) fn statement(all: &Attributes<'_>) -> Option<DbStatement> {
    let sql = all.text(&["db.query.text", "db.statement", "sql.query"])?;
    let system = all.owned(&["db.system.name", "db.system", "db.type"]);
    if !is_postgres(system.as_deref(), &sql) {
        return None;
    }
    let given = parameters(all, &sql);
    let database = all
        .text(&["db.namespace", "db.name", "db.instance"])
        // The new name holds the schema too, `shop|public`.
        .map(|name| name.split('|').next().unwrap_or_default().to_owned());
    Some(DbStatement {
        system,
        database,
        user: all.owned(&["db.user"]),
        rows: all.number(&["db.response.returned_rows"]),
        batch: all.number(&["db.operation.batch.size"]).or(given.batch),
        parameters_known: given.values.is_some(),
        parameters: given.values.unwrap_or_default(),
        thread: all.owned(&["thread.id", "thread.name"]),
        sql: sql.into_owned(),
    })
}

/// Names of Postgres and its kin, and of "some database with SQL", which may be it.
const KIN: &[&str] = &[
    "postgres",
    "pgsql",
    "cockroach",
    "redshift",
    "yugabyte",
    "timescale",
    "greenplum",
    "alloydb",
    "edb",
    "other_sql",
    "sql",
    "unknown",
];

/// Whether the text is SQL for Postgres, as far as one can tell.
fn is_postgres(system: Option<&str>, sql: &str) -> bool {
    match system {
        Some(system) => {
            let system = system.to_ascii_lowercase();
            KIN.iter().any(|name| match *name {
                // `mysql` and `sqlite` are others.
                "edb" | "sql" => system == *name,
                name => system.contains(name),
            })
        }
        // Stores of documents are sent JSON.
        None => !sql.trim_start().starts_with(['{', '[']),
    }
}

/// The request that a server's span served.
pub(super) fn served(all: &Attributes<'_>) -> Served {
    let path = all
        .text(&["url.path", "http.target", "url.full", "http.url"])
        .map(|target| path(&target).to_owned());
    Served {
        method: all.owned(&["http.request.method", "http.method"]),
        route: all.owned(&["http.route"]),
        path,
        status: all.number(&["http.response.status_code", "http.status_code"]),
    }
}

/// The path of a target or of a whole address.
fn path(target: &str) -> &str {
    let target = match target.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?']) => rest
            .find(['/', '?'])
            .map_or("/", |at| rest.get(at..).unwrap_or("/")),
        _ => target,
    };
    let path = target.split(['?', '#']).next().unwrap_or_default();
    if path.is_empty() { "/" } else { path }
}
