//! Reads the catalog of a live server into the model of [`crate::catalog`].
//!
//! The server puts together what the model's own form in JSON is, one row for each table, index and so on: six
//! statements in all, whatever the size of the schema. What one of them may not read, or can't read in time, is left
//! out and noted; the others go on.
//!
//! | file | what it knows |
//! |---|---|
//! | `present` | which columns the server's own catalog has |
//! | `relations`, `others` | the statements |

mod others;
mod present;
mod relations;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::reader::Reader;
use super::{Limits, LiveError, Session, Trouble};
use crate::catalog::{Catalog, ColumnStatistics, ForeignKey, Index, Sequence, Table, TableKind};
use present::Present;

/// What to read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether to read the most common values of columns and the bounds of their histograms: they are data of the
    /// tables.
    pub values: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { values: true }
    }
}

/// How long a statement may take: a schema may have a hundred thousand columns.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads the catalog of the database that the session is connected to.
///
/// # Errors
/// When the connection breaks or someone cancels. What the role may not read is a note in the catalog.
pub fn read_catalog(session: &mut Session, options: &Options) -> Result<Catalog, LiveError> {
    let limits = Limits {
        statement: PATIENCE,
    };
    session.read(limits, |reader| {
        let present = present::read(reader)?;
        let mut parts = Parts {
            reader,
            present: &present,
            notes: Vec::new(),
        };
        let head = parts.list::<Catalog>(
            "the server's settings and extensions",
            others::HEAD.to_owned(),
        )?;
        let tables = parts.list::<Table>("tables", relations::tables(&present))?;
        let indexes = parts.list::<Index>("indexes", relations::indexes(&present))?;
        let mut catalog = Catalog {
            tables,
            indexes,
            foreign_keys: parts
                .list::<ForeignKey>("foreign keys", others::foreign_keys(&present))?,
            sequences: parts.list::<Sequence>("sequences", others::SEQUENCES.to_owned())?,
            ..head.into_iter().next().unwrap_or_default()
        };
        let definitions = parts.list::<View>("definitions of views", others::views())?;
        let statistics =
            parts.list::<Found>("statistics of columns", others::statistics(options.values))?;
        catalog.notes = parts.notes;
        catalog.search_path =
            search_path(reader.search_path(), &reader.facts().role, &catalog.schemas);
        put_in(&mut catalog, definitions, statistics);
        catalog.indexes.iter_mut().for_each(Index::strip);
        note_gaps(&mut catalog);
        catalog.sort();
        Ok(catalog)
    })
}

/// The schemas that a setting names and that there are. `pg_catalog`, which is always looked in, is none of them.
fn search_path(setting: &str, role: &str, schemas: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut name = String::new();
    let mut quoted = false;
    let mut take = |name: &mut String| {
        let schema = match name.trim() {
            "$user" => role.to_owned(),
            schema => schema.to_owned(),
        };
        if schemas.contains(&schema) && !found.contains(&schema) {
            found.push(schema);
        }
        name.clear();
    };
    let mut letters = setting.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                name.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => take(&mut name),
            _ => name.push(letter),
        }
    }
    take(&mut name);
    found
}

/// Reads one part after another.
struct Parts<'r, 's> {
    reader: &'r mut Reader<'s>,
    present: &'r Present,
    notes: Vec<String>,
}

impl Parts<'_, '_> {
    /// The rows of a statement, each one object in JSON; none, and a note, when that may not be.
    fn list<T: DeserializeOwned>(&mut self, what: &str, sql: String) -> Result<Vec<T>, LiveError> {
        let read = self.reader.attempt(|reader| {
            let rows = reader.quick_composed(sql)?;
            let texts = rows.iter().map(|row| reader.get::<String>(row, "json"));
            texts.collect::<Result<Vec<String>, LiveError>>()
        });
        let texts = match read {
            Ok(texts) => texts,
            Err(error) if ends_all(error.trouble) => return Err(error),
            Err(error) => {
                let detail = if error.detail.is_empty() {
                    error.trouble.what()
                } else {
                    &error.detail
                };
                self.notes
                    .push(format!("{what} could not be read: {detail}"));
                return Ok(Vec::new());
            }
        };
        let (mut list, mut strange) = (Vec::with_capacity(texts.len()), None);
        for text in &texts {
            match serde_json::from_str(text) {
                Ok(item) => list.push(item),
                Err(error) => strange = Some(error.to_string()),
            }
        }
        if let Some(error) = strange {
            let missing = texts.len() - list.len();
            self.notes.push(format!(
                "{missing} of the {what} are left out: PostgreSQL {} describes them in a way that isn't known here ({error})",
                self.present.version
            ));
        }
        Ok(list)
    }
}

/// Whether nothing else can be read either.
fn ends_all(trouble: Trouble) -> bool {
    matches!(
        trouble,
        Trouble::Gone | Trouble::Cancelled | Trouble::NoAnswer | Trouble::NotReady
    )
}

#[derive(Deserialize)]
struct View {
    schema: String,
    name: String,
    definition: String,
}

#[derive(Deserialize)]
struct Found {
    schema: String,
    table: String,
    column: String,
    #[serde(flatten)]
    statistics: ColumnStatistics,
}

/// Puts what was read apart where it belongs.
fn put_in(catalog: &mut Catalog, definitions: Vec<View>, statistics: Vec<Found>) {
    let mut places: BTreeMap<(String, String), &mut Table> = catalog
        .tables
        .iter_mut()
        .map(|table| ((table.name.schema.clone(), table.name.name.clone()), table))
        .collect();
    for found in definitions {
        if let Some(table) = places.get_mut(&(found.schema, found.name)) {
            table.definition = Some(found.definition);
        }
    }
    for found in statistics {
        let columns = places
            .get_mut(&(found.schema, found.table))
            .map(|table| &mut table.columns);
        let column = columns.and_then(|all| all.iter_mut().find(|c| c.name == found.column));
        if let Some(column) = column {
            column.statistics = Some(found.statistics);
        }
    }
}

/// Says what the role may not see: the server shows nothing then, instead of refusing.
fn note_gaps(catalog: &mut Catalog) {
    let analysed =
        |table: &&Table| table.rows.is_some_and(|rows| rows > 0) && table.kind == TableKind::Table;
    let (mut seen, mut unseen) = (0, 0);
    for table in catalog.tables.iter().filter(analysed) {
        if table
            .columns
            .iter()
            .any(|column| column.statistics.is_some())
        {
            seen += 1;
        } else {
            unseen += 1;
        }
    }
    if unseen > 0 {
        catalog.notes.push(format!(
            "statistics of columns are missing for {unseen} of {} tables: they are shown to those who may read the table \
             (GRANT SELECT, or pg_read_all_data from 14 on), and after ANALYZE",
            seen + unseen
        ));
    }
    let without = |table: &&Table| table.kind.stores_rows() && table.bytes.is_none();
    let locked = catalog.tables.iter().filter(without).count();
    if locked > 0 {
        catalog.notes.push(format!(
            "sizes, defaults and definitions are missing for {locked} tables that another session has locked"
        ));
    }
    let unknown = |table: &&Table| {
        matches!(table.kind, TableKind::View | TableKind::MaterializedView)
            && table.definition.is_none()
    };
    let views = catalog.tables.iter().filter(unknown).count();
    if views > 0
        && !catalog
            .notes
            .iter()
            .any(|note| note.starts_with("definitions of views"))
    {
        catalog.notes.push(format!(
            "definitions are missing for {views} views whose tables another session has locked"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_paths() {
        let schemas = ["public", "app", "My \"a, b"].map(str::to_owned);
        for (setting, expected) in [
            ("\"$user\", public", &["app", "public"][..]),
            ("pg_catalog,nowhere ,public, public", &["public"]),
            ("\"My \"\"a, b\"", &["My \"a, b"]),
            ("", &[]),
        ] {
            assert_eq!(search_path(setting, "app", &schemas), expected, "{setting}");
        }
    }
}
