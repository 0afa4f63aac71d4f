//! Whatever is asked, the database is afterwards what it was before, and the server was sent nothing but statements
//! that read and the transactions around them.

use std::time::{Duration, Instant};

use crate::admin::{Admin, Place, variable};
use crate::visitor;

/// A database with something of everything that could be written to.
const SCHEMA: &str = "
    CREATE EXTENSION pg_stat_statements;
    CREATE TABLE customers (id bigserial PRIMARY KEY, name text NOT NULL, city text);
    CREATE TABLE orders (id bigserial PRIMARY KEY, customer bigint REFERENCES customers, total numeric, note text);
    CREATE INDEX ON orders (total) WHERE note IS NULL;
    CREATE TABLE log (at timestamptz DEFAULT now(), what text);
    CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO log (what) VALUES (tg_op); RETURN NULL; END $$;
    CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON orders FOR EACH STATEMENT EXECUTE PROCEDURE noted();
    CREATE FUNCTION writes(t text) RETURNS int LANGUAGE sql VOLATILE AS
        $$ INSERT INTO log (what) VALUES (t); SELECT 1 $$;
    CREATE VIEW dear AS SELECT * FROM orders WHERE total > 100;
    CREATE MATERIALIZED VIEW cities AS SELECT city, count(*) FROM customers GROUP BY city;
    INSERT INTO customers (name, city) SELECT 'name ' || i, 'city ' || i % 7 FROM generate_series(1, 500) i;
    INSERT INTO orders (customer, total) SELECT 1 + i % 500, i % 300 FROM generate_series(1, 5000) i;
    ALTER TABLE customers SET (autovacuum_enabled = off);
    ALTER TABLE orders SET (autovacuum_enabled = off);
    ALTER TABLE log SET (autovacuum_enabled = off);
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;
    ANALYZE;
";

/// Catalogs that the server writes to by itself.
const RESTLESS: &[&str] = &["pg_statistic", "pg_statistic_ext_data"];
/// Columns of `pg_class` that it writes to by itself.
const RESTLESS_COLUMNS: &[&str] = &[
    "relpages",
    "reltuples",
    "relallvisible",
    "relallfrozen",
    "relhasindex",
    "relfrozenxid",
    "relminmxid",
];

/// One line for everything in the database that could change: a name, and a hash or a number.
fn everything(admin: &mut Admin) -> Vec<String> {
    let mut lines = Vec::new();
    let relations = admin.rows(
        "SELECT c.oid::regclass::text, c.relname, n.nspname = 'pg_catalog', c.relkind
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'm', 'S') AND NOT c.relisshared AND n.nspname <> 'information_schema'
           AND c.relpersistence = 'p'
         ORDER BY 1",
    );
    for relation in relations {
        let [name, plain, system, kind] = &relation[..] else {
            panic!("{relation:?}")
        };
        if RESTLESS.contains(&plain.as_str()) {
            continue;
        }
        let mut row = "to_jsonb(t)".to_owned();
        if plain == "pg_class" {
            for column in RESTLESS_COLUMNS {
                row.push_str(&format!(" - '{column}'"));
            }
        } else if kind == "S" {
            "row(t.last_value, t.is_called)".clone_into(&mut row);
        } else if system == "t" {
            // Some of their types have no form in JSON.
            "t::text".clone_into(&mut row);
        }
        let hash = admin.value(&format!(
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(line, E'\\n' ORDER BY line)), '')
             FROM (SELECT xmin::text || ' ' || ({row})::text AS line FROM {name} t) lines"
        ));
        lines.push(format!("{name} {hash}"));
    }
    assert!(lines.len() > 40, "{lines:?}");
    let counters = admin.rows(
        "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables ORDER BY relname",
    );
    assert!(counters.len() >= 4, "{counters:?}");
    lines.extend(counters.into_iter().map(|row| row.join(" ")));
    let database = admin.rows(
        "SELECT datname, datdba, datacl, datconnlimit, coalesce(shobj_description(oid, 'pg_database'), ''),
                (SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = d.oid),
                (SELECT count(*) FROM pg_prepared_xacts), (SELECT count(*) FROM pg_largeobject_metadata)
         FROM pg_database d WHERE datname = current_database()",
    );
    lines.extend(database.into_iter().map(|row| row.join(" ")));
    lines
}

/// Waits until the counters of what we wrote ourselves have arrived.
fn settle(admin: &mut Admin) {
    let count = "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'orders'";
    let began = Instant::now();
    while admin.value(count) != "5000" {
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Statements that our role sent, as the server counted them.
fn sent(place: &mut Place) -> Vec<String> {
    let name = &place.name;
    let rows = place.admin.rows(&format!(
        "SELECT query FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
         WHERE rolname = '{name}' ORDER BY query"
    ));
    rows.into_iter().map(|mut row| row.remove(0)).collect()
}

/// Whether a statement reads, or is of the transaction around one that does.
fn is_harmless(statement: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "BEGIN READ ONLY",
        "ROLLBACK",
        "SAVEPOINT",
        "RELEASE SAVEPOINT",
        "SET LOCAL",
        "SHOW",
        "SELECT",
        "WITH",
        "EXPLAIN",
        "PREPARE",
        "DEALLOCATE",
    ];
    let statement = statement.trim_start().to_uppercase();
    BEGINNINGS.iter().any(|word| statement.starts_with(word))
}

/// Whether PgBouncer sent a statement by itself: whenever a client gets a connection, it sets what the client began
/// with and what the client before had otherwise.
fn is_of_the_pooler(statement: &str) -> bool {
    let settings = [
        "TimeZone=",
        "application_name=",
        "DateStyle=",
        "client_encoding=",
    ];
    let set = statement.strip_prefix("SET ");
    set.is_some_and(|set| settings.iter().any(|setting| set.starts_with(setting)))
}

/// Tries it with a role that may do little, and with one that could do everything.
fn check(test: &str, variable_name: &str, superuser: bool) {
    let Some(mut place) = Place::new(test) else {
        return;
    };
    if variable(variable_name).is_none() {
        return;
    }
    place.admin.run(SCHEMA);
    if superuser {
        let name = &place.name;
        place.admin.run(&format!("ALTER ROLE {name} SUPERUSER"));
    }
    settle(&mut place.admin);
    let pooled = variable_name == "PGLOUPE_TEST_PGBOUNCER";
    let before = everything(&mut place.admin);
    let mut session = visitor::open(&place.url(variable_name)).unwrap();
    let said = visitor::ask_everything(&mut session);
    drop(session);
    // Its counters arrive when it has gone, and a little later.
    std::thread::sleep(Duration::from_millis(700));
    let after = everything(&mut place.admin);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    assert_eq!(before.len(), after.len());

    let sent = sent(&mut place);
    let has = |word: &str| sent.iter().any(|statement| statement.contains(word));
    assert!(has("EXPLAIN") && has("pg_attribute"), "{sent:?}");
    assert!(said.contains("Actual Rows"), "nothing ran: {said}");
    for statement in sent {
        assert!(
            is_harmless(&statement) || (pooled && is_of_the_pooler(&statement)),
            "{statement}"
        );
    }
}

#[test]
fn by_a_plain_role() {
    check("plain", "PGLOUPE_TEST_PG_TCP", false);
}

#[test]
fn by_a_superuser() {
    check("super", "PGLOUPE_TEST_PG_TCP", true);
}

#[test]
fn through_a_pooler() {
    check("pooler", "PGLOUPE_TEST_PGBOUNCER", false);
}

#[test]
fn the_check_sees_a_write() {
    let Some(mut place) = Place::new("seen") else {
        return;
    };
    place.admin.run(SCHEMA);
    let writes = [
        "UPDATE customers SET name = name WHERE id = 1",
        "SELECT nextval('orders_id_seq')",
        "CREATE TABLE more ()",
        "COMMENT ON TABLE log IS 'x'",
        "ALTER FUNCTION noted() SET work_mem = '8MB'",
        "SELECT lo_create(0)",
    ];
    for write in writes {
        let before = everything(&mut place.admin);
        place.admin.run(write);
        assert_ne!(before, everything(&mut place.admin), "{write}");
    }
    assert!(!is_harmless("insert into customers values (1)"));
    assert!(!is_harmless("SET SESSION work_mem = '8MB'"));
}
