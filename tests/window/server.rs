//! A connected server: who blocks whom, and what its tables are like.
//!
//! They need a private server, named by `PGLOUPE_TEST_PG`: the URL of a superuser, as `psql` takes it.

use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use eframe::egui::{Event, Key, Modifiers, Role, Theme, vec2};
use egui_kittest::kittest::Queryable as _;

use crate::driver::Window;

/// A fresh database, and a window that is connected to it. One test at a time: sessions are the whole server's.
struct Served {
    url: String,
    database: String,
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

fn served(name: &str, script: &str) -> Option<Served> {
    let Ok(url) = std::env::var("PGLOUPE_TEST_PG") else {
        assert!(
            std::env::var("PGLOUPE_TEST_PG_REQUIRED").is_err(),
            "PGLOUPE_TEST_PG_REQUIRED is set, and PGLOUPE_TEST_PG is not"
        );
        eprintln!("skipped: set PGLOUPE_TEST_PG to the URL of a superuser on a private server");
        return None;
    };
    let served = Served {
        url,
        database: format!("pgloupe_window_{name}"),
        _turn: TURN.lock().unwrap_or_else(PoisonError::into_inner),
    };
    let database = &served.database;
    served.run(
        "postgres",
        &format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"),
    );
    served.run("postgres", &format!("CREATE DATABASE {database}"));
    served.run(database, script);
    Some(served)
}

impl Served {
    /// The URL of a database of the same server.
    fn url(&self, database: &str) -> String {
        let (rest, options) = match self.url.split_once('?') {
            Some((rest, options)) => (rest, format!("?{options}")),
            None => (self.url.as_str(), String::new()),
        };
        let (scheme, rest) = rest.split_once("://").expect("a URL");
        let host = rest.split('/').next().unwrap_or_default();
        format!("{scheme}://{host}/{database}{options}")
    }

    /// `psql` with a script, a statement at a time.
    fn psql(&self, database: &str, script: &str) -> Command {
        let mut command = Command::new("psql");
        command
            .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"])
            .arg(self.url(database))
            .env("PGOPTIONS", "-c client_min_messages=warning")
            .stdout(Stdio::null());
        for statement in script.split(";\n") {
            command.arg("-c").arg(statement);
        }
        command
    }

    fn run(&self, database: &str, script: &str) {
        let status = self.psql(database, script).status().expect("psql");
        assert!(status.success(), "{script}");
    }

    /// Runs statements beside the test, until it ends.
    fn aside(&self, application: &str, script: &str) -> Aside {
        let script = format!("SET application_name = '{application}';\n{script}");
        let mut command = self.psql(&self.database, &script);
        Aside(command.stderr(Stdio::null()).spawn().expect("psql"))
    }

    /// A window that shows the server's statements.
    fn window(&self) -> Window {
        // Tall enough for all that is told of a table.
        let mut window = Window::sized(&[], vec2(1280.0, 1200.0), Theme::Dark);
        window.settle();
        let keys = Modifiers::COMMAND.plus(Modifiers::SHIFT);
        window.harness.key_press_modifiers(keys, Key::N);
        window.wait_for("Fill in");
        window.type_into("URL", &self.url(&self.database));
        window.click(Role::Button, "Fill in");
        // The welcome page below has a button that begins like this one.
        let connect = window
            .harness
            .get_by_role_and_label(Role::Button, "Connect");
        connect.click();
        window.wait("the tabs", |w| w.shows("Activity ") && w.shows("Tables "));
        window
    }
}

/// A session that ends with the test.
struct Aside(Child);

impl Drop for Aside {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn row(window: &Window, part: &str) -> String {
    let rows = window.rows();
    let found = rows.iter().find(|r| r.contains(part));
    found
        .unwrap_or_else(|| panic!("no {part} in {rows:#?}"))
        .clone()
}

#[test]
fn who_blocks_whom_is_shown_with_what_to_do() {
    let script = "CREATE TABLE orders (id int PRIMARY KEY, total int)";
    let Some(server) = served("locks", script) else {
        return;
    };
    let _holder = server.aside("holder", "BEGIN;\nLOCK TABLE orders;\nSELECT pg_sleep(60)");
    let mut window = server.window();
    window.click(Role::Tab, "Activity");
    window.wait("the holder", |w| {
        w.rows().iter().any(|r| r.contains("holder"))
    });
    let _waiter = server.aside("waiter", "SELECT count(*) FROM orders");
    window.wait("the waiter", |w| {
        let waits = |r: &String| r.starts_with("Blocked") && r.contains("waiter");
        w.rows().iter().any(waits)
    });
    // Those that wait stand right below whoever holds them up.
    let rows = window.rows();
    let at = rows.iter().position(|r| r.contains("holder"));
    let at = at.expect("the holder");
    assert!(rows[at].contains("blocks 1"), "{rows:#?}");
    let holder: String = rows[at].split(", ").nth(2).expect("its process").to_owned();
    let waiter = &rows[at + 1];
    assert!(
        waiter.contains("waiter") && waiter.contains(&format!("by {holder}")),
        "{rows:#?}"
    );
    assert!(window.shows("blocked"));
    // The keys of other tables work here too.
    window.click(Role::Row, &rows[at]);
    window.wait_for("session waits for it");
    window.harness.key_press(Key::ArrowDown);
    window.wait_for("for a lock on orders, to read it");
    assert!(window.shows("Blocked by"));
    let copied = window.copied(|w| w.harness.event(Event::Copy));
    assert!(
        copied.starts_with("Blocked\t") && copied.contains(&holder),
        "{copied}"
    );
    window.click(Role::Link, "SELECT pg_sleep");
    window.wait_for("session waits for it");
    let line = window.copied(|w| w.find(Role::Button, "Copy to terminate").click());
    assert_eq!(line, format!("SELECT pg_terminate_backend({holder});"));
    window.type_into("Filter", "nobody-of-this-name");
    window.wait_for("No sessions with");
    window.harness.key_press(Key::Escape);
    window.wait("all rows", |w| w.rows().len() > 1);
}

#[test]
fn tables_are_shown_with_their_indexes_columns_and_keys() {
    let script = "CREATE SCHEMA other;
CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers ON DELETE CASCADE, note text);
CREATE INDEX orders_note ON orders (lower(note)) WHERE note IS NOT NULL;
CREATE TABLE other.größe (id int);
INSERT INTO customers SELECT i, i || '@example.com' FROM generate_series(1, 100) i;
INSERT INTO orders SELECT i, 1 + i % 100, repeat('x', 100) FROM generate_series(1, 5000) i;
VACUUM ANALYZE";
    let Some(server) = served("tables", script) else {
        return;
    };
    let mut window = server.window();
    window.click(Role::Tab, "Tables");
    window.wait("tables", |w| w.rows().len() == 3);
    let rows = window.rows();
    assert!(
        rows[0].starts_with("orders, ") && rows[0].contains(", 5,000, "),
        "{rows:#?}"
    );
    assert!(rows[2].starts_with("other.größe"), "{rows:#?}");
    window.click(Role::ColumnHeader, "Sort by Table");
    assert!(window.rows()[0].starts_with("customers"));
    window.type_into("Filter", "orders_note");
    assert_eq!(window.rows().len(), 1, "a table is found by its index");
    window.harness.key_press(Key::Escape);
    window.settle();
    let orders = row(&window, "orders");
    window.click(Role::Row, &orders);
    window.wait_for("orders_note, btree (lower(note)) WHERE");
    for text in [
        "orders_pkey, btree (id)",
        "customer_id, integer",
        "customers (id), customer_id, on delete cascade",
        "5,000 rows",
        "sequential scans",
        "since vacuumed",
    ] {
        assert!(
            window.shows(text),
            "no {text} in:\n{}",
            window.texts().join("\n")
        );
    }
    let copied = window.copied(|w| w.harness.event(Event::Copy));
    assert!(copied.starts_with("public.orders\t5,000\t"), "{copied}");
    // It stands below what fits.
    window.find(Role::Link, "customers (id)").scroll_to_me();
    window.settle();
    window.click(Role::Link, "customers (id)");
    window.wait_for("customers_email_key, btree (email)");
    assert!(window.shows("orders (customer_id), id, on delete cascade"));
}

#[test]
fn a_database_without_tables_says_so() {
    let Some(server) = served("empty", "SELECT 1") else {
        return;
    };
    let mut window = server.window();
    window.click(Role::Tab, "Tables");
    window.wait_for("has no tables that this role may see");
}
