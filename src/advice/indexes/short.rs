//! The short form of an index, for reading and for programs: `orders(account_id,created_at)`.

use crate::catalog::{Catalog, Index, Key, KeyOf, Name};
use crate::sql::quoted;

/// The short form: table, method where it isn't a B-tree, keys with what isn't the default, INCLUDE, WHERE. The schema
/// is there only where the catalog's search path doesn't lead to it.
#[must_use]
pub fn short(catalog: Option<&Catalog>, index: &Index) -> String {
    let table = &index.table;
    let on_path = match catalog {
        _ if table.schema.is_empty() => true,
        None => table.schema == "public",
        Some(catalog) => {
            let mut path = catalog.search_path.iter();
            let found = path.find(|schema| {
                let name = Name::new(schema.as_str(), table.name.as_str());
                catalog.table(&name).is_some()
            });
            found == Some(&table.schema)
        }
    };
    let mut text = if on_path {
        quoted(&table.name)
    } else {
        format!("{}.{}", quoted(&table.schema), quoted(&table.name))
    };
    if index.method != "btree" {
        text.push_str(" USING ");
        text.push_str(&index.method);
    }
    let keys: Vec<String> = index.keys.iter().map(key).collect();
    text.push('(');
    text.push_str(&keys.join(","));
    text.push(')');
    if !index.include.is_empty() {
        let columns: Vec<String> = index.include.iter().map(|name| quoted(name)).collect();
        text.push_str(" INCLUDE (");
        text.push_str(&columns.join(","));
        text.push(')');
    }
    if let Some(predicate) = &index.predicate {
        text.push_str(" WHERE ");
        text.push_str(predicate);
    }
    text
}

fn key(key: &Key) -> String {
    let mut text = match &key.of {
        KeyOf::Column(name) => quoted(name),
        KeyOf::Expression(text) if is_call(text) => text.clone(),
        KeyOf::Expression(text) => format!("({text})"),
    };
    if let Some(collation) = &key.collation {
        text.push_str(" COLLATE ");
        text.push_str(&quoted(collation));
    }
    if let Some(opclass) = &key.opclass {
        text.push(' ');
        text.push_str(opclass);
    }
    text.push_str(key.direction());
    text
}

/// Whether an expression is nothing but the call of a function: a name, and brackets that close at its very end.
fn is_call(text: &str) -> bool {
    let Some(open) = text.find('(') else {
        return false;
    };
    let name = text.get(..open).unwrap_or_default();
    let plain = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "_.".contains(c));
    let mut depth = 0_usize;
    let mut quote = false;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            '\'' => quote = !quote,
            '(' if !quote => depth += 1,
            ')' if !quote => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return plain && at + 1 == text.len();
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(index: Index, want: &str) {
        let index = Index {
            table: Name::new("public", "orders"),
            ..index
        };
        assert_eq!(short(None, &index), want);
    }

    fn keys(keys: Vec<Key>) -> Index {
        Index {
            keys,
            ..Index::default()
        }
    }

    fn expression(text: &str) -> Key {
        Key {
            of: KeyOf::Expression(text.to_owned()),
            ..Key::column("")
        }
    }

    #[test]
    fn what_is_the_default_is_left_out() {
        let descending = Key {
            descending: true,
            nulls_first: true,
            ..Key::column("created_at")
        };
        check(
            keys(vec![Key::column("account_id"), descending.clone()]),
            "orders(account_id,created_at DESC)",
        );
        check(
            keys(vec![Key {
                nulls_first: false,
                ..descending
            }]),
            "orders(created_at DESC NULLS LAST)",
        );
        check(
            keys(vec![expression("lower(email)")]),
            "orders(lower(email))",
        );
        check(
            keys(vec![expression("attrs->>'color'")]),
            "orders((attrs->>'color'))",
        );
        check(
            keys(vec![expression("lower(a) || lower(b)")]),
            "orders((lower(a) || lower(b)))",
        );
        check(
            Index {
                method: "gin".to_owned(),
                ..keys(vec![Key {
                    opclass: Some("gin_trgm_ops".to_owned()),
                    ..Key::column("name")
                }])
            },
            "orders USING gin(name gin_trgm_ops)",
        );
        check(
            Index {
                include: vec!["total".to_owned()],
                predicate: Some("NOT processed".to_owned()),
                ..keys(vec![Key::column("User")])
            },
            "orders(\"User\") INCLUDE (total) WHERE NOT processed",
        );
    }
}
