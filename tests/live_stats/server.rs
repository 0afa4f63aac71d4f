//! A private server for tests, named by `PGLOUPE_TEST_PG`: the URL of a superuser.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pgloupe::live::{Canceller, Secret, Session, Target, Tls};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection, Executor};

/// The password of roles that tests make.
const PASSWORD: &str = "only for tests";

/// A database of a test's own. While it is held no other test of this file runs: statistics are the whole server's.
pub(super) struct Server {
    options: PgConnectOptions,
    pub(super) database: String,
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

/// A fresh database called `name`; `None` where there is no server to try on.
pub(super) fn server(name: &str) -> Option<Server> {
    let Ok(url) = std::env::var("PGLOUPE_TEST_PG") else {
        assert!(
            std::env::var("PGLOUPE_TEST_PG_REQUIRED").is_err(),
            "PGLOUPE_TEST_PG_REQUIRED is set, and PGLOUPE_TEST_PG is not"
        );
        println!("skipped: set PGLOUPE_TEST_PG to the URL of a superuser on a private server");
        return None;
    };
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let options: PgConnectOptions = url.parse().unwrap();
    let database = format!("pgloupe_{name}");
    let server = Server {
        options,
        database: database.clone(),
        _turn: turn,
    };
    server.run_in(
        "postgres",
        &[
            &format!("DROP DATABASE IF EXISTS {database}"),
            &format!("DROP ROLE IF EXISTS {database}"),
            &format!("CREATE DATABASE {database}"),
        ],
    );
    Some(server)
}

impl Server {
    /// Runs statements in the test's database, each on its own.
    pub(super) fn run(&self, statements: &[&str]) {
        self.run_in(&self.database, statements);
    }

    pub(super) fn run_in(&self, database: &str, statements: &[&str]) {
        block_on(async {
            let mut connection = connect(&self.options, database).await;
            for sql in statements {
                let done = connection.execute(AssertSqlSafe((*sql).to_owned())).await;
                done.unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
            connection.close().await.unwrap();
        });
    }

    /// Runs statements on a thread of its own.
    pub(super) fn run_aside(&self, sql: &'static str) -> std::thread::JoinHandle<()> {
        let (options, database) = (self.options.clone(), self.database.clone());
        std::thread::spawn(move || {
            block_on(async {
                let mut connection = connect(&options, &database).await;
                connection
                    .execute(sql)
                    .await
                    .unwrap_or_else(|error| panic!("{sql}: {error}"));
                connection.close().await.unwrap();
            });
        })
    }

    /// Makes a role that has no rights but to connect; it is called as the database is.
    pub(super) fn plain_role(&self) {
        self.run(&[&format!(
            "CREATE ROLE {} LOGIN PASSWORD '{PASSWORD}'",
            self.database
        )]);
    }

    /// A session of ours as the superuser.
    pub(super) fn session(&self) -> Session {
        let url = std::env::var("PGLOUPE_TEST_PG").unwrap();
        // The driver doesn't give the password back.
        let password = url
            .split_once("://")
            .and_then(|(_, rest)| rest.split_once('@'))
            .and_then(|(user, _)| user.split_once(':'))
            .map_or("", |(_, password)| password);
        self.session_as(self.options.get_username(), password)
    }

    /// A session of ours as the plain role.
    pub(super) fn plain_session(&self) -> Session {
        self.session_as(&self.database, PASSWORD)
    }

    fn session_as(&self, role: &str, password: &str) -> Session {
        let host = match self.options.get_socket() {
            Some(folder) => folder.display().to_string(),
            None => self.options.get_host().to_owned(),
        };
        let target = Target {
            host,
            port: self.options.get_port(),
            database: self.database.clone(),
            user: role.to_owned(),
            tls: Tls::default(),
        };
        let wait = Duration::from_secs(10);
        Session::open(&target, &Secret::new(password), &Canceller::new(), wait)
            .unwrap_or_else(|error| panic!("{error}"))
    }
}

async fn connect(options: &PgConnectOptions, database: &str) -> PgConnection {
    let options = options.clone().database(database);
    PgConnection::connect_with(&options).await.unwrap()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}
