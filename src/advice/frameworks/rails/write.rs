//! Writing many rows at once.

use super::{key, symbol, variables, wheres};
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{self, Fix, Guesses};
use crate::advice::names::snake;

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let (one, many) = variables(batch.table);
    let rows = |columns: &[String]| {
        if columns.is_empty() || columns.len() > 6 {
            return many.clone();
        }
        let pairs: Vec<String> = columns
            .iter()
            .map(|c| format!("{} {one}.{}", key(c), snake(c)))
            .collect();
        format!("{many}.map {{ |{one}| {{ {} }} }}", pairs.join(", "))
    };
    let unique = |keys: &[String]| match keys {
        [one] => format!("unique_by: {}", symbol(one)),
        several => format!(
            "unique_by: [{}]",
            several
                .iter()
                .map(|k| symbol(k))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    let fix = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            let code = format!("{class}.insert_all!({})", rows(&batch.columns));
            Fix::new(code, guesses).note("It runs no validations and no callbacks. Without the ! rows that are there already are left out.")
        }
        WriteLoop::Update => {
            let columns: Vec<String> = batch.columns.iter().map(|c| symbol(c)).collect();
            let arguments = [
                format!("{many}.map(&:attributes)"),
                unique(&batch.keys),
                format!("update_only: [{}]", columns.join(", ")),
            ];
            let code = fix::call(&format!("{class}.upsert_all("), &arguments, ")", "  ", "");
            Fix::new(code, guesses).note("Where all rows get the same values, where(…).update_all(…) is enough. Both run no validations and no callbacks.")
        }
        WriteLoop::Delete => {
            let name = batch.key().unwrap_or("id");
            let values = if name == "id" {
                "ids".to_owned()
            } else {
                variables(name).1
            };
            let others = wheres(&batch.others(), batch.table).concat();
            Fix::new(
                format!("{class}.where({} {values}){others}.delete_all", key(name)),
                guesses,
            )
            .note("It runs no callbacks.")
        }
        WriteLoop::Upsert => {
            let columns: Vec<String> = batch.overwritten().iter().map(|c| symbol(c)).collect();
            let mut arguments = vec![rows(&batch.inserted()), unique(&batch.keys)];
            let method = if columns.is_empty() {
                "insert_all"
            } else {
                arguments.push(format!("update_only: [{}]", columns.join(", ")));
                "upsert_all"
            };
            let code = fix::call(&format!("{class}.{method}("), &arguments, ")", "  ", "");
            Fix::new(code, guesses).note(
                "It needs a unique index on the key, and runs no validations and no callbacks.",
            )
        }
    };
    Some(fix)
}
