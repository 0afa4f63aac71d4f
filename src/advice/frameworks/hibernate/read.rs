//! Reading in pages, and asking less often.

use super::super::on_query;
use super::{LIST, alias, column, conditions, query, variable};
use crate::advice::cache::Caching;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::names::{camel, class_name};
use crate::advice::page::Page;
use crate::advice::reading::Reading;

/// The clauses of a query that reads the same rows, its alias, and the parameters; `None` where its conditions can't
/// be said.
fn base(
    reading: &Reading<'_>,
    guesses: &mut Guesses,
) -> Option<(Vec<String>, String, Vec<String>)> {
    let list = reading.conditions.as_ref()?;
    let class = guesses.class(reading.table);
    let own = alias(&class, &[]);
    let (conditions, parameters) = conditions(list, &own, &reading.key.name, guesses);
    let mut clauses = vec![format!("select {own} from {class} {own}")];
    if !conditions.is_empty() {
        clauses.push(format!("where {}", conditions.join(" and ")));
    }
    Some((clauses, own, parameters))
}

fn sorted(page: &Page<'_>, names: &[String]) -> String {
    let one = |(name, key): (&String, &crate::advice::page::PageKey)| {
        if key.descending {
            format!("{name} desc")
        } else {
            name.clone()
        }
    };
    let all: Vec<String> = names.iter().zip(&page.keys).map(one).collect();
    format!("order by {}", all.join(", "))
}

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let (mut clauses, own, mut parameters) = base(&page.reading, &mut guesses)?;
    let key = &page.reading.key.name;
    let names: Vec<String> = columns
        .iter()
        .map(|c| column(&own, c, key, &mut guesses))
        .collect();
    let values: Vec<String> = page.keys.iter().map(|k| variable(&k.variable)).collect();
    let marks: Vec<String> = values.iter().map(|v| format!(":{v}")).collect();
    let ways = page.ways(
        &names,
        &marks,
        |n, v| format!("{n} = {v}"),
        |n, v, sign| format!("{n} {sign} {v}"),
    );
    let ways: Vec<String> = ways.iter().map(|parts| parts.join(" and ")).collect();
    let after = match ways.as_slice() {
        [one] => one.clone(),
        several => format!("({})", several.join(" or ")),
    };
    let word = if clauses.len() > 1 { "and" } else { "where" };
    clauses.push(format!("{word} {after}"));
    clauses.push(sorted(page, &names));
    parameters.extend(values);
    let last = format!(".setMaxResults({})\n    {LIST}", page.rows("pageSize"));
    let class = class_name(page.reading.table);
    let fix = Fix::new(query(&clauses, &class, &parameters, &last), guesses);
    Some(fix.note("Spring Data: a Window with ScrollPosition.keyset()."))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let (mut clauses, own, parameters) = base(&page.reading, &mut guesses)?;
    let key = &page.reading.key.name;
    let names: Vec<String> = columns
        .iter()
        .map(|c| column(&own, c, key, &mut guesses))
        .collect();
    clauses.push(sorted(page, &names));
    let class = class_name(page.reading.table);
    let text = query(
        &clauses,
        &class,
        &parameters,
        ".setHint(\"org.hibernate.fetchSize\", 1000)\n    .getResultStream()",
    );
    let code =
        format!("try (Stream<{class}> rows = {text}) {{\n    rows.forEach(row -> {{}});\n}}");
    Some(Fix::new(code, guesses).note(
        "In a transaction the driver reads through a cursor. A StatelessSession keeps no rows.",
    ))
}

pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let class = class_name(reading.table);
    let last = format!(".setFirstResult(offset)\n    .setMaxResults(pageSize + 1)\n    {LIST}");
    let text = match base(reading, &mut guesses) {
        Some((mut clauses, own, parameters)) => {
            clauses.push(format!(
                "order by {}",
                column(&own, &reading.key.name, &reading.key.name, &mut guesses)
            ));
            query(&clauses, &class, &parameters, &last)
        }
        None => format!("query\n    {last}"),
    };
    let code = format!("List<{class}> rows = {text}\nboolean hasNext = rows.size() > pageSize;");
    let fix = Fix::new(code, guesses).note(
        "Spring Data: a method that gives a Slice doesn't count, one that gives a Page does.",
    );
    Some(on_query(fix, reading))
}

pub(super) fn cache(caching: &Caching<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let reading = &caching.reading;
    let class = guesses.class(reading.table);
    if let Some([one]) = caching.conditions()
        && caching.single
        && !caching.lasts()
    {
        let code = format!(
            "entityManager.find({class}.class, {});",
            variable(&one.variable)
        );
        return Some(Fix::new(code, guesses).note("The persistence context answers the second time, when it lives as long as the request."));
    }
    let (last, gives) = if reading.aggregate.is_some() {
        (".getSingleResult()", "Object".to_owned())
    } else {
        (".getResultList()", format!("List<{class}>"))
    };
    let load = match base(reading, &mut guesses) {
        Some((mut clauses, own, parameters)) => {
            let mut of_class = class.clone();
            if let Some(aggregate) = &reading.aggregate {
                let of = match &aggregate.column {
                    Some(of) => column(&own, of, &reading.key.name, &mut guesses),
                    None => own.clone(),
                };
                "Object".clone_into(&mut of_class);
                if let Some(first) = clauses.first_mut() {
                    *first = format!("select {}({of}) from {class} {own}", aggregate.function);
                }
            }
            query(&clauses, &of_class, &parameters, last)
        }
        None => format!("query(values){last}"),
    };
    let arguments: Vec<String> = caching.arguments().iter().map(|a| variable(a)).collect();
    let code = if caching.lasts() {
        let declared: Vec<String> = arguments.iter().map(|a| format!("Object {a}")).collect();
        let name = camel(&caching.name);
        format!(
            "@Cacheable(\"{name}\")\npublic {gives} {name}({}) {{\n    return {};\n}}",
            declared.join(", "),
            load.replace('\n', "\n    ")
        )
    } else {
        format!(
            "remembered.computeIfAbsent(List.of({}), absent -> {load});",
            arguments.join(", ")
        )
    };
    let fix = Fix::new(code, guesses)
        .note_if(
            caching.lasts(),
            &format!("Give the cache a time to live of {} s.", caching.seconds),
        )
        .note_if(!caching.lasts(), "remembered is a Map of the request.");
    Some(on_query(fix, reading))
}
