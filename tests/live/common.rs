//! The server of `PGLOUPE_TEST_PG`, a database of one's own on it, and another way to look at it.

use pgloupe::live::{Canceller, LiveError, Resolved, Secret, Session, Target, resolve, url};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Row};
use std::time::Duration;

/// The server, or `None` after saying that the test is left out.
pub(crate) fn server() -> Option<Resolved> {
    if let Ok(text) = std::env::var("PGLOUPE_TEST_PG") {
        return Some(resolve(url::parse(&text).unwrap(), &|_| None).unwrap());
    }
    assert!(!required(), "PGLOUPE_TEST_PG is not set");
    eprintln!("left out: PGLOUPE_TEST_PG names no server");
    None
}

/// Whether a test that is left out is a failure.
pub(crate) fn required() -> bool {
    std::env::var("PGLOUPE_TEST_PG_REQUIRED").as_deref() == Ok("1")
}

/// A database on the server, made anew from `fixtures/live/schema.sql`.
pub(crate) fn database(name: &str) -> Option<Resolved> {
    let mut server = server()?;
    let admin = Admin::new(&server.target, server.password.as_ref());
    // What an earlier run left; FORCE came with 13.
    admin.run(&format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    ));
    admin.run(&format!("drop database if exists {name}"));
    admin.run(&format!("create database {name}"));
    name.clone_into(&mut server.target.database);
    let admin = Admin::new(&server.target, server.password.as_ref());
    for extension in ["pg_stat_statements", "pg_trgm", "citext"] {
        admin.run(&format!("create extension {extension}"));
    }
    admin.run(include_str!("../../fixtures/live/schema.sql"));
    Some(server)
}

pub(crate) fn open(resolved: &Resolved) -> Session {
    try_open(&resolved.target, resolved.password.as_ref()).unwrap()
}

pub(crate) fn try_open(target: &Target, password: Option<&Secret>) -> Result<Session, LiveError> {
    let password = password.cloned().unwrap_or_default();
    Session::open(
        target,
        &password,
        &Canceller::new(),
        Duration::from_secs(10),
    )
}

/// Looks at a server past what is tested.
pub(crate) struct Admin(PgConnectOptions);

impl Admin {
    pub(crate) fn new(target: &Target, password: Option<&Secret>) -> Self {
        let options = PgConnectOptions::new_without_pgpass()
            .host(&target.host)
            .port(target.port)
            .username(&target.user)
            .database(&target.database)
            .extra_float_digits(None)
            .password(password.map_or("", Secret::expose));
        Self(options)
    }

    pub(crate) fn run(&self, sql: &str) {
        self.block(async |connection| {
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(connection)
                .await
                .map(drop)
        });
    }

    /// The first column of the first row, as text.
    pub(crate) fn text(&self, sql: &str) -> String {
        self.block(async |connection| {
            let rows = sqlx::raw_sql(AssertSqlSafe(sql))
                .fetch_one(connection)
                .await?;
            rows.try_get_unchecked::<String, _>(0)
        })
    }

    fn block<T>(&self, work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut connection = PgConnection::connect_with(&self.0).await.unwrap();
            let result = work(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            result
        })
    }

    /// Backends of the program in this database.
    pub(crate) fn backends(&self) -> i64 {
        let sql = "select count(*)::text from pg_stat_activity where application_name = 'pgloupe' \
            and datname = current_database()";
        self.text(sql).parse().unwrap()
    }
}
