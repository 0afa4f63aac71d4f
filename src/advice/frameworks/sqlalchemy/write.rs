//! Writing many rows at once.

use super::super::python::{call, column, comprehension, variables};
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{Fix, Guesses};

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let dictionaries = |columns: &[String], guesses: &mut Guesses| {
        comprehension(batch.table, columns, guesses, ("{", "}"), |one, c| {
            format!("\"{c}\": {one}.{c}")
        })
    };
    let code = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            let rows = dictionaries(&batch.columns, &mut guesses);
            let statement = call("session.execute(", &[format!("insert({class})"), rows], ")");
            let fix = Fix::new(format!("{statement}\nsession.commit()"), guesses);
            return Some(fix.note("insertmanyvalues sends about 1000 rows a statement; for very many, COPY is faster."));
        }
        WriteLoop::Update => return Some(update(batch, &class, guesses)),
        WriteLoop::Delete => {
            let key = column(batch.key().unwrap_or("id"), &mut guesses);
            let values = variables(&key).1;
            format!(
                "session.execute(delete({class}).where({class}.{key}.in_({values})))\nsession.commit()"
            )
        }
        WriteLoop::Upsert => {
            let rows = dictionaries(&batch.inserted(), &mut guesses);
            let keys: Vec<String> = batch
                .keys
                .iter()
                .map(|k| format!("{class}.{}", column(k, &mut guesses)))
                .collect();
            let set: Vec<String> = batch
                .overwritten()
                .iter()
                .map(|c| {
                    let c = column(c, &mut guesses);
                    format!("\"{c}\": statement.excluded.{c}")
                })
                .collect();
            let conflict = if set.is_empty() {
                format!(
                    "statement.on_conflict_do_nothing(index_elements=[{}])",
                    keys.join(", ")
                )
            } else {
                let arguments = [
                    format!("index_elements=[{}]", keys.join(", ")),
                    format!("set_={{{}}}", set.join(", ")),
                ];
                call("statement.on_conflict_do_update(", &arguments, ")")
            };
            let execute = call("session.execute(", &[conflict, rows], ")");
            let code = format!(
                "statement = insert({class})  # sqlalchemy.dialects.postgresql.insert\n{execute}\nsession.commit()"
            );
            return Some(Fix::new(code, guesses).note("It needs a unique index on the key."));
        }
    };
    Some(Fix::new(code, guesses))
}

fn update(batch: &Batch<'_>, class: &str, mut guesses: Guesses) -> Fix {
    let own = batch.keys.len() == 1 && batch.key().is_some_and(|k| k.eq_ignore_ascii_case("id"));
    if own && !batch.computes {
        let rows = comprehension(
            batch.table,
            &batch.all_columns(),
            &mut guesses,
            ("{", "}"),
            |one, c| format!("\"{c}\": {one}.{c}"),
        );
        let statement = call("session.execute(", &[format!("update({class})"), rows], ")");
        return Fix::new(format!("{statement}\nsession.commit()"), guesses).note(
            "It sends the updates together, in one pipeline with psycopg 3; UPDATE … FROM (see SQL) is one statement.",
        );
    }
    let conditions: Vec<String> = batch
        .keys
        .iter()
        .map(|k| {
            let k = column(k, &mut guesses);
            format!("{class}.{k} == bindparam(\"of_{k}\")")
        })
        .collect();
    let values: Vec<String> = batch
        .columns
        .iter()
        .map(|c| {
            let c = column(c, &mut guesses);
            format!("{c}=bindparam(\"new_{c}\")")
        })
        .collect();
    let pairs = |one: &str, guesses: &mut Guesses| {
        let keys = batch.keys.iter().map(|k| (k, "of"));
        let new = batch.columns.iter().map(|c| (c, "new"));
        let pair = |(c, before): (&String, &str)| {
            let c = column(c, guesses);
            format!("\"{before}_{c}\": {one}.{c}")
        };
        keys.chain(new).map(pair).collect::<Vec<_>>().join(", ")
    };
    let (one, many) = variables(batch.table);
    let rows = format!("[{{{}}} for {one} in {many}]", pairs(&one, &mut guesses));
    let statement = format!(
        "statement = update({class}).where({}).values({})",
        conditions.join(", "),
        values.join(", ")
    );
    let execute = call(
        "session.connection().execute(",
        &["statement".to_owned(), rows],
        ")",
    );
    Fix::new(format!("{statement}\n{execute}\nsession.commit()"), guesses).note(
        "It sends the updates together, in one pipeline with psycopg 3; UPDATE … FROM (see SQL) is one statement.",
    )
}
