//! Prisma Client (TypeScript).

mod eager;
mod read;
mod write;

use super::Words;
use super::javascript::{ALL_AT_ONCE, object, pair, property, variable};
use crate::advice::condition::{Condition, Operator};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::names::{camel, class_name};
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

/// The client's access to a model: `prisma.author`. A guess where the table isn't called as models are.
fn client(table: &str, guesses: &mut Guesses) -> String {
    let class = class_name(table);
    let access = camel(&class);
    if class != table {
        guesses.add(format!("prisma.{access}"));
    }
    format!("prisma.{access}")
}

fn order(order: &[Sort]) -> String {
    let one = |s: &Sort| {
        format!(
            "{{ {}: \"{}\" }}",
            property(&s.column),
            if s.descending { "desc" } else { "asc" }
        )
    };
    let all: Vec<String> = order.iter().map(one).collect();
    match all.as_slice() {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}

fn conditions(conditions: &[Condition]) -> String {
    let all: Vec<String> = conditions.iter().map(condition).collect();
    object(&all)
}

fn condition(condition: &Condition) -> String {
    let name = property(&condition.column);
    let value = variable(&condition.variable);
    let with = |word: &str| format!("{name}: {{ {} }}", pair(word, &value));
    match condition.operator {
        Operator::Eq => pair(&condition.column, &value),
        Operator::NotEq => with("not"),
        Operator::Less => with("lt"),
        Operator::LessEq => with("lte"),
        Operator::Greater => with("gt"),
        Operator::GreaterEq => with("gte"),
        Operator::In => with("in"),
        Operator::NotIn => with("notIn"),
        Operator::Like => with("contains"),
        Operator::ILike => format!("{name}: {{ contains: {value}, mode: \"insensitive\" }}"),
        Operator::IsNull => format!("{name}: null"),
        Operator::NotNull => format!("{name}: {{ not: null }}"),
        Operator::IsTrue => format!("{name}: true"),
        Operator::IsFalse => format!("{name}: false"),
    }
}

fn together() -> Fix {
    Fix::new(ALL_AT_ONCE, Guesses::default())
        .note("Each takes a connection of the pool. Rows that belong together come with include.")
}
