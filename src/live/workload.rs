//! Live statistics as a capture: rows of `pg_stat_statements` as an export has them.
//!
//! What the window, the rules and the reports know of queries without single executions they know from exports of
//! `pg_stat_statements` that people open as files. A snapshot, or what ran between two, is written down as such an
//! export here and opened like one: every view works, and a row can be looked at as it was read.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use tempfile::TempDir;

use super::statements::{Difference, Hidden, Key, Metric, Names, Snapshot, Texts, Values};

/// A file that is there as long as this is.
#[derive(Debug)]
pub struct Spooled {
    path: PathBuf,
    _folder: TempDir,
}

impl Spooled {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What is written down.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// The counters as they stand.
    Since(&'a Snapshot),
    /// What ran in between.
    Between(&'a Difference),
}

/// Writes an export to a file of its own, which is called after `name`.
///
/// # Errors
/// When the file can't be written.
pub fn spool(
    name: &str,
    content: Content<'_>,
    texts: &Texts,
    names: &Names,
) -> io::Result<Spooled> {
    let folder = TempDir::new()?;
    let path = folder.path().join(format!("{}.json", file_name(name)));
    let mut out = BufWriter::new(File::create(&path)?);
    write(content, texts, names, &mut out)?;
    out.flush()?;
    Ok(Spooled {
        path,
        _folder: folder,
    })
}

/// A name that every file system takes.
fn file_name(name: &str) -> String {
    let allowed = |c: char| c.is_alphanumeric() || " @._+-".contains(c);
    let name: String = name
        .chars()
        .take(100)
        .map(|c| if allowed(c) { c } else { '_' })
        .collect();
    match name.trim_matches(['.', ' ']) {
        "" => "statements".to_owned(),
        name => name.to_owned(),
    }
}

/// Writes an export: an object a row, a row a line.
///
/// # Errors
/// When `out` can't be written.
pub fn write(
    content: Content<'_>,
    texts: &Texts,
    names: &Names,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = |key: Key, values: &Values| row(key, values, texts, names, out);
    match content {
        Content::Since(snapshot) => {
            for row in &snapshot.rows {
                line(row.key, &row.values)?;
            }
            hidden(&snapshot.hidden, out)
        }
        Content::Between(difference) => {
            for delta in &difference.deltas {
                line(delta.key, &delta.values)?;
            }
            hidden(&difference.confidence.hidden, out)
        }
    }
}

fn row(
    key: Key,
    values: &Values,
    texts: &Texts,
    names: &Names,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut row = Map::new();
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    let text = texts.get(key).map(|text| &*text.sql);
    put("query", text.map_or(Value::Null, Value::from));
    put("queryid", Value::from(key.query));
    put("toplevel", Value::from(key.top_level));
    let word = |known: Option<&std::sync::Arc<str>>| known.map(|name| Value::from(&**name));
    match word(names.databases.get(&key.database)) {
        Some(name) => put("datname", name),
        None => put("dbid", Value::from(key.database)),
    };
    match word(names.roles.get(&key.user)) {
        Some(name) => put("rolname", name),
        None => put("userid", Value::from(key.user)),
    };
    for metric in Metric::all() {
        if let (Some(value), Some(name)) = (values.get(metric), metric.columns().first()) {
            put(name, number(value));
        }
    }
    line(row, out)
}

/// Rows that may not be seen: what they are together in the first, so that they are counted.
fn hidden(hidden: &Hidden, out: &mut dyn Write) -> io::Result<()> {
    for n in 0..hidden.rows {
        let (calls, time) = if n == 0 {
            (hidden.calls, hidden.time)
        } else {
            (0.0, 0.0)
        };
        let mut row = Map::new();
        row.insert("query".to_owned(), Value::Null);
        row.insert("calls".to_owned(), number(calls));
        row.insert("total_exec_time".to_owned(), number(time));
        line(row, out)?;
    }
    Ok(())
}

/// Counts as whole numbers.
fn number(value: f64) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "used where nothing is cut off"
    )]
    let whole = value as i64;
    #[expect(clippy::float_cmp, reason = "whether it is whole is the question")]
    if whole as f64 == value {
        Value::from(whole)
    } else {
        Value::from(value)
    }
}

fn line(row: Map<String, Value>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Value::Object(row))?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (name, expected) in [
            ("app@db.example:5432/shop", "app@db.example_5432_shop"),
            ("../..", "_"),
            ("", "statements"),
            ("a\0b\n", "a_b_"),
        ] {
            assert_eq!(file_name(name), expected);
        }
    }
}
