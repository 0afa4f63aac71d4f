//! Reading in pages, and asking less often.

use super::super::on_query;
use super::super::python::{chain, chain_in, column, name, remember, variables};
use super::condition;
use crate::advice::cache::Caching;
use crate::advice::condition::Condition;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::page::{Page, PageKey};
use crate::advice::reading::Reading;

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let names = attributes(page, &columns, &mut guesses);
    let base = select(&page.reading, &mut guesses);
    let values: Vec<String> = page.keys.iter().map(|k| name(&k.variable)).collect();
    let after = match names.as_slice() {
        [one] => format!("{one} {} {}", page.sign(), values.concat()),
        all if page.one_way() => {
            format!(
                "tuple_({}) {} ({})",
                all.join(", "),
                page.sign(),
                values.join(", ")
            )
        }
        all => {
            let ways = page.ways(
                all,
                &values,
                |n, v| format!("{n} == {v}"),
                |n, v, sign| format!("{n} {sign} {v}"),
            );
            let ways = ways.iter().map(|parts| match parts.as_slice() {
                [one] => one.clone(),
                several => format!("and_({})", several.join(", ")),
            });
            format!("or_({})", ways.collect::<Vec<_>>().join(", "))
        }
    };
    let methods = [
        format!(".where({after})"),
        ordered(page, &names),
        format!(".limit({})", page.rows("page_size")),
    ];
    let fix = Fix::new(chain(&base, &methods), guesses);
    Some(on_query(fix, &page.reading))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let names = attributes(page, &columns, &mut guesses);
    let base = select(&page.reading, &mut guesses);
    let (one, _) = variables(page.reading.table);
    let methods = [
        ordered(page, &names),
        ".execution_options(yield_per=1000)".to_owned(),
    ];
    let head = format!("for {one} in session.scalars(");
    let code = format!("{}\n    ...", chain_in(&head, &base, &methods, "):"));
    let fix = Fix::new(code, guesses)
        .note("yield_per reads through a cursor on the server, 1000 rows at a time.");
    Some(on_query(fix, &page.reading))
}

/// The columns that pages go by, as attributes.
fn attributes(page: &Page<'_>, columns: &[&str], guesses: &mut Guesses) -> Vec<String> {
    let class = guesses.class(page.reading.table);
    let attribute = |c: &&str| format!("{class}.{}", column(c, guesses));
    columns.iter().map(attribute).collect()
}

fn ordered(page: &Page<'_>, names: &[String]) -> String {
    let one = |(name, key): (&String, &PageKey)| {
        if key.descending {
            format!("{name}.desc()")
        } else {
            name.clone()
        }
    };
    let all: Vec<String> = names.iter().zip(&page.keys).map(one).collect();
    format!(".order_by({})", all.join(", "))
}

pub(super) fn has_next(reading: &Reading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let base = select(reading, &mut guesses);
    let class = guesses.class(reading.table);
    let key = column(&reading.key.name, &mut guesses);
    let methods = [
        format!(".order_by({class}.{key})"),
        ".offset(offset)".to_owned(),
        ".limit(page_size + 1)".to_owned(),
    ];
    let code = format!(
        "{}\nhas_next = len(rows) > page_size\nrows = rows[:page_size]",
        chain_in("rows = session.scalars(", &base, &methods, ").all()")
    );
    let fix = Fix::new(code, guesses).note("Flask-SQLAlchemy: db.paginate(…, count=False).");
    Some(on_query(fix, reading))
}

pub(super) fn cache(caching: &Caching<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let reading = &caching.reading;
    let class = guesses.class(reading.table);
    let by_id = match caching.conditions() {
        Some([one]) if caching.single && one.column == "id" => Some(name(&one.variable)),
        _ => None,
    };
    if let Some(value) = by_id.filter(|_| !caching.lasts()) {
        return Some(Fix::new(format!("session.get({class}, {value})"), guesses).note(
            "The session's identity map answers the second time. It forgets on commit, unless expire_on_commit=False.",
        ));
    }
    let query = match (caching.conditions(), &reading.aggregate) {
        (None, _) => "query(values)".to_owned(),
        (Some(list), Some(aggregate)) => {
            let first = match &aggregate.column {
                Some(of) => {
                    let of = column(of, &mut guesses);
                    format!("select(func.{}({class}.{of}))", aggregate.function)
                }
                None => format!("select(func.count()).select_from({class})"),
            };
            format!("{first}{}", filter(&class, list, &mut guesses))
        }
        // Rows, not objects: those belong to their session.
        (Some(list), None) if caching.lasts() => {
            format!(
                "select({class}.__table__){}",
                filter(&class, list, &mut guesses)
            )
        }
        (Some(_), None) => select(reading, &mut guesses),
    };
    let load = match (&reading.aggregate, caching.lasts()) {
        (Some(_), _) => format!("session.scalar({query})"),
        (None, true) => format!("session.execute({query}).all()"),
        (None, false) => format!("session.scalars({query}).all()"),
    };
    if !caching.lasts() {
        return Some(on_query(
            Fix::new(remember(caching, &load), guesses),
            reading,
        ));
    }
    let arguments: Vec<String> = caching.arguments().iter().map(|a| name(a)).collect();
    let code = format!(
        "@cached(TTLCache(maxsize=1024, ttl={}), lock=Lock())  # from cachetools and threading\ndef {}({}):\n    return {load}",
        caching.seconds,
        name(&caching.name),
        arguments.join(", ")
    );
    Some(on_query(Fix::new(code, guesses), reading))
}

/// `select(Book).where(Book.status == status)`, or `query` where that can't be said.
fn select(reading: &Reading<'_>, guesses: &mut Guesses) -> String {
    let Some(conditions) = &reading.conditions else {
        return "query".to_owned();
    };
    let class = guesses.class(reading.table);
    format!("select({class}){}", filter(&class, conditions, guesses))
}

/// `.where(…)`, or nothing.
fn filter(class: &str, conditions: &[Condition], guesses: &mut Guesses) -> String {
    if conditions.is_empty() {
        return String::new();
    }
    let all: Vec<String> = conditions
        .iter()
        .map(|c| condition(class, c, guesses))
        .collect();
    format!(".where({})", all.join(", "))
}
