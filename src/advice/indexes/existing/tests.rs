//! Indexes of one table, what is known of them, and what they are worth.

use super::existing;
use crate::advice::indexes::Verdict;
use crate::catalog::{Catalog, ColumnStatistics, IndexCounters, ReplicaIdentity, open};

const TABLES: &str = "
    CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE t (id int, a int, b int, c text, parent_id int REFERENCES parent (id));
    CREATE TABLE child (t_id int);
    CREATE TABLE split (a int) PARTITION BY RANGE (a);";

const DAY: i64 = 86_400_000_000;

fn catalog(sql: &str) -> Catalog {
    let mut catalog = open(&format!("{TABLES}\n{sql}")).unwrap().catalog;
    catalog.server.standbys = Some(0);
    catalog.server.standby = Some(false);
    catalog.taken_at = Some(100 * DAY);
    catalog.database.counted_since = Some(40 * DAY);
    for index in &mut catalog.indexes {
        index.definition = Some(String::new());
        index.bytes = Some(8 << 20);
        // Indexes whose names begin with `used` are.
        let scans = u64::from(index.name.starts_with("used"));
        index.counters = Some(IndexCounters {
            scans,
            ..IndexCounters::default()
        });
    }
    for table in &mut catalog.tables {
        table.rows = Some(200_000);
        for column in &mut table.columns {
            column.statistics = Some(ColumnStatistics {
                avg_width: 4,
                n_distinct: -1.0,
                ..ColumnStatistics::default()
            });
        }
    }
    catalog
}

/// What is thought of the index `i`.
fn check(
    sql: &str,
    change: fn(&mut Catalog),
    verdict: Verdict,
    safe: bool,
    code: Option<&str>,
    why: &str,
) {
    let mut catalog = catalog(sql);
    change(&mut catalog);
    let all = existing(&catalog, 14.0);
    assert_eq!(all.len(), catalog.indexes.len(), "{sql}");
    let of = all.iter().find(|e| e.name.name == "i").expect(sql);
    assert_eq!(
        (of.verdict, of.safe_to_drop, of.code.as_deref()),
        (verdict, safe, code),
        "{sql}: {of:?}"
    );
    assert!(of.reasons.join("; ").contains(why), "{sql}: {of:?}");
}

const DROP: Option<&str> = Some("DROP INDEX CONCURRENTLY public.i");
const REBUILD: Option<&str> = Some("REINDEX INDEX CONCURRENTLY public.i");

#[test]
fn by_their_definition() {
    let same = |_: &mut Catalog| {};
    for (sql, verdict, safe, code, why) in [
        (
            "CREATE INDEX i ON t (a); CREATE INDEX used ON t (a)",
            Verdict::Duplicate,
            true,
            DROP,
            "used is the same",
        ),
        (
            "CREATE INDEX i ON t (a); CREATE INDEX used ON t (a, b)",
            Verdict::Redundant,
            true,
            DROP,
            "begins with its keys",
        ),
        (
            "CREATE INDEX i ON t (a); CREATE INDEX used ON t (a) INCLUDE (b)",
            Verdict::Redundant,
            true,
            DROP,
            "more columns beside",
        ),
        (
            "CREATE INDEX i ON t (a); CREATE INDEX used ON t (a) WHERE b > 0",
            Verdict::Unused,
            true,
            DROP,
            "never scanned",
        ),
        (
            "CREATE UNIQUE INDEX i ON t (a); CREATE INDEX used ON t (a, b)",
            Verdict::Needed,
            false,
            None,
            "keeps rows unique",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT i PRIMARY KEY (id)",
            Verdict::Needed,
            false,
            None,
            "primary key",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT i UNIQUE (id)",
            Verdict::Needed,
            false,
            None,
            "the constraint i",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT i UNIQUE (a); ALTER TABLE t ADD CONSTRAINT used PRIMARY KEY (a); \
             ALTER TABLE child ADD CONSTRAINT k FOREIGN KEY (t_id) REFERENCES t (a)",
            Verdict::Duplicate,
            false,
            Some("ALTER TABLE public.t DROP CONSTRAINT i"),
            "the foreign key k of child may rest on its constraint",
        ),
        (
            "CREATE INDEX i ON t (parent_id)",
            Verdict::Unknown,
            false,
            None,
            "when rows of parent are deleted",
        ),
        (
            "CREATE INDEX i ON split (a)",
            Verdict::Unused,
            true,
            Some("DROP INDEX public.i"),
            "never scanned",
        ),
        (
            "CREATE INDEX i ON t (a)",
            Verdict::Unused,
            true,
            DROP,
            "counted for 60 days",
        ),
    ] {
        check(sql, same, verdict, safe, code, why);
    }
}

#[test]
fn by_what_is_known_of_them() {
    const I: &str = "CREATE INDEX i ON t (a)";
    let scanned = |c: &mut Catalog| {
        for index in &mut c.indexes {
            index.counters = Some(IndexCounters {
                scans: 7,
                ..IndexCounters::default()
            });
        }
    };
    check(I, scanned, Verdict::Used, false, None, "");
    check(
        I,
        |c| c.indexes.iter_mut().for_each(|i| i.counters = None),
        Verdict::Unknown,
        false,
        None,
        "isn't known",
    );
    check(
        I,
        |c| c.database.counted_since = Some(99 * DAY),
        Verdict::Unknown,
        false,
        None,
        "1.0 days only",
    );
    check(
        I,
        |c| c.database.counted_since = None,
        Verdict::Unused,
        false,
        DROP,
        "isn't known",
    );
    check(
        I,
        |c| c.server.standbys = Some(2),
        Verdict::Unknown,
        false,
        None,
        "2 standbys",
    );
    check(
        I,
        |c| c.server.standby = Some(true),
        Verdict::Unknown,
        false,
        None,
        "this is a standby",
    );
    check(
        I,
        |c| c.indexes.iter_mut().for_each(|i| i.valid = false),
        Verdict::Invalid,
        false,
        REBUILD,
        "no query reads by it",
    );
    check(
        I,
        |c| c.indexes.iter_mut().for_each(|i| i.bytes = Some(90 << 20)),
        Verdict::Unused,
        true,
        DROP,
        "never scanned",
    );
    let identity = |c: &mut Catalog| {
        for table in &mut c.tables {
            table.replica_identity = ReplicaIdentity::Index("i".to_owned());
        }
    };
    check(
        "CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX used ON t (a)",
        identity,
        Verdict::Needed,
        false,
        None,
        "replication",
    );
    let large = |c: &mut Catalog| c.indexes.iter_mut().for_each(|i| i.bytes = Some(90 << 20));
    check(
        "CREATE UNIQUE INDEX i ON t (a)",
        large,
        Verdict::Bloated,
        false,
        REBUILD,
        "it takes 90 MB, new it would take about 4 MB",
    );
}
