//! A revision for Alembic, SQLAlchemy's migrations.

use super::text::{plain, python, schema, sorted};
use crate::catalog::{Index, KeyOf};

/// The two functions of a revision.
pub(super) fn migration(index: &Index) -> String {
    let keys: Vec<String> = index
        .keys
        .iter()
        .map(|key| match (plain(key), &key.of) {
            (Some(column), _) => python(column),
            (None, KeyOf::Expression(_)) if !sorted(key).contains(" DESC") => {
                format!("sa.text({})", python(&format!("({})", sorted(key))))
            }
            (None, _) => format!("sa.text({})", python(&sorted(key))),
        })
        .collect();
    let mut arguments = vec![
        python(&index.name),
        python(&index.table.name),
        format!("[{}]", keys.join(", ")),
    ];
    if let Some(schema) = schema(index) {
        arguments.push(format!("schema={}", python(schema)));
    }
    if index.method != "btree" {
        arguments.push(format!("postgresql_using={}", python(&index.method)));
    }
    let classes: Vec<String> = index
        .keys
        .iter()
        .filter_map(|key| {
            let class = key.opclass.as_deref()?;
            Some(format!("{}: {}", python(key.as_column()?), python(class)))
        })
        .collect();
    if !classes.is_empty() {
        arguments.push(format!("postgresql_ops={{{}}}", classes.join(", ")));
    }
    if !index.include.is_empty() {
        let columns: Vec<String> = index.include.iter().map(|name| python(name)).collect();
        arguments.push(format!("postgresql_include=[{}]", columns.join(", ")));
    }
    if let Some(predicate) = &index.predicate {
        let text = python(predicate);
        arguments.push(format!("postgresql_where=sa.text({text})"));
    }
    arguments.push("postgresql_concurrently=True".to_owned());
    // Alembic has no words for the operator class of an expression.
    let has_class = |key: &crate::catalog::Key| key.opclass.is_some() && key.as_column().is_none();
    let create = if index.keys.iter().any(has_class) {
        let sql = crate::catalog::create_index(index, true);
        format!("        op.execute({})", python(&sql))
    } else {
        format!(
            "        op.create_index(\n            {},\n        )",
            arguments.join(",\n            ")
        )
    };
    let place = schema(index).map_or_else(String::new, |s| format!(", schema={}", python(s)));
    format!(
        "def upgrade():\n    with op.get_context().autocommit_block():\n{create}\n\n\ndef downgrade():\n    \
         with op.get_context().autocommit_block():\n        op.drop_index({}, table_name={}{place}, \
         postgresql_concurrently=True)",
        python(&index.name),
        python(&index.table.name),
    )
}
