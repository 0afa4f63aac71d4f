//! Reading in pages, and asking less often.

use super::super::on_query;
use super::{called, chain, condition, model, sorts, string, variable, variables};
use crate::advice::cache::Caching;
use crate::advice::fix::{self, Fix, Guesses};
use crate::advice::names::{camel, snake};
use crate::advice::page::Page;
use crate::advice::reading::{Reading, Sort};

/// `Book::where(…)` and so on, `$query` where that can't be said, with further methods.
fn base(reading: &Reading<'_>, more: &[String], guesses: &mut Guesses) -> String {
    match &reading.conditions {
        None => chain("$query", more),
        Some(conditions) => {
            let class = model(reading.table, guesses);
            let methods: Vec<String> = conditions
                .iter()
                .map(condition)
                .chain(more.iter().cloned())
                .collect();
            called(&class, &methods)
        }
    }
}

fn page_order(page: &Page<'_>, columns: &[&str]) -> Vec<String> {
    let order: Vec<Sort> = columns
        .iter()
        .zip(&page.keys)
        .map(|(c, k)| Sort {
            column: (*c).to_owned(),
            descending: k.descending,
        })
        .collect();
    sorts(&order)
}

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let mut methods = page_order(page, &columns);
    methods.push(format!("->cursorPaginate({})", page.rows("$pageSize")));
    let code = base(&page.reading, &methods, &mut guesses);
    let fix = Fix::new(code, guesses)
        .note("The page's nextCursor() leads to the next one; there are no page numbers.");
    Some(on_query(fix, &page.reading))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let key = &page.reading.key.name;
    let column = if key == "id" {
        String::new()
    } else {
        format!(", {}", string(key))
    };
    let code = base(
        &page.reading,
        &[format!("->lazyById(1000{column})")],
        &mut guesses,
    );
    let (one, _) = variables(page.reading.table);
    let code = format!("foreach ({code} as {one}) {{\n}}");
    let fix = Fix::new(code, guesses)
        .note("chunkById gives whole pages. Both go by the key, whatever the order.");
    Some(on_query(fix, &page.reading))
}

pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let methods = [
        format!("->orderBy({})", string(&reading.key.name)),
        "->simplePaginate($pageSize)".to_owned(),
    ];
    let code = base(reading, &methods, &mut guesses);
    let fix = Fix::new(code, guesses)
        .note("paginate() counts each time; simplePaginate() reads one row more instead.");
    Some(on_query(fix, reading))
}

pub(super) fn cache(caching: &Caching<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let reading = &caching.reading;
    let last = match &reading.aggregate {
        Some(a) if a.counts() => "->count()".to_owned(),
        Some(a) => format!("->{}({})", a.function, string(a.column.as_deref()?)),
        None => "->get()".to_owned(),
    };
    let load = match caching.conditions() {
        None => "query($values)".to_owned(),
        Some(_) => base(reading, &[last], &mut guesses).replace("\n    ", ""),
    };
    let arguments: Vec<String> = caching.arguments().iter().map(|a| variable(a)).collect();
    let code = if caching.lasts() {
        let marks: Vec<String> = arguments.iter().map(|a| format!(":{a}")).collect();
        let marks = marks.concat();
        let key = if marks.is_empty() {
            string(&caching.name)
        } else {
            format!("\"{}{marks}\"", caching.name)
        };
        fix::call(
            "Cache::remember(",
            &[key, caching.seconds.to_string(), format!("fn () => {load}")],
            ")",
            "    ",
            "",
        )
    } else {
        format!(
            "function {}({})\n{{\n    return once(fn () => {load});\n}}",
            camel(&snake(&caching.name)),
            arguments.join(", ")
        )
    };
    let fix = Fix::new(code, guesses).note_if(
        !caching.lasts(),
        "once() (Laravel 11) remembers for the request, as a method of one object.",
    );
    Some(on_query(fix, reading))
}
