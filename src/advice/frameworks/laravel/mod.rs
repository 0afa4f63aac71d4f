//! Eloquent of Laravel (PHP).

mod eager;
mod read;
mod write;

use super::Words;
use crate::advice::condition::{Condition, Operator};
use crate::advice::fix::{Fix, Guesses, LINE};
use crate::advice::names::{camel, class_name, one_and_many};
use crate::advice::reading::Sort;

pub(super) const WORDS: Words = Words {
    eager: eager::eager,
    batch: write::batch,
    page: read::page,
    read_all: read::read_all,
    has_next: read::has_next,
    cache: read::cache,
    together,
    together_title: "Load relations of all rows as soon as one row asks for them",
};

/// A model's class. PHP takes none of its own words for one, in whatever letters.
fn model(table: &str, guesses: &mut Guesses) -> String {
    let class = class_name(table);
    let reserved = [
        "abstract",
        "array",
        "break",
        "case",
        "catch",
        "class",
        "clone",
        "const",
        "continue",
        "default",
        "do",
        "echo",
        "else",
        "empty",
        "enum",
        "exit",
        "extends",
        "final",
        "fn",
        "for",
        "foreach",
        "function",
        "global",
        "goto",
        "if",
        "include",
        "interface",
        "isset",
        "list",
        "match",
        "namespace",
        "new",
        "print",
        "private",
        "protected",
        "public",
        "readonly",
        "require",
        "return",
        "static",
        "switch",
        "throw",
        "trait",
        "try",
        "unset",
        "use",
        "var",
        "while",
        "yield",
    ];
    if reserved.contains(&class.to_lowercase().as_str()) {
        guesses.derived(table, format!("{class}Model"))
    } else {
        guesses.derived(table, class)
    }
}

fn string(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn variable(name: &str) -> String {
    let name = camel(name);
    if name == "this" {
        "$this_".to_owned()
    } else {
        format!("${name}")
    }
}

fn variables(table: &str) -> (String, String) {
    one_and_many(table, "$row", variable)
}

fn chain(first: &str, methods: &[String]) -> String {
    let joined = format!("{first}{}", methods.concat());
    // `Book::where` reads well only where the first method follows at once.
    if joined.len() <= LINE {
        return joined;
    }
    let (head, others) = methods
        .split_first()
        .map_or(("", methods), |(h, o)| (h.as_str(), o));
    format!("{first}{head}\n    {}", others.join("\n    "))
}

/// The first method of a class is called by `::`.
fn called(class: &str, methods: &[String]) -> String {
    let mut methods = methods.to_vec();
    if let Some(first) = methods.first_mut() {
        *first = first.replacen("->", "::", 1);
    }
    chain(class, &methods)
}

fn values(column: &str) -> String {
    if column == "id" {
        "$ids".to_owned()
    } else {
        variables(column).1
    }
}

fn condition(condition: &Condition) -> String {
    let name = string(&condition.column);
    let value = variable(&condition.variable);
    match condition.operator {
        Operator::Eq => format!("->where({name}, {value})"),
        Operator::In => format!("->whereIn({name}, {value})"),
        Operator::NotIn => format!("->whereNotIn({name}, {value})"),
        Operator::IsNull => format!("->whereNull({name})"),
        Operator::NotNull => format!("->whereNotNull({name})"),
        Operator::IsTrue => format!("->where({name}, true)"),
        Operator::IsFalse => format!("->where({name}, false)"),
        other => format!(
            "->where({name}, '{}', {value})",
            other.sql().unwrap_or("=").to_lowercase()
        ),
    }
}

fn sorts(order: &[Sort]) -> Vec<String> {
    let one = |s: &Sort| {
        let method = if s.descending {
            "orderByDesc"
        } else {
            "orderBy"
        };
        format!("->{method}({})", string(&s.column))
    };
    order.iter().map(one).collect()
}

fn together() -> Fix {
    let code = "// AppServiceProvider::boot()\nModel::automaticallyEagerLoadRelationships();";
    Fix::new(code, Guesses::default()).note(
        "Laravel 12.8 and later. Before, Model::preventLazyLoading() finds what needs with().",
    )
}
