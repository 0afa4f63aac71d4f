//! Sizes against those of indexes that PostgreSQL 15.20 built.

use super::{PAGE, build_seconds, bytes, bytes_in};
use crate::advice::indexes::shop::catalog;
use crate::catalog::Catalog;

/// Indexes, and the pages that they had on the server.
const BUILT: &[(&str, u64)] = &[
    ("UNIQUE INDEX i ON orders (id)", 2745),
    ("INDEX i ON orders (user_id)", 1426),
    ("INDEX i ON orders (account_id)", 896),
    ("INDEX i ON orders (status)", 861),
    ("INDEX i ON orders (lower(status))", 861),
    ("INDEX i ON orders (created_at)", 2745),
    ("INDEX i ON orders (shipped_at)", 2735),
    ("INDEX i ON orders (total)", 2748),
    ("INDEX i ON orders (external_ref)", 7210),
    ("INDEX i ON orders (note)", 1167),
    ("INDEX i ON orders (account_id, created_at DESC)", 3853),
    ("INDEX i ON orders (account_id, status)", 896),
    ("INDEX i ON orders (user_id) INCLUDE (status)", 3852),
    ("INDEX i ON orders (account_id) INCLUDE (total)", 3853),
    ("INDEX i ON orders (shipped_at) WHERE shipped_at IS NULL", 7),
    (
        "INDEX i ON orders (created_at) WHERE status = 'cancelled'",
        276,
    ),
    (
        "INDEX i ON orders (user_id) WHERE shipped_at IS NOT NULL",
        1419,
    ),
    ("INDEX i ON events (kind)", 2542),
    ("INDEX i ON events (processed, ts)", 11_554),
    ("INDEX i ON events (ts) WHERE NOT processed", 11),
    ("INDEX i ON users (email)", 1083),
    ("INDEX i ON users (lower(email))", 1083),
    ("INDEX i ON users (country)", 171),
    ("INDEX i ON users (deleted_at)", 171),
    ("INDEX i ON sessions (token)", 1444),
    ("UNIQUE INDEX i ON sessions (token, user_id)", 1444),
    ("INDEX i ON products (sku)", 388),
    ("INDEX i ON products (category_id)", 91),
    ("INDEX i ON products (attrs)", 950),
    ("INDEX i ON products (tags)", 725),
    ("INDEX i ON orders USING hash (user_id)", 4073),
    ("INDEX i ON events USING hash (kind)", 17_592),
    ("INDEX i ON users USING hash (email)", 823),
    ("INDEX i ON products USING hash (category_id)", 714),
    ("INDEX i ON events USING brin (ts)", 3),
    ("INDEX i ON orders USING brin (external_ref)", 4),
];

#[test]
fn sizes_are_within_a_sixth_of_built_ones() {
    for (sql, pages) in BUILT {
        let catalog = catalog(&format!("CREATE {sql}"));
        let index = catalog.indexes.first().expect(sql);
        let table = catalog.table(&index.table).expect(sql);
        let got = bytes(table, index).expect(sql) as f64 / PAGE as f64;
        let off = got / *pages as f64;
        assert!(
            (0.85..=1.16).contains(&off),
            "{sql}: {got} pages, built {pages}"
        );
    }
}

#[test]
fn before_13_each_row_has_an_entry() {
    let mut catalog = catalog("CREATE INDEX i ON orders (status)");
    let index = catalog.indexes.first().cloned().unwrap();
    let of = |catalog: &Catalog| bytes_in(catalog, &index).unwrap() / PAGE;
    let with = of(&catalog);
    catalog.server.version_num = Some(120_015);
    let without = of(&catalog);
    assert!(with < 900 && without > 3800, "{with}, {without}");
}

#[test]
fn without_rows_nobody_knows() {
    let mut catalog = catalog("CREATE INDEX i ON orders (status)");
    for table in &mut catalog.tables {
        table.rows = None;
    }
    let index = catalog.indexes.first().unwrap();
    assert_eq!(bytes(catalog.table(&index.table).unwrap(), index), None);
}

#[test]
fn building_takes_about_as_long_as_it_did() {
    for (sql, seconds) in [
        ("INDEX i ON orders (user_id)", 0.36),
        ("INDEX i ON orders (external_ref)", 0.80),
        ("INDEX i ON orders (account_id, created_at DESC)", 0.44),
        ("INDEX i ON events (kind)", 1.40),
        ("INDEX i ON events (ts) WHERE NOT processed", 0.19),
        ("INDEX i ON users (lower(email))", 0.12),
        ("INDEX i ON orders USING hash (user_id)", 0.71),
        ("INDEX i ON events USING brin (ts)", 1.04),
        (
            "INDEX i ON products USING gin (attrs jsonb_path_ops)",
            0.085,
        ),
    ] {
        let catalog = catalog(&format!("CREATE {sql}"));
        let index = catalog.indexes.first().expect(sql);
        let got = build_seconds(catalog.table(&index.table).expect(sql), index).expect(sql);
        assert!(
            (0.33..=3.0).contains(&(got / seconds)),
            "{sql}: {got} s, it took {seconds}"
        );
    }
}
