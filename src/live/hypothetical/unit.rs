//! One transaction in which texts are planned with indexes that aren't there.

use std::fmt::Write as _;

use super::correct::corrected;
use super::laboratory::{Answer, Checked, Planned, stops};
use crate::catalog::{Index, create_index};
use crate::live::error::{LiveError, Trouble};
use crate::live::explain::{functions, send};
use crate::live::reader::{Limits, Reader, composed};
use crate::live::session::Session;
use crate::plan;
use sqlx::postgres::PgRow;

/// Plans one text without any index, to see that the server takes it.
pub(super) fn alone(
    session: &mut Session,
    schema: &str,
    text: &Checked,
) -> Result<Answer, LiveError> {
    session.read(Limits::default(), |reader| {
        let _ = schema;
        let mut prepared = vec![prepared(reader, text)?];
        let made = Made::default();
        let answers = explained(reader, &mut prepared, &made);
        let gone = reader.regardless(|reader| reader.attempt(|reader| forget(reader, &prepared)));
        let answers = answers?;
        gone?;
        let none = || LiveError::new(Trouble::Other, reader.target().to_string(), "no plan came");
        answers.into_iter().next().flatten().ok_or_else(none)
    })
}

/// Plans texts with `indexes`; `None` for those that are none.
pub(super) fn plan(
    session: &mut Session,
    schema: &str,
    indexes: &[&Index],
    texts: &[Option<&Checked>],
) -> Result<Vec<Option<Answer>>, LiveError> {
    session.read(Limits::default(), |reader| {
        let result = experiment(reader, schema, indexes, texts);
        // What is hypothetical outlives the transaction, and behind a pooler the next one would find it.
        let gone = if indexes.is_empty() {
            Ok(())
        } else {
            reader.regardless(|reader| reader.attempt(|reader| reset(reader, schema)))
        };
        match (result, gone) {
            (Ok(_), Err(error)) => Err(error),
            (result, _) => result,
        }
    })
}

/// Hypothetical indexes as the server calls them.
#[derive(Debug, Default)]
struct Made {
    /// Names, by the position of the index.
    names: Vec<Option<String>>,
}

/// A prepared text.
struct Prepared {
    name: String,
    path: Option<String>,
    /// Arguments in brackets; `None` first for the plan for any values.
    arguments: Vec<String>,
    /// Whether the first of the arguments is for any values.
    generic: bool,
}

fn experiment(
    reader: &mut Reader<'_>,
    schema: &str,
    indexes: &[&Index],
    texts: &[Option<&Checked>],
) -> Result<Vec<Option<Answer>>, LiveError> {
    let made = make(reader, schema, indexes)?;
    let mut all = Vec::new();
    let mut positions = Vec::new();
    let mut path: Option<&Option<String>> = None;
    for (at, text) in texts.iter().enumerate() {
        let Some(text) = text else { continue };
        if path != Some(&text.path) {
            set_path(reader, text.path.as_deref())?;
            path = Some(&text.path);
        }
        match reader.attempt(|reader| prepared_here(reader, text)) {
            Ok(prepared) => {
                all.push(prepared);
                positions.push(at);
            }
            Err(error) if stops(error.trouble) => return Err(error),
            // It was taken before, so its tables have changed since.
            Err(_) => {}
        }
    }
    let answers = reader.attempt(|reader| explained(reader, &mut all, &made));
    let answers = match answers {
        Err(error) if !stops(error.trouble) => one_by_one(reader, &mut all, &made)?,
        answers => answers?,
    };
    reader.regardless(|reader| reader.attempt(|reader| forget(reader, &all)))?;
    let mut found: Vec<Option<Answer>> = texts.iter().map(|_| None).collect();
    for (at, answer) in positions.into_iter().zip(answers) {
        if let Some(place) = found.get_mut(at) {
            *place = answer;
        }
    }
    Ok(found)
}

fn set_path(reader: &mut Reader<'_>, path: Option<&str>) -> Result<(), LiveError> {
    let path = path.unwrap_or_else(|| reader.search_path()).to_owned();
    functions::set_path(reader, &path)
}

fn prepared(reader: &mut Reader<'_>, text: &Checked) -> Result<Prepared, LiveError> {
    set_path(reader, text.path.as_deref())?;
    prepared_here(reader, text)
}

/// Prepares a text along the path that is set.
fn prepared_here(reader: &mut Reader<'_>, text: &Checked) -> Result<Prepared, LiveError> {
    let name = send::new_name();
    send::prepare(reader, &name, &text.text)?;
    let generic = text.calls.parameters > 0;
    let mut arguments = Vec::new();
    if generic {
        let parameters = send::parameters(reader, &name)?;
        if reader.facts().major() >= 12 {
            arguments.push(send::arguments(reader, &parameters, &[])?);
        }
        for set in &text.sets {
            arguments.push(send::arguments(reader, &parameters, set)?);
        }
    } else {
        arguments.push(String::new());
    }
    Ok(Prepared {
        name,
        path: text.path.clone(),
        arguments,
        generic: generic && reader.facts().major() >= 12,
    })
}

/// Plans all that is prepared, in one round trip for each path.
fn explained(
    reader: &mut Reader<'_>,
    all: &mut [Prepared],
    made: &Made,
) -> Result<Vec<Option<Answer>>, LiveError> {
    let mut answers = Vec::with_capacity(all.len());
    for group in all.chunk_by(|a, b| a.path == b.path) {
        let Some(first) = group.first() else { continue };
        set_path(reader, first.path.as_deref())?;
        let old = reader.facts().major() < 12;
        let mut sql = String::new();
        for prepared in group {
            for (nth, arguments) in prepared.arguments.iter().enumerate() {
                if !old {
                    let cached = if nth == 0 && prepared.generic {
                        "force_generic_plan"
                    } else {
                        "force_custom_plan"
                    };
                    // Writing to a text does not fail.
                    write!(sql, "SET LOCAL plan_cache_mode = {cached}; ").unwrap_or_default();
                }
                let name = &prepared.name;
                write!(
                    sql,
                    "EXPLAIN (FORMAT JSON, VERBOSE) EXECUTE {name}{arguments}; "
                )
                .unwrap_or_default();
            }
        }
        let rows = reader.quick_composed(sql)?;
        let mut rows = rows.iter();
        for prepared in group {
            let own = rows.by_ref().take(prepared.arguments.len());
            answers.push(answer(reader, own, made)?);
        }
    }
    Ok(answers)
}

fn one_by_one(
    reader: &mut Reader<'_>,
    all: &mut [Prepared],
    made: &Made,
) -> Result<Vec<Option<Answer>>, LiveError> {
    let mut answers = Vec::with_capacity(all.len());
    for prepared in all.chunks_mut(1) {
        match reader.attempt(|reader| explained(reader, prepared, made)) {
            Ok(mut answer) => answers.push(answer.pop().flatten()),
            Err(error) if stops(error.trouble) => return Err(error),
            Err(_) => answers.push(None),
        }
    }
    Ok(answers)
}

fn answer<'r>(
    reader: &Reader<'_>,
    rows: impl Iterator<Item = &'r PgRow>,
    made: &Made,
) -> Result<Option<Answer>, LiveError> {
    let mut plans = Vec::new();
    for row in rows {
        let json = reader.text(row, 0)?;
        let Some(plan) = plan::read(&json).plans.into_iter().next() else {
            return Ok(None);
        };
        let (mut uses, mut existing) = (Vec::new(), Vec::new());
        for name in plan.nodes.iter().filter_map(|node| node.index.as_ref()) {
            let at = made.names.iter().position(|m| m.as_ref() == Some(name));
            match at {
                Some(at) => uses.push(at),
                None => existing.push(name.clone()),
            }
        }
        uses.sort_unstable();
        uses.dedup();
        existing.sort();
        existing.dedup();
        let is_made = |name: &str| made.names.iter().flatten().any(|m| m == name);
        let Some(total) = corrected(&plan, &is_made) else {
            return Ok(None);
        };
        plans.push(Planned {
            total,
            uses,
            existing,
            plan,
        });
    }
    Ok(Some(Answer { plans }))
}

/// Makes the hypothetical indexes. One that the server does not take is left out.
fn make(reader: &mut Reader<'_>, schema: &str, indexes: &[&Index]) -> Result<Made, LiveError> {
    if indexes.is_empty() {
        return Ok(Made::default());
    }
    set_path(reader, None)?;
    reset(reader, schema)?;
    let texts: Vec<String> = indexes.iter().map(|i| create_index(i, false)).collect();
    let all = reader.attempt(|reader| create(reader, schema, &texts));
    match all {
        Ok(names) if names.len() == texts.len() => {
            return Ok(Made {
                names: names.into_iter().map(Some).collect(),
            });
        }
        Err(error) if stops(error.trouble) => return Err(error),
        _ => {}
    }
    // What was made before one failed is still there.
    reset(reader, schema)?;
    let mut made = Made::default();
    for text in &texts {
        let one = std::slice::from_ref(text);
        match reader.attempt(|reader| create(reader, schema, one)) {
            Ok(names) => made.names.push(names.into_iter().next()),
            Err(error) if stops(error.trouble) => return Err(error),
            Err(_) => made.names.push(None),
        }
    }
    Ok(made)
}

fn create(
    reader: &mut Reader<'_>,
    schema: &str,
    texts: &[String],
) -> Result<Vec<String>, LiveError> {
    let sql = format!(
        "select h.indexname::pg_catalog.text as name \
        from pg_catalog.unnest($1::pg_catalog.text[]) with ordinality u(sql, nth), \
        lateral {schema}.hypopg_create_index(u.sql) h order by u.nth"
    );
    let rows = reader.rows(composed(sql).bind(texts.to_vec()))?;
    rows.iter().map(|row| reader.get(row, "name")).collect()
}

fn reset(reader: &mut Reader<'_>, schema: &str) -> Result<(), LiveError> {
    let sql = format!("select {schema}.hypopg_reset()");
    reader.quick_composed(sql).map(drop)
}

/// A prepared statement outlives its transaction, as hypothetical indexes do.
fn forget(reader: &mut Reader<'_>, all: &[Prepared]) -> Result<(), LiveError> {
    let mut sql = String::new();
    for prepared in all {
        write!(sql, "DEALLOCATE {}; ", prepared.name).unwrap_or_default();
    }
    if sql.is_empty() {
        return Ok(());
    }
    reader.quick_composed(sql).map(drop)
}
