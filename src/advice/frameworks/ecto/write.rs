//! Writing many rows at once.

use super::{binding, column, from, variables, wheres};
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{self, Fix, Guesses};
use crate::advice::names::identifier;

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let (one, many) = variables(batch.table);
    let mut rows = |columns: &[String]| {
        if columns.is_empty() || columns.len() > 6 {
            return many.clone();
        }
        let pairs: Vec<String> = columns
            .iter()
            .map(|c| {
                let c = column(c, &mut guesses);
                format!("{c}: {one}.{c}")
            })
            .collect();
        format!(
            "Enum.map({many}, fn {one} -> %{{{}}} end)",
            pairs.join(", ")
        )
    };
    let atoms = |columns: &[String]| {
        let all: Vec<String> = columns
            .iter()
            .map(|c| format!(":{}", identifier(c)))
            .collect();
        format!("[{}]", all.join(", "))
    };
    let fix = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            let rows = rows(&batch.columns);
            let code = fix::call(
                &format!("Repo.insert_all({class}, "),
                &[rows],
                ")",
                "  ",
                "",
            );
            Fix::new(code, guesses).note("It sets no timestamps and runs no changesets.")
        }
        WriteLoop::Update => {
            let rows = rows(&batch.all_columns());
            let b = binding(&class);
            let equal: Vec<String> = batch
                .keys
                .iter()
                .map(|k| format!("{b}.{0} == given.{0}", identifier(k)))
                .collect();
            let set: Vec<String> = batch
                .columns
                .iter()
                .map(|c| format!("{0}: given.{0}", identifier(c)))
                .collect();
            let clauses = [
                format!("join: given in values(rows, {class})"),
                format!("on: {}", equal.join(" and ")),
                format!("update: [set: [{}]]", set.join(", ")),
            ];
            let code = format!(
                "rows = {rows}\n\n{}\n|> Repo.update_all([])",
                from(&class, &b, &clauses)
            );
            Fix::new(code, guesses).note("values/2 with a schema needs Ecto 3.12. Where all rows get the same values, update_all with in ^ids is enough.")
        }
        WriteLoop::Delete => {
            let key = batch.key().unwrap_or("id");
            let b = binding(&class);
            let values = if key == "id" {
                "ids".to_owned()
            } else {
                variables(key).1
            };
            let mut clauses = vec![format!(
                "where: {b}.{} in ^{values}",
                column(key, &mut guesses)
            )];
            clauses.extend(wheres(&batch.others(), &b, &mut guesses));
            Fix::new(
                format!("{}\n|> Repo.delete_all()", from(&class, &b, &clauses)),
                guesses,
            )
        }
        WriteLoop::Upsert => {
            let rows = rows(&batch.inserted());
            let overwritten = batch.overwritten();
            let on_conflict = if overwritten.is_empty() {
                "on_conflict: :nothing".to_owned()
            } else {
                format!("on_conflict: {{:replace, {}}}", atoms(&overwritten))
            };
            let arguments = [
                rows,
                on_conflict,
                format!("conflict_target: {}", atoms(&batch.keys)),
            ];
            let code = fix::call(
                &format!("Repo.insert_all({class}, "),
                &arguments,
                ")",
                "  ",
                "",
            );
            Fix::new(code, guesses).note("It needs a unique index on the key.")
        }
    };
    Some(fix)
}
