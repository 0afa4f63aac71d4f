//! Reading in pages, and asking less often.

use super::super::on_query;
use super::{chain, conditions, sort, string, variable, variables};
use crate::advice::cache::Caching;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::names::{camel, snake};
use crate::advice::page::Page;
use crate::advice::reading::{Reading, Sort};
use crate::sql::quoted;

/// The conditions of a query that reads the same rows; `Where(query)` where they can't be said.
fn base(reading: &Reading<'_>) -> Vec<String> {
    match &reading.conditions {
        None => vec!["Where(query)".to_owned()],
        Some(list) if list.is_empty() => Vec::new(),
        Some(list) => vec![format!("Where({})", conditions(list))],
    }
}

fn page_order(page: &Page<'_>, columns: &[&str]) -> String {
    let all: Vec<String> = columns
        .iter()
        .zip(&page.keys)
        .map(|(c, k)| {
            sort(&Sort {
                column: (*c).to_owned(),
                descending: k.descending,
            })
        })
        .collect();
    format!("Order({})", string(&all.join(", ")))
}

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let names: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
    let values: Vec<String> = page.keys.iter().map(|k| variable(&k.variable)).collect();
    let (text, values) = match names.as_slice() {
        [one] => (format!("{one} {} ?", page.sign()), values.join(", ")),
        _ if page.one_way() => {
            let marks = vec!["?"; names.len()].join(", ");
            (
                format!("({}) {} ({marks})", names.join(", "), page.sign()),
                values.join(", "),
            )
        }
        _ => {
            let marks: Vec<String> = values.iter().map(|v| format!("@{v}")).collect();
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
            let pairs: Vec<String> = values
                .iter()
                .map(|v| format!("{}: {v}", string(v)))
                .collect();
            (
                ways.join(" OR "),
                format!("map[string]any{{{}}}", pairs.join(", ")),
            )
        }
    };
    let mut methods = base(&page.reading);
    methods.push(format!("Where({}, {values})", string(&text)));
    methods.push(page_order(page, &columns));
    methods.push(format!("Limit({})", page.rows("pageSize")));
    methods.push(format!("Find(&{})", variables(page.reading.table).1));
    Some(on_query(
        Fix::new(chain(&methods), Guesses::default()),
        &page.reading,
    ))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let (_, many) = variables(page.reading.table);
    let mut methods = base(&page.reading);
    methods.push(format!(
        "FindInBatches(&{many}, 1000, func(tx *gorm.DB, batch int) error {{\n\treturn nil\n}})"
    ));
    let code = format!("db.{}", methods.join("."));
    let fix = Fix::new(code, Guesses::default())
        .note("It goes by the primary key; Rows() reads in any order.");
    Some(on_query(fix, &page.reading))
}

pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let (_, many) = variables(reading.table);
    let mut methods = base(reading);
    methods.push(format!("Order({})", string(&quoted(&reading.key.name))));
    methods.push("Offset(offset)".to_owned());
    methods.push("Limit(pageSize + 1)".to_owned());
    methods.push(format!("Find(&{many})"));
    let code = format!("{}\nhasNext := len({many}) > pageSize", chain(&methods));
    Some(on_query(Fix::new(code, Guesses::default()), reading))
}

pub(super) fn cache(caching: &Caching<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let reading = &caching.reading;
    let class = guesses.class(reading.table);
    let mut methods = match caching.conditions() {
        None => vec!["Where(query(values))".to_owned()],
        Some(_) => base(reading),
    };
    let gives = match &reading.aggregate {
        Some(aggregate) if aggregate.counts() => {
            methods.insert(0, format!("Model(&{class}{{}})"));
            methods.push("Count(&answer)".to_owned());
            "int64".to_owned()
        }
        Some(aggregate) => {
            let of = quoted(aggregate.column.as_deref()?);
            methods.insert(0, format!("Model(&{class}{{}})"));
            methods.push(format!(
                "Select({})",
                string(&format!("{}({of})", aggregate.function))
            ));
            methods.push("Scan(&answer)".to_owned());
            "float64".to_owned()
        }
        None => {
            methods.push("Find(&answer)".to_owned());
            format!("[]{class}")
        }
    };
    let arguments: Vec<String> = caching.arguments().iter().map(|a| variable(a)).collect();
    let key = match arguments.as_slice() {
        [] => "\"\"".to_owned(),
        [one] => one.clone(),
        several => format!("fmt.Sprint({})", several.join(", ")),
    };
    let declared = if arguments.is_empty() {
        String::new()
    } else {
        format!(", {} any", arguments.join(", "))
    };
    let name = camel(&snake(&caching.name));
    let (store, get, put, more) = if caching.lasts() {
        (
            format!(
                "// github.com/hashicorp/golang-lru/v2/expirable\nvar remembered = expirable.NewLRU[any, {gives}](1000, nil, {}*time.Second)\n\n",
                caching.seconds
            ),
            format!("remembered.Get({key})"),
            format!("remembered.Add({key}, answer)"),
            "",
        )
    } else {
        (
            String::new(),
            format!("remembered[{key}]"),
            format!("remembered[{key}] = answer"),
            "map",
        )
    };
    let map = if more.is_empty() {
        String::new()
    } else {
        format!(", remembered map[any]{gives}")
    };
    let code = format!(
        "{store}func {name}(db *gorm.DB{map}{declared}) (answer {gives}) {{\n\tif answer, found := {get}; found {{\n\t\treturn answer\n\t}}\n\t{}\n\t{put}\n\treturn answer\n}}",
        chain(&methods).replace('\n', "\n\t")
    );
    let fix = Fix::new(code, guesses).note_if(
        !caching.lasts(),
        "remembered is made anew for each request.",
    );
    Some(on_query(fix, reading))
}
