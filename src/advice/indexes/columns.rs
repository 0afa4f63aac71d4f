//! The columns that an index looks at.

use std::collections::BTreeSet;

use crate::catalog::{Column, Index, KeyOf, Table};
use crate::sql::{Class, tokens};

/// The columns of a table that an expression names, in its order.
pub(super) fn named<'a>(table: &'a Table, text: &str) -> Vec<&'a Column> {
    let found = tokens(text).filter_map(|(class, range)| {
        let word = text.get(range)?;
        match class {
            Class::QuotedIdentifier => {
                let inner = word.strip_prefix('"')?.strip_suffix('"')?;
                table.column(&inner.replace("\"\"", "\""))
            }
            // A column may be called as a word of the language is: `key`, `value`, `date`.
            Class::Identifier | Class::Keyword => table.column(&word.to_ascii_lowercase()),
            _ => None,
        }
    });
    found.collect()
}

/// All columns of a table whose change changes what an index holds: those of its keys, its expressions and its
/// predicate, and those that it holds beside.
pub(super) fn of_index<'a>(table: &'a Table, index: &'a Index) -> BTreeSet<&'a str> {
    let mut all: BTreeSet<&str> = index.include.iter().map(String::as_str).collect();
    let texts = index.keys.iter().filter_map(|key| match &key.of {
        KeyOf::Column(name) => {
            all.insert(name);
            None
        }
        KeyOf::Expression(text) => Some(text),
    });
    let texts: Vec<&String> = texts.chain(&index.predicate).collect();
    for text in texts {
        all.extend(named(table, text).iter().map(|column| column.name.as_str()));
    }
    all
}
