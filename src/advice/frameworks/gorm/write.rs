//! Writing many rows at once.

use super::{chain, conditions, string, variables};
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{Fix, Guesses};
use crate::sql::quoted;

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let (_, many) = variables(batch.table);
    let conflict = |keys: &[String], columns: &[String]| {
        if columns.is_empty() {
            return "clause.OnConflict{DoNothing: true}".to_owned();
        }
        let keys: Vec<String> = keys
            .iter()
            .map(|k| format!("{{Name: {}}}", string(k)))
            .collect();
        let columns: Vec<String> = columns.iter().map(|c| string(c)).collect();
        format!(
            "clause.OnConflict{{\n\tColumns:   []clause.Column{{{}}},\n\tDoUpdates: clause.AssignmentColumns([]string{{{}}}),\n}}",
            keys.join(", "),
            columns.join(", ")
        )
    };
    let fix = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            Fix::new(format!("db.CreateInBatches({many}, 1000)"), Guesses::default())
        }
        WriteLoop::Update => Fix::new(
            format!("db.Clauses({}).CreateInBatches({many}, 1000)", conflict(&batch.keys, &batch.columns)),
            Guesses::default(),
        )
        .note("The rows have to be whole. Where all get the same values, Updates with IN ? is enough."),
        WriteLoop::Delete => {
            let key = batch.key().unwrap_or("id");
            let values = if key == "id" { "ids".to_owned() } else { variables(key).1 };
            let mut methods = vec![format!("Where({}, {values})", string(&format!("{} IN ?", quoted(key))))];
            let others = batch.others();
            if !others.is_empty() {
                methods.push(format!("Where({})", conditions(&others)));
            }
            methods.push(format!("Delete(&{class}{{}})"));
            Fix::new(chain(&methods), guesses)
        }
        WriteLoop::Upsert => Fix::new(
            format!("db.Clauses({}).CreateInBatches({many}, 1000)", conflict(&batch.keys, &batch.overwritten())),
            Guesses::default(),
        )
        .note("It needs a unique index on the key."),
    };
    Some(fix)
}
