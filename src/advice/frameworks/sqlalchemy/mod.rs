//! SQLAlchemy 2 (Python).

mod eager;
mod read;
mod write;

use super::Words;
use super::python::{column, name};
use crate::advice::condition::{Condition, Operator};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::reading::Sort;

pub(super) const WORDS: Words = Words {
    eager: eager::eager,
    batch: write::batch,
    page: read::page,
    read_all: read::read_all,
    has_next: read::has_next,
    cache: read::cache,
    together,
    together_title: "Send statements that don't wait for each other in one pipeline",
};

/// Conditions behind another one.
fn further(class: &str, conditions: &[Condition], guesses: &mut Guesses) -> String {
    let all = conditions
        .iter()
        .map(|c| format!(", {}", condition(class, c, guesses)));
    all.collect::<Vec<_>>().concat()
}

fn condition(class: &str, condition: &Condition, guesses: &mut Guesses) -> String {
    let column = format!("{class}.{}", column(&condition.column, guesses));
    let value = name(&condition.variable);
    match condition.operator {
        Operator::Eq => format!("{column} == {value}"),
        Operator::NotEq => format!("{column} != {value}"),
        Operator::In => format!("{column}.in_({value})"),
        Operator::NotIn => format!("{column}.not_in({value})"),
        Operator::Like => format!("{column}.like({value})"),
        Operator::ILike => format!("{column}.ilike({value})"),
        Operator::IsNull => format!("{column}.is_(None)"),
        Operator::NotNull => format!("{column}.is_not(None)"),
        Operator::IsTrue => column,
        Operator::IsFalse => format!("~{column}"),
        other => format!("{column} {} {value}", other.sql().unwrap_or("==")),
    }
}

fn sorts(class: &str, order: &[Sort], guesses: &mut Guesses) -> Vec<String> {
    let one = |s: &Sort| {
        let column = format!("{class}.{}", column(&s.column, guesses));
        if s.descending {
            format!("{column}.desc()")
        } else {
            column
        }
    };
    order.iter().map(one).collect()
}

fn together() -> Fix {
    let code = "connection = session.connection().connection.driver_connection  # psycopg 3\n\
                with connection.pipeline():\n    \
                answers = [connection.execute(sql, values) for sql, values in statements]";
    Fix::new(code, Guesses::default())
        .note("Rows that belong together come with selectinload or joinedload in few statements.")
}
