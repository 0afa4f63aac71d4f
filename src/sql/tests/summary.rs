//! Statements in one line.

use crate::sql::summary;

#[track_caller]
fn check(sql: &str, want: &str) {
    assert_eq!(summary(sql), want, "{sql}");
}

#[test]
fn selects_are_known_by_tables_and_conditions() {
    check(
        "SELECT books.id, books.title FROM books WHERE books.author_id = $1",
        "SELECT books WHERE author_id = $1",
    );
    check(
        r#"SELECT "users".* FROM "users" WHERE "users"."id" = $1 LIMIT $2"#,
        "SELECT users WHERE id = $1 LIMIT $2",
    );
    check(
        "SELECT count(*) FROM t x WHERE x.a > $1",
        "SELECT count(*) FROM t WHERE a > $1",
    );
    check("SELECT DISTINCT a FROM t", "SELECT DISTINCT t");
    check("SELECT $1", "SELECT $1");
    check(
        "SELECT a.x FROM a INNER JOIN b AS c ON a.id = c.a_id AND left(c.x, 1) = $1 \
         LEFT JOIN d USING (id), e WHERE c.z = $2 ORDER BY a.x DESC",
        "SELECT a INNER JOIN b c LEFT JOIN d, e WHERE c.z = $2 ORDER BY a.x DESC",
    );
    check(
        "SELECT a FROM t WHERE b IN (SELECT c FROM u WHERE d = $1) AND EXISTS (SELECT 1)",
        "SELECT t WHERE b IN (SELECT …) AND EXISTS (SELECT …)",
    );
    check("SELECT a FROM (SELECT 1) AS x", "SELECT (SELECT …) x");
    check(
        "SELECT a FROM t UNION ALL SELECT b FROM u",
        "SELECT t UNION ALL SELECT u",
    );
    check(
        "WITH a AS (SELECT 1), b AS (SELECT 2) SELECT * FROM a, b",
        "WITH a, b SELECT a, b",
    );
    check(
        "SELECT a FROM t WHERE a IS DISTINCT FROM $1",
        "SELECT t WHERE a IS DISTINCT FROM $1",
    );
    check(
        "SELECT f.a FROM s.f($1) f FOR UPDATE SKIP LOCKED",
        "SELECT s.f($1) f FOR UPDATE SKIP LOCKED",
    );
}

#[test]
fn writes_are_known_by_their_target() {
    check(
        "INSERT INTO orders (a, b) VALUES ($1, $2) RETURNING id",
        "INSERT orders",
    );
    check("INSERT INTO t DEFAULT VALUES", "INSERT t");
    check(
        "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = $2",
        "INSERT t ON CONFLICT DO UPDATE",
    );
    check(
        "INSERT INTO t SELECT a FROM u WHERE b = $1",
        "INSERT t SELECT u WHERE b = $1",
    );
    check(
        "UPDATE cart_items SET quantity = $1 WHERE cart_items.id = $2",
        "UPDATE cart_items WHERE id = $2",
    );
    check(
        "UPDATE t SET a = u.a FROM u WHERE t.id = u.id",
        "UPDATE t FROM u WHERE t.id = u.id",
    );
    check(
        "DELETE FROM ONLY t WHERE id = $1",
        "DELETE ONLY t WHERE id = $1",
    );
    check(
        "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE",
        "MERGE t FROM s",
    );
}

#[test]
fn other_texts_stay() {
    check("COMMIT;", "COMMIT");
    check(
        "  SET\n search_path  TO $1 /* x */",
        "SET search_path TO $1",
    );
    check("(SELECT a) UNION (SELECT b)", "(SELECT …) UNION (SELECT …)");
    check("", "");
    check("what is  this", "what is this");
}
