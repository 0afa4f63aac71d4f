//! A migration for Rails.

use super::text::{plain, ruby, schema, sorted};
use crate::catalog::{Index, Key};
use crate::sql::quoted;

/// What stands in the class of a migration.
pub(super) fn migration(index: &Index) -> String {
    let table = match schema(index) {
        Some(schema) => ruby(&format!("{schema}.{}", index.table.name)),
        None => symbol(&index.table.name),
    };
    let columns: Option<Vec<&str>> = index.keys.iter().map(Key::as_column).collect();
    let mut arguments = vec![table.clone()];
    match &columns {
        Some(columns) if index.keys.iter().all(|key| key.collation.is_none()) => {
            let names: Vec<String> = columns.iter().map(|name| symbol(name)).collect();
            arguments.push(format!("[{}]", names.join(", ")));
            let orders = pairs(index, |key| {
                let text = sorted(key);
                let order = text.strip_prefix(quoted(key.as_column()?).as_str())?;
                plain(key).is_none().then(|| ruby(order.trim()))
            });
            arguments.extend(orders.map(|list| format!("order: {{ {list} }}")));
            let classes = pairs(index, |key| key.opclass.as_deref().map(symbol));
            arguments.extend(classes.map(|list| format!("opclass: {{ {list} }}")));
        }
        // An expression makes the whole list one text.
        _ => {
            let keys: Vec<String> = index.keys.iter().map(whole).collect();
            arguments.push(ruby(&keys.join(", ")));
        }
    }
    if index.method != "btree" {
        arguments.push(format!("using: {}", symbol(&index.method)));
    }
    if !index.include.is_empty() {
        let names: Vec<String> = index.include.iter().map(|name| symbol(name)).collect();
        arguments.push(format!("include: [{}]", names.join(", ")));
    }
    if let Some(predicate) = &index.predicate {
        arguments.push(format!("where: {}", ruby(predicate)));
    }
    arguments.push(format!("name: {}", ruby(&index.name)));
    arguments.push("algorithm: :concurrently".to_owned());
    format!(
        "disable_ddl_transaction!\n\ndef change\n  add_index {}\nend",
        arguments.join(",\n            ")
    )
}

/// `column: value` for the keys that have a value.
fn pairs(index: &Index, value: impl Fn(&Key) -> Option<String>) -> Option<String> {
    let all: Vec<String> = index
        .keys
        .iter()
        .filter_map(|key| Some(format!("{}: {}", word(key.as_column()?), value(key)?)))
        .collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// A key in full, as SQL.
fn whole(key: &Key) -> String {
    let text = match key.as_column() {
        Some(_) => sorted(&Key {
            descending: false,
            nulls_first: false,
            ..key.clone()
        }),
        None => format!("({})", sorted(key)),
    };
    match &key.opclass {
        Some(class) => format!("{text} {class}"),
        None => text,
    }
}

/// `:name`, in quotes where it isn't plain.
fn symbol(name: &str) -> String {
    format!(":{}", word(name))
}

fn word(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { name.to_owned() } else { ruby(name) }
}
