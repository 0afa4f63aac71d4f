//! Reading in pages, and asking less often.

use super::super::on_query;
use super::super::python::{call, chain, column, name, remember, variables};
use super::{class, filtered, sorts};
use crate::advice::cache::Caching;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::names::spoken;
use crate::advice::page::Page;
use crate::advice::reading::{Reading, Sort};
use crate::advice::target::Target;

/// `Book.objects.filter(…)`, or `query` where that can't be said. The bare manager where there is no condition.
fn base(reading: &Reading<'_>, guesses: &mut Guesses) -> String {
    match &reading.conditions {
        None => "query".to_owned(),
        Some(conditions) => format!(
            "{}.objects{}",
            class(reading.table, guesses),
            filtered(conditions, guesses)
        ),
    }
}

fn page_order(page: &Page<'_>, columns: &[&str], guesses: &mut Guesses) -> String {
    let sorts_of = columns.iter().zip(&page.keys).map(|(c, k)| Sort {
        column: (*c).to_owned(),
        descending: k.descending,
    });
    sorts(&sorts_of.collect::<Vec<_>>(), guesses)
}

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let base = base(&page.reading, &mut guesses);
    let names: Vec<String> = columns.iter().map(|c| column(c, &mut guesses)).collect();
    let values: Vec<String> = page.keys.iter().map(|k| name(&k.variable)).collect();
    let end = |sign: &str| if sign == "<" { "lt" } else { "gt" };
    let after = if let [one] = names.as_slice() {
        format!(".filter({one}__{}={})", end(page.sign()), values.concat())
    } else {
        let ways = page.ways(
            &names,
            &values,
            |n, v| format!("{n}={v}"),
            |n, v, sign| format!("{n}__{}={v}", end(sign)),
        );
        let ways: Vec<String> = ways
            .iter()
            .map(|parts| format!("Q({})", parts.join(", ")))
            .collect();
        format!(".filter({})", ways.join(" | "))
    };
    let methods = [
        after,
        format!(
            ".order_by({})[:{}]",
            page_order(page, &columns, &mut guesses),
            page.rows("page_size")
        ),
    ];
    Some(on_query(
        Fix::new(chain(&base, &methods), guesses),
        &page.reading,
    ))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let base = base(&page.reading, &mut guesses);
    let order = page_order(page, &columns, &mut guesses);
    let (one, _) = variables(spoken(page.reading.table, Target::Django));
    let code = format!("for {one} in {base}.order_by({order}).iterator(chunk_size=2000):\n    ...");
    let fix = Fix::new(code, guesses).note("iterator() reads through a cursor on the server; behind PgBouncer in transaction mode it can't.");
    Some(on_query(fix, &page.reading))
}

pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let base = base(reading, &mut guesses);
    let key = column(&reading.key.name, &mut guesses);
    let code = format!(
        "rows = list({base}.order_by(\"{key}\")[offset : offset + page_size + 1])\nhas_next = len(rows) > page_size\nrows = rows[:page_size]"
    );
    let fix = Fix::new(code, guesses).note("Paginator and the admin count each time; a Paginator with a count of its own and show_full_result_count = False don't.");
    Some(on_query(fix, reading))
}

pub(super) fn cache(caching: &Caching<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let reading = &caching.reading;
    let query = match caching.conditions() {
        None => "query(values)".to_owned(),
        Some(_) => base(reading, &mut guesses),
    };
    let load = match &reading.aggregate {
        Some(aggregate) if aggregate.counts() => format!("{query}.count()"),
        Some(aggregate) => {
            let of = column(aggregate.column.as_deref()?, &mut guesses);
            format!(
                "{query}.aggregate({}(\"{of}\"))",
                crate::advice::names::pascal(&aggregate.function)
            )
        }
        None if query.ends_with(".objects") => format!("list({query}.all())"),
        None => format!("list({query})"),
    };
    if !caching.lasts() {
        return Some(on_query(
            Fix::new(remember(caching, &load), guesses),
            reading,
        ));
    }
    let arguments: Vec<String> = caching.arguments().iter().map(|a| name(a)).collect();
    let marks: Vec<String> = arguments.iter().map(|a| format!(":{{{a}}}")).collect();
    let marks = marks.concat();
    let key = if marks.is_empty() {
        format!("\"{}\"", caching.name)
    } else {
        format!("f\"{}{marks}\"", caching.name)
    };
    let parts = [key, format!("lambda: {load}"), caching.seconds.to_string()];
    let code = format!(
        "from django.core.cache import cache\n\n{}",
        call("cache.get_or_set(", &parts, ")")
    );
    Some(on_query(Fix::new(code, guesses), reading))
}
