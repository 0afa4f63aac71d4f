//! Sequelize 6 (JavaScript).

mod eager;
mod read;
mod write;

use super::Words;
use super::javascript::{ALL_AT_ONCE, object, pair, property, variable};
use crate::advice::condition::{Condition, Operator};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::names::snake;
use crate::sql::{Facts, Item};

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

/// A column's attribute: the alias that the statement gives it, else its own name.
fn column(name: &str, facts: Option<&Facts>) -> String {
    let selected = facts.into_iter().flat_map(|f| f.selected.iter());
    let mut aliases = selected.filter_map(|s| match &s.item {
        Item::Column(c) if c.name == name && c.table.is_none_or(|t| t == 0) => s.alias.as_deref(),
        _ => None,
    });
    aliases
        .next()
        .filter(|alias| snake(alias) == snake(name))
        .unwrap_or(name)
        .to_owned()
}

fn conditions(conditions: &[Condition], facts: Option<&Facts>) -> String {
    let all: Vec<String> = conditions.iter().map(|c| condition(c, facts)).collect();
    object(&all)
}

fn condition(condition: &Condition, facts: Option<&Facts>) -> String {
    let name = column(&condition.column, facts);
    let value = variable(&condition.variable);
    let op = |op: &str| format!("{}: {{ [Op.{op}]: {value} }}", property(&name));
    match condition.operator {
        Operator::Eq | Operator::In => pair(&name, &value),
        Operator::NotEq => op("ne"),
        Operator::Less => op("lt"),
        Operator::LessEq => op("lte"),
        Operator::Greater => op("gt"),
        Operator::GreaterEq => op("gte"),
        Operator::NotIn => op("notIn"),
        Operator::Like => op("like"),
        Operator::ILike => op("iLike"),
        Operator::IsNull => pair(&name, "null"),
        Operator::NotNull => format!("{}: {{ [Op.ne]: null }}", property(&name)),
        Operator::IsTrue => pair(&name, "true"),
        Operator::IsFalse => pair(&name, "false"),
    }
}

fn together() -> Fix {
    Fix::new(ALL_AT_ONCE, Guesses::default())
        .note("Each takes a connection of the pool. Rows that belong together come with include.")
}
