//! The one place from which a text of others reaches a server.
//!
//! It goes as `PREPARE name AS text`, by the protocol that takes one statement. What follows names only the prepared
//! statement and literals that are quoted here.

use crate::live::error::{LiveError, Trouble};
use crate::live::reader::{Reader, composed};
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// How `EXPLAIN` is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Planned only.
    Plan,
    /// Run as well.
    Run,
}

/// A plan, and the types of the statement's parameters.
pub(super) struct Sent {
    pub(super) json: String,
    pub(super) parameters: Vec<String>,
}

/// Prepares `text` along `search_path` and explains its execution with `values`, NULL for those that are missing.
///
/// # Errors
///
/// When the server does not take the text or the values, or someone cancels.
pub(super) fn explain(
    reader: &mut Reader<'_>,
    text: &str,
    values: &[Option<String>],
    search_path: &str,
    how: How,
) -> Result<Sent, LiveError> {
    let name = new_name();
    let sent = reader.attempt(|reader| {
        super::functions::set_path(reader, search_path)?;
        prepare(reader, &name, text)?;
        let parameters = parameters(reader, &name)?;
        let arguments = arguments(reader, &parameters, values)?;
        plan_cache(reader, values.is_empty())?;
        let options = options(reader.facts().major(), how);
        let sql = format!("EXPLAIN ({options}) EXECUTE {name}{arguments}");
        let row = reader.row(composed(sql))?;
        let json = reader.text(&row, 0)?;
        Ok(Sent { json, parameters })
    });
    // A prepared statement outlives its transaction, and behind a pooler the next one would find it.
    let gone = reader.regardless(|reader| {
        reader.attempt(|reader| reader.rows(composed(format!("DEALLOCATE {name}"))))
    });
    match (&sent, gone) {
        (Ok(_), Err(error)) => Err(error),
        _ => sent,
    }
}

/// A name for a prepared statement that nobody else has.
pub(in crate::live) fn new_name() -> String {
    format!(
        "pgloupe_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// Prepares a text that was looked at, along the `search_path` that is set.
///
/// # Errors
///
/// When the server does not take it.
pub(in crate::live) fn prepare(
    reader: &mut Reader<'_>,
    name: &str,
    text: &str,
) -> Result<(), LiveError> {
    let prepare = format!("PREPARE {name} AS {text}");
    reader.rows(composed(prepare)).map(drop)
}

/// The types of a prepared statement's parameters.
///
/// # Errors
///
/// When the server does not answer.
pub(in crate::live) fn parameters(
    reader: &mut Reader<'_>,
    name: &str,
) -> Result<Vec<String>, LiveError> {
    let types = sqlx::query(
        "select parameter_types::pg_catalog.text[] as types from pg_catalog.pg_prepared_statements \
        where name operator(pg_catalog.=) $1",
    );
    let row = reader.row(types.bind(name.to_owned()))?;
    reader.get(&row, "types")
}

/// Values for a prepared statement, in brackets; NULL for those that are missing.
///
/// # Errors
///
/// When there are more values than parameters.
pub(in crate::live) fn arguments(
    reader: &Reader<'_>,
    parameters: &[String],
    values: &[Option<String>],
) -> Result<String, LiveError> {
    if values.len() > parameters.len() {
        let detail = format!(
            "{} values for {} parameters",
            values.len(),
            parameters.len()
        );
        let place = reader.target().to_string();
        return Err(LiveError::new(Trouble::BadStatement, place, detail));
    }
    if parameters.is_empty() {
        return Ok(String::new());
    }
    let literal = |at: usize| match values.get(at) {
        Some(Some(value)) => literal(value),
        _ => "NULL".to_owned(),
    };
    let list: Vec<_> = (0..parameters.len()).map(literal).collect();
    Ok(format!("({})", list.join(", ")))
}

/// A constant of the value, as the server reads it with `standard_conforming_strings`, which the transaction sets.
/// A zero byte can't be part of any value, and would end the message.
fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''").replace('\0', ""))
}

/// A plan for any values, or for these. Servers before 12 can't be told; they plan for these, also when these are NULL.
fn plan_cache(reader: &mut Reader<'_>, generic: bool) -> Result<(), LiveError> {
    match (reader.facts().major() >= 12, generic) {
        (true, true) => reader.command("SET LOCAL plan_cache_mode = force_generic_plan"),
        (true, false) => reader.command("SET LOCAL plan_cache_mode = force_custom_plan"),
        (false, _) => Ok(()),
    }
}

fn options(major: u32, how: How) -> String {
    let mut options = "FORMAT JSON, VERBOSE".to_owned();
    if major >= 12 {
        options.push_str(", SETTINGS");
    }
    if how == How::Run {
        options.push_str(", ANALYZE, BUFFERS");
        if major >= 13 {
            options.push_str(", WAL");
        }
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_values() {
        assert_eq!(literal("a'); drop table t; --"), "'a''); drop table t; --'");
        assert_eq!(literal("\\' or 1"), "'\\'' or 1'");
        assert_eq!(literal("a\0'b"), "'a''b'");
    }

    #[test]
    fn options_are_those_that_the_version_knows() {
        assert_eq!(options(11, How::Plan), "FORMAT JSON, VERBOSE");
        assert_eq!(
            options(12, How::Run),
            "FORMAT JSON, VERBOSE, SETTINGS, ANALYZE, BUFFERS"
        );
        assert_eq!(
            options(18, How::Run),
            "FORMAT JSON, VERBOSE, SETTINGS, ANALYZE, BUFFERS, WAL"
        );
    }
}
