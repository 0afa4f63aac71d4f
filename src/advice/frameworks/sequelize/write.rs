//! Writing many rows at once.

use super::super::javascript::{object, pair, rows, string, template, variables};
use super::condition;
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::plain::update_all;

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let as_is = |c: &str| c.to_owned();
    let fix = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            let rows = rows(batch.table, &batch.columns, as_is);
            Fix::new(format!("await {class}.bulkCreate({rows});"), guesses)
        }
        WriteLoop::Update => {
            let sql = update_all(batch, "$1")?;
            let rows = variables(batch.table).1;
            let code = format!(
                "await sequelize.query(\n  {},\n  {{ bind: [JSON.stringify({rows})] }},\n);",
                template(&sql).replace('\n', "\n  ")
            );
            Fix::new(code, Guesses::default()).note(&format!(
                "Where all rows get the same values, {class}.update(values, {{ where }}) is enough."
            ))
        }
        WriteLoop::Delete => {
            let key = batch.key().unwrap_or("id");
            let mut wanted = vec![pair(key, &variables(key).1)];
            wanted.extend(batch.others().iter().map(|c| condition(c, None)));
            let code = format!("await {class}.destroy({{ where: {} }});", object(&wanted));
            Fix::new(code, guesses)
        }
        WriteLoop::Upsert => {
            let columns = batch.inserted();
            let overwritten: Vec<String> = batch.overwritten().iter().map(|c| string(c)).collect();
            let keys: Vec<String> = batch.keys.iter().map(|c| string(c)).collect();
            let option = if overwritten.is_empty() {
                "{ ignoreDuplicates: true }".to_owned()
            } else {
                format!(
                    "{{ updateOnDuplicate: [{}], conflictAttributes: [{}] }}",
                    overwritten.join(", "),
                    keys.join(", ")
                )
            };
            let code = crate::advice::fix::call(
                &format!("await {class}.bulkCreate("),
                &[rows(batch.table, &columns, as_is), option],
                ");",
                "  ",
                ",",
            );
            Fix::new(code, guesses).note("It needs a unique index on the key.")
        }
    };
    Some(fix)
}
