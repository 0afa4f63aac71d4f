//! Statements that the tests ask about.

use crate::advice::WriteLoop;

/// Loops of writes: a name, what they are, the write, and the look-up before it.
pub(super) fn writes() -> Vec<(&'static str, WriteLoop, &'static str, Option<&'static str>)> {
    vec![
        (
            "insert",
            WriteLoop::Insert,
            "INSERT INTO \"import_rows\" (\"sku\", \"qty\") VALUES ('a', 1) RETURNING \"import_rows\".\"id\"",
            None,
        ),
        (
            "insert, typed, each committed",
            WriteLoop::InsertEachCommitted,
            "INSERT INTO import_rows (sku, qty) VALUES ('a'::VARCHAR, 2::INTEGER) RETURNING import_rows.id",
            None,
        ),
        (
            "insert with a default and no columns",
            WriteLoop::Insert,
            "INSERT INTO import_rows VALUES (DEFAULT, 'a', 2, now())",
            None,
        ),
        (
            "insert that says ON CONFLICT",
            WriteLoop::Insert,
            "INSERT INTO \"devices\" (\"id\",\"serial\",\"seen\") VALUES (DEFAULT,'a',1) ON CONFLICT (\"serial\") DO UPDATE SET \"seen\"=EXCLUDED.\"seen\" RETURNING \"id\"",
            None,
        ),
        (
            "update",
            WriteLoop::Update,
            "UPDATE \"books\" SET \"price_cents\" = 5 WHERE \"books\".\"id\" = 7",
            None,
        ),
        (
            "update, typed",
            WriteLoop::Update,
            "UPDATE books SET price_cents=5::INTEGER, title='x'::VARCHAR WHERE books.id = 7::INTEGER",
            None,
        ),
        (
            "update that computes",
            WriteLoop::Update,
            "UPDATE books SET price_cents = price_cents + 5, updated_at = now() WHERE id = 7 AND version = 3 RETURNING id",
            None,
        ),
        (
            "delete",
            WriteLoop::Delete,
            "DELETE FROM books WHERE books.id = 7 AND books.shop_id = 4",
            None,
        ),
        (
            "delete by two columns",
            WriteLoop::Delete,
            "DELETE FROM book_tags WHERE book_id = 7 AND tag_id = 4",
            None,
        ),
        (
            "upsert",
            WriteLoop::Upsert,
            "INSERT INTO import_rows (sku, qty, created_at) VALUES ('a', 1, '2020-01-01') RETURNING id",
            Some("SELECT id, sku, qty FROM import_rows WHERE sku = 'a' LIMIT 1"),
        ),
        (
            "upsert that updates",
            WriteLoop::Upsert,
            "UPDATE import_rows SET qty = 5 WHERE id = 7",
            Some("SELECT id, sku, qty FROM import_rows WHERE sku = 'a' LIMIT 1"),
        ),
        (
            "get or create",
            WriteLoop::Upsert,
            "INSERT INTO \"tags\" (\"name\") VALUES ('a') RETURNING \"id\"",
            Some("SELECT \"tags\".* FROM \"tags\" WHERE \"tags\".\"name\" = 'a' LIMIT 1"),
        ),
    ]
}

/// Queries that are read in pages.
pub(super) const PAGES: [(&str, &str); 8] = [
    (
        "page, without order",
        "SELECT books.id, books.title FROM books",
    ),
    (
        "page, filtered and descending",
        "SELECT * FROM books WHERE books.status = 'a' AND books.price_cents >= 5 ORDER BY books.published DESC, books.id DESC LIMIT 20 OFFSET 4000",
    ),
    (
        "page, tiebreaker missing",
        "SELECT \"books\".\"id\", \"books\".\"title\" FROM \"books\" ORDER BY \"books\".\"title\" ASC LIMIT 20 OFFSET 4000",
    ),
    (
        "page, two directions",
        "SELECT \"books\".* FROM \"books\" WHERE \"books\".\"status\" = 'a' OR \"books\".\"hidden\" ORDER BY \"books\".\"published\" DESC, \"books\".\"id\" ASC LIMIT 20 OFFSET 4000",
    ),
    (
        "page, joined",
        "SELECT b.id, b.title, a.name FROM books b JOIN authors a ON a.id = b.author_id WHERE a.country = 'x' ORDER BY a.name, b.id LIMIT 20 OFFSET 4000",
    ),
    (
        "page, by an expression",
        "SELECT id, title FROM books ORDER BY lower(title) DESC NULLS LAST LIMIT 20 OFFSET 4000",
    ),
    (
        "page, key of its own",
        "SELECT settings.key, settings.value FROM settings ORDER BY settings.key LIMIT 20 OFFSET 4000",
    ),
    (
        "page, grouped",
        "SELECT author_id, count(*) FROM books GROUP BY author_id ORDER BY 2 DESC LIMIT 20 OFFSET 4000",
    ),
];

/// Counts beside pages.
pub(super) const COUNTS: [(&str, &str); 3] = [
    (
        "count per page",
        "SELECT COUNT(*) AS \"__count\" FROM \"books\"",
    ),
    (
        "count per page, filtered",
        "SELECT count(*) AS count_1 FROM books WHERE books.status = 'a' AND books.title ILIKE '%x%'",
    ),
    (
        "count per page, joined",
        "SELECT count(*) FROM books b JOIN authors a ON a.id = b.author_id WHERE a.country = 'x'",
    ),
];

/// Queries that are asked again and again.
pub(super) const ANSWERS: [(&str, &str); 6] = [
    (
        "cache by id",
        "SELECT users.id AS users_id, users.email AS users_email FROM users WHERE users.id = 7::INTEGER",
    ),
    (
        "cache by key",
        "SELECT \"settings\".\"key\", \"settings\".\"value\" FROM \"settings\" WHERE \"settings\".\"key\" = 'site_name' LIMIT 21",
    ),
    (
        "cache by two columns",
        "SELECT * FROM permissions WHERE user_id = 7 AND code = 'a.view'",
    ),
    (
        "cache of all",
        "SELECT settings.key, settings.value FROM settings",
    ),
    (
        "cache of a sum",
        "SELECT sum(order_items.qty) AS sum_1 FROM order_items WHERE order_items.order_id = 7",
    ),
    (
        "cache of what can't be said",
        "SELECT b.id FROM books b JOIN authors a ON a.id = b.author_id WHERE a.country = 'x'",
    ),
];
