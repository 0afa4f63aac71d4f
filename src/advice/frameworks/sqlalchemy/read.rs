//! Reading in pages, and asking less often.

use super::super::on_query;
use super::super::python::{chain, chain_in, column, name, remember, variables};
use super::condition;
use crate::advice::cache::Caching;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::page::Page;
use crate::advice::reading::Reading;

pub(super) fn page(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let class = guesses.class(page.reading.table);
    let base = select(&page.reading, &mut guesses);
    let attributes: Vec<String> = columns
        .iter()
        .map(|c| format!("{class}.{}", column(c, &mut guesses)))
        .collect();
    let values: Vec<String> = page.keys.iter().map(|k| name(&k.variable)).collect();
    let after = match attributes.as_slice() {
        [one] => format!(
            "{one} {} {}",
            page.keys.first().map_or(">", Page::comparison),
            values.concat()
        ),
        all if page.one_way() => format!(
            "tuple_({}) {} ({})",
            all.join(", "),
            page.keys.first().map_or(">", Page::comparison),
            values.join(", ")
        ),
        all => {
            let mut ways = Vec::new();
            for (at, key) in page.keys.iter().enumerate() {
                let equal = all
                    .iter()
                    .zip(&values)
                    .take(at)
                    .map(|(a, v)| format!("{a} == {v}"));
                let own = all
                    .iter()
                    .zip(&values)
                    .skip(at)
                    .take(1)
                    .map(|(a, v)| format!("{a} {} {v}", Page::comparison(key)));
                let parts: Vec<String> = equal.chain(own).collect();
                ways.push(if at == 0 {
                    parts.concat()
                } else {
                    format!("and_({})", parts.join(", "))
                });
            }
            format!("or_({})", ways.join(", "))
        }
    };
    let order: Vec<String> = page
        .keys
        .iter()
        .zip(&attributes)
        .map(|(k, a)| {
            if k.descending {
                format!("{a}.desc()")
            } else {
                a.clone()
            }
        })
        .collect();
    let methods = [
        format!(".where({after})"),
        format!(".order_by({})", order.join(", ")),
        format!(".limit({})", page.rows("page_size")),
    ];
    Some(on_query(
        Fix::new(chain(&base, &methods), guesses),
        &page.reading,
    ))
}

pub(super) fn read_all(page: &Page<'_>) -> Option<Fix> {
    let columns = page.columns()?;
    let mut guesses = Guesses::default();
    let class = guesses.class(page.reading.table);
    let base = select(&page.reading, &mut guesses);
    let (one, _) = variables(page.reading.table);
    let order: Vec<String> = columns
        .iter()
        .zip(&page.keys)
        .map(|(c, k)| {
            let attribute = format!("{class}.{}", column(c, &mut guesses));
            if k.descending {
                format!("{attribute}.desc()")
            } else {
                attribute
            }
        })
        .collect();
    let methods = [
        format!(".order_by({})", order.join(", ")),
        ".execution_options(yield_per=1000)".to_owned(),
    ];
    let code = format!(
        "for {one} in session.scalars({}):\n    ...",
        chain(&base, &methods)
    );
    let fix = Fix::new(code, guesses)
        .note("yield_per reads through a cursor on the server, 1000 rows at a time.");
    Some(on_query(fix, &page.reading))
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
        (Some(conditions), Some(aggregate)) => {
            let argument = aggregate
                .column
                .as_ref()
                .map(|c| format!("{class}.{}", column(c, &mut guesses)));
            let first = match argument {
                Some(argument) => format!("select(func.{}({argument}))", aggregate.function),
                None => format!("select(func.count()).select_from({class})"),
            };
            let conditions: Vec<String> = conditions
                .iter()
                .map(|c| condition(&class, c, &mut guesses))
                .collect();
            if conditions.is_empty() {
                first
            } else {
                format!("{first}.where({})", conditions.join(", "))
            }
        }
        // Rows, not objects: those belong to their session.
        (Some(_), None) if caching.lasts() => select(reading, &mut guesses).replacen(
            &format!("select({class})"),
            &format!("select({class}.__table__)"),
            1,
        ),
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
    let conditions: Vec<String> = conditions
        .iter()
        .map(|c| condition(&class, c, guesses))
        .collect();
    if conditions.is_empty() {
        format!("select({class})")
    } else {
        format!("select({class}).where({})", conditions.join(", "))
    }
}
