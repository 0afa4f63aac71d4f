//! GORM (Go).

mod eager;
mod read;
mod write;

use super::Words;
use crate::advice::condition::{Condition, Operator};
use crate::advice::fix::{Fix, Guesses, LINE};
use crate::advice::loading::takes_value;
use crate::advice::names::{camel, one_and_many, parts, pascal};
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
    together_title: "Send statements that don't wait for each other in one batch",
};

/// A field of a struct, with the abbreviations that Go writes in capitals.
fn field(name: &str) -> String {
    let capitals = [
        "api", "html", "http", "id", "ip", "json", "sql", "url", "uri", "uuid", "xml",
    ];
    let word = |part: &str| {
        let small = part.to_lowercase();
        if capitals.contains(&small.as_str()) {
            small.to_uppercase()
        } else {
            pascal(part)
        }
    };
    parts(name).into_iter().map(word).collect()
}

fn variable(name: &str) -> String {
    let mut words = parts(name).into_iter();
    let first = words.next().map(camel).unwrap_or_default();
    let name: String = std::iter::once(first).chain(words.map(field)).collect();
    let reserved = [
        "break",
        "case",
        "chan",
        "const",
        "continue",
        "default",
        "defer",
        "else",
        "fallthrough",
        "for",
        "func",
        "go",
        "goto",
        "if",
        "import",
        "interface",
        "map",
        "package",
        "range",
        "return",
        "select",
        "struct",
        "switch",
        "type",
        "var",
    ];
    if reserved.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

fn variables(table: &str) -> (String, String) {
    one_and_many(table, "row", variable)
}

fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A chain of methods; Go wants the dot at the end of a line.
fn chain(methods: &[String]) -> String {
    let joined = format!("db.{}", methods.join("."));
    if joined.len() <= LINE && !joined.contains('\n') {
        return joined;
    }
    format!("db.{}", methods.join(".\n\t"))
}

/// Conditions as one text, with their values behind it.
fn conditions(list: &[Condition]) -> String {
    let texts: Vec<String> = list.iter().map(condition).collect();
    let values = list
        .iter()
        .filter(|c| takes_value(c))
        .map(|c| variable(&c.variable));
    let arguments: Vec<String> = std::iter::once(string(&texts.join(" AND ")))
        .chain(values)
        .collect();
    arguments.join(", ")
}

fn condition(condition: &Condition) -> String {
    let name = quoted(&condition.column);
    match condition.operator {
        Operator::In => format!("{name} IN ?"),
        Operator::NotIn => format!("{name} NOT IN ?"),
        Operator::IsNull => format!("{name} IS NULL"),
        Operator::NotNull => format!("{name} IS NOT NULL"),
        Operator::IsTrue => name,
        Operator::IsFalse => format!("NOT {name}"),
        other => format!("{name} {} ?", other.sql().unwrap_or("=")),
    }
}

fn sort(sort: &Sort) -> String {
    let direction = if sort.descending { " DESC" } else { "" };
    format!("{}{direction}", quoted(&sort.column))
}

fn together() -> Fix {
    let code = "batch := &pgx.Batch{}\n\
                for _, statement := range statements {\n\t\
                batch.Queue(statement.SQL, statement.Values...)\n\
                }\n\
                answers := connection.SendBatch(ctx, batch)";
    Fix::new(code, Guesses::default())
        .note("It goes past GORM to pgx. Rows that belong together come with Preload.")
}
