//! Reading in pages, and asking less often.

use super::super::javascript::{call, last_values, model, object, remember, string, variables};
use super::super::on_query;
use super::{column, condition, parameters, repository, text};
use crate::advice::cache::Caching;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::page::Page;
use crate::advice::reading::{Aggregate, Reading};

fn ordered(page: &Page<'_>, names: &[String]) -> Vec<String> {
    let line = |(at, (name, key)): (usize, (&String, &crate::advice::page::PageKey))| {
        let method = if at == 0 { "orderBy" } else { "addOrderBy" };
        format!(
            ".{method}({}, \"{}\")",
            string(name),
            if key.descending { "DESC" } else { "ASC" }
        )
    };
    names.iter().zip(&page.keys).enumerate().map(line).collect()
}

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let (mut lines, one) = builder(&page.reading, &mut guesses);
    let names: Vec<String> = columns
        .iter()
        .map(|c| format!("{one}.{}", column(c, &mut guesses)))
        .collect();
    let values = last_values(page);
    let marks: Vec<String> = values.iter().map(|v| format!(":{v}")).collect();
    let after = match names.as_slice() {
        [name] => format!("{name} {} {}", page.sign(), marks.concat()),
        _ if page.one_way() => format!(
            "({}) {} ({})",
            names.join(", "),
            page.sign(),
            marks.join(", ")
        ),
        _ => {
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
            format!("({})", ways.join(" OR "))
        }
    };
    lines.push(format!(
        ".andWhere({}, {})",
        string(&after),
        object(&values)
    ));
    lines.extend(ordered(page, &names));
    lines.push(format!(".limit({})", page.rows("pageSize")));
    lines.push(".getMany();".to_owned());
    Some(on_query(
        Fix::new(format!("await {}", lines.join("\n  ")), guesses),
        &page.reading,
    ))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let (mut lines, one) = builder(&page.reading, &mut guesses);
    let names: Vec<String> = columns
        .iter()
        .map(|c| format!("{one}.{}", column(c, &mut guesses)))
        .collect();
    lines.extend(ordered(page, &names));
    lines.push(".stream();".to_owned());
    let code = format!(
        "const stream = await {}\nfor await (const row of stream) {{\n}}",
        lines.join("\n  ")
    );
    let fix = Fix::new(code, guesses)
        .note("It reads through a cursor (package pg-query-stream) and gives raw rows.");
    Some(on_query(fix, &page.reading))
}

pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let (mut lines, one) = builder(reading, &mut guesses);
    let key = column(&reading.key.name, &mut guesses);
    lines.push(format!(
        ".orderBy({}, \"ASC\")",
        string(&format!("{one}.{key}"))
    ));
    lines.push(".offset(offset)".to_owned());
    lines.push(".limit(pageSize + 1)".to_owned());
    lines.push(".getMany();".to_owned());
    let code = format!(
        "const rows = await {}\nconst hasNext = rows.length > pageSize;",
        lines.join("\n  ")
    );
    let fix = Fix::new(code, guesses).note("getManyAndCount and findAndCount count each time.");
    Some(on_query(fix, reading))
}

pub(super) fn cache(caching: &Caching<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let reading = &caching.reading;
    let class = model(reading.table, Some(reading.facts), &mut guesses);
    let wanted: Option<Vec<String>> = caching
        .conditions()
        .map(|list| list.iter().map(|c| condition(c, &mut guesses)).collect());
    let counts = reading.aggregate.as_ref().map(Aggregate::counts);
    if caching.lasts() && counts != Some(false) {
        let method = if counts.is_some() { "count" } else { "find" };
        let ttl = caching.seconds * 1000;
        let code = match wanted {
            None => format!("await query.cache({ttl}).getMany();"),
            Some(own) => {
                let mut pairs = Vec::new();
                if !own.is_empty() {
                    pairs.push(format!("where: {}", object(&own)));
                }
                pairs.push(format!("cache: {ttl}"));
                call(
                    &format!("await {}.{method}({{", repository(&class)),
                    &pairs,
                    "});",
                )
            }
        };
        let fix = Fix::new(code, guesses).note("Set cache: { type: \"redis\", … } in the data source; by default the answers go to a table.");
        return Some(on_query(fix, reading));
    }
    let load = match (&reading.aggregate, wanted) {
        (_, None) => "query(values)".to_owned(),
        (Some(a), Some(own)) if a.counts() => {
            format!("{}.countBy({})", repository(&class), object(&own))
        }
        (Some(a), Some(own)) => {
            let method = match a.function.as_str() {
                "sum" => "sum",
                "max" => "maximum",
                "min" => "minimum",
                _ => "average",
            };
            let of = column(a.column.as_deref()?, &mut guesses);
            format!(
                "{}.{method}({}, {})",
                repository(&class),
                string(&of),
                object(&own)
            )
        }
        (None, Some(own)) => format!("{}.findBy({})", repository(&class), object(&own)),
    };
    Some(on_query(
        Fix::new(remember(caching, &load), guesses),
        reading,
    ))
}

/// A query builder for the same rows, and the name that it gives them; `query` where its conditions can't be said.
fn builder(reading: &Reading<'_>, guesses: &mut Guesses) -> (Vec<String>, String) {
    let (one, _) = variables(reading.table);
    let Some(conditions) = &reading.conditions else {
        return (vec!["query".to_owned()], one);
    };
    let class = model(reading.table, Some(reading.facts), guesses);
    let mut lines = vec![
        repository(&class),
        format!(".createQueryBuilder({})", string(&one)),
    ];
    if !conditions.is_empty() {
        let condition: Vec<String> = conditions.iter().map(|c| text(&one, c, guesses)).collect();
        lines.push(format!(
            ".where({}, {})",
            string(&condition.join(" AND ")),
            parameters(conditions)
        ));
    }
    (lines, one)
}
