//! Texts without constants, and the constants.

use super::{fingerprint, statements};
use crate::sql::{normalise, slots};

#[track_caller]
fn check(sql: &str, want: &str) {
    assert_eq!(normalise(sql.as_bytes()), want, "{sql}");
}

#[test]
fn constants_become_numbered_parameters() {
    check(
        "SELECT  *\n  FROM t -- c\n WHERE a=1 AND b = -5 AND c = 'x' AND d=$7 AND e = %(e)s LIMIT 10;",
        "SELECT * FROM t WHERE a=$1 AND b = $2 AND c = $3 AND d=$4 AND e = $5 LIMIT $6",
    );
    check("SELECT a IS NULL, NULL, TRUE", "SELECT a IS NULL, $1, $2");
    check("SELECT 'a'\n'b', E'\\'', $$x$$", "SELECT $1, $2, $3");
    check(
        "SELECT a FROM t ORDER BY 1, 2",
        "SELECT a FROM t ORDER BY 1, 2",
    );
    check("SELECT a::numeric(10, 2)", "SELECT a::numeric(10, 2)");
    check("SAVEPOINT s1", "SAVEPOINT $1");
    check("SET search_path TO a, b", "SET search_path TO $1");
}

#[test]
fn casts_of_constants_stay_for_the_parser() {
    check(
        "SELECT '1'::int, date '2026-01-01'",
        "SELECT $1::int, date $2",
    );
    check("SELECT CAST('1' AS int)", "SELECT CAST($1 AS int)");
    check("SELECT $1::int[] ", "SELECT $1::int[]");
}

#[test]
fn lists_keep_their_first_member() {
    check("SELECT 1 IN ( 1 , 2, 3 )", "SELECT $1 IN ($2)");
    check("SELECT a IN ($1 /*, ... */)", "SELECT a IN ($1)");
    check("SELECT a IN ('1'::int, '2'::int)", "SELECT a IN ($1::int)");
    check(
        "SELECT a IN (CAST(1 AS int), 2) AND b",
        "SELECT a IN (CAST($1 AS int)) AND b",
    );
    check(
        "SELECT (a, b) IN ((1, 2), (3, 4))",
        "SELECT (a, b) IN (($1, $2))",
    );
    check(
        "SELECT a = ANY(ARRAY[1, 2]::int[])",
        "SELECT a = ANY(ARRAY[$1]::int[])",
    );
    check("SELECT ARRAY[[1, 2], [3, 4]], b", "SELECT ARRAY[[$1]], b");
    check(
        "SELECT a IN (ARRAY[1], ARRAY[2, 3])",
        "SELECT a IN (ARRAY[$1])",
    );
    check(
        "INSERT INTO t (a, b) VALUES (1, DEFAULT), (2, DEFAULT) RETURNING a",
        "INSERT INTO t (a, b) VALUES ($1, DEFAULT) RETURNING a",
    );
    check(
        "VALUES (1, f(2)), (3, f(4))",
        "VALUES ($1, f($2)), ($3, f($4))",
    );
}

#[test]
fn spelling_stays_and_bytes_become_text() {
    check("select \"A\" AS b From T", "select \"A\" AS b From T");
    assert_eq!(normalise(b"SELECT a\xff, 'b\xff'"), "SELECT a\u{fffd}, $1");
    check("", "");
    check(";;", "");
}

#[test]
fn slots_tell_what_the_parameters_were() {
    let sql = "SELECT 1 FROM t WHERE a IN (1, 2, 3) AND b = - 5 AND c = $7::int AND d = ?";
    let got: Vec<_> = slots(sql.as_bytes())
        .into_iter()
        .map(|slot| {
            let text = sql.get(slot.source.clone()).unwrap_or_default();
            (text, slot.parameter, slot.members)
        })
        .collect();
    let want = [
        ("1", None, 1),
        ("1", None, 3),
        ("- 5", None, 1),
        ("$7", Some(7), 1),
        ("?", Some(0), 1),
    ];
    assert_eq!(got, want);

    let rows = slots(b"INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    let members: Vec<_> = rows.iter().map(|slot| slot.members).collect();
    assert_eq!(members, [2, 2]);
}

#[test]
fn every_parameter_has_its_slot_and_the_fingerprint_stays() {
    for sql in statements() {
        let normalised = normalise(sql.as_bytes());
        let count = slots(sql.as_bytes()).len();
        let last = format!("${count}");
        assert!(count == 0 || normalised.contains(&last), "{sql}");
        assert!(!normalised.contains(&format!("${}", count + 1)), "{sql}");
        // Names that count as constants are no constants to a reader of `SAVEPOINT $1`.
        assert_eq!(
            fingerprint(&normalised),
            fingerprint(&sql),
            "{sql}\n{normalised}"
        );
    }
}
