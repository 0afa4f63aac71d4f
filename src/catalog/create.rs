//! The statement that makes an index.

use super::{Index, Key, KeyOf, Name};
use crate::sql::quoted;

/// The statement that makes an index, without a semicolon. All names are quoted where the server asks for it, the
/// table's has its schema. An index without a name gets one from the server.
#[must_use]
pub fn create_index(index: &Index, concurrently: bool) -> String {
    let mut sql = String::from("CREATE ");
    if index.unique {
        sql.push_str("UNIQUE ");
    }
    sql.push_str("INDEX ");
    if concurrently {
        sql.push_str("CONCURRENTLY ");
    }
    if !index.name.is_empty() {
        sql.push_str(&quoted(&index.name));
        sql.push(' ');
    }
    sql.push_str("ON ");
    sql.push_str(&full(&index.table));
    if index.method != "btree" {
        sql.push_str(" USING ");
        sql.push_str(&quoted(&index.method));
    }
    let keys: Vec<String> = index.keys.iter().map(key).collect();
    let include: Vec<String> = index.include.iter().map(|name| quoted(name)).collect();
    sql += " (";
    sql += &keys.join(", ");
    sql += ")";
    if !include.is_empty() {
        sql += " INCLUDE (";
        sql += &include.join(", ");
        sql += ")";
    }
    if index.nulls_not_distinct {
        sql.push_str(" NULLS NOT DISTINCT");
    }
    if let Some(predicate) = &index.predicate {
        sql.push_str(" WHERE ");
        sql.push_str(predicate);
    }
    sql
}

fn full(name: &Name) -> String {
    if name.schema.is_empty() {
        quoted(&name.name)
    } else {
        format!("{}.{}", quoted(&name.schema), quoted(&name.name))
    }
}

fn key(key: &Key) -> String {
    let mut sql = match &key.of {
        KeyOf::Column(name) => quoted(name),
        KeyOf::Expression(text) => format!("({text})"),
    };
    if let Some(collation) = &key.collation {
        sql.push_str(" COLLATE ");
        sql.push_str(&quoted(collation));
    }
    if let Some(opclass) = &key.opclass {
        sql.push(' ');
        sql.push_str(opclass);
    }
    sql.push_str(key.direction());
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_an_index_can_have_is_written() {
        let index = Index {
            table: Name::new("my shop", "Order"),
            name: "order_idx".to_owned(),
            keys: vec![
                Key {
                    descending: true,
                    nulls_first: true,
                    ..Key::column("created_at")
                },
                Key {
                    of: KeyOf::Expression("lower(email)".to_owned()),
                    opclass: Some("text_pattern_ops".to_owned()),
                    collation: Some("C".to_owned()),
                    nulls_first: true,
                    ..Key::column("")
                },
            ],
            include: vec!["select".to_owned()],
            predicate: Some("NOT done".to_owned()),
            unique: true,
            ..Index::default()
        };
        assert_eq!(
            create_index(&index, true),
            "CREATE UNIQUE INDEX CONCURRENTLY order_idx ON \"my shop\".\"Order\" (created_at DESC, \
             (lower(email)) COLLATE \"C\" text_pattern_ops NULLS FIRST) INCLUDE (\"select\") WHERE NOT done"
        );
        let plain = Index {
            table: Name::new("", "t"),
            method: "gin".to_owned(),
            keys: vec![Key::column("a")],
            ..Index::default()
        };
        assert_eq!(
            create_index(&plain, false),
            "CREATE INDEX ON t USING gin (a)"
        );
    }
}
