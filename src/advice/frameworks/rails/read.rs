//! Reading in pages, and asking less often.

use super::super::on_query;
use super::{calculation, chain, sorts, string, symbol, variable, variables, wheres};
use crate::advice::cache::Caching;
use crate::advice::condition::Condition;
use crate::advice::fix::{self, Fix, Guesses};
use crate::advice::names::plural;
use crate::advice::page::Page;
use crate::advice::reading::{Reading, Sort};
use crate::sql::quoted;

/// `Book.where(…)`, or `query` where that can't be said.
fn base(reading: &Reading<'_>, guesses: &mut Guesses) -> String {
    match &reading.conditions {
        None => "query".to_owned(),
        Some(conditions) => {
            let class = guesses.class(reading.table);
            format!("{class}{}", wheres(conditions, reading.table).concat())
        }
    }
}

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let base = base(&page.reading, &mut guesses);
    let names: Vec<String> = columns
        .iter()
        .map(|c| format!("{}.{}", quoted(page.reading.table), quoted(c)))
        .collect();
    let values: Vec<String> = page.keys.iter().map(|k| variable(&k.variable)).collect();
    let (text, values) = match names.as_slice() {
        [one] => (format!("{one} {} ?", page.sign()), values),
        _ if page.one_way() => {
            let marks = vec!["?"; names.len()].join(", ");
            (
                format!("({}) {} ({marks})", names.join(", "), page.sign()),
                values,
            )
        }
        _ => {
            let marks: Vec<String> = values.iter().map(|v| format!(":{v}")).collect();
            let ways = page.ways(
                &names,
                &marks,
                |n, v| format!("{n} = {v}"),
                |n, v, sign| format!("{n} {sign} {v}"),
            );
            let ways: Vec<String> = ways
                .iter()
                .map(|parts| format!("({})", parts.join(" AND ")))
                .collect();
            let pairs: Vec<String> = values.iter().map(|v| format!("{v}: {v}")).collect();
            (ways.join(" OR "), pairs)
        }
    };
    let order: Vec<Sort> = columns
        .iter()
        .zip(&page.keys)
        .map(|(c, k)| Sort {
            column: (*c).to_owned(),
            descending: k.descending,
        })
        .collect();
    let methods = [
        format!(".where({}, {})", string(&text), values.join(", ")),
        format!(".order({})", sorts(&order)),
        format!(".limit({})", page.rows("page_size")),
    ];
    Some(on_query(
        Fix::new(chain(&base, &methods), guesses),
        &page.reading,
    ))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let base = base(&page.reading, &mut guesses);
    let (one, _) = variables(page.reading.table);
    let code = format!("{base}.find_each(batch_size: 1000) do |{one}|\nend");
    let fix = Fix::new(code, guesses).note("find_each goes by the primary key, in_batches gives whole pages; both ignore other orders.");
    Some(on_query(fix, &page.reading))
}

pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let base = base(reading, &mut guesses);
    let methods = [
        format!(".order({})", symbol(&reading.key.name)),
        ".offset(offset)".to_owned(),
        ".limit(page_size + 1)".to_owned(),
    ];
    let code = format!(
        "rows = {}\nhas_next = rows.to_a.size > page_size",
        chain(&base, &methods)
    );
    let fix = Fix::new(code, guesses).note("Kaminari has without_count, Pagy countless.");
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
        Some(aggregate) => format!(
            "{query}{}",
            calculation(&aggregate.function, aggregate.column.as_deref())
        ),
        None if caching.conditions().is_some_and(<[Condition]>::is_empty) => {
            format!("{query}.all.to_a")
        }
        None => format!("{query}.to_a"),
    };
    let arguments: Vec<String> = caching.arguments().iter().map(|a| variable(a)).collect();
    let code = if caching.lasts() {
        let key: Vec<String> = std::iter::once(format!("\"{}\"", caching.name))
            .chain(arguments)
            .collect();
        fix::call(
            "Rails.cache.fetch(",
            &[
                format!("[{}]", key.join(", ")),
                format!("expires_in: {}.seconds", caching.seconds),
            ],
            &format!(") {{ {load} }}"),
            "  ",
            "",
        )
    } else {
        let key = match arguments.as_slice() {
            [] => {
                return Some(on_query(
                    Fix::new(format!("@{0} ||= {load}", caching.name), guesses),
                    reading,
                ));
            }
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        format!(
            "@{0} ||= {{}}\n@{0}[{key}] ||= {load}",
            plural(&caching.name)
        )
    };
    let fix = Fix::new(code, guesses).note_if(
        !caching.lasts(),
        "An instance variable of the controller lives as long as the request.",
    );
    Some(on_query(fix, reading))
}
