//! One connection to a server, and what it is used for: units of work that leave nothing behind.

use super::cancel::Canceller;
use super::classify::{self, Phase};
use super::connect;
use super::error::{LiveError, Trouble};
use super::facts::{self, ServerFacts};
use super::reader::{Limits, Reader};
use super::secret::Secret;
use super::target::Target;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use std::fmt;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// The oldest server that can be read, as `server_version_num` counts.
const OLDEST: u32 = 100_000;
/// How long a cancellation may take to reach the server, and how long we wait for its effect.
const TO_CANCEL: Duration = Duration::from_secs(2);

/// A connection to a server. It blocks, so it belongs on a thread of its own.
///
/// When the server or the network goes away, the next unit of work connects anew. Dropping it ends its backend.
pub struct Session {
    runtime: Option<Runtime>,
    connection: Option<PgConnection>,
    options: PgConnectOptions,
    target: Target,
    password: Secret,
    canceller: Canceller,
    deadline: Duration,
    facts: ServerFacts,
    load: Load,
}

/// What a session cost its server up to now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Times that a connection was made.
    pub connections: u64,
    /// Statements sent, those that begin and end transactions not counted.
    pub statements: u64,
    /// Milliseconds between sending and having the answer: more than the server worked.
    pub milliseconds: f64,
    /// Rows received.
    pub rows: u64,
    /// Bytes of the values in them.
    pub bytes: u64,
}

/// The server process that works for us, so that it and no other is told to stop.
#[derive(Clone, Debug)]
pub(super) struct Backend {
    pub(super) pid: i32,
    /// When it started, in the server's words: a number alone may soon be another's.
    pub(super) started: String,
}

/// What bounds the waiting for an answer.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// How often cancel had been pressed when the unit of work began.
    pub(super) pressed: u64,
    /// After this the server is taken to be away: more than it may take by its own limits.
    pub(super) patience: Duration,
    /// Whom to stop.
    pub(super) backend: Option<Backend>,
}

impl Session {
    /// Connects, and asks the server who we are there.
    ///
    /// `canceller` ends this, and later any unit of work. `deadline` is for connecting.
    ///
    /// # Errors
    ///
    /// When no connection comes about, or the server is too old.
    pub fn open(
        target: &Target,
        password: &Secret,
        canceller: &Canceller,
        deadline: Duration,
    ) -> Result<Self, LiveError> {
        let options = connect::options(target, password)?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| {
            LiveError::new(Trouble::Other, target.to_string(), error.to_string())
        })?;
        let mut session = Self {
            runtime: Some(runtime),
            connection: None,
            options,
            target: target.clone(),
            password: password.clone(),
            canceller: canceller.clone(),
            deadline,
            facts: ServerFacts::default(),
            load: Load::default(),
        };
        session.connect(0)?;
        Ok(session)
    }

    /// Where it is connected to.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Who we are there, and which server it is.
    #[must_use]
    pub fn facts(&self) -> &ServerFacts {
        &self.facts
    }

    /// What it cost the server up to now.
    #[must_use]
    pub fn load(&self) -> Load {
        self.load
    }

    /// A handle that ends what runs, for other threads.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// One unit of work: a read-only transaction with limits, rolled back at its end whatever happens.
    ///
    /// # Errors
    ///
    /// What `work` returns, or what keeps the transaction from beginning.
    pub fn read<T>(
        &mut self,
        limits: Limits,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, LiveError>,
    ) -> Result<T, LiveError> {
        let pressed = self.canceller.count();
        if self.connection.is_none() {
            self.connect(pressed)?;
        }
        self.transaction(limits, pressed, work)
    }

    fn transaction<T>(
        &mut self,
        limits: Limits,
        pressed: u64,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, LiveError>,
    ) -> Result<T, LiveError> {
        let mut reader = Reader::begin(self, limits, pressed)?;
        let result = work(&mut reader);
        // A rollback that fails means that the connection is gone, and with it the transaction.
        let ended = reader.end();
        match (result, ended) {
            (Ok(value), _) => Ok(value),
            (Err(error), _) => Err(error),
        }
    }

    fn connect(&mut self, pressed: u64) -> Result<(), LiveError> {
        let place = self.target.to_string();
        let Some(runtime) = &self.runtime else {
            return Err(LiveError::new(Trouble::Gone, place, ""));
        };
        let began = Instant::now();
        let connection = runtime.block_on(async {
            tokio::select! {
                biased;
                () = self.canceller.pressed_since(pressed) => {
                    Err(LiveError::new(Trouble::Cancelled, &place, ""))
                }
                result = connect::connect(&self.options, &place, self.deadline) => result,
            }
        });
        let connection = connection.map_err(|error| self.clean(error))?;
        self.load.connections += 1;
        self.load.milliseconds += milliseconds(began);
        let version = connection.server_version_num().unwrap_or(OLDEST);
        if version < OLDEST {
            let detail = format!("it is version {}.{}", version / 10_000, version / 100 % 100);
            return Err(LiveError::new(Trouble::TooOld, place, detail));
        }
        self.connection = Some(connection);
        let waited = began.elapsed();
        let target = self.target.clone();
        self.facts = self.transaction(Limits::default(), pressed, |reader| {
            facts::read(reader, &target, waited)
        })?;
        Ok(())
    }

    /// Waits for what `work` asks of the server, until it is cancelled or takes too long.
    pub(super) fn drive<T>(
        &mut self,
        bounds: &Bounds,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, LiveError> {
        let place = self.target.to_string();
        let gone = || LiveError::new(Trouble::Gone, &place, "");
        // What is not put back at the end is closed.
        let mut connection = self.connection.take().ok_or_else(gone)?;
        let runtime = self.runtime.as_ref().ok_or_else(gone)?;
        let began = Instant::now();
        let (result, ended) = runtime.block_on(async {
            let mut work = pin!(work(&mut connection));
            let ended = tokio::select! {
                biased;
                result = &mut work => return (Some(result), None),
                () = self.canceller.pressed_since(bounds.pressed) => Trouble::Cancelled,
                () = tokio::time::sleep(bounds.patience) => Trouble::NoAnswer,
            };
            if let Some(backend) = &bounds.backend {
                // Whether it worked shows in what comes of the work.
                drop(tokio::time::timeout(TO_CANCEL, stop(&self.options, backend)).await);
            }
            (
                tokio::time::timeout(TO_CANCEL, work).await.ok(),
                Some(ended),
            )
        });
        self.load.milliseconds += milliseconds(began);
        let broken = match &result {
            Some(Ok(_)) => false,
            Some(Err(error)) => classify::breaks(error),
            None => true,
        };
        if !broken {
            self.connection = Some(connection);
        }
        match (result, ended) {
            (Some(Ok(value)), None) => Ok(value),
            (_, Some(trouble)) => Err(LiveError::new(trouble, place, "")),
            (Some(Err(error)), None) => Err(self.error(&error)),
            (None, None) => Err(gone()),
        }
    }

    pub(super) fn load_mut(&mut self) -> &mut Load {
        &mut self.load
    }

    pub(super) fn error(&self, error: &sqlx::Error) -> LiveError {
        let (trouble, detail) = classify::classify(error, Phase::Working);
        self.clean(LiveError::new(trouble, self.target.to_string(), detail))
    }

    /// An error without the password, should whoever wrote its words have put it in.
    fn clean(&self, mut error: LiveError) -> LiveError {
        error.detail = self.password.scrub(&error.detail);
        error
    }
}

/// Tells a backend to stop what it does, through a second connection which then ends.
///
/// Behind a pooler the second connection may lead to another server; the start of the backend tells.
async fn stop(options: &PgConnectOptions, backend: &Backend) -> Result<(), sqlx::Error> {
    let mut second = <PgConnection as Connection>::connect_with(options).await?;
    sqlx::query(
        "select pg_catalog.pg_cancel_backend(pid) from pg_catalog.pg_stat_get_activity($1) \
        where backend_start::pg_catalog.text operator(pg_catalog.=) $2",
    )
    .bind(backend.pid)
    .bind(&backend.started)
    .persistent(false)
    .execute(&mut second)
    .await?;
    second.close().await
}

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

/// Where to and what it cost. What the driver knows would print with the password.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("target", &self.target)
            .field("connected", &self.connection.is_some())
            .field("facts", &self.facts)
            .field("load", &self.load)
            .finish_non_exhaustive()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        if let Some(connection) = self.connection.take() {
            let close = async {
                tokio::time::timeout(Duration::from_millis(500), connection.close()).await
            };
            // Where saying goodbye fails, closing the socket does the same.
            drop(runtime.block_on(close));
        }
        // A look-up of a name may still run; nobody waits for it.
        runtime.shutdown_background();
    }
}
