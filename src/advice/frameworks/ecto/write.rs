//! Writing many rows at once.

use super::{binding, column, from, variables, wheres};
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{self, Fix, Guesses};
use crate::advice::names::identifier;

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    Some(match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            insert_all(batch, &batch.columns, &[])
                .note("It sets no timestamps and runs no changesets.")
        }
        WriteLoop::Update => update(batch),
        WriteLoop::Delete => delete(batch),
        WriteLoop::Upsert => {
            let overwritten = batch.overwritten();
            let on_conflict = if overwritten.is_empty() {
                "on_conflict: :nothing".to_owned()
            } else {
                format!("on_conflict: {{:replace, {}}}", atoms(&overwritten))
            };
            let target = format!("conflict_target: {}", atoms(&batch.keys));
            insert_all(batch, &batch.inserted(), &[on_conflict, target])
                .note("It needs a unique index on the key.")
        }
    })
}

fn insert_all(batch: &Batch<'_>, columns: &[String], options: &[String]) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let mut arguments = vec![class, rows(batch, columns, &mut guesses)];
    arguments.extend_from_slice(options);
    let code = fix::call("Repo.insert_all(", &arguments, ")", "  ", "");
    Fix::new(code, guesses)
}

fn update(batch: &Batch<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let rows = rows(batch, &batch.all_columns(), &mut guesses);
    let b = binding(&class);
    let equal = batch.keys.iter().map(|k| identifier(k));
    let equal: Vec<String> = equal.map(|k| format!("{b}.{k} == given.{k}")).collect();
    let set = batch.columns.iter().map(|c| identifier(c));
    let set: Vec<String> = set.map(|c| format!("{c}: given.{c}")).collect();
    let clauses = [
        format!("join: given in values(rows, {class})"),
        format!("on: {}", equal.join(" and ")),
        format!("update: [set: [{}]]", set.join(", ")),
    ];
    let update = from(&class, &b, &clauses);
    let code = format!("rows = {rows}\n\n{update}\n|> Repo.update_all([])");
    Fix::new(code, guesses).note(
        "values/2 with a schema needs Ecto 3.12. Where all rows get the same values, update_all with in ^ids is enough.",
    )
}

fn delete(batch: &Batch<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let key = batch.key().unwrap_or("id");
    let b = binding(&class);
    let values = if key == "id" {
        "ids".to_owned()
    } else {
        variables(key).1
    };
    let by_key = format!("where: {b}.{} in ^{values}", column(key, &mut guesses));
    let mut clauses = vec![by_key];
    clauses.extend(wheres(&batch.others(), &b, &mut guesses));
    let code = format!("{}\n|> Repo.delete_all()", from(&class, &b, &clauses));
    Fix::new(code, guesses)
}

/// A map for each row; rows of many columns, or of columns unknown, are taken as they are.
fn rows(batch: &Batch<'_>, columns: &[String], guesses: &mut Guesses) -> String {
    let (one, many) = variables(batch.table);
    if columns.is_empty() || columns.len() > 6 {
        return many;
    }
    let names = columns.iter().map(|c| column(c, guesses));
    let pairs: Vec<String> = names.map(|c| format!("{c}: {one}.{c}")).collect();
    format!(
        "Enum.map({many}, fn {one} -> %{{{}}} end)",
        pairs.join(", ")
    )
}

fn atoms(columns: &[String]) -> String {
    let all: Vec<String> = columns
        .iter()
        .map(|c| format!(":{}", identifier(c)))
        .collect();
    format!("[{}]", all.join(", "))
}
