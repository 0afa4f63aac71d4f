//! Writing many rows at once.

use super::{alias, column, conditions, native, query};
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::names::{camel, plural};
use crate::advice::plain::upsert_all;

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let class = guesses.class(batch.table);
    let repository = format!("{}Repository", camel(&class));
    let rows = camel(&plural(batch.table));
    let settings = |order: &str| {
        format!(
            "// spring.jpa.properties.hibernate.jdbc.batch_size=50\n// spring.jpa.properties.hibernate.{order}=true\n{repository}.saveAll({rows});"
        )
    };
    let fix = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            guesses.add(repository.clone());
            Fix::new(settings("order_inserts"), guesses).note("Ids from IDENTITY switch batches off, those from a SEQUENCE don't. reWriteBatchedInserts=true in the JDBC URL makes them multi-row.")
        }
        WriteLoop::Update => {
            guesses.add(repository.clone());
            Fix::new(settings("order_updates"), guesses).note(
                "Where all rows get the same values, a JPQL update with in :ids is one statement.",
            )
        }
        WriteLoop::Delete => {
            let own = alias(&class, &[]);
            let key = batch.key().unwrap_or("id");
            let path = column(&own, key, "id", &mut guesses);
            let values = camel(&plural(key));
            let (others, mut parameters) = conditions(&batch.others(), &own, "id", &mut guesses);
            let place: Vec<String> = others.iter().map(|c| format!(" and {c}")).collect();
            let place = place.concat();
            let clauses = [format!(
                "delete from {class} {own} where {path} in :{values}{place}"
            )];
            parameters.insert(0, values);
            let code = query(&clauses, "", &parameters, ".executeUpdate();");
            Fix::new(code, guesses).note("It passes cascades and listeners by.")
        }
        WriteLoop::Upsert => {
            let sql = upsert_all(batch, "cast(:rows as jsonb)")?;
            let code = native(
                &sql,
                "",
                &format!("\"rows\", objectMapper.writeValueAsString({rows})"),
                ".executeUpdate();",
            );
            Fix::new(code, Guesses::default()).note("It needs a unique index on the key. The properties are to be called as the columns.")
        }
    };
    Some(fix)
}
