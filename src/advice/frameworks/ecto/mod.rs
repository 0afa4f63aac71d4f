//! Ecto (Elixir).

mod eager;
mod read;
mod write;

use super::Words;
use crate::advice::condition::{Condition, Operator};
use crate::advice::fix::{self, Fix, Guesses};
use crate::advice::names::{identifier, one_and_many, snake};
use crate::advice::reading::Sort;

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

/// A column's field.
fn column(name: &str, guesses: &mut Guesses) -> String {
    guesses.derived(name, identifier(name))
}

fn variable(name: &str) -> String {
    let name = snake(name);
    let reserved = [
        "after", "and", "catch", "do", "else", "end", "false", "fn", "in", "nil", "not", "or",
        "rescue", "true", "when",
    ];
    if reserved.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

fn variables(table: &str) -> (String, String) {
    one_and_many(&snake(table), "row", variable)
}

/// What a query calls its rows: the first letter of their schema.
fn binding(class: &str) -> String {
    class
        .chars()
        .next()
        .filter(|c| c.is_alphabetic())
        .map_or_else(|| "x".to_owned(), |c| c.to_lowercase().collect())
}

/// `from(b in Book, where: …)`, with its clauses.
fn from(source: &str, binding: &str, clauses: &[String]) -> String {
    let arguments: Vec<String> = std::iter::once(format!("{binding} in {source}"))
        .chain(clauses.iter().cloned())
        .collect();
    fix::call("from(", &arguments, ")", "  ", "")
}

fn all(query: &str) -> String {
    format!("{query}\n|> Repo.all()")
}

fn query(sql: &str, values: &str) -> String {
    format!(
        "Repo.query!(\n  \"\"\"\n  {}\n  \"\"\",\n  {values}\n)",
        sql.replace('\n', "\n  ")
    )
}

fn wheres(conditions: &[Condition], binding: &str, guesses: &mut Guesses) -> Vec<String> {
    conditions
        .iter()
        .map(|c| format!("where: {}", condition(c, binding, guesses)))
        .collect()
}

fn condition(condition: &Condition, binding: &str, guesses: &mut Guesses) -> String {
    let name = format!("{binding}.{}", column(&condition.column, guesses));
    let value = variable(&condition.variable);
    match condition.operator {
        Operator::Eq => format!("{name} == ^{value}"),
        Operator::NotEq => format!("{name} != ^{value}"),
        Operator::In => format!("{name} in ^{value}"),
        Operator::NotIn => format!("{name} not in ^{value}"),
        Operator::Like => format!("like({name}, ^{value})"),
        Operator::ILike => format!("ilike({name}, ^{value})"),
        Operator::IsNull => format!("is_nil({name})"),
        Operator::NotNull => format!("not is_nil({name})"),
        Operator::IsTrue => name,
        Operator::IsFalse => format!("not {name}"),
        other => format!("{name} {} ^{value}", other.sql().unwrap_or("==")),
    }
}

fn sorts(order: &[Sort], binding: &str, guesses: &mut Guesses) -> String {
    let one = |s: &Sort| {
        let way = if s.descending { "desc" } else { "asc" };
        format!("{way}: {binding}.{}", column(&s.column, guesses))
    };
    let all: Vec<String> = order.iter().map(one).collect();
    format!("[{}]", all.join(", "))
}

fn together() -> Fix {
    let code = "queries\n|> Enum.map(fn query -> Task.async(fn -> Repo.all(query) end) end)\n|> Task.await_many()";
    Fix::new(code, Guesses::default())
        .note("Each takes a connection of the pool. Rows that belong together come with preload.")
}
