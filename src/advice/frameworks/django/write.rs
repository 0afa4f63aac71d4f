//! Writing many rows at once.

use super::super::python::{call, column, comprehension, variables};
use super::{class, condition};
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::names::spoken;
use crate::advice::target::Target;

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let model = class(batch.table, &mut guesses);
    let table = spoken(batch.table, Target::Django);
    let open = format!("{model}(");
    let objects = |columns: &[String], guesses: &mut Guesses| {
        comprehension(table, columns, guesses, (&open, ")"), |one, c| {
            format!("{c}={one}.{c}")
        })
    };
    let fix = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            let rows = objects(&batch.columns, &mut guesses);
            let arguments = [rows, "batch_size=1000".to_owned()];
            let code = call(&format!("{model}.objects.bulk_create("), &arguments, ")");
            Fix::new(code, guesses).note("It doesn't call save() and sends no signals.")
        }
        WriteLoop::Update => {
            let fields: Vec<String> = batch
                .columns
                .iter()
                .map(|c| format!("\"{}\"", column(c, &mut guesses)))
                .collect();
            let arguments = [
                variables(table).1,
                format!("[{}]", fields.join(", ")),
                "batch_size=1000".to_owned(),
            ];
            let code = call(&format!("{model}.objects.bulk_update("), &arguments, ")");
            Fix::new(code, guesses).note("It doesn't call save(). Where all rows get the same values, filter(…).update(…) is enough.")
        }
        WriteLoop::Delete => {
            let key = column(batch.key().unwrap_or("id"), &mut guesses);
            let key_in = if key == "id" {
                "pk__in=ids".to_owned()
            } else {
                format!("{key}__in={}", values(&key))
            };
            let others = batch.others();
            let others = others
                .iter()
                .map(|c| format!(", {}", condition(c, "", &mut guesses)));
            let others = others.collect::<Vec<_>>().concat();
            Fix::new(
                format!("{model}.objects.filter({key_in}{others}).delete()"),
                guesses,
            )
        }
        WriteLoop::Upsert => {
            let rows = objects(&batch.inserted(), &mut guesses);
            let names = |columns: &[String], guesses: &mut Guesses| {
                let all: Vec<String> = columns
                    .iter()
                    .map(|c| format!("\"{}\"", column(c, guesses)))
                    .collect();
                format!("[{}]", all.join(", "))
            };
            let overwritten = batch.overwritten();
            let mut arguments = vec![rows];
            if overwritten.is_empty() {
                arguments.push("ignore_conflicts=True".to_owned());
            } else {
                arguments.push("update_conflicts=True".to_owned());
                arguments.push(format!(
                    "unique_fields={}",
                    names(&batch.keys, &mut guesses)
                ));
                arguments.push(format!(
                    "update_fields={}",
                    names(&overwritten, &mut guesses)
                ));
            }
            let code = call(&format!("{model}.objects.bulk_create("), &arguments, ")");
            Fix::new(code, guesses).note("It needs a unique constraint on the key.")
        }
    };
    Some(fix)
}

fn values(key: &str) -> String {
    if key == "id" {
        "ids".to_owned()
    } else {
        variables(key).1
    }
}
