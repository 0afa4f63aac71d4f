//! Reads definitions into a catalog: a file of `pg_dump --schema-only`, or of the statements that people write.
//!
//! The statements are read in their order, as the server would run them, over the project's own lexer: what they say
//! is kept in their own words, and one that can't be read is counted and named by its line, while the others still are.
//!
//! | file | what it knows |
//! |---|---|
//! | `cut` | the statements of a file, without what is psql's and without rows |
//! | `cursor` | a statement, token by token |
//! | `draft`, `rename` | the catalog while it is being read; what names mean, chosen ones too |
//! | `table`, `column`, `types`, `constraint`, `index`, `sequence` | what they make |
//! | `alter`, `other` | what changes it later; schemas, extensions, the search path |

mod alter;
mod column;
mod constraint;
mod cursor;
mod cut;
mod draft;
mod index;
mod other;
mod rename;
mod sequence;
mod table;
#[cfg(test)]
mod tests;
mod types;

use std::fmt;

use super::{Catalog, TableKind};
use cursor::{Cursor, lex};
use cut::{Piece, pieces};
use draft::{Draft, Read};

/// A statement that could not be read, or not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The line that it begins on, counted from 1.
    pub line: u64,
    /// What it is, by its first words: `CREATE TABLE orders`.
    pub statement: String,
    /// What is the matter, without a full stop.
    pub why: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}: '{}' is left out: {}",
            self.line, self.statement, self.why
        )
    }
}

/// Reads definitions. What can't be read becomes a warning; statements that have nothing to do with the catalog
/// (functions, grants, rows) are passed over.
#[must_use]
pub fn read(text: &str) -> (Catalog, Vec<Warning>) {
    let mut draft = Draft::default();
    let mut warnings = Vec::new();
    dumped_from(text, &mut draft);
    for Piece { sql, line } in pieces(text.trim_start_matches('\u{feff}')) {
        if let Err(why) = statement(&mut draft, sql) {
            warnings.push(Warning {
                line,
                statement: first_words(sql),
                why,
            });
        }
    }
    (draft.finish(), warnings)
}

/// The server's version, from the heading of `pg_dump`.
fn dumped_from(text: &str, draft: &mut Draft) {
    let prefix = "-- Dumped from database version ";
    let version = text.lines().take(20).find_map(|l| l.strip_prefix(prefix));
    let Some(version) = version else { return };
    draft.server.version = Some(version.trim().to_owned());
    let digits = version
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .next();
    let mut parts = digits.unwrap_or_default().split('.').map(str::parse::<u32>);
    if let Some(Ok(major)) = parts.next() {
        let minor = parts.next().and_then(Result::ok).unwrap_or(0);
        draft.server.version_num = Some(major.saturating_mul(10_000).saturating_add(minor));
    }
}

fn statement(draft: &mut Draft, sql: &str) -> Read {
    if let Some(command) = sql.strip_prefix('\\') {
        return psql(draft, command);
    }
    let tokens = lex(sql);
    let mut cursor = Cursor::new(sql, &tokens);
    if cursor.take("create") {
        create(draft, &mut cursor, sql)
    } else if cursor.take("alter") {
        alter(draft, &mut cursor)
    } else if cursor.take("drop") {
        other::drop(draft, &mut cursor)
    } else if cursor.take("set") {
        other::set(draft, &mut cursor);
        Ok(())
    } else if cursor.take("select") {
        other::select(draft, &mut cursor)
    } else if cursor.is("do") {
        Err("what a DO block does is known only when it runs".to_owned())
    } else if cursor.is_any(PASSED_OVER) {
        Ok(())
    } else {
        Err("it is no statement that is known here".to_owned())
    }
}

/// Statements that have nothing to do with the catalog, by their first word.
const PASSED_OVER: &[&str] = &[
    "abort",
    "analyse",
    "analyze",
    "begin",
    "call",
    "checkpoint",
    "cluster",
    "comment",
    "commit",
    "copy",
    "delete",
    "discard",
    "end",
    "explain",
    "grant",
    "import",
    "insert",
    "listen",
    "load",
    "lock",
    "merge",
    "notify",
    "prepare",
    "reassign",
    "refresh",
    "reindex",
    "release",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "security",
    "show",
    "start",
    "table",
    "truncate",
    "update",
    "vacuum",
    "values",
    "with",
];

/// `\connect name` parts the databases of `pg_dumpall`; other commands of psql say nothing of a catalog.
fn psql(draft: &mut Draft, command: &str) -> Read {
    let mut words = command.split_ascii_whitespace();
    if !matches!(words.next(), Some("connect" | "c")) {
        return Ok(());
    }
    let name = words.find(|word| !word.starts_with('-') && !word.contains('='));
    if draft.tables.is_empty() {
        draft.database.name = name.map(|name| name.trim_matches(['"', '\'']).to_owned());
        return Ok(());
    }
    Err(
        "the file goes on with another database, whose tables are put with those of the first"
            .to_owned(),
    )
}

fn create(draft: &mut Draft, cursor: &mut Cursor<'_>, sql: &str) -> Read {
    cursor.take_all("or replace");
    if cursor.take("global") || cursor.take("local") || cursor.is_any(&["temp", "temporary"]) {
        // Temporary tables are gone when the session is.
        return Ok(());
    }
    let unlogged = cursor.take("unlogged");
    if cursor.take("table") {
        table::create(draft, cursor, TableKind::Table, unlogged)
    } else if cursor.take_all("foreign table") {
        table::create(draft, cursor, TableKind::Foreign, false)
    } else if cursor.take_all("unique index") {
        index::create(draft, cursor, true, sql)
    } else if cursor.take("index") {
        index::create(draft, cursor, false, sql)
    } else if cursor.take("sequence") {
        sequence::create(draft, cursor)
    } else if cursor.take_all("materialized view") {
        table::view(draft, cursor, TableKind::MaterializedView)
    } else if cursor.take("view") || cursor.take_all("recursive view") {
        table::view(draft, cursor, TableKind::View)
    } else if cursor.take("schema") {
        other::schema(draft, cursor)
    } else if cursor.take("extension") {
        other::extension(draft, cursor)
    } else if cursor.take("database") {
        other::database(draft, cursor);
        Ok(())
    } else if cursor.is_any(MADE) {
        Ok(())
    } else {
        Err(format!("CREATE {} is not known here", cursor.next_text()))
    }
}

/// What can be created that is no part of the catalog.
const MADE: &[&str] = &[
    "access",
    "aggregate",
    "cast",
    "collation",
    "constraint",
    "conversion",
    "default",
    "domain",
    "event",
    "foreign",
    "function",
    "group",
    "language",
    "operator",
    "policy",
    "procedural",
    "procedure",
    "publication",
    "role",
    "rule",
    "server",
    "statistics",
    "subscription",
    "tablespace",
    "text",
    "transform",
    "trigger",
    "trusted",
    "type",
    "user",
];

fn alter(draft: &mut Draft, cursor: &mut Cursor<'_>) -> Read {
    if cursor.take("table") || cursor.take_all("foreign table") {
        alter::alter(draft, cursor)
    } else if cursor.take("index") {
        index::alter(draft, cursor)
    } else if cursor.take("sequence") {
        sequence::alter(draft, cursor)
    } else if cursor.is_any(&["database", "role", "user"]) {
        other::alter_database(draft, cursor);
        Ok(())
    } else {
        Ok(())
    }
}

/// The beginning of a statement, for messages.
fn first_words(sql: &str) -> String {
    let mut words = String::new();
    for word in sql.split_whitespace().take(5) {
        if words.chars().count() + word.chars().count() > 60 {
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    if words.is_empty() {
        words = sql.chars().take(60).collect();
    }
    words
}
