//! Writing many rows at once.

use super::super::javascript::{object, rows, string, template, variables};
use super::{column, condition, repository};
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{self, Fix, Guesses};
use crate::advice::plain::update_all;

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let fix = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            let rows = rows(batch.table, &batch.columns, |c| column(c, &mut guesses));
            let code = format!(
                "await dataSource\n  .createQueryBuilder()\n  .insert()\n  .into({class})\n  .values({rows})\n  .execute();"
            );
            Fix::new(code, guesses)
                .note("save() sends one INSERT for each entity that it has to look for first.")
        }
        WriteLoop::Update => {
            let sql = update_all(batch, "$1")?;
            let rows = variables(batch.table).1;
            let code = format!(
                "await dataSource.query(\n  {},\n  [JSON.stringify({rows})],\n);",
                template(&sql).replace('\n', "\n  ")
            );
            Fix::new(code, Guesses::default())
                .note("The objects' properties are to be called as the columns.")
        }
        WriteLoop::Delete => {
            let key = column(batch.key().unwrap_or("id"), &mut guesses);
            let mut wanted = vec![format!("{key}: In({})", variables(&key).1)];
            wanted.extend(batch.others().iter().map(|c| condition(c, &mut guesses)));
            let code = format!("await {}.delete({});", repository(&class), object(&wanted));
            Fix::new(code, guesses)
        }
        WriteLoop::Upsert => {
            let rows = rows(batch.table, &batch.inserted(), |c| column(c, &mut guesses));
            let keys: Vec<String> = batch
                .keys
                .iter()
                .map(|k| string(&column(k, &mut guesses)))
                .collect();
            let code = fix::call(
                &format!("await {}.upsert(", repository(&class)),
                &[rows, format!("[{}]", keys.join(", "))],
                ");",
                "  ",
                ",",
            );
            Fix::new(code, guesses).note("It needs a unique index on the key.")
        }
    };
    Some(fix)
}
