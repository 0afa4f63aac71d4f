//! TypeORM (TypeScript).

mod eager;
mod read;
mod write;

use super::Words;
use super::javascript::{ALL_AT_ONCE, object, pair, variable};
use crate::advice::condition::{Condition, Operator};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::takes_value;
use crate::advice::names::camel;

pub(super) const WORDS: Words = Words {
    eager: eager::eager,
    batch: write::batch,
    page: read::page,
    read_all: read::read_all,
    has_next: read::has_next,
    cache: read::cache,
    together,
    together_title: "Run queries that don't wait for each other at the same time",
};

/// A column's property.
fn column(name: &str, guesses: &mut Guesses) -> String {
    guesses.derived(name, camel(name))
}

fn repository(class: &str) -> String {
    format!("dataSource.getRepository({class})")
}

/// A condition for `find`.
fn condition(condition: &Condition, guesses: &mut Guesses) -> String {
    let name = column(&condition.column, guesses);
    let value = variable(&condition.variable);
    let with = |function: &str| format!("{name}: {function}({value})");
    match condition.operator {
        Operator::Eq => pair(&name, &value),
        Operator::NotEq => with("Not"),
        Operator::Less => with("LessThan"),
        Operator::LessEq => with("LessThanOrEqual"),
        Operator::Greater => with("MoreThan"),
        Operator::GreaterEq => with("MoreThanOrEqual"),
        Operator::In => with("In"),
        Operator::NotIn => format!("{name}: Not(In({value}))"),
        Operator::Like => with("Like"),
        Operator::ILike => with("ILike"),
        Operator::IsNull => format!("{name}: IsNull()"),
        Operator::NotNull => format!("{name}: Not(IsNull())"),
        Operator::IsTrue => pair(&name, "true"),
        Operator::IsFalse => pair(&name, "false"),
    }
}

/// A condition as text for a query builder.
fn text(alias: &str, condition: &Condition, guesses: &mut Guesses) -> String {
    let name = format!("{alias}.{}", column(&condition.column, guesses));
    let value = variable(&condition.variable);
    match condition.operator {
        Operator::In => format!("{name} IN (:...{value})"),
        Operator::NotIn => format!("{name} NOT IN (:...{value})"),
        Operator::IsNull => format!("{name} IS NULL"),
        Operator::NotNull => format!("{name} IS NOT NULL"),
        Operator::IsTrue => name,
        Operator::IsFalse => format!("NOT {name}"),
        other => format!("{name} {} :{value}", other.sql().unwrap_or("=")),
    }
}

fn parameters(conditions: &[Condition]) -> String {
    let values = conditions.iter().filter(|c| takes_value(c));
    let names: Vec<String> = values.map(|c| variable(&c.variable)).collect();
    object(&names)
}

fn together() -> Fix {
    Fix::new(ALL_AT_ONCE, Guesses::default())
        .note("Each takes a connection of the pool. Rows that belong together come with relations.")
}
