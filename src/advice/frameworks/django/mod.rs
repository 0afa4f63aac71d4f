//! Django (Python).

mod eager;
mod read;
mod write;

use super::Words;
use super::python::{column, name};
use crate::advice::condition::{Condition, Operator};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::names::{class_name, spoken};
use crate::advice::reading::Sort;
use crate::advice::target::Target;

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

/// A model's class: that of the table without its app.
fn class(table: &str, guesses: &mut Guesses) -> String {
    guesses.derived(table, class_name(spoken(table, Target::Django)))
}

/// `.filter(…)`, or nothing.
fn filtered(filters: &[Condition], guesses: &mut Guesses) -> String {
    if filters.is_empty() {
        return String::new();
    }
    let conditions = filters.iter().map(|c| condition(c, "", guesses)).collect();
    format!(".filter({})", arguments(conditions))
}

/// Arguments in the order that Python asks for: those with names last.
fn arguments(mut conditions: Vec<String>) -> String {
    conditions.sort_by_key(|c| !c.starts_with('~'));
    conditions.join(", ")
}

fn condition(condition: &Condition, before: &str, guesses: &mut Guesses) -> String {
    let path = format!("{before}{}", column(&condition.column, guesses));
    let value = name(&condition.variable);
    let with = |end: &str| format!("{path}__{end}={value}");
    match condition.operator {
        Operator::Eq => format!("{path}={value}"),
        Operator::NotEq => format!("~Q({path}={value})"),
        Operator::Less => with("lt"),
        Operator::LessEq => with("lte"),
        Operator::Greater => with("gt"),
        Operator::GreaterEq => with("gte"),
        Operator::In => with("in"),
        Operator::NotIn => format!("~Q({path}__in={value})"),
        Operator::Like => with("contains"),
        Operator::ILike => with("icontains"),
        Operator::IsNull => format!("{path}__isnull=True"),
        Operator::NotNull => format!("{path}__isnull=False"),
        Operator::IsTrue => format!("{path}=True"),
        Operator::IsFalse => format!("{path}=False"),
    }
}

fn sorts(order: &[Sort], guesses: &mut Guesses) -> String {
    let one = |s: &Sort| {
        format!(
            "\"{}{}\"",
            if s.descending { "-" } else { "" },
            column(&s.column, guesses)
        )
    };
    order.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn together() -> Fix {
    let code = "with connection.connection.pipeline():  # django.db.connection, psycopg 3\n    \
                answers = [connection.connection.execute(sql, values) for sql, values in statements]";
    Fix::new(code, Guesses::default()).note(
        "Rows that belong together come with select_related or prefetch_related in few statements.",
    )
}
