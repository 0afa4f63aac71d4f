//! Which statements share a fingerprint, and that no fingerprint ever changes.

use super::{PAIRS, fingerprint, unescape};
use crate::sql::{Digester, Kind};
use std::fmt::Write as _;

#[test]
fn pairs_agree_or_differ() {
    let mut checked = 0;
    let mut wrong = String::new();
    for block in PAIRS.split("\n\n").filter(|block| !block.starts_with('#')) {
        let (head, texts) = block.split_once('\n').unwrap_or_default();
        let (a, b) = texts.split_once("\n~\n").unwrap_or_default();
        let (a, b) = (unescape(a), unescape(b));
        let same = fingerprint(&a) == fingerprint(&b);
        if same != head.starts_with("same ") {
            writeln!(wrong, "{head}\n  {a}\n  {b}").unwrap_or_default();
        }
        checked += 1;
    }
    assert!(checked >= 285, "only {checked} pairs were read");
    assert!(wrong.is_empty(), "{wrong}");
}

/// Fingerprints are stored and compared between versions. A change here is a change of the canonical
/// form: it may be right, but nobody's older capture can be compared any more.
#[test]
fn fingerprints_do_not_change() {
    let golden = [
        ("", "2d06800538d394c2"),
        ("SELECT 1", "2e07769195c3c17a"),
        ("COMMIT", "093c097df6cc1ef9"),
        ("SELECT * FROM books WHERE id = $1", "8b9100082ebaef3d"),
        (
            "SELECT \"Id\", o.a::numeric(10, 2) FROM s.orders AS o WHERE o.b IN (1, 2) AND c > 3",
            "1eb4ff2f02b8eee1",
        ),
        (
            "SELECT a FROM t ORDER BY 1 OFFSET 2 ROWS FETCH FIRST ROW ONLY",
            "0b05439b6e7713a2",
        ),
        (
            "INSERT INTO t (a, b) VALUES (1, DEFAULT), (2, DEFAULT) ON CONFLICT DO NOTHING",
            "d8d5e56185ee526f",
        ),
        (
            "UPDATE t SET a = CAST(b + 1 AS int) WHERE c IS NOT NULL OR d BETWEEN 1 AND 2",
            "3cdd0d1293d11b97",
        ),
        (
            "DELETE FROM events_202601 e USING u WHERE e.id = u.id AND u.\"a\"\"b\" != -5",
            "bb41024e9ac3a04e",
        ),
        ("SET LOCAL statement_timeout TO '5s'", "d8edf52ea0651abe"),
        (
            "SELECT * FROM t x WHERE EXISTS (SELECT 1 FROM u WHERE u.a = x.a) FOR UPDATE",
            "3453bca3d86e88ac",
        ),
    ];
    let got: Vec<_> = golden.map(|(sql, _)| (sql, fingerprint(sql))).to_vec();
    let want = golden
        .map(|(sql, digits)| (sql, digits.to_owned()))
        .to_vec();
    assert_eq!(got, want);
}

#[test]
fn the_rest_of_a_digest() {
    let digest = |sql: &str| Digester::default().digest(sql.as_bytes());
    let one = digest("SELECT * FROM t WHERE a = 1");
    assert_eq!(one.values, digest("select * from t where a = 1").values);
    assert_ne!(one.values, digest("SELECT * FROM t WHERE a = -1").values);
    assert_ne!(one.values, digest("SELECT * FROM t WHERE a = 2").values);
    assert_ne!(
        digest("SELECT 'a', 'bc'").values,
        digest("SELECT 'ab', 'c'").values
    );
    for none in [
        "SELECT * FROM t WHERE a = $1 AND b IS NULL ORDER BY 1",
        "COMMIT",
        "",
    ] {
        assert_eq!(digest(none).values, 0, "{none}");
    }
    assert!(digest("SELECT 1 /* a */").has_comment);
    assert!(!digest("SELECT '/* a */'").has_comment);
    for (sql, arity) in [
        ("SELECT 1", 0),
        ("SELECT 1 FROM t WHERE a IN (1)", 1),
        (
            "SELECT 1 FROM t WHERE a IN ($1, $2, $3) AND b = ANY(ARRAY[1, 2])",
            3,
        ),
        ("INSERT INTO t VALUES (1, 2, 3), (4, 5, 6)", 2),
        ("SELECT 1 FROM t WHERE a IN (f(1), 2)", 0),
    ] {
        assert_eq!(digest(sql).arity, arity, "{sql}");
    }
}

#[test]
fn kinds_are_known_by_the_first_words() {
    let kinds = [
        ("select 1", Kind::Select),
        ("((SELECT 1) UNION (SELECT 2))", Kind::Select),
        ("VALUES (1)", Kind::Select),
        ("TABLE t", Kind::Select),
        (
            "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
            Kind::Insert,
        ),
        (
            "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
            Kind::Select,
        ),
        ("WITH a AS (SELECT", Kind::Unknown),
        ("/* c */ update t set a = 1", Kind::Update),
        ("DELETE FROM t", Kind::Delete),
        ("MERGE INTO t", Kind::Merge),
        ("START TRANSACTION", Kind::Begin),
        ("BEGIN", Kind::Begin),
        ("END", Kind::Commit),
        ("COMMIT PREPARED 'x'", Kind::Commit),
        ("ROLLBACK", Kind::Rollback),
        ("ROLLBACK WORK TO a", Kind::Savepoint),
        ("RELEASE SAVEPOINT a", Kind::Savepoint),
        ("RESET ALL", Kind::Set),
        ("SHOW x", Kind::Show),
        ("COPY t FROM STDIN", Kind::Copy),
        ("MOVE 1 FROM c", Kind::Fetch),
        ("CLOSE c", Kind::Cursor),
        ("DEALLOCATE ALL", Kind::Prepare),
        ("PREPARE TRANSACTION 'x'", Kind::Utility),
        ("EXECUTE p(1)", Kind::Execute),
        ("create index on t (a)", Kind::Ddl),
        ("EXPLAIN SELECT 1", Kind::Utility),
        ("VACUUM", Kind::Utility),
        ("frobnicate", Kind::Unknown),
        ("", Kind::Unknown),
        ("\"select\" 1", Kind::Unknown),
    ];
    for (sql, kind) in kinds {
        assert_eq!(
            Digester::default().digest(sql.as_bytes()).kind,
            kind,
            "{sql}"
        );
    }
    assert!(Kind::Select.is_read() && !Kind::Insert.is_read());
    assert!(Kind::Savepoint.is_transaction_control() && !Kind::Set.is_transaction_control());
}

/// Text that a quadratic step would take minutes for.
#[test]
fn long_and_deep_texts_take_no_time() {
    let deep = 100_000;
    let texts = [
        format!("SELECT 1 FROM t WHERE a IN ({}1)", "1, ".repeat(deep)),
        format!("INSERT INTO t VALUES {}(1)", "(1, 'a'), ".repeat(deep)),
        "(".repeat(deep),
        "a IN (".repeat(deep),
        "SELECT a.b FROM (".repeat(deep),
        "ARRAY[".repeat(deep),
        "CASE WHEN a AND ".repeat(deep),
        format!(
            "SELECT {}a{}",
            "CAST(".repeat(deep),
            " AS int)".repeat(deep)
        ),
        format!(
            "SELECT 1 FROM t a {}",
            "JOIN t b ON a.x = b.x ".repeat(deep)
        ),
        format!("SELECT {}1", "- ".repeat(deep)),
        "'a' ".repeat(deep),
        "/*".repeat(deep),
    ];
    for text in texts {
        let fingerprint = fingerprint(&text);
        assert_eq!(fingerprint.len(), 16);
        assert!(crate::sql::normalise(text.as_bytes()).len() <= text.len() * 4);
    }
}
