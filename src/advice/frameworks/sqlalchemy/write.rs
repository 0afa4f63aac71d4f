//! Writing many rows at once.

use super::super::python::{call, column, comprehension, variables};
use super::further;
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{Fix, Guesses};

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    Some(match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            sent(batch, "insert", &batch.columns).note(
                "insertmanyvalues sends about 1000 rows a statement; for very many, COPY is faster.",
            )
        }
        WriteLoop::Update => {
            let by_id = batch.keys.len() == 1 && batch.key().is_some_and(|k| k.eq_ignore_ascii_case("id"));
            let fix = if by_id {
                sent(batch, "update", &batch.all_columns())
            } else {
                update(batch)
            };
            fix.note(
                "It sends the updates together, in one pipeline with psycopg 3; UPDATE … FROM (see SQL) is one statement.",
            )
        }
        WriteLoop::Delete => delete(batch),
        WriteLoop::Upsert => upsert(batch),
    })
}

/// A dictionary for each row.
fn dictionaries(batch: &Batch<'_>, columns: &[String], guesses: &mut Guesses) -> String {
    comprehension(batch.table, columns, guesses, ("{", "}"), |one, c| {
        format!("\"{c}\": {one}.{c}")
    })
}

/// A statement with a list of rows.
fn sent(batch: &Batch<'_>, verb: &str, columns: &[String]) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let rows = dictionaries(batch, columns, &mut guesses);
    let execute = call("session.execute(", &[format!("{verb}({class})"), rows], ")");
    Fix::new(format!("{execute}\nsession.commit()"), guesses)
}

/// An UPDATE that finds its rows by something else than their id.
fn update(batch: &Batch<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let (one, many) = variables(batch.table);
    let mut pairs = Vec::new();
    let mut conditions = Vec::new();
    for key in &batch.keys {
        let key = column(key, &mut guesses);
        conditions.push(format!("{class}.{key} == bindparam(\"of_{key}\")"));
        pairs.push(format!("\"of_{key}\": {one}.{key}"));
    }
    let mut values = Vec::new();
    for set in &batch.columns {
        let set = column(set, &mut guesses);
        values.push(format!("{set}=bindparam(\"new_{set}\")"));
        pairs.push(format!("\"new_{set}\": {one}.{set}"));
    }
    let statement = format!(
        "statement = update({class}).where({}).values({})",
        conditions.join(", "),
        values.join(", ")
    );
    let rows = format!("[{{{}}} for {one} in {many}]", pairs.join(", "));
    let arguments = ["statement".to_owned(), rows];
    let execute = call("session.connection().execute(", &arguments, ")");
    Fix::new(format!("{statement}\n{execute}\nsession.commit()"), guesses)
}

fn delete(batch: &Batch<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let key = column(batch.key().unwrap_or("id"), &mut guesses);
    let values = variables(&key).1;
    let others = further(&class, &batch.others(), &mut guesses);
    let code = format!(
        "session.execute(delete({class}).where({class}.{key}.in_({values}){others}))\nsession.commit()"
    );
    Fix::new(code, guesses)
}

fn upsert(batch: &Batch<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let rows = dictionaries(batch, &batch.inserted(), &mut guesses);
    let keys = batch
        .keys
        .iter()
        .map(|k| format!("{class}.{}", column(k, &mut guesses)));
    let elements = format!("index_elements=[{}]", keys.collect::<Vec<_>>().join(", "));
    let overwritten = batch.overwritten();
    let set = overwritten.iter().map(|c| {
        let c = column(c, &mut guesses);
        format!("\"{c}\": statement.excluded.{c}")
    });
    let set: Vec<String> = set.collect();
    let conflict = if set.is_empty() {
        format!("statement.on_conflict_do_nothing({elements})")
    } else {
        let arguments = [elements, format!("set_={{{}}}", set.join(", "))];
        call("statement.on_conflict_do_update(", &arguments, ")")
    };
    let execute = call("session.execute(", &[conflict, rows], ")");
    let code = format!(
        "statement = insert({class})  # from sqlalchemy.dialects.postgresql\n{execute}\nsession.commit()"
    );
    Fix::new(code, guesses).note("It needs a unique index on the key.")
}
