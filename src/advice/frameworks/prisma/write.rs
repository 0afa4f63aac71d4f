//! Writing many rows at once.

use super::super::javascript::{call, object, pair, property, rows, template, variables};
use super::{client, condition};
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::plain::{update_all, upsert_all};

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let as_is = |c: &str| c.to_owned();
    let many = variables(batch.table).1;
    let fix = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            let access = client(batch.table, &mut guesses);
            let rows = rows(batch.table, &batch.columns, as_is);
            let code = call(&format!("await {access}.createMany({{"), &[pair("data", &rows)], "});");
            Fix::new(code, guesses).note("createManyAndReturn gives the rows back.")
        }
        WriteLoop::Update => raw(&update_all(batch, &format!("${{JSON.stringify({many})}}::jsonb"))?)
            .note("The objects' properties are to be called as the columns. updateMany gives all rows the same values."),
        WriteLoop::Delete => {
            let access = client(batch.table, &mut guesses);
            let key = batch.key().unwrap_or("id");
            let mut wanted = vec![format!("{}: {{ in: {} }}", property(key), variables(key).1)];
            wanted.extend(batch.others().iter().map(condition));
            let code = format!("await {access}.deleteMany({{ where: {} }});", object(&wanted));
            Fix::new(code, guesses)
        }
        WriteLoop::Upsert => raw(&upsert_all(batch, &format!("${{JSON.stringify({many})}}::jsonb"))?)
            .note("It needs a unique index on the key. createMany with skipDuplicates leaves rows that are there as they are."),
    };
    Some(fix)
}

fn raw(sql: &str) -> Fix {
    Fix::new(
        format!("await prisma.$executeRaw{};", template(sql)),
        Guesses::default(),
    )
}
