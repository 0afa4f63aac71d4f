//! The superuser who prepares a database, and looks at it again afterwards.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};
use tokio::runtime::{Builder, Runtime};

/// A connection of a superuser.
pub(crate) struct Admin {
    runtime: Runtime,
    connection: Option<PgConnection>,
}

/// A database and a role of a test's own, gone when it ends.
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) password: String,
    /// The superuser, within the database.
    pub(crate) admin: Admin,
}

/// The value of a variable that `tests/server` sets, or `None` where a test has to be left out.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        assert!(
            std::env::var_os("PGLOUPE_TEST_PG_REQUIRED").is_none(),
            "{name} is not set"
        );
        eprintln!("left out: {name} is not set; tests/server sets it");
    }
    value
}

impl Admin {
    fn connect(url: &str, database: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let options = PgConnectOptions::from_str(url).expect("PGLOUPE_TEST_PG is a URL");
        let connection = runtime
            .block_on(options.database(database).connect())
            .expect("the superuser can connect");
        Self {
            runtime,
            connection: Some(connection),
        }
    }

    /// Runs statements that return nothing.
    pub(crate) fn run(&mut self, sql: &str) {
        let connection = self.connection.as_mut().unwrap();
        self.runtime
            .block_on(connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))))
            .unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }

    /// The rows of a statement, each value as the server writes it.
    pub(crate) fn rows(&mut self, sql: &str) -> Vec<Vec<String>> {
        let connection = self.connection.as_mut().unwrap();
        let rows = self
            .runtime
            .block_on(connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))))
            .unwrap_or_else(|error| panic!("{error}\n{sql}"));
        let value = |row: &PgRow, at| {
            let value: Option<String> = row.try_get_unchecked(at).unwrap();
            value.unwrap_or_default()
        };
        rows.iter()
            .map(|row| (0..row.len()).map(|at| value(row, at)).collect())
            .collect()
    }

    /// The first value of the first row.
    pub(crate) fn value(&mut self, sql: &str) -> String {
        let row = self.rows(sql).into_iter().next();
        row.and_then(|row| row.into_iter().next())
            .unwrap_or_default()
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(self.runtime.block_on(connection.close()));
        }
    }
}

impl Place {
    /// One for the test called `test`, or `None` where there is no server.
    pub(crate) fn new(test: &str) -> Option<Self> {
        let url = variable("PGLOUPE_TEST_PG")?;
        let name = format!("promise_{test}_{}", std::process::id());
        let password = format!("canary-{:x}-{test}", std::process::id());
        let mut first = Admin::connect(&url, "postgres");
        first.run(&format!("CREATE ROLE {name} LOGIN PASSWORD '{password}'"));
        first.run(&format!("CREATE DATABASE {name}"));
        let admin = Admin::connect(&url, &name);
        Some(Self {
            name,
            password,
            admin,
        })
    }

    /// The address of the server by TCP, or that of PgBouncer: with the role and the database of this place.
    pub(crate) fn url(&self, variable: &str) -> String {
        let url = std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set"));
        let (_, rest) = url.split_once('@').expect("a URL with a role");
        let (address, _) = rest.split_once('/').expect("a URL with a database");
        let Self { name, password, .. } = self;
        format!("postgres://{name}:{password}@{address}/{name}")
    }

    /// Server processes that work for our role in one of the states.
    pub(crate) fn backends(&mut self, states: &[&str]) -> usize {
        let name = &self.name;
        let rows = self.admin.rows(&format!(
            "SELECT state FROM pg_stat_activity WHERE usename = '{name}'"
        ));
        rows.iter()
            .filter(|row| states.is_empty() || states.contains(&row[0].as_str()))
            .count()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Ok(url) = std::env::var("PGLOUPE_TEST_PG") else {
            return;
        };
        let name = &self.name;
        drop(self.admin.connection.take());
        let mut last = Admin::connect(&url, "postgres");
        last.run(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ));
        // Those told to end may need a moment.
        for _ in 0..50 {
            let count = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'");
            if last.value(&count) == "0" {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        last.run(&format!("DROP DATABASE {name}"));
        last.run(&format!("DROP ROLE {name}"));
    }
}
