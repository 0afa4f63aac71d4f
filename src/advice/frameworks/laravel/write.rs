//! Writing many rows at once.

use super::{called, condition, model, string, values, variables};
use crate::advice::WriteLoop;
use crate::advice::batch::Batch;
use crate::advice::fix::{self, Fix, Guesses};

pub(super) fn batch(batch: &Batch<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let class = model(batch.table, &mut guesses);
    let (one, many) = variables(batch.table);
    let rows = |columns: &[String]| {
        if columns.is_empty() || columns.len() > 6 {
            return many.clone();
        }
        let pairs: Vec<String> = columns
            .iter()
            .map(|c| {
                format!(
                    "{} => {one}->{}",
                    string(c),
                    crate::advice::names::identifier(c)
                )
            })
            .collect();
        format!("array_map(fn ({one}) => [{}], {many})", pairs.join(", "))
    };
    let names = |columns: &[String]| {
        let all: Vec<String> = columns.iter().map(|c| string(c)).collect();
        format!("[{}]", all.join(", "))
    };
    let fix = match batch.kind {
        WriteLoop::Insert | WriteLoop::InsertEachCommitted => {
            let code = fix::call(
                &format!("{class}::insert("),
                &[rows(&batch.columns)],
                ")",
                "    ",
                ",",
            );
            Fix::new(code, guesses).note("It fires no events and sets no timestamps.")
        }
        WriteLoop::Update => {
            let arguments = [
                format!("array_map(fn ({one}) => {one}->getAttributes(), {many})"),
                names(&batch.keys),
                names(&batch.columns),
            ];
            let code = fix::call(&format!("{class}::upsert("), &arguments, ")", "    ", ",");
            Fix::new(code, guesses).note("Where all rows get the same values, whereIn(…)->update(…) is enough. Both fire no events.")
        }
        WriteLoop::Delete => {
            let key = batch.key().unwrap_or("id");
            let mut methods = vec![format!("->whereIn({}, {})", string(key), values(key))];
            methods.extend(batch.others().iter().map(condition));
            methods.push("->delete()".to_owned());
            Fix::new(called(&class, &methods), guesses).note("It fires no events.")
        }
        WriteLoop::Upsert => {
            let overwritten = batch.overwritten();
            let (method, arguments) = if overwritten.is_empty() {
                ("insertOrIgnore", vec![rows(&batch.inserted())])
            } else {
                (
                    "upsert",
                    vec![
                        rows(&batch.inserted()),
                        names(&batch.keys),
                        names(&overwritten),
                    ],
                )
            };
            let code = fix::call(&format!("{class}::{method}("), &arguments, ")", "    ", ",");
            Fix::new(code, guesses).note("It needs a unique index on the key, and fires no events.")
        }
    };
    Some(fix)
}
