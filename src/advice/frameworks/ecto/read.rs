//! Reading in pages, and asking less often.

use super::super::on_query;
use super::{all, binding, column, from, sorts, variable, variables, wheres};
use crate::advice::cache::Caching;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::names::{class_name, snake};
use crate::advice::page::Page;
use crate::advice::reading::{Reading, Sort};

/// `from(b in Book, where: …)` with further clauses, or `query` with them where its conditions can't be said.
fn base(
    reading: &Reading<'_>,
    more: impl Fn(&str, &mut Guesses) -> Vec<String>,
    guesses: &mut Guesses,
) -> String {
    let class = class_name(reading.table);
    let b = binding(&class);
    match &reading.conditions {
        None => from("query", &b, &more(&b, guesses)),
        Some(conditions) => {
            let class = guesses.class(reading.table);
            let mut clauses = wheres(conditions, &b, guesses);
            clauses.extend(more(&b, guesses));
            from(&class, &b, &clauses)
        }
    }
}

fn page_order(page: &Page<'_>, columns: &[&str], binding: &str, guesses: &mut Guesses) -> String {
    let order: Vec<Sort> = columns
        .iter()
        .zip(&page.keys)
        .map(|(c, k)| Sort {
            column: (*c).to_owned(),
            descending: k.descending,
        })
        .collect();
    sorts(&order, binding, guesses)
}

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let values: Vec<String> = page
        .keys
        .iter()
        .map(|k| format!("^{}", variable(&k.variable)))
        .collect();
    let more = |b: &str, guesses: &mut Guesses| {
        let names: Vec<String> = columns
            .iter()
            .map(|c| format!("{b}.{}", column(c, guesses)))
            .collect();
        let after = match names.as_slice() {
            [one] => format!("{one} {} {}", page.sign(), values.concat()),
            all if page.one_way() => {
                let marks = vec!["?"; all.len()].join(", ");
                // A fragment knows no types: each value is told that of its column.
                let typed: Vec<String> = all
                    .iter()
                    .zip(&values)
                    .map(|(n, v)| format!("type({v}, {n})"))
                    .collect();
                format!(
                    "fragment(\"({marks}) {} ({marks})\", {}, {})",
                    page.sign(),
                    all.join(", "),
                    typed.join(", ")
                )
            }
            _ => {
                let ways = page.ways(
                    &names,
                    &values,
                    |n, v| format!("{n} == {v}"),
                    |n, v, sign| format!("{n} {sign} {v}"),
                );
                let ways: Vec<String> = ways
                    .iter()
                    .map(|parts| match parts.as_slice() {
                        [one] => one.clone(),
                        several => format!("({})", several.join(" and ")),
                    })
                    .collect();
                ways.join(" or ")
            }
        };
        vec![
            format!("where: {after}"),
            format!("order_by: {}", page_order(page, &columns, b, guesses)),
            match page.rows {
                Some(rows) => format!("limit: {rows}"),
                None => "limit: ^page_size".to_owned(),
            },
        ]
    };
    let code = all(&base(&page.reading, more, &mut guesses));
    Some(on_query(Fix::new(code, guesses), &page.reading))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let more = |b: &str, guesses: &mut Guesses| {
        vec![format!(
            "order_by: {}",
            page_order(page, &columns, b, guesses)
        )]
    };
    let query = base(&page.reading, more, &mut guesses);
    let (one, _) = variables(page.reading.table);
    let code = format!(
        "Repo.transaction(fn ->\n  {}\n  |> Repo.stream(max_rows: 1000)\n  |> Enum.each(fn _{one} -> :ok end)\nend)",
        query.replace('\n', "\n  ")
    );
    Some(on_query(
        Fix::new(code, guesses)
            .note("Repo.stream reads through a cursor, so it needs a transaction."),
        &page.reading,
    ))
}

pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let more = |b: &str, guesses: &mut Guesses| {
        vec![
            format!("order_by: {b}.{}", column(&reading.key.name, guesses)),
            "offset: ^offset".to_owned(),
            "limit: ^(page_size + 1)".to_owned(),
        ]
    };
    let query = all(&base(reading, more, &mut guesses));
    let code = format!(
        "rows =\n  {}\n\nhas_next = length(rows) > page_size",
        query.replace('\n', "\n  ")
    );
    Some(on_query(Fix::new(code, guesses), reading))
}

pub(super) fn cache(caching: &Caching<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let reading = &caching.reading;
    let nothing = |_: &str, _: &mut Guesses| Vec::new();
    let query = match caching.conditions() {
        None => "query(values)".to_owned(),
        Some([]) => guesses.class(reading.table),
        Some(_) => base(reading, nothing, &mut guesses),
    };
    let load = match &reading.aggregate {
        Some(aggregate) => {
            let of = aggregate
                .column
                .as_ref()
                .map(|c| format!(", :{}", column(c, &mut guesses)))
                .unwrap_or_default();
            format!("Repo.aggregate({query}, :{}{of})", aggregate.function)
        }
        None => format!("Repo.all({query})"),
    };
    let arguments: Vec<String> = caching.arguments().iter().map(|a| variable(a)).collect();
    let name = snake(&caching.name);
    let key: Vec<String> = std::iter::once(format!(":{name}"))
        .chain(arguments.iter().cloned())
        .collect();
    let key = format!("{{{}}}", key.join(", "));
    let code = if caching.lasts() {
        format!(
            "Cachex.fetch(:cache, {key}, fn _ ->\n  {{:commit, {load}, expire: :timer.seconds({})}}\nend)",
            caching.seconds
        )
    } else {
        format!(
            "def {name}({}) do\n  with nil <- Process.get({key}) do\n    rows = {load}\n    Process.put({key}, rows)\n    rows\n  end\nend",
            arguments.join(", ")
        )
    };
    let fix = Fix::new(code, guesses).note_if(
        !caching.lasts(),
        "Each request has a process of its own, which forgets at its end.",
    );
    Some(on_query(fix, reading))
}
