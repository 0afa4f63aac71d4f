//! Writing many rows at once.

use super::table_name;
use crate::advice::WriteLoop;
use crate::advice::batch::{Batch, assignments, first_row};
use crate::advice::casts::{casts, typed, without_casts};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::parameters::{Instead, Parameters};
use crate::advice::statement::{items, keyword, tokens};
use crate::sql::quoted;
use crate::sql::{Class, Op, Value};

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let code = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => insert(batch, ""),
        WriteLoop::Upsert => upsert(batch),
        WriteLoop::Update => update(batch),
        WriteLoop::Delete => delete(batch),
    }?;
    let fix = Fix::new(code, Guesses::default());
    let conflict = conflict_columns(batch);
    Some(match batch.kind {
        WriteLoop::InsertEachCommitted => {
            fix.note("Each commit waits for the disk; one commit waits once.")
        }
        WriteLoop::Upsert if !conflict.is_empty() => fix.note(&format!(
            "It needs a unique index on ({}), and each key once a statement.",
            conflict.join(", ")
        )),
        _ => fix,
    })
}

/// The INSERT with many rows in the place of one; `conflict` goes before RETURNING.
fn insert(batch: &Batch<'_>, conflict: &str) -> Option<String> {
    let text = batch.write.sql.trim_end().trim_end_matches(';');
    let row = first_row(text)?;
    let head = text.get(..keyword(text, "VALUES")?.start)?.trim_end();
    let tail = text.get(row.end + 1..)?.trim();
    let values = items(text.get(row)?);
    let (rows, taken) = match typed(&values) {
        Some(types) => {
            let arrays = types
                .iter()
                .enumerate()
                .map(|(at, (_, name))| format!("${}{name}", at + 1));
            let arrays: Vec<String> = arrays.collect();
            (
                format!("SELECT * FROM unnest({})", arrays.join(", ")),
                types.len(),
            )
        }
        None => several(&values.join(", ")),
    };
    let tail = Parameters::after(taken).rewrite(tail);
    let has_conflict = keyword(&tail, "CONFLICT").is_some();
    let conflict = if has_conflict { "" } else { conflict };
    let lines = [head, &rows, conflict, &tail];
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    Some(lines.join("\n"))
}

/// VALUES with three rows, and how many parameters they have.
fn several(row: &str) -> (String, usize) {
    let mut taken = 0;
    let mut rows = Vec::new();
    for _ in 0..3 {
        let mut parameters = Parameters::after(taken);
        rows.push(format!("  ({})", parameters.rewrite(row)));
        taken = parameters.count();
    }
    (
        format!("VALUES\n{}  -- and so on, one row a line", rows.join(",\n")),
        taken,
    )
}

/// The INSERT with ON CONFLICT; made from its columns where the loop only updates.
fn upsert(batch: &Batch<'_>) -> Option<String> {
    let conflict = on_conflict(batch);
    if batch.facts.insert.is_some() {
        return insert(batch, &conflict);
    }
    let columns = batch.inserted();
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let (rows, _) = several(&places.join(", "));
    let table = table_name(batch.facts.tables.first()?);
    Some(format!(
        "INSERT INTO {table} ({})\n{rows}\n{conflict}",
        list(&columns)
    ))
}

/// What to do about rows that are there already.
fn on_conflict(batch: &Batch<'_>) -> String {
    let keys = conflict_columns(batch);
    let overwritten = batch.overwritten();
    let set: Vec<String> = overwritten
        .iter()
        .map(|c| format!("{0} = EXCLUDED.{0}", quoted(c)))
        .collect();
    match (keys.is_empty(), set.is_empty()) {
        (true, _) => "ON CONFLICT DO NOTHING".to_owned(),
        (false, true) => format!("ON CONFLICT ({}) DO NOTHING", list(&keys)),
        (false, false) => format!(
            "ON CONFLICT ({}) DO UPDATE SET {}",
            list(&keys),
            set.join(", ")
        ),
    }
}

/// The key columns that are among those inserted.
fn conflict_columns(batch: &Batch<'_>) -> Vec<String> {
    let inserted = batch.inserted();
    batch
        .keys
        .iter()
        .filter(|k| inserted.contains(k))
        .cloned()
        .collect()
}

/// The UPDATE with a table of rows in the place of its values.
fn update(batch: &Batch<'_>) -> Option<String> {
    let text = batch.write.sql.trim_end().trim_end_matches(';');
    let table = batch.facts.tables.first()?;
    let name = quoted(table.alias.as_deref().unwrap_or(&table.name));
    let head = text.get(..keyword(text, "SET")?.end)?;
    let condition = text.get(keyword(text, "WHERE")?.end..)?;
    let condition = match keyword(condition, "RETURNING") {
        Some(returning) => condition.get(..returning.start)?,
        None => condition,
    };
    if keyword(head, "FROM").is_some() || batch.facts.tables.len() > 1 {
        return None;
    }
    let mut given = Given::default();
    let mut set = Vec::new();
    for (column, value) in assignments(text) {
        let value = given.write(value, &name, |_| Some(column.clone()))?;
        set.push(format!("{} = {value}", quoted(&column)));
    }
    let condition = given.write(condition.trim(), &name, |number| {
        by_parameter(batch, number)
    })?;
    (!set.is_empty()).then(|| {
        let source = given.source(&table_name(table), text);
        format!(
            "{head} {}\nFROM {source} AS {}\nWHERE {condition}",
            set.join(", "),
            given.alias(text)
        )
    })
}

/// The column that a condition equates with the parameter of this number.
fn by_parameter(batch: &Batch<'_>, number: u32) -> Option<String> {
    let found = batch
        .facts
        .predicates
        .iter()
        .find(|p| p.value == Value::Parameter(number))?;
    (found.op == Op::Eq && found.function.is_none()).then(|| found.column.name.to_string())
}

fn delete(batch: &Batch<'_>) -> Option<String> {
    let text = batch.write.sql.trim_end().trim_end_matches(';');
    let single = batch.keys.len() == 1;
    let own = batch
        .key()
        .filter(|k| single || k.eq_ignore_ascii_case("id"));
    if let Some(key) = own {
        let found = batch
            .facts
            .predicates
            .iter()
            .find(|p| p.column.name == key)?;
        let Value::Parameter(parameter) = found.value else {
            return None;
        };
        return Parameters::after(1).rewrite_with(text, Instead::List(parameter));
    }
    let table = batch.facts.tables.first()?;
    let name = quoted(table.alias.as_deref().unwrap_or(&table.name));
    let place = keyword(text, "WHERE")?;
    let condition = text.get(place.end..)?;
    let condition = match keyword(condition, "RETURNING") {
        Some(returning) => condition.get(..returning.start)?,
        None => condition,
    };
    let mut given = Given::default();
    let condition = given.write(condition.trim(), &name, |number| {
        by_parameter(batch, number)
    })?;
    let source = given.source(&table_name(table), text);
    Some(format!(
        "{}\nUSING {source} AS {}\nWHERE {condition}",
        text.get(..place.start)?.trim_end(),
        given.alias(text)
    ))
}

/// A table of rows called `given`, whose columns stand for parameters.
#[derive(Default)]
struct Given {
    columns: Vec<(u32, String)>,
}

impl Given {
    /// A part of a statement with columns in the place of parameters, and its own columns with the table's name before
    /// them, for `given` has columns of the same names. `None` where a column would stand for two parameters.
    fn write(
        &mut self,
        text: &str,
        table: &str,
        column_of: impl Fn(u32) -> Option<String>,
    ) -> Option<String> {
        let text = without_casts(text);
        let tokens = tokens(&text);
        let mut out = String::new();
        for (at, (class, token)) in tokens.iter().enumerate() {
            if *class == Class::Parameter {
                let number = token.strip_prefix('$')?.parse().ok()?;
                let column = column_of(number)?;
                let same = |(n, c): &&(u32, String)| *n == number || *c == column;
                match self.columns.iter().find(same) {
                    Some((n, c)) if *n == number && *c == column => {}
                    Some(_) => return None,
                    None => self.columns.push((number, column.clone())),
                }
                out.push_str("given.");
                out.push_str(&quoted(&column));
                continue;
            }
            let name = matches!(class, Class::Identifier | Class::QuotedIdentifier);
            let before = at
                .checked_sub(1)
                .and_then(|b| tokens.get(b))
                .map(|(_, t)| *t);
            let after = tokens.get(at + 1).map(|(_, t)| *t);
            if name && !matches!(before, Some("." | "::")) && after != Some(".") {
                out.push_str(table);
                out.push('.');
            }
            out.push_str(token);
        }
        Some(out)
    }

    /// Where the rows come from: one array a column where the statement tells all types, else one JSON array.
    fn source(&self, table: &str, text: &str) -> String {
        match self.types(text) {
            Some(types) => {
                let arrays = types
                    .iter()
                    .enumerate()
                    .map(|(at, name)| format!("${}{name}", at + 1));
                format!("unnest({})", arrays.collect::<Vec<_>>().join(", "))
            }
            None => format!("jsonb_populate_recordset(NULL::{table}, $1)"),
        }
    }

    /// What the rows are called: with their columns where the source doesn't tell them.
    fn alias(&self, text: &str) -> String {
        if self.types(text).is_none() {
            return "given".to_owned();
        }
        let columns: Vec<String> = self.columns.iter().map(|(_, c)| quoted(c)).collect();
        format!("given ({})", columns.join(", "))
    }

    /// The array types of the columns, when each parameter has a cast in the text.
    fn types(&self, text: &str) -> Option<Vec<String>> {
        let known = casts(text);
        let one = |(number, _): &(u32, String)| {
            known
                .iter()
                .find(|(n, _)| n == number)
                .map(|(_, name)| name.clone())
        };
        self.columns.iter().map(one).collect()
    }
}

/// COPY, for rows by the thousands; only for plain inserts.
pub(in crate::advice) fn copy(batch: &Batch<'_>) -> Option<Fix> {
    if !matches!(
        batch.kind,
        WriteLoop::Insert | WriteLoop::InsertEachCommitted
    ) {
        return None;
    }
    let table = table_name(batch.facts.tables.first()?);
    let columns = if batch.columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", list(&batch.columns))
    };
    let fix = Fix::new(
        format!("COPY {table}{columns} FROM STDIN"),
        Guesses::default(),
    );
    Some(fix.note("The driver sends the rows; nothing comes back, also no ids."))
}

/// An UPDATE that takes its rows from one JSON array, which stands for `json` in the text.
pub(in crate::advice) fn update_all(batch: &Batch<'_>, json: &str) -> Option<String> {
    let table = batch.facts.tables.first()?;
    let name = quoted(&table.name);
    let set: Vec<String> = batch
        .columns
        .iter()
        .map(|c| format!("{0} = given.{0}", quoted(c)))
        .collect();
    let keys: Vec<String> = batch
        .keys
        .iter()
        .map(|k| format!("{name}.{0} = given.{0}", quoted(k)))
        .collect();
    let overlap = batch.columns.iter().any(|c| batch.keys.contains(c));
    (!set.is_empty() && !keys.is_empty() && !overlap && !batch.computes).then(|| {
        format!(
            "UPDATE {0} SET {1}\nFROM jsonb_populate_recordset(NULL::{0}, {json}) AS given\nWHERE {2}",
            table_name(table),
            set.join(", "),
            keys.join(" AND ")
        )
    })
}

/// An INSERT with ON CONFLICT that takes its rows from one JSON array, which stands for `json` in the text.
pub(in crate::advice) fn upsert_all(batch: &Batch<'_>, json: &str) -> Option<String> {
    let columns = batch.inserted();
    let table = batch.facts.tables.first()?;
    (!columns.is_empty()).then(|| {
        format!(
            "INSERT INTO {0} ({1})\nSELECT {1} FROM jsonb_populate_recordset(NULL::{0}, {json})\n{2}",
            table_name(table),
            list(&columns),
            on_conflict(batch)
        )
    })
}

/// Column names with commas.
fn list(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
    quoted.join(", ")
}
