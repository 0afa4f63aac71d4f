//! Sizes against those of indexes that PostgreSQL 15.20 built.

use super::{PAGE, bytes, bytes_in};
use crate::catalog::{Catalog, ColumnStatistics, Common, open};

const TABLES: &str = "
    CREATE TABLE orders (id int NOT NULL, user_id int, status text, created_at timestamptz, shipped_at timestamptz,
        total numeric(10,2), external_ref text, note text, account_id int);
    CREATE TABLE events (id bigint, ts timestamptz, kind text, processed boolean);
    CREATE TABLE users (id int, email text, country text, deleted_at timestamptz, prefs jsonb);
    CREATE TABLE sessions (id uuid, token text, user_id int);
    CREATE TABLE products (attrs jsonb, tags text[], sku text, category_id int);";

/// Rows and pages of the tables.
const ROWS: &[(&str, u64, u64)] = &[
    ("orders", 1_000_000, 15_307),
    ("events", 3_000_000, 22_059),
    ("users", 200_000, 4_082),
    ("sessions", 200_000, 3_637),
    ("products", 100_000, 4_762),
];

/// What ANALYZE found: part that is NULL, average width, different values.
const COLUMNS: &[(&str, f64, u32, f64)] = &[
    ("orders.id", 0.0, 4, -1.0),
    ("orders.user_id", 0.0, 4, -0.204_684),
    ("orders.status", 0.0, 9, 4.0),
    ("orders.created_at", 0.0, 8, -1.0),
    ("orders.shipped_at", 0.0054, 8, -0.9946),
    ("orders.total", 0.0, 6, -0.102_962),
    ("orders.external_ref", 0.0, 37, -1.0),
    ("orders.note", 0.950_433, 38, -0.049_567),
    ("orders.account_id", 0.0, 4, 2000.0),
    ("events.id", 0.0, 8, -1.0),
    ("events.ts", 0.0, 8, -1.0),
    ("events.kind", 0.0, 3, 30.0),
    ("events.processed", 0.0, 1, 2.0),
    ("users.email", 0.0, 24, -1.0),
    ("users.country", 0.0, 3, 15.0),
    ("users.deleted_at", 0.981_033, 8, 1.0),
    ("users.prefs", 0.0, 48, 120.0),
    ("sessions.id", 0.0, 16, -1.0),
    ("sessions.token", 0.0, 33, -1.0),
    ("sessions.user_id", 0.0, 4, -1.0),
    ("products.attrs", 0.0, 48, 1000.0),
    ("products.tags", 0.0, 37, -0.184_08),
    ("products.sku", 0.0, 13, -1.0),
    ("products.category_id", 0.0, 4, 200.0),
];

/// Values that are common.
const COMMON: &[(&str, &str, f64)] = &[
    ("orders.status", "completed", 0.7),
    ("orders.status", "cancelled", 0.1),
    ("orders.status", "pending", 0.005),
    ("events.processed", "t", 0.999),
    ("events.processed", "f", 0.001),
];

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

fn catalog(index: &str) -> Catalog {
    let mut catalog = open(&format!("{TABLES}\nCREATE {index};")).unwrap().catalog;
    for table in &mut catalog.tables {
        let name = table.name.name.clone();
        let (_, rows, pages) = ROWS.iter().find(|(t, ..)| *t == name).unwrap();
        (table.rows, table.pages) = (Some(*rows), Some(*pages));
        for column in &mut table.columns {
            let full = format!("{name}.{}", column.name);
            let known = COLUMNS.iter().find(|(c, ..)| *c == full);
            let common = COMMON.iter().filter(|(c, ..)| *c == full);
            column.statistics =
                known.map(|(_, null_frac, avg_width, n_distinct)| ColumnStatistics {
                    null_frac: *null_frac,
                    avg_width: *avg_width,
                    n_distinct: *n_distinct,
                    most_common: common
                        .map(|(_, value, frequency)| Common {
                            value: (*value).to_owned(),
                            frequency: *frequency,
                        })
                        .collect(),
                    ..ColumnStatistics::default()
                });
        }
    }
    catalog
}

#[test]
fn sizes_are_within_a_sixth_of_built_ones() {
    for (sql, pages) in BUILT {
        let catalog = catalog(sql);
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
    let mut catalog = catalog("INDEX i ON orders (status)");
    let index = catalog.indexes.first().cloned().unwrap();
    let of = |catalog: &Catalog| bytes_in(catalog, &index).unwrap() / PAGE;
    let with = of(&catalog);
    catalog.server.version_num = Some(120_015);
    let without = of(&catalog);
    assert!(with < 900 && without > 3800, "{with}, {without}");
}

#[test]
fn without_rows_nobody_knows() {
    let mut catalog = catalog("INDEX i ON orders (status)");
    for table in &mut catalog.tables {
        table.rows = None;
    }
    let index = catalog.indexes.first().unwrap();
    assert_eq!(bytes(catalog.table(&index.table).unwrap(), index), None);
}
