//! The layout of statements, byte for byte, and that it loses nothing.

use crate::sql::{Class, pretty, tokens};

#[track_caller]
fn check(sql: &str, want: &str) {
    let got = pretty(sql);
    assert_eq!(got, want.trim_matches('\n'), "{sql}");
    assert_eq!(pretty(&got), got, "a second time");
    assert_eq!(solid(&got), solid(sql), "the tokens");
}

/// All tokens but white space; a line comment may lose the carriage return behind it.
fn solid(sql: &str) -> Vec<&str> {
    let solid = tokens(sql).filter(|(class, _)| *class != Class::Space);
    solid.filter_map(|(_, range)| sql.get(range)).collect()
}

#[test]
fn clauses_joins_and_conditions_begin_lines() {
    check(
        "select a.id, count(*) from a left outer join b on b.a_id = a.id and b.x between 1 and 2 \
         where a.x = 1 and (a.y = 2 or a.z = 3) group by a.id having count(*) > 1 \
         order by a.id desc limit 10 offset 5 for update of a",
        "
select a.id, count(*)
from a
left outer join b on b.a_id = a.id
  and b.x between 1 and 2
where a.x = 1
  and (a.y = 2 or a.z = 3)
group by a.id
having count(*) > 1
order by a.id desc
limit 10
offset 5
for update of a",
    );
    check(
        "SELECT a FROM t WHERE a IS DISTINCT FROM b AND left(c, 1) = 'x' UNION ALL SELECT b FROM u",
        "
SELECT a
FROM t
WHERE a IS DISTINCT FROM b
  AND left(c, 1) = 'x'
UNION ALL
SELECT b
FROM u",
    );
}

#[test]
fn sub_selects_are_indented() {
    check(
        "WITH r AS (SELECT id FROM o WHERE a AND b), s AS (VALUES (1)) \
         SELECT * FROM (SELECT 1) x WHERE id IN (SELECT id FROM r)",
        "
WITH r AS (
  SELECT id
  FROM o
  WHERE a
    AND b
), s AS (
  VALUES (1)
)
SELECT *
FROM (
  SELECT 1
) x
WHERE id IN (
  SELECT id
  FROM r
)",
    );
}

#[test]
fn long_lists_wrap_and_long_conditions_break() {
    check(
        "SELECT books.id, books.title, books.author_id, books.published_at, books.created_at, \
         coalesce(books.updated_at, books.created_at) FROM books",
        "
SELECT books.id, books.title, books.author_id, books.published_at,
  books.created_at, coalesce(books.updated_at, books.created_at)
FROM books",
    );
    check(
        "SELECT 1 FROM t WHERE a = 1 AND (a_column_with_a_name = 1 OR another_column_with_a_name = \
         2 AND a_third_column = 3)",
        "
SELECT 1
FROM t
WHERE a = 1
  AND (
    a_column_with_a_name = 1
    OR another_column_with_a_name = 2
    AND a_third_column = 3
  )",
    );
}

#[test]
fn writes_have_their_clauses() {
    check(
        "INSERT INTO t (a, b) VALUES (1, 2), (3, 4) ON CONFLICT (a) DO UPDATE SET b = 1 RETURNING a",
        "
INSERT INTO t (a, b)
VALUES (1, 2), (3, 4)
ON CONFLICT (a) DO UPDATE SET b = 1
RETURNING a",
    );
    check(
        "UPDATE t SET a = 1, b = 2 FROM u WHERE t.id = u.id",
        "
UPDATE t
SET a = 1, b = 2
FROM u
WHERE t.id = u.id",
    );
    check("DELETE FROM t WHERE a = 1", "DELETE FROM t\nWHERE a = 1");
    check(
        "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN DO NOTHING",
        "
MERGE INTO t USING s ON t.a = s.a
WHEN MATCHED THEN DELETE
WHEN NOT MATCHED THEN DO NOTHING",
    );
}

#[test]
fn other_texts_keep_their_words() {
    check("BEGIN ;  SELECT 1;", "BEGIN;\nSELECT 1;");
    check(
        "CREATE  TABLE t ( a int , b text )",
        "CREATE TABLE t (a int, b text)",
    );
    check("", "");
    check(
        "SELECT CASE WHEN a AND b THEN 1 ELSE 2 END FROM t",
        "
SELECT CASE WHEN a AND b THEN 1 ELSE 2 END
FROM t",
    );
}

#[test]
fn comments_and_strings_stay_as_they_are() {
    check(
        "SELECT a -- why\n, b /* x  y */ FROM t",
        "
SELECT a -- why
  , b /* x  y */
FROM t",
    );
    check(
        "SELECT 'a'\n 'b', $$ x\n  y $$",
        "SELECT 'a'\n  'b', $$ x\n  y $$",
    );
    check("SELECT a-- b", "SELECT a-- b");
}
