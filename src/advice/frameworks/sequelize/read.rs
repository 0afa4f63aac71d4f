//! Reading in pages, and asking less often.

use super::super::javascript::{
    call, last_values, model, object, pair, property, remember, string, variable,
};
use super::super::on_query;
use super::{column, condition};
use crate::advice::cache::Caching;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::page::Page;
use crate::advice::reading::Reading;

/// The options of a query that reads the same rows, and its class; `None` where its conditions can't be said.
fn base(reading: &Reading<'_>, guesses: &mut Guesses) -> (String, Option<Vec<String>>) {
    let class = model(reading.table, Some(reading.facts), guesses);
    let wanted = reading.conditions.as_ref().map(|list| {
        list.iter()
            .map(|c| condition(c, Some(reading.facts)))
            .collect()
    });
    (class, wanted)
}

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let facts = Some(page.reading.facts);
    let names: Vec<String> = page
        .columns()?
        .into_iter()
        .map(|c| column(c, facts))
        .collect();
    let mut guesses = Guesses::default();
    let (class, own) = base(&page.reading, &mut guesses);
    let values = last_values(page);
    let op = |sign: &str| if sign == "<" { "lt" } else { "gt" };
    let mut wanted = own
        .clone()
        .unwrap_or_else(|| vec!["...query.where".to_owned()]);
    if let [one] = names.as_slice() {
        let after = format!("[Op.{}]: {}", op(page.sign()), values.concat());
        wanted.push(format!("{}: {{ {after} }}", property(one)));
    } else {
        let ways = page.ways(&names, &values, pair, |n, v, sign| {
            format!("{}: {{ [Op.{}]: {v} }}", property(n), op(sign))
        });
        let ways: Vec<String> = ways.iter().map(|parts| object(parts)).collect();
        wanted.push(format!("[Op.or]: [{}]", ways.join(", ")));
    }
    let order: Vec<String> = names
        .iter()
        .zip(&page.keys)
        .map(|(n, k)| {
            format!(
                "[{}, \"{}\"]",
                string(n),
                if k.descending { "DESC" } else { "ASC" }
            )
        })
        .collect();
    let mut pairs = Vec::new();
    if own.is_none() {
        pairs.push("...query".to_owned());
    }
    pairs.push(format!("where: {}", object(&wanted)));
    pairs.push(format!("order: [{}]", order.join(", ")));
    pairs.push(format!("limit: {}", page.rows("pageSize")));
    let code = call(&format!("await {class}.findAll({{"), &pairs, "});");
    Some(on_query(Fix::new(code, guesses), &page.reading))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let facts = Some(page.reading.facts);
    let (class, own) = base(&page.reading, &mut guesses);
    let key = column(&page.reading.key.name, facts);
    let last = variable(&format!("last_{key}"));
    let mut wanted = own
        .clone()
        .unwrap_or_else(|| vec!["...query.where".to_owned()]);
    wanted.push(format!(
        "...({last} && {{ {}: {{ [Op.gt]: {last} }} }})",
        property(&key)
    ));
    let spread = if own.is_none() { "...query, " } else { "" };
    let code = format!(
        "let {last};\nfor (;;) {{\n  const rows = await {class}.findAll({{\n    {spread}where: {},\n    order: [[{}, \"ASC\"]],\n    limit: 1000,\n  }});\n  if (rows.length === 0) break;\n  {last} = rows[rows.length - 1].{key};\n}}",
        object(&wanted),
        string(&key)
    );
    Some(on_query(Fix::new(code, guesses), &page.reading))
}

pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let (class, own) = base(reading, &mut guesses);
    let key = column(&reading.key.name, Some(reading.facts));
    let mut pairs = match own {
        None => vec!["...query".to_owned()],
        Some(own) if own.is_empty() => Vec::new(),
        Some(own) => vec![format!("where: {}", object(&own))],
    };
    pairs.push(format!("order: [{}]", string(&key)));
    pairs.push("offset".to_owned());
    pairs.push("limit: pageSize + 1".to_owned());
    let find = call(
        &format!("const rows = await {class}.findAll({{"),
        &pairs,
        "});",
    );
    let code = format!("{find}\nconst hasNext = rows.length > pageSize;");
    let fix = Fix::new(code, guesses).note("findAndCountAll counts each time; findAll doesn't.");
    Some(on_query(fix, reading))
}

pub(super) fn cache(caching: &Caching<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let (class, own) = base(&caching.reading, &mut guesses);
    let (method, tail) = match &caching.reading.aggregate {
        Some(aggregate) if aggregate.counts() => ("count".to_owned(), ""),
        Some(aggregate) => (
            format!(
                "aggregate({}, {}, ",
                string(aggregate.column.as_deref()?),
                string(&aggregate.function)
            ),
            ")",
        ),
        None => ("findAll".to_owned(), ""),
    };
    let options = match own {
        None => "query(values)".to_owned(),
        Some(own) if own.is_empty() => String::new(),
        Some(own) => format!("{{ where: {} }}", object(&own)),
    };
    let load = if tail.is_empty() {
        format!("{class}.{method}({options})")
    } else {
        format!(
            "{class}.{method}{}{tail}",
            if options.is_empty() {
                "{}".to_owned()
            } else {
                options
            }
        )
    };
    Some(on_query(
        Fix::new(remember(caching, &load), guesses),
        &caching.reading,
    ))
}
