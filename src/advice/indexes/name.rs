//! The name that a new index gets.
//!
//! The server's own rule (`ChooseIndexName` in its `indexcmds.c`): table, columns and `idx`, joined by `_`; an
//! expression counts with the words in it. Where that is longer than 63 bytes the longer of table and columns is cut,
//! and where it is taken a number follows.

use std::collections::BTreeSet;

use super::outcome::Proposal;
use crate::catalog::{Catalog, Index, KeyOf, create_index};

/// Bytes of a name (`NAMEDATALEN` less one).
const LONGEST: usize = 63;

/// Names all proposals and writes the statements that make them. Names are not those of anything else in their schema.
pub(super) fn name_all(catalog: &Catalog, proposals: &mut [Proposal]) {
    let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
    for index in &catalog.indexes {
        taken.insert((index.table.schema.clone(), index.name.clone()));
    }
    let tables = catalog.tables.iter().map(|t| &t.name);
    let sequences = catalog.sequences.iter().map(|s| &s.name);
    for name in tables.chain(sequences) {
        taken.insert((name.schema.clone(), name.name.clone()));
    }
    for proposal in proposals {
        let schema = proposal.index.table.schema.clone();
        let name = free(&proposal.index, &|name| {
            taken.contains(&(schema.clone(), name.to_owned()))
        });
        taken.insert((schema, name.clone()));
        proposal.index.name = name;
        proposal.ddl = create_index(&proposal.index, true);
    }
}

fn free(index: &Index, is_taken: &dyn Fn(&str) -> bool) -> String {
    let columns: Vec<String> = index
        .keys
        .iter()
        .map(|key| match &key.of {
            KeyOf::Column(name) => name.clone(),
            KeyOf::Expression(text) => words(text),
        })
        .collect();
    let columns = columns.join("_");
    let mut number = 0_u32;
    loop {
        let end = match number {
            0 => "_idx".to_owned(),
            n => format!("_idx{n}"),
        };
        let name = cut(&index.table.name, &columns, &end);
        if !is_taken(&name) {
            return name;
        }
        number += 1;
    }
}

/// The words of an expression: `lower_email`, `attrs_color`.
fn words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}

/// Table and columns with the end, the longer of both cut to fit.
fn cut(table: &str, columns: &str, end: &str) -> String {
    let (mut a, mut b) = (table.to_owned(), columns.to_owned());
    while a.len() + 1 + b.len() + end.len() > LONGEST {
        if a.len() >= b.len() {
            a.pop();
        } else {
            b.pop();
        }
    }
    format!("{a}_{b}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Key, Name};

    #[test]
    fn names_fit_and_are_free() {
        let index = |table: &str, keys: Vec<Key>| Index {
            table: Name::new("public", table),
            keys,
            ..Index::default()
        };
        let expression = Key {
            of: KeyOf::Expression("lower(email)".to_owned()),
            ..Key::column("")
        };
        let plain = index("orders", vec![Key::column("user_id"), Key::column("at")]);
        assert_eq!(free(&plain, &|_| false), "orders_user_id_at_idx");
        assert_eq!(
            free(&plain, &|name| name.ends_with("_idx")),
            "orders_user_id_at_idx1"
        );
        let lower = index("users", vec![expression]);
        assert_eq!(free(&lower, &|_| false), "users_lower_email_idx");
        let long = index(&"注文".repeat(20), vec![Key::column("c".repeat(50))]);
        let name = free(&long, &|_| false);
        assert!(name.len() <= 63 && name.ends_with("_idx"), "{name}");
    }
}
