use super::{alembic, django, rails};
use crate::catalog::{Index, Key, KeyOf, Name, create_index};

fn index(name: &str, keys: Vec<Key>) -> Index {
    Index {
        table: Name::new("public", "orders"),
        name: name.to_owned(),
        keys,
        ..Index::default()
    }
}

fn descending(name: &str) -> Key {
    Key {
        descending: true,
        nulls_first: true,
        ..Key::column(name)
    }
}

#[test]
fn columns_with_directions_conditions_and_more_beside() {
    let index = Index {
        predicate: Some("state = 'open'".to_owned()),
        include: vec!["total".to_owned()],
        ..index("i", vec![Key::column("account_id"), descending("at")])
    };
    assert_eq!(
        alembic::migration(&index),
        r#"def upgrade():
    with op.get_context().autocommit_block():
        op.create_index(
            "i",
            "orders",
            ["account_id", sa.text("at DESC")],
            postgresql_include=["total"],
            postgresql_where=sa.text("state = 'open'"),
            postgresql_concurrently=True,
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("i", table_name="orders", postgresql_concurrently=True)"#
    );
    assert_eq!(
        rails::migration(&index),
        r#"disable_ddl_transaction!

def change
  add_index :orders,
            [:account_id, :at],
            order: { at: "DESC" },
            include: [:total],
            where: "state = 'open'",
            name: "i",
            algorithm: :concurrently
end"#
    );
}

#[test]
fn expressions_methods_and_operator_classes() {
    let lower = Key {
        of: KeyOf::Expression("lower(mail)".to_owned()),
        opclass: Some("text_pattern_ops".to_owned()),
        ..Key::column("")
    };
    let by_expression = index("i", vec![lower]);
    let code = alembic::migration(&by_expression);
    assert!(
        code.contains(r#"op.execute("CREATE INDEX CONCURRENTLY i ON public.orders ((lower(mail)) text_pattern_ops)")"#),
        "{code}"
    );
    let code = rails::migration(&by_expression);
    assert!(
        code.contains(r#""(lower(mail)) text_pattern_ops""#),
        "{code}"
    );
    let gin = Index {
        method: "gin".to_owned(),
        ..index(
            "i",
            vec![Key {
                opclass: Some("gin_trgm_ops".to_owned()),
                ..Key::column("note")
            }],
        )
    };
    let code = alembic::migration(&gin);
    assert!(
        code.contains(r#"postgresql_using="gin""#)
            && code.contains(r#"postgresql_ops={"note": "gin_trgm_ops"}"#),
        "{code}"
    );
    let code = rails::migration(&gin);
    assert!(
        code.contains("using: :gin") && code.contains("opclass: { note: :gin_trgm_ops }"),
        "{code}"
    );
}

#[test]
fn hostile_names_stay_names() {
    let index = Index {
        table: Name::new("my \"shop\"", "o\\x#{1}"),
        ..index("n\"'", vec![Key::column("a\nb")])
    };
    let code = alembic::migration(&index);
    assert!(
        code.contains(r#""n\"'""#)
            && code.contains(r#"["a\nb"]"#)
            && code.contains(r#""o\\x#{1}""#),
        "{code}"
    );
    let code = rails::migration(&index);
    assert!(
        code.contains(r#""my \"shop\".o\\x\#{1}""#) && code.contains(r#":"a\nb""#),
        "{code}"
    );
    let code = django::migration(&index, &create_index(&index, true));
    assert!(
        code.contains("atomic = False")
            && code.contains(r#"DROP INDEX CONCURRENTLY IF EXISTS \"my \"\"shop\"\"\""#),
        "{code}"
    );
}
