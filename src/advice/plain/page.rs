//! Pages that begin after the last row of the one before, and what to do instead of counting.

use super::{beside, table_name};
use crate::advice::eager_loading::listed;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::page::{PAGE, Page, PageKey, reads_tables};
use crate::advice::parameters::Parameters;
use crate::advice::reading::{Aggregate, Reading};
use crate::advice::statement::Select;
use crate::sql::Bound;
use crate::sql::quoted;

/// The query with its WHERE and one condition more.
pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let mut parameters = Parameters::after(0);
    let list = parameters.rewrite(page.select.list);
    let from = parameters.rewrite(page.select.from);
    let own = page.select.condition.map(|c| parameters.rewrite(c));
    let after = after(page, &mut parameters);
    let names: Vec<String> = page
        .keys
        .iter()
        .map(|k| k.column.clone().unwrap_or_else(|| k.sql.clone()))
        .collect();
    let comment = format!("  -- the last {} of the page before", listed(&names));
    let condition = match own {
        Some(own) => format!("WHERE {}\n  AND {after}{comment}", bracketed(&own)),
        None => format!("WHERE {after}{comment}"),
    };
    let order: Vec<String> = page.keys.iter().map(sorted).collect();
    let limit = match (page.rows, page.reading.facts.limit) {
        (Some(rows), _) => rows.to_string(),
        (None, Some(Bound::Parameter(_))) => format!("${}", parameters.fresh()),
        (None, _) => PAGE.to_string(),
    };
    let code = format!(
        "SELECT {list}\nFROM {from}\n{condition}\nORDER BY {}\nLIMIT {limit}",
        order.join(", ")
    );
    let fix = Fix::new(code, guesses(&page.reading));
    Some(fix.note("The first page leaves that condition out."))
}

/// A condition as one of several.
fn bracketed(condition: &str) -> String {
    if crate::advice::statement::keyword(condition, "OR").is_some() {
        format!("({condition})")
    } else {
        condition.to_owned()
    }
}

/// What tells that a row comes after the last one: a comparison of rows where all keys go one way, else one after
/// another.
fn after(page: &Page<'_>, parameters: &mut Parameters) -> String {
    let values: Vec<String> = page
        .keys
        .iter()
        .map(|_| format!("${}", parameters.fresh()))
        .collect();
    match page.keys.as_slice() {
        [key] => format!("{} {} {}", key.sql, Page::comparison(key), values.concat()),
        keys if page.one_way() => {
            let names: Vec<&str> = keys.iter().map(|k| k.sql.as_str()).collect();
            format!(
                "({}) {} ({})",
                names.join(", "),
                page.sign(),
                values.join(", ")
            )
        }
        keys => {
            let names: Vec<String> = keys.iter().map(|k| k.sql.clone()).collect();
            let ways = page.ways(
                &names,
                &values,
                |name, value| format!("{name} = {value}"),
                |name, value, sign| format!("{name} {sign} {value}"),
            );
            let ways = ways.into_iter().map(|parts| match parts.as_slice() {
                [one] => one.clone(),
                several => format!("({})", several.join(" AND ")),
            });
            format!("({})", ways.collect::<Vec<_>>().join(" OR "))
        }
    }
}

fn sorted(key: &PageKey) -> String {
    let direction = if key.descending { " DESC" } else { "" };
    let nulls = key.nulls.map(|n| format!(" {n}")).unwrap_or_default();
    format!("{}{direction}{nulls}", key.sql)
}

fn guesses(reading: &Reading<'_>) -> Guesses {
    let mut guesses = Guesses::default();
    if !reading.key.known {
        guesses.add(reading.key.name.clone());
    }
    guesses
}

/// All rows through a cursor on the server.
pub(super) fn cursor(page: &Page<'_>) -> Option<Fix> {
    let mut parameters = Parameters::after(0);
    let list = parameters.rewrite(page.select.list);
    let from = parameters.rewrite(page.select.from);
    let own = page.select.condition.map(|c| parameters.rewrite(c));
    let condition = own.map(|c| format!("\nWHERE {c}")).unwrap_or_default();
    let order: Vec<String> = match page.select.order {
        Some(_) => page.keys.iter().map(sorted).collect(),
        None => Vec::new(),
    };
    let order = if order.is_empty() {
        String::new()
    } else {
        format!("\nORDER BY {}", order.join(", "))
    };
    let name = quoted(&beside(page.reading.table, "all_rows"));
    let code = format!(
        "BEGIN;\nDECLARE {name} NO SCROLL CURSOR FOR\nSELECT {list}\nFROM {from}{condition}{order};\nFETCH 1000 FROM {name};  -- again until none are left\nCLOSE {name};\nCOMMIT;"
    );
    let fix = Fix::new(code, Guesses::default());
    Some(fix.note("A cursor needs its transaction open to the end; pages by key don't."))
}

/// The rows of a page and one more.
pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let select =
        Select::read(&reading.query.sql).filter(|s| s.group.is_none() && reads_tables(s))?;
    let mut parameters = Parameters::after(0);
    let from = parameters.rewrite(select.from);
    let own = select.condition.map(|c| parameters.rewrite(c));
    let condition = own.map(|c| format!("\nWHERE {c}")).unwrap_or_default();
    let table = reading.facts.tables.first()?;
    let name = quoted(table.alias.as_deref().unwrap_or(&table.name));
    let key = quoted(&reading.key.name);
    let rows = parameters.fresh();
    let code = format!(
        "SELECT {name}.*\nFROM {from}{condition}\nORDER BY {name}.{key}\nLIMIT ${rows} + 1  -- one row more than the page shows: if it comes, there is a next page"
    );
    Some(Fix::new(code, guesses(reading)))
}

/// How many rows a table has, as the last ANALYZE left it; only for a count of all rows of one table.
pub(in crate::advice) fn estimate(reading: &Reading<'_>) -> Option<Fix> {
    let alone = reading.facts.tables.len() == 1 && reading.facts.predicates.is_empty();
    let counts = reading.aggregate.as_ref().is_some_and(Aggregate::counts);
    if !alone || !counts || reading.conditions.is_none() {
        return None;
    }
    let table = table_name(reading.facts.tables.first()?).replace('\'', "''");
    let code = format!(
        "SELECT reltuples::bigint AS estimate\nFROM pg_class\nWHERE oid = '{table}'::regclass"
    );
    let fix = Fix::new(code, Guesses::default());
    Some(fix.note("It is as old as the last VACUUM or ANALYZE, and -1 before the first."))
}
