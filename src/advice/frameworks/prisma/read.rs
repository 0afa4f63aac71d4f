//! Reading in pages, and asking less often.

use super::super::javascript::{call, last_values, object, property, remember};
use super::super::on_query;
use super::{client, conditions, order};
use crate::advice::cache::Caching;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::page::Page;
use crate::advice::reading::{Reading, Sort};

/// What a query that reads the same rows is found by; `...query` where its conditions can't be said.
fn base(reading: &Reading<'_>) -> Vec<String> {
    match &reading.conditions {
        None => vec!["...query".to_owned()],
        Some(list) if list.is_empty() => Vec::new(),
        Some(list) => vec![format!("where: {}", conditions(list))],
    }
}

fn page_order(page: &Page<'_>, columns: &[&str]) -> String {
    let sorts = columns.iter().zip(&page.keys).map(|(c, k)| Sort {
        column: (*c).to_owned(),
        descending: k.descending,
    });
    order(&sorts.collect::<Vec<_>>())
}

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let access = client(page.reading.table, &mut guesses);
    let key = &page.reading.key.name;
    let last = last_values(page).pop()?;
    let mut pairs = base(&page.reading);
    pairs.push(format!("orderBy: {}", page_order(page, &columns)));
    pairs.push(format!("cursor: {{ {}: {last} }}", property(key)));
    pairs.push("skip: 1".to_owned());
    pairs.push(format!("take: {}", page.rows("pageSize")));
    let code = call(&format!("await {access}.findMany({{"), &pairs, "});");
    let fix = Fix::new(code, guesses).note("The first page has neither cursor nor skip.");
    Some(on_query(fix, &page.reading))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let access = client(page.reading.table, &mut guesses);
    let key = &page.reading.key.name;
    let mut pairs = base(&page.reading);
    pairs.push(format!("orderBy: {}", page_order(page, &columns)));
    pairs.push("take: 1000".to_owned());
    pairs.push(format!(
        "...(last && {{ cursor: {{ {0}: last.{0} }}, skip: 1 }})",
        property(key)
    ));
    let code = format!(
        "let last;\ndo {{\n  const rows = await {access}.findMany({{\n    {},\n  }});\n  last = rows.at(-1);\n}} while (last);",
        pairs.join(",\n    ")
    );
    Some(on_query(Fix::new(code, guesses), &page.reading))
}

pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let access = client(reading.table, &mut guesses);
    let mut pairs = base(reading);
    pairs.push(format!(
        "orderBy: {{ {}: \"asc\" }}",
        property(&reading.key.name)
    ));
    pairs.push("skip: offset".to_owned());
    pairs.push("take: pageSize + 1".to_owned());
    let find = call(
        &format!("const rows = await {access}.findMany({{"),
        &pairs,
        "});",
    );
    let fix = Fix::new(
        format!("{find}\nconst hasNext = rows.length > pageSize;"),
        guesses,
    );
    Some(on_query(fix, reading))
}

pub(super) fn cache(caching: &Caching<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let access = client(caching.reading.table, &mut guesses);
    let (method, more) = match &caching.reading.aggregate {
        Some(aggregate) if aggregate.counts() => ("count", None),
        Some(aggregate) => (
            "aggregate",
            Some(format!(
                "_{}: {{ {}: true }}",
                aggregate.function,
                property(aggregate.column.as_deref()?)
            )),
        ),
        None => ("findMany", None),
    };
    let load = if caching.conditions().is_none() {
        "query(values)".to_owned()
    } else {
        let pairs: Vec<String> = base(&caching.reading).into_iter().chain(more).collect();
        if pairs.is_empty() {
            format!("{access}.{method}()")
        } else {
            format!("{access}.{method}({})", object(&pairs))
        }
    };
    let fix = Fix::new(remember(caching, &load), guesses).note_if(
        caching.lasts(),
        "Prisma Accelerate does the same with cacheStrategy: { ttl } in the query.",
    );
    Some(on_query(fix, &caching.reading))
}
