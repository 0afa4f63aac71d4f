//! Active Record of Ruby on Rails.

mod eager;
mod read;
mod write;

use super::Words;
use crate::advice::condition::{Condition, Operator};
use crate::advice::fix::{Fix, Guesses, LINE};
use crate::advice::names::{identifier, one_and_many, snake};
use crate::advice::reading::Sort;
use crate::sql::quoted;

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

/// A symbol, in quotes where it must be.
fn symbol(name: &str) -> String {
    if identifier(name) == name {
        format!(":{name}")
    } else {
        format!(":{}", string(name))
    }
}

/// A key of a hash.
fn key(name: &str) -> String {
    if identifier(name) == name {
        format!("{name}:")
    } else {
        format!("{}:", string(name))
    }
}

fn string(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('#', "\\#")
    )
}

/// A local variable.
fn variable(name: &str) -> String {
    let name = snake(name);
    let reserved = [
        "alias", "and", "begin", "break", "case", "class", "def", "do", "else", "end", "ensure",
        "false", "for", "if", "in", "module", "next", "nil", "not", "or", "redo", "rescue",
        "retry", "return", "self", "super", "then", "true", "undef", "unless", "until", "when",
        "while", "yield",
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

fn chain(first: &str, methods: &[String]) -> String {
    let joined = format!("{first}{}", methods.concat());
    if joined.len() <= LINE && !joined.contains('\n') {
        return joined;
    }
    format!("{first}\n  {}", methods.join("\n  "))
}

fn calculation(function: &str, column: Option<&str>) -> String {
    let method = match function {
        "sum" => "sum",
        "max" => "maximum",
        "min" => "minimum",
        "avg" => "average",
        _ => "count",
    };
    match column {
        Some(column) => format!(".{method}({})", symbol(column)),
        None => format!(".{method}"),
    }
}

/// Conditions as calls of `where`.
fn wheres(conditions: &[Condition], table: &str) -> Vec<String> {
    conditions.iter().map(|c| condition(c, table)).collect()
}

fn condition(condition: &Condition, table: &str) -> String {
    let name = key(&condition.column);
    let value = variable(&condition.variable);
    match condition.operator {
        Operator::Eq | Operator::In => format!(".where({name} {value})"),
        Operator::NotEq | Operator::NotIn => format!(".where.not({name} {value})"),
        Operator::GreaterEq => format!(".where({name} {value}..)"),
        Operator::Less => format!(".where({name} ...{value})"),
        Operator::LessEq => format!(".where({name} ..{value})"),
        Operator::IsNull => format!(".where({name} nil)"),
        Operator::NotNull => format!(".where.not({name} nil)"),
        Operator::IsTrue => format!(".where({name} true)"),
        Operator::IsFalse => format!(".where({name} false)"),
        other => format!(
            ".where({}, {value})",
            string(&format!(
                "{}.{} {} ?",
                quoted(table),
                quoted(&condition.column),
                other.sql().unwrap_or("=")
            ))
        ),
    }
}

fn sorts(order: &[Sort]) -> String {
    let one = |s: &Sort| {
        if s.descending {
            format!("{} :desc", key(&s.column))
        } else {
            symbol(&s.column)
        }
    };
    // Pairs come behind symbols, and would change places: so all are pairs as soon as one is.
    let pair = |s: &Sort| {
        format!(
            "{} :{}",
            key(&s.column),
            if s.descending { "desc" } else { "asc" }
        )
    };
    let all: Vec<String> = if order.iter().any(|s| s.descending) {
        order.iter().map(pair).collect()
    } else {
        order.iter().map(one).collect()
    };
    all.join(", ")
}

fn together() -> Fix {
    Fix::new("relations.each(&:load_async)", Guesses::default()).note(
        "It needs config.active_record.async_query_executor = :global_thread_pool. Rows that belong together come with includes.",
    )
}
