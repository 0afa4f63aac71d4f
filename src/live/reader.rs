//! One read-only transaction.

use super::error::LiveError;
use super::session::{Backend, Bounds, Session};
use super::target::Target;
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Executor, Row};
use std::time::Duration;

/// Begins a transaction, tells which backend does it, and bounds what it may take from others: one round trip.
///
/// Names are looked for in `pg_catalog` only, as someone may have made a function or an operator elsewhere that fits
/// our statements better than the one that is meant. Strings are read as the standard says whatever the server's
/// settings, so that what was found out about a text before it is sent holds there too.
const BEGIN: &str = "BEGIN READ ONLY; \
    SELECT pg_catalog.pg_backend_pid(), backend_start::pg_catalog.text, \
    pg_catalog.current_setting('search_path') \
    FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()); \
    SET LOCAL search_path = pg_catalog; \
    SET LOCAL statement_timeout = '5s'; \
    SET LOCAL lock_timeout = '100ms'; \
    SET LOCAL idle_in_transaction_session_timeout = '10s'; \
    SET LOCAL standard_conforming_strings = on";

/// What [`BEGIN`] allows a statement.
const STATEMENT: Duration = Duration::from_secs(5);
/// What the network may add to that.
const GRACE: Duration = Duration::from_secs(5);

/// What a unit of work may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest time that a statement may take.
    pub statement: Duration,
}

impl Default for Limits {
    /// Five seconds: what looks on must not be what is looked at.
    fn default() -> Self {
        Self {
            statement: STATEMENT,
        }
    }
}

/// A read-only transaction in which a unit of work asks its questions.
///
/// Names without a schema are those of `pg_catalog`. Ask for built-in types only, and cast others in the statement (`::text`, `::int8`, `::float8`): to learn an
/// unknown type the driver would send statements of its own, with names, which poolers don't bear.
#[derive(Debug)]
pub struct Reader<'s> {
    session: &'s mut Session,
    bounds: Bounds,
    search_path: String,
}

impl<'s> Reader<'s> {
    pub(super) fn begin(
        session: &'s mut Session,
        limits: Limits,
        pressed: u64,
    ) -> Result<Self, LiveError> {
        let mut bounds = Bounds {
            pressed,
            patience: STATEMENT + GRACE,
            backend: None,
        };
        let rows = session.drive(&bounds, async |connection| {
            connection.fetch_all(BEGIN).await
        })?;
        let row = rows.first();
        bounds.backend = row.and_then(backend);
        bounds.patience = limits.statement + GRACE;
        let search_path = row.and_then(|row| row.try_get(2).ok()).unwrap_or_default();
        let mut reader = Self {
            session,
            bounds,
            search_path,
        };
        if limits.statement != STATEMENT {
            let milliseconds = limits.statement.as_millis().clamp(1, i32::MAX as u128);
            let set = sqlx::query("select set_config('statement_timeout', $1, true)");
            reader.rows(set.bind(milliseconds.to_string()))?;
        }
        Ok(reader)
    }

    /// Rolls back.
    pub(super) fn end(self) -> Result<(), LiveError> {
        let Self {
            session, bounds, ..
        } = self;
        // A cancellation was for the work; the rollback is not to be cancelled.
        let bounds = Bounds {
            pressed: u64::MAX,
            patience: GRACE,
            ..bounds
        };
        session.drive(&bounds, async |connection| {
            connection.execute("ROLLBACK").await
        })?;
        Ok(())
    }

    /// The rows of a statement, in two round trips. Its text is a constant, or comes from [`composed`].
    ///
    /// # Errors
    ///
    /// When the server or the network says no, or someone cancels. In the first case the transaction goes on only
    /// if the statement ran in [`Self::attempt`].
    pub(crate) fn rows(
        &mut self,
        query: Query<'_, Postgres, PgArguments>,
    ) -> Result<Vec<PgRow>, LiveError> {
        let query = query.persistent(false);
        let rows = self.session.drive(&self.bounds, async |connection| {
            query.fetch_all(&mut *connection).await
        })?;
        self.count(&rows);
        Ok(rows)
    }

    /// The one row of a statement.
    ///
    /// # Errors
    ///
    /// As [`Self::rows`], and when there is no row.
    pub(crate) fn row(
        &mut self,
        query: Query<'_, Postgres, PgArguments>,
    ) -> Result<PgRow, LiveError> {
        let rows = self.rows(query)?;
        let none = || self.session.error(&sqlx::Error::RowNotFound);
        rows.into_iter().next().ok_or_else(none)
    }

    /// The rows of a constant statement without parameters, in one round trip.
    ///
    /// # Errors
    ///
    /// As [`Self::rows`].
    pub(crate) fn quick(&mut self, sql: &'static str) -> Result<Vec<PgRow>, LiveError> {
        let rows = self.session.drive(&self.bounds, async |connection| {
            connection.fetch_all(sql).await
        })?;
        self.count(&rows);
        Ok(rows)
    }

    /// As [`Self::quick`], of a statement that was put together as for [`composed`].
    ///
    /// # Errors
    ///
    /// As [`Self::rows`].
    pub(crate) fn quick_composed(&mut self, sql: String) -> Result<Vec<PgRow>, LiveError> {
        let rows = self.session.drive(&self.bounds, async |connection| {
            connection.fetch_all(AssertSqlSafe(sql)).await
        })?;
        self.count(&rows);
        Ok(rows)
    }

    /// Work that may fail without ending the transaction: a savepoint around it.
    ///
    /// # Errors
    ///
    /// What `work` returns. When even going back fails, later work fails too.
    pub(crate) fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, LiveError>,
    ) -> Result<T, LiveError> {
        self.command("SAVEPOINT attempt")?;
        let result = work(self);
        if result.is_ok() {
            self.command("RELEASE SAVEPOINT attempt")?;
            return result;
        }
        let back = self.regardless(|reader| reader.command("ROLLBACK TO SAVEPOINT attempt"));
        // A connection that is gone says so again here; what happened first says more.
        drop(back);
        result
    }

    /// Work that a cancellation of what came before does not touch: putting things back.
    pub(super) fn regardless<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let pressed = std::mem::replace(&mut self.bounds.pressed, u64::MAX);
        let result = work(self);
        self.bounds.pressed = pressed;
        result
    }

    /// A value of a row.
    ///
    /// # Errors
    ///
    /// When the column is missing or of another type.
    pub(crate) fn get<'r, T>(&self, row: &'r PgRow, column: &str) -> Result<T, LiveError>
    where
        T: sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>,
    {
        row.try_get(column)
            .map_err(|error| self.session.error(&error))
    }

    /// The text of a column whose type is sent as text, whatever the type: `json` is.
    ///
    /// # Errors
    ///
    /// When the column is missing.
    pub(crate) fn text(&self, row: &PgRow, column: usize) -> Result<String, LiveError> {
        let text = row.try_get_unchecked(column);
        text.map_err(|error| self.session.error(&error))
    }

    /// The session's own `search_path`; within the transaction it is `pg_catalog`, so all else needs its schema.
    pub(crate) fn search_path(&self) -> &str {
        &self.search_path
    }

    /// Where we are connected to.
    pub(crate) fn target(&self) -> &Target {
        self.session.target()
    }

    /// Who we are there.
    pub(crate) fn facts(&self) -> &super::facts::ServerFacts {
        self.session.facts()
    }

    pub(super) fn command(&mut self, sql: &'static str) -> Result<(), LiveError> {
        self.session.drive(&self.bounds, async |connection| {
            connection.execute(sql).await.map(drop)
        })
    }

    fn count(&mut self, rows: &[PgRow]) {
        let bytes = rows.iter().map(bytes).sum::<usize>();
        let load = self.session.load_mut();
        load.statements += 1;
        load.rows += rows.len() as u64;
        load.bytes += bytes as u64;
    }
}

/// A statement that was put together from constants of this program and from names of the catalog that the server
/// quoted. Never from what a person or an application wrote.
pub(crate) fn composed(sql: String) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(AssertSqlSafe(sql))
}

fn backend(row: &PgRow) -> Option<Backend> {
    Some(Backend {
        pid: row.try_get(0).ok()?,
        started: row.try_get(1).ok()?,
    })
}

fn bytes(row: &PgRow) -> usize {
    let value = |at: usize| row.try_get_raw(at).ok()?.as_bytes().ok().map(<[u8]>::len);
    (0..row.len()).filter_map(value).sum()
}
