//! Statistics of a real server: `PGLOUPE_TEST_PG` names one that is private, with `pg_stat_statements` preloaded.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work, and one that is skipped says so"
)]

#[path = "live_stats/server.rs"]
mod server;

use std::time::{Duration, Instant};

use pgloupe::catalog::{KeyOf, Name};
use pgloupe::live::Session;
use pgloupe::live::activity::{self, ActivityReader, HolderKind};
use pgloupe::live::catalog::{Options, read_catalog};
use pgloupe::live::history::{History, HistoryError};
use pgloupe::live::statements::{
    Case, Delta, Metric, Names, Opened, Snapshot, Statements, Sureness, Texts, Why, difference,
};
use pgloupe::sql::{Digester, Fingerprint};
use server::server;

fn open(session: &mut Session) -> (Opened, Statements) {
    let opened = Statements::open(session).unwrap_or_else(|error| panic!("{error}"));
    let statements = opened.statements.clone();
    let statements = statements.unwrap_or_else(|| panic!("{:#?}", opened.obstacles));
    (opened, statements)
}

fn cases(session: &mut Session) -> Vec<Case> {
    let opened = Statements::open(session).unwrap_or_else(|error| panic!("{error}"));
    opened
        .obstacles
        .iter()
        .map(|obstacle| obstacle.case)
        .collect()
}

/// A snapshot with all texts.
fn look(session: &mut Session, statements: &Statements) -> (Snapshot, Texts) {
    let snapshot = statements
        .snapshot(session)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut texts = Texts::default();
    statements
        .fetch_texts(session, &snapshot, &mut texts)
        .unwrap();
    (snapshot, texts)
}

fn fingerprint(sql: &str) -> Fingerprint {
    Digester::default().digest(sql.as_bytes()).fingerprint
}

const CREATE: &str = "CREATE EXTENSION pg_stat_statements";
const RESET: &str = "SELECT pg_stat_statements_reset()";

#[test]
fn what_ran_between_two_looks() {
    let Some(server) = server("difference") else {
        return;
    };
    server.run(&[
        CREATE,
        RESET,
        "CREATE TABLE t (a int)",
        "INSERT INTO t VALUES (1)",
    ]);
    let mut session = server.session();
    let (_, statements) = open(&mut session);
    let (earlier, _) = look(&mut session, &statements);
    for n in 0..5 {
        server.run(&[&format!("INSERT INTO t VALUES ({n})")]);
    }
    server.run(&["SELECT count(*) FROM t WHERE a > 17"]);
    let (later, texts) = look(&mut session, &statements);
    let found = difference(&earlier, &later).unwrap();
    let of = |sql: &str| {
        let deltas = found.deltas.iter();
        let mut same = deltas.filter(|d| {
            texts
                .get(d.key)
                .is_some_and(|t| t.fingerprint == fingerprint(sql))
        });
        same.next().unwrap_or_else(|| panic!("{sql}: {found:#?}"))
    };
    let insert = of("insert into t values (99)");
    assert_eq!(
        (insert.values.calls(), insert.sureness),
        (5.0, Sureness::Exact)
    );
    assert_eq!(insert.values.get(Metric::Rows), Some(5.0));
    assert_eq!(insert.values.get(Metric::MaxTime), None);
    let mean = insert.values.total_time() / 5.0;
    assert_eq!(insert.values.get(Metric::MeanTime), Some(mean));
    let count = of("SELECT count(*) FROM t WHERE a > 3");
    assert_eq!(count.values.get(Metric::Calls), Some(1.0));
    assert!(count.values.get(Metric::MaxTime).is_some());
    assert!(found.confidence.line().is_none(), "{:?}", found.confidence);
    assert!(found.from < found.to);

    // The same again after a reset: only what ran since, and that is said.
    server.run(&[RESET, "INSERT INTO t VALUES (1)"]);
    let (last, _) = look(&mut session, &statements);
    let found = difference(&later, &last).unwrap();
    if statements.columns().toplevel {
        assert!(found.confidence.reset, "{:?}", found.confidence);
        assert!(
            found
                .deltas
                .iter()
                .all(|d| d.sureness == Sureness::AtLeast(Why::Reset))
        );
    } else {
        // Before 1.9 nothing tells of a reset but counters that fell and statements that are gone.
        assert!(
            found.confidence.replaced + found.confidence.gone > 0,
            "{:?}",
            found.confidence
        );
    }
    assert!(found.confidence.line().is_some());
}

#[test]
fn a_plain_role_sees_its_own() {
    let Some(server) = server("plain") else {
        return;
    };
    server.plain_role();
    server.run(&[CREATE, RESET, "SELECT 1 AS secret_of_another_role"]);
    let mut session = server.plain_session();
    let (opened, statements) = open(&mut session);
    let found: Vec<Case> = opened.obstacles.iter().map(|o| o.case).collect();
    assert_eq!(found, [Case::NoRole]);
    let (first, texts) = look(&mut session, &statements);
    assert!(
        first.hidden.rows > 0 && first.hidden.calls > 0.0,
        "{:?}",
        first.hidden
    );
    let texts: Vec<_> = first.rows.iter().filter_map(|r| texts.get(r.key)).collect();
    assert!(
        texts
            .iter()
            .all(|t| !t.sql.contains("secret_of_another_role")),
        "{texts:#?}"
    );
    let (second, _) = look(&mut session, &statements);
    let found = difference(&first, &second).unwrap();
    let line = found.confidence.line().unwrap();
    assert!(line.contains("of the time is unseen"), "{line}");

    // The line that mends it does so, and what shows up then may have run before.
    server.run(&[&opened.obstacles[0].fix[0]]);
    let mut session = server.plain_session();
    assert_eq!(cases(&mut session), []);
    let (third, _) = look(&mut session, &statements);
    assert_eq!(third.hidden.rows, 0);
    let found = difference(&second, &third).unwrap();
    let most = |s: Sureness| s == Sureness::AtMost(Why::NewlyVisible);
    assert!(statements.columns().since || found.deltas.iter().any(|d| most(d.sureness)));
}

#[test]
fn what_is_in_the_way() {
    let Some(server) = server("obstacles") else {
        return;
    };
    let mut session = server.session();
    assert_eq!(cases(&mut session), [Case::NotCreated]);
    assert!(Statements::open(&mut session).unwrap().statements.is_none());

    // In a schema with a name that needs quotes, off the search path: found, for those who may look into it.
    server.run(&[
        "CREATE SCHEMA \"My \"\"Tools\"",
        &format!("{CREATE} SCHEMA \"My \"\"Tools\""),
    ]);
    assert_eq!(cases(&mut session), []);
    let (_, statements) = open(&mut session);
    let (snapshot, texts) = look(&mut session, &statements);
    assert!(snapshot.rows.iter().any(|row| texts.get(row.key).is_some()));
    server.plain_role();
    let mut plain = server.plain_session();
    let opened = Statements::open(&mut plain).unwrap();
    assert_eq!(opened.obstacles[0].case, Case::Hidden);
    assert!(opened.statements.is_none());
    for obstacle in &opened.obstacles {
        server.run(&obstacle.fix.iter().map(String::as_str).collect::<Vec<_>>());
    }
    assert_eq!(cases(&mut plain), []);

    // One version behind.
    server.run(&[
        "DROP EXTENSION pg_stat_statements",
        &format!("{CREATE} VERSION '1.8'"),
    ]);
    let opened = Statements::open(&mut session).unwrap();
    let behind = opened.probe.available.as_deref() != Some("1.8");
    let expected: &[Case] = if behind { &[Case::OldVersion] } else { &[] };
    assert_eq!(
        opened.obstacles.iter().map(|o| o.case).collect::<Vec<_>>(),
        expected
    );
    let statements = opened.statements.unwrap();
    assert!(!statements.columns().toplevel && statements.columns().has(Metric::WalBytes));
    let (snapshot, _) = look(&mut session, &statements);
    assert!(!snapshot.header.has_info && !snapshot.rows.is_empty());
    if behind {
        server.run(&["ALTER EXTENSION pg_stat_statements UPDATE"]);
        assert_eq!(cases(&mut session), []);
    }
}

#[test]
fn a_text_of_many_bytes_and_one_with_a_password() {
    let Some(server) = server("texts") else {
        return;
    };
    let long = format!(
        "SELECT 1 AS \"{}\" WHERE '{}' <> ''",
        "é".repeat(20),
        "x".repeat(3 << 20)
    );
    let wide: Vec<String> = (0..1664)
        .map(|n| format!("{n} + 1 AS \"{}{n}\"", "w".repeat(55)))
        .collect();
    let wide = format!("SELECT {} /* {} */", wide.join(", "), "c".repeat(1 << 20));
    server.run(&[CREATE, RESET, &long, &wide]);
    server.plain_role();
    server.run(&[&format!(
        "ALTER ROLE {} PASSWORD 'canary in a text'",
        server.database
    )]);
    let mut session = server.session();
    let (_, statements) = open(&mut session);
    let (snapshot, mut texts) = look(&mut session, &statements);
    let all: Vec<_> = snapshot
        .rows
        .iter()
        .filter_map(|r| texts.get(r.key))
        .collect();
    assert!(
        !all.iter().any(|t| t.sql.contains("canary")),
        "a password is in a text"
    );
    assert!(
        all.iter()
            .any(|t| t.sql.starts_with("ALTER ROLE pgloupe_texts"))
    );
    let cut = all.iter().find(|t| t.cut).expect("the long text is there");
    assert!(cut.bytes > 1 << 20 && cut.sql.len() == 1 << 20);
    let short = all.iter().find(|t| t.fingerprint == fingerprint(&long));
    assert!(
        short.is_some_and(|t| !t.cut && t.bytes < 200),
        "constants don't count"
    );
    // Nothing is fetched again.
    let known = texts.len();
    let before = session.load().statements;
    statements
        .fetch_texts(&mut session, &snapshot, &mut texts)
        .unwrap();
    assert_eq!((texts.len(), session.load().statements), (known, before));
    let mut names = Names::default();
    Statements::fetch_names(&mut session, &snapshot, &mut names).unwrap();
    assert!(
        names
            .databases
            .values()
            .any(|name| **name == *server.database)
    );
    assert!(!names.roles.is_empty());
}

#[test]
fn history_keeps_what_was_seen() {
    let Some(server) = server("history") else {
        return;
    };
    server.run(&[CREATE, RESET, "SELECT 1 AS kept_in_the_history"]);
    let mut session = server.session();
    let (_, statements) = open(&mut session);
    let (snapshot, texts) = look(&mut session, &statements);
    let mut names = Names::default();
    Statements::fetch_names(&mut session, &snapshot, &mut names).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/history.sqlite");
    let mut history = History::open(&path).unwrap();
    let id = history.record("here", &snapshot, &texts, &names).unwrap();
    drop(history);
    let mut history = History::open(&path).unwrap();
    let loaded = history.load(id).unwrap();
    assert_eq!(loaded.snapshot, snapshot);
    for row in &snapshot.rows {
        assert_eq!(loaded.texts.get(row.key), texts.get(row.key));
        let name = |names: &Names| names.roles.get(&row.key.user).cloned();
        assert_eq!(name(&loaded.names), name(&names));
    }
    // What was kept can be compared with what is.
    server.run(&["SELECT 2 AS kept_in_the_history"]);
    let (later, _) = look(&mut session, &statements);
    let found = difference(&loaded.snapshot, &later).unwrap();
    assert!(found.confidence.is_full(), "{:?}", found.confidence);
    assert_eq!(history.list("here").unwrap().len(), 1);
    assert!(matches!(
        history.load(id + 1),
        Err(HistoryError::NoSnapshot { .. })
    ));
}

#[test]
fn who_waits_for_whom() {
    let Some(server) = server("activity") else {
        return;
    };
    server.run(&["CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)"]);
    let mut session = server.session();
    let reader = ActivityReader::open(&mut session).unwrap();
    let holder =
        server.run_aside("BEGIN; UPDATE t SET a = 2; SELECT pg_sleep(4) /* the holder */; COMMIT");
    std::thread::sleep(Duration::from_millis(500));
    let waiter = server.run_aside("ALTER TABLE t ADD b int /* the waiter */");
    std::thread::sleep(Duration::from_millis(500));
    let behind = server.run_aside("SELECT a FROM t /* the one behind */");
    let begun = Instant::now();
    let (now, tree) = loop {
        let now = reader
            .read(&mut session)
            .unwrap_or_else(|error| panic!("{error}"));
        let tree = activity::tree(&now);
        if tree.branches.len() == 3 {
            break (now, tree);
        }
        assert!(begun.elapsed() < Duration::from_secs(3), "{now:#?}");
        std::thread::sleep(Duration::from_millis(50));
    };
    let texts: Vec<_> = tree
        .branches
        .iter()
        .map(|b| (b.depth, now.session(b.pid).unwrap().query.clone().unwrap()))
        .collect();
    assert!(
        texts[0].0 == 0 && texts[0].1.contains("the holder"),
        "{texts:?}"
    );
    assert!(
        texts[1].0 == 1 && texts[1].1.contains("the waiter"),
        "{texts:?}"
    );
    assert!(texts[2].1.contains("the one behind"), "{texts:?}");
    let waiting = now.session(tree.branches[1].pid).unwrap();
    let lock = waiting.lock.as_ref().unwrap();
    assert_eq!(
        (lock.mode.as_str(), lock.relation.as_deref()),
        ("AccessExclusiveLock", Some("t"))
    );
    assert_eq!(lock.since.is_some(), session.facts().major() >= 14);
    assert_eq!(
        waiting.wait.as_ref().map(|(class, _)| class.as_str()),
        Some("Lock")
    );
    assert!(now.sessions.iter().all(|s| {
        s.query
            .as_deref()
            .is_none_or(|q| !q.contains("pg_blocking_pids"))
    }));
    assert!(now.holders.iter().any(|h| h.kind == HolderKind::Session));

    // A role without rights sees who waits, not what they do.
    server.plain_role();
    let mut plain = server.plain_session();
    let seen = ActivityReader::open(&mut plain)
        .unwrap()
        .read(&mut plain)
        .unwrap();
    assert!(seen.hidden >= 3, "{seen:#?}");
    assert_eq!(activity::tree(&seen).branches.len(), 3);
    assert!(seen.sessions.iter().all(|s| s.query.is_none() || !s.hidden));
    for thread in [holder, waiter, behind] {
        thread.join().unwrap();
    }
}

const SCHEMA: &[&str] = &[
    "CREATE SCHEMA \"Odd, one\"",
    "CREATE TYPE \"Odd, one\".status AS ENUM ('new', 'paid')",
    "CREATE TABLE customers (id serial PRIMARY KEY, name text COLLATE \"C\" NOT NULL, mail varchar(50) DEFAULT 'x') \
     WITH (toast.autovacuum_enabled = false)",
    "CREATE TABLE \"Odd, one\".orders (id bigint GENERATED ALWAYS AS IDENTITY, customer int NOT NULL \
     REFERENCES customers ON DELETE CASCADE, state \"Odd, one\".status, total numeric(10,2), \
     made timestamptz, PRIMARY KEY (id)) WITH (fillfactor = 90)",
    "CREATE INDEX orders_open ON \"Odd, one\".orders (customer, made DESC) WHERE state = 'new'",
    "CREATE INDEX orders_day ON \"Odd, one\".orders (lower(total::text) text_pattern_ops)",
    "CREATE UNIQUE INDEX orders_with ON \"Odd, one\".orders (id) INCLUDE (total)",
    "CREATE TABLE parts (a int, b text) PARTITION BY RANGE (a)",
    "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100)",
    "CREATE INDEX parts_a ON parts (a)",
    "CREATE UNLOGGED TABLE child (extra int[]) INHERITS (customers)",
    "CREATE VIEW shown AS SELECT name FROM customers",
    "CREATE MATERIALIZED VIEW kept AS SELECT count(*) AS n FROM customers",
    "CREATE SEQUENCE small AS smallint INCREMENT 5 MAXVALUE 100 CYCLE",
    "SELECT nextval('small')",
    "INSERT INTO customers (name, mail) SELECT 'canary', NULL FROM generate_series(1, 1000)",
    "INSERT INTO \"Odd, one\".orders (customer, state, total) SELECT 1 + n % 10, 'new', n \
     FROM generate_series(1, 1000) n",
    "INSERT INTO parts SELECT n % 100, 'x' FROM generate_series(1, 300) n",
    "INSERT INTO child (name, extra) SELECT 'y', ARRAY[n, 2] FROM generate_series(1, 50) n",
    "ANALYZE",
];

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one catalog, looked at from all sides"
)]
fn the_catalog() {
    let Some(server) = server("catalog") else {
        return;
    };
    server.run(SCHEMA);
    let mut session = server.session();
    let catalog = read_catalog(&mut session, &Options::default()).unwrap();
    assert_eq!(catalog.notes, [""; 0]);
    assert_eq!(catalog.server.version_num, Some(session.facts().version));
    assert_eq!(
        catalog.database.name.as_deref(),
        Some(server.database.as_str())
    );
    assert!(
        catalog
            .settings
            .iter()
            .any(|s| s.name == "work_mem" && s.unit.as_deref() == Some("kB"))
    );
    assert_eq!(catalog.search_path, ["public"]);
    let orders = catalog.find(Some("Odd, one"), "orders").unwrap();
    let types: Vec<_> = orders
        .columns
        .iter()
        .map(|c| c.data_type.as_str())
        .collect();
    assert_eq!(
        types,
        [
            "bigint",
            "integer",
            "\"Odd, one\".status",
            "numeric(10,2)",
            "timestamp with time zone"
        ]
    );
    assert_eq!(orders.rows, Some(1000));
    assert!(orders.bytes.unwrap().heap >= 8192 && orders.bytes.unwrap().indexes > 0);
    assert!(orders.counters.as_ref().unwrap().last_analyze.is_some());
    assert_eq!(
        orders.options.get("fillfactor").map(String::as_str),
        Some("90")
    );
    let state = orders.column("state").unwrap().statistics.as_ref().unwrap();
    assert_eq!(state.most_common[0].value, "new");
    assert!((state.most_common[0].frequency - 1.0).abs() < 0.01);
    let total = orders.column("total").unwrap().statistics.as_ref().unwrap();
    assert!(total.histogram.len() > 50 && (total.n_distinct + 1.0).abs() < 0.01);
    let customers = catalog.find(None, "customers").unwrap();
    let of_toast = customers.options.get("toast.autovacuum_enabled");
    assert_eq!(of_toast.map(String::as_str), Some("false"));
    assert_eq!(
        customers.column("name").unwrap().collation.as_deref(),
        Some("C")
    );
    assert_eq!(
        customers.column("mail").unwrap().default.as_deref(),
        Some("'x'::character varying")
    );
    let mail = customers
        .column("mail")
        .unwrap()
        .statistics
        .as_ref()
        .unwrap();
    assert!((mail.null_frac - 1.0).abs() < 0.01);
    let child = catalog.find(None, "child").unwrap();
    assert!(child.unlogged && child.inherits == [Name::new("public", "customers")]);
    let part = catalog.find(None, "parts_1").unwrap();
    assert_eq!(part.partition_of, Some(Name::new("public", "parts")));
    assert_eq!(
        part.partition_bound.as_deref(),
        Some("FOR VALUES FROM (0) TO (100)")
    );
    let shown = catalog.find(None, "shown").unwrap();
    assert!(
        shown
            .definition
            .as_ref()
            .unwrap()
            .contains("FROM public.customers")
    );

    let index = |name: &str| catalog.indexes.iter().find(|i| i.name == name).unwrap();
    let open = index("orders_open");
    let keys: Vec<_> = open
        .keys
        .iter()
        .map(|k| (k.as_column().unwrap(), k.descending))
        .collect();
    assert_eq!(keys, [("customer", false), ("made", true)]);
    assert!(
        open.predicate.as_ref().unwrap().contains("'new'"),
        "{open:?}"
    );
    let day = index("orders_day");
    assert!(
        matches!(&day.keys[0].of, KeyOf::Expression(text) if text == "lower((total)::text)"),
        "{day:?}"
    );
    assert_eq!(day.keys[0].opclass.as_deref(), Some("text_pattern_ops"));
    let with = index("orders_with");
    assert!(with.unique && !with.primary && with.include == ["total"] && with.keys.len() == 1);
    let primary = index("orders_pkey");
    assert!(
        primary.primary && primary.valid && primary.constraint.as_deref() == Some("orders_pkey")
    );
    assert!(primary.bytes.unwrap() > 0 && primary.counters.is_some());
    assert_eq!(
        index("parts_1_a_idx").partition_of,
        Some(Name::new("public", "parts_a"))
    );

    let [key] = catalog.foreign_keys.as_slice() else {
        panic!("{:?}", catalog.foreign_keys)
    };
    assert_eq!(
        (key.columns.as_slice(), key.referenced.as_slice()),
        (&["customer".to_owned()][..], &["id".to_owned()][..])
    );
    assert_eq!(
        (key.on_delete.as_deref(), key.on_update.as_deref()),
        (Some("CASCADE"), None)
    );
    let small = catalog
        .sequences
        .iter()
        .find(|s| s.name.name == "small")
        .unwrap();
    assert_eq!(
        (small.max, small.increment, small.cycle, small.last),
        (100, 5, true, Some(1))
    );
    let serial = catalog
        .sequences
        .iter()
        .find(|s| s.name.name == "customers_id_seq")
        .unwrap();
    assert_eq!(
        (serial.last, serial.data_type.as_str()),
        (Some(1050), "integer")
    );
    assert_eq!(serial.owner.as_ref().unwrap().column, "id");
    // It comes back from a file as it is.
    let text = pgloupe::catalog::to_json(&catalog).unwrap();
    assert_eq!(pgloupe::catalog::from_json(&text).unwrap(), catalog);

    // Without values of tables, when asked for that.
    let bare = read_catalog(&mut session, &Options { values: false }).unwrap();
    assert!(!pgloupe::catalog::to_json(&bare).unwrap().contains("canary"));
    assert!(text.contains("canary"));
}

#[test]
fn a_plain_role_reads_what_it_may_of_the_catalog() {
    let Some(server) = server("catalog_plain") else {
        return;
    };
    server.run(SCHEMA);
    server.plain_role();
    let holder = server.run_aside("BEGIN; LOCK TABLE customers; SELECT pg_sleep(3); COMMIT");
    std::thread::sleep(Duration::from_millis(500));
    let mut plain = server.plain_session();
    let begun = Instant::now();
    let catalog = read_catalog(&mut plain, &Options::default()).unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "it waited for a lock"
    );
    for part in [
        "statistics of columns",
        "missing for 2 tables",
        "missing for 2 views",
    ] {
        let told = catalog.notes.iter().any(|n| n.contains(part));
        assert!(told, "no {part:?} in {:?}", catalog.notes);
    }
    assert!(catalog.find(None, "customers").unwrap().bytes.is_none());
    assert_eq!(catalog.indexes.len(), 7);
    let small = catalog
        .sequences
        .iter()
        .find(|s| s.name.name == "small")
        .unwrap();
    assert_eq!((small.max, small.last), (100, None));
    holder.join().unwrap();
}

/// As many statements as a server keeps by default, all different: which three of its columns are read.
fn many(count: usize) -> Vec<String> {
    let columns = [
        "oid",
        "relname",
        "relnamespace",
        "reltype",
        "reloftype",
        "relowner",
        "relam",
        "relfilenode",
        "reltablespace",
        "relpages",
        "reltuples",
        "relallvisible",
        "reltoastrelid",
        "relhasindex",
        "relisshared",
        "relpersistence",
        "relkind",
        "relnatts",
        "relchecks",
        "relhasrules",
        "relhastriggers",
        "relhassubclass",
        "relrowsecurity",
        "relforcerowsecurity",
        "relispopulated",
        "relreplident",
        "relispartition",
        "relrewrite",
        "relfrozenxid",
        "relminmxid",
        "relacl",
        "reloptions",
        "relpartbound",
    ];
    let mut all = Vec::new();
    for (i, a) in columns.iter().enumerate() {
        for (j, b) in columns.iter().enumerate().skip(i + 1) {
            for c in columns.iter().skip(j + 1) {
                all.push(format!(
                    "SELECT {a}, {b}, {c} FROM pg_class WHERE relname = 'nothing at all'"
                ));
            }
        }
    }
    all.truncate(count);
    assert_eq!(all.len(), count);
    all
}

#[test]
fn five_thousand_statements_cost_little() {
    let Some(server) = server("many") else { return };
    server.run(&[CREATE, RESET, &many(5_000).join("; ")]);
    let begun = Instant::now();
    let mut session = server.session();
    let (_, statements) = open(&mut session);
    let first = statements.snapshot(&mut session).unwrap();
    let mut texts = Texts::default();
    let numbers_at = begun.elapsed();
    statements
        .fetch_texts(&mut session, &first, &mut texts)
        .unwrap();
    let mut names = Names::default();
    Statements::fetch_names(&mut session, &first, &mut names).unwrap();
    let all_at = begun.elapsed();
    assert!(
        first.rows.len() >= 5_000,
        "{} rows: is pg_stat_statements.max 10000?",
        first.rows.len()
    );
    assert!(
        first
            .rows
            .iter()
            .filter(|row| texts.get(row.key).is_some())
            .count()
            >= 5_000
    );

    // What reading costs the server, by its own account; one statement a snapshot.
    let load = session.load();
    let begun = Instant::now();
    for _ in 0..10 {
        statements.snapshot(&mut session).unwrap();
    }
    let waited = begun.elapsed() / 10;
    let sent = session.load().statements - load.statements;
    let bytes = (session.load().bytes - load.bytes) / 10;
    assert_eq!(sent, 10);
    let newest = statements.snapshot(&mut session).unwrap();
    let found = difference(&first, &newest).unwrap();
    let asked = fingerprint(statements.sql());
    statements
        .fetch_texts(&mut session, &newest, &mut texts)
        .unwrap();
    let is_own = |d: &&Delta| texts.get(d.key).is_some_and(|t| t.fingerprint == asked);
    let own = found.deltas.iter().find(is_own).unwrap();
    let mean = own.values.per_call(Metric::TotalTime).unwrap();
    let quickest = newest
        .row(own.key)
        .unwrap()
        .values
        .get(Metric::MinTime)
        .unwrap();

    let folder = tempfile::tempdir().unwrap();
    let mut history = History::open(&folder.path().join("history.sqlite")).unwrap();
    let begun = Instant::now();
    let id = history.record("here", &first, &texts, &names).unwrap();
    let recorded = begun.elapsed();
    let begun = Instant::now();
    history.record("here", &newest, &texts, &names).unwrap();
    let again = begun.elapsed();
    let begun = Instant::now();
    history.load(id).unwrap();
    let loaded = begun.elapsed();
    let size = history.list("here").unwrap()[0].bytes;
    println!(
        "{} statements: connecting to first numbers {numbers_at:?}, with texts {all_at:?}; a snapshot costs the server \
         {mean:.1} ms (the quickest {quickest:.1}), takes {waited:?} and {bytes} bytes; in the file {size} bytes, recorded in {recorded:?} and again in \
         {again:?}, loaded in {loaded:?}",
        first.rows.len()
    );
    // The quickest is what it costs a server that isn't busy with other things.
    assert!(quickest < 50.0, "{quickest} ms");
    assert!(
        all_at < Duration::from_secs(1) || cfg!(debug_assertions),
        "{all_at:?}"
    );
}
