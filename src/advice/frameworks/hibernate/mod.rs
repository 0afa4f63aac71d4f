//! Hibernate and JPA (Java).

mod eager;
mod read;
mod write;

use super::Words;
use crate::advice::condition::{Condition, Operator};
use crate::advice::fix::{Fix, Guesses, LINE};
use crate::advice::loading::takes_value;
use crate::advice::names::{camel, stem};

pub(super) const WORDS: Words = Words {
    eager: eager::eager,
    batch: write::batch,
    page: read::page,
    read_all: read::read_all,
    has_next: read::has_next,
    cache: read::cache,
    together,
    together_title: "Load what rows point to for many rows at a time",
};

/// A column's property; a key's leads over the entity that it points to.
fn column(alias: &str, name: &str, own_key: &str, guesses: &mut Guesses) -> String {
    match stem(name).filter(|_| name != own_key) {
        Some(stem) => {
            let path = format!("{}.id", camel(stem));
            guesses.add(path.clone());
            format!("{alias}.{path}")
        }
        None => format!("{alias}.{}", guesses.derived(name, camel(name))),
    }
}

/// A variable.
fn variable(name: &str) -> String {
    let name = camel(name);
    let reserved = [
        "abstract",
        "assert",
        "boolean",
        "break",
        "byte",
        "case",
        "catch",
        "char",
        "class",
        "const",
        "continue",
        "default",
        "do",
        "double",
        "else",
        "enum",
        "extends",
        "final",
        "finally",
        "float",
        "for",
        "goto",
        "if",
        "implements",
        "import",
        "instanceof",
        "int",
        "interface",
        "long",
        "native",
        "new",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "short",
        "static",
        "super",
        "switch",
        "synchronized",
        "this",
        "throw",
        "throws",
        "transient",
        "try",
        "void",
        "volatile",
        "while",
    ];
    if reserved.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// A short name for an entity in a query, none of those taken.
fn alias(class: &str, taken: &[String]) -> String {
    let letter: String = class
        .chars()
        .next()
        .map(|c| c.to_lowercase().collect())
        .unwrap_or_default();
    let counted = (2..).map(|n| format!("{letter}{n}"));
    std::iter::once(letter.clone())
        .chain(counted)
        .find(|a| !taken.contains(a))
        .unwrap_or(letter)
}

/// A query with its parameters: the clauses of its text, the class of what it gives.
fn query(clauses: &[String], class: &str, parameters: &[String], last: &str) -> String {
    let joined = clauses.join(" ");
    let text = if joined.len() + 40 <= LINE {
        format!("\"{joined}\"")
    } else {
        block(&clauses.join("\n"))
    };
    let class = if class.is_empty() {
        String::new()
    } else {
        format!(", {class}.class")
    };
    let set = parameters
        .iter()
        .map(|p| format!("\n    .setParameter(\"{p}\", {p})"));
    let set = set.collect::<Vec<_>>().concat();
    format!("entityManager.createQuery({text}{class}){set}\n    {last}")
}

fn native(sql: &str, class: &str, parameter: &str, last: &str) -> String {
    let class = if class.is_empty() {
        String::new()
    } else {
        format!(", {class}.class")
    };
    let text = block(sql);
    format!(
        "entityManager.createNativeQuery({text}{class})\n    .setParameter({parameter})\n    {last}"
    )
}

/// Lines as a text block, which a quotation mark at their end would cut off.
fn block(lines: &str) -> String {
    let lines = lines.replace('\\', "\\\\").replace('\n', "\n    ");
    let end = if lines.ends_with('"') { "\n    " } else { "" };
    format!("\"\"\"\n    {lines}{end}\"\"\"")
}

const LIST: &str = ".getResultList();";

/// Conditions, and the parameters that they take.
fn conditions(
    list: &[Condition],
    alias: &str,
    own_key: &str,
    guesses: &mut Guesses,
) -> (Vec<String>, Vec<String>) {
    let texts = list
        .iter()
        .map(|c| condition(c, alias, own_key, guesses))
        .collect();
    let parameters = list
        .iter()
        .filter(|c| takes_value(c))
        .map(|c| variable(&c.variable))
        .collect();
    (texts, parameters)
}

fn condition(condition: &Condition, alias: &str, own_key: &str, guesses: &mut Guesses) -> String {
    let name = column(alias, &condition.column, own_key, guesses);
    let value = variable(&condition.variable);
    match condition.operator {
        Operator::In => format!("{name} in :{value}"),
        Operator::NotIn => format!("{name} not in :{value}"),
        Operator::IsNull => format!("{name} is null"),
        Operator::NotNull => format!("{name} is not null"),
        Operator::IsTrue => format!("{name} = true"),
        Operator::IsFalse => format!("{name} = false"),
        other => format!(
            "{name} {} :{value}",
            other.sql().unwrap_or("=").to_lowercase()
        ),
    }
}

fn together() -> Fix {
    Fix::new("spring.jpa.properties.hibernate.default_batch_fetch_size=100", Guesses::default())
        .note("Lazy relations are then loaded for up to 100 rows with one statement. Join fetch loads them with the rows.")
}
