//! Texts as the languages write them.

use crate::catalog::{Index, Key, KeyOf};
use crate::sql::quoted;

/// A text in Python: in double quotes, what means something else there behind a backslash.
pub(super) fn python(text: &str) -> String {
    escaped(text, &[])
}

/// A text in Ruby; `#{…}` would be worked out there.
pub(super) fn ruby(text: &str) -> String {
    escaped(text, &['#'])
}

fn escaped(text: &str, more: &[char]) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if more.contains(&c) => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A key as SQL, with its direction but without its operator class; an expression without brackets of its own.
pub(super) fn sorted(key: &Key) -> String {
    let mut text = match &key.of {
        KeyOf::Column(name) => quoted(name),
        KeyOf::Expression(text) => text.clone(),
    };
    if let Some(collation) = &key.collation {
        text.push_str(" COLLATE ");
        text.push_str(&quoted(collation));
    }
    text.push_str(key.direction());
    text
}

/// The column of a key that is one, ascending and with all defaults but the operator class.
pub(super) fn plain(key: &Key) -> Option<&str> {
    let usual = !key.descending && !key.nulls_first && key.collation.is_none();
    key.as_column().filter(|_| usual)
}

/// The schema, where it has to be said.
pub(super) fn schema(index: &Index) -> Option<&str> {
    let schema = index.table.schema.as_str();
    (!schema.is_empty() && schema != "public").then_some(schema)
}
