//! A shop's tables with what ANALYZE found in them on PostgreSQL 15.20, for tests.

use crate::catalog::{Catalog, ColumnStatistics, Common, open};

const TABLES: &str = "
    CREATE TABLE orders (id int NOT NULL, user_id int, status text, created_at timestamptz NOT NULL, shipped_at timestamptz,
        total numeric(10,2), external_ref text, note text, account_id int);
    CREATE TABLE events (id bigint, ts timestamptz NOT NULL, kind text, processed boolean);
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

/// What ANALYZE found: part that is NULL, average width, different values, correlation.
const COLUMNS: &[(&str, f64, u32, f64, f64)] = &[
    ("orders.id", 0.0, 4, -1.0, 1.0),
    ("orders.user_id", 0.0, 4, -0.204_684, -0.0036),
    ("orders.status", 0.0, 9, 4.0, 0.531),
    ("orders.created_at", 0.0, 8, -1.0, 0.002),
    ("orders.shipped_at", 0.0054, 8, -0.9946, 1.0),
    ("orders.total", 0.0, 6, -0.102_962, -0.002),
    ("orders.external_ref", 0.0, 37, -1.0, -0.012),
    ("orders.note", 0.950_433, 38, -0.049_567, -0.009),
    ("orders.account_id", 0.0, 4, 2000.0, 0.0036),
    ("events.id", 0.0, 8, -1.0, 1.0),
    ("events.ts", 0.0, 8, -1.0, 1.0),
    ("events.kind", 0.0, 3, 30.0, 0.026),
    ("events.processed", 0.0, 1, 2.0, 0.998),
    ("users.email", 0.0, 24, -1.0, -0.394),
    ("users.country", 0.0, 3, 15.0, 0.1),
    ("users.deleted_at", 0.981_033, 8, 1.0, 1.0),
    ("users.prefs", 0.0, 48, 120.0, 0.008),
    ("sessions.id", 0.0, 16, -1.0, 0.009),
    ("sessions.token", 0.0, 33, -1.0, 0.001),
    ("sessions.user_id", 0.0, 4, -1.0, 1.0),
    ("products.attrs", 0.0, 48, 1000.0, 0.016),
    ("products.tags", 0.0, 37, -0.184_08, 0.0075),
    ("products.sku", 0.0, 13, -1.0, 1.0),
    ("products.category_id", 0.0, 4, 200.0, -0.0004),
];

/// Values that are common.
const COMMON: &[(&str, &str, f64)] = &[
    ("orders.status", "completed", 0.7),
    ("orders.status", "cancelled", 0.1),
    ("orders.status", "pending", 0.005),
    ("events.processed", "t", 0.999),
    ("events.processed", "f", 0.001),
];

/// The shop's catalog, with more definitions.
pub(super) fn catalog(more: &str) -> Catalog {
    let mut catalog = open(&format!("{TABLES}\n{more};")).unwrap().catalog;
    for table in &mut catalog.tables {
        let name = table.name.name.clone();
        let (_, rows, pages) = ROWS.iter().find(|(t, ..)| *t == name).unwrap();
        (table.rows, table.pages) = (Some(*rows), Some(*pages));
        for column in &mut table.columns {
            let full = format!("{name}.{}", column.name);
            let known = COLUMNS.iter().find(|(c, ..)| *c == full);
            let common = COMMON.iter().filter(|(c, ..)| *c == full);
            column.statistics =
                known.map(
                    |(_, null_frac, avg_width, n_distinct, correlation)| ColumnStatistics {
                        null_frac: *null_frac,
                        avg_width: *avg_width,
                        n_distinct: *n_distinct,
                        correlation: Some(*correlation),
                        most_common: common
                            .map(|(_, value, frequency)| Common {
                                value: (*value).to_owned(),
                                frequency: *frequency,
                            })
                            .collect(),
                        ..ColumnStatistics::default()
                    },
                );
        }
    }
    catalog
}
