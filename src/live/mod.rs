//! A connected Postgres: reached safely, read in short read-only transactions, asked for plans.
//!
//! This is the only room that names the database driver and its runtime. To the outside it blocks: whoever calls it
//! does so on a thread of its own and holds a [`Canceller`] to end what takes too long.
//!
//! | file | what it knows |
//! |---|---|
//! | `target` | [`Target`]: where to, as whom, and how well protected |
//! | `url`, `environment`, `service`, `passfile` | the ways in which a person already wrote that down |
//! | `written` | [`Written`]: the parts that one of those ways names |
//! | `secret`, `keyring` | [`Secret`]: a password that prints as `…`; where it may stay |
//! | `error` | [`LiveError`]: what happened, where, what to do |
//! | `classify` | which of those an error of the driver is |
//! | `connect` | from a target to a connection, with a deadline and an end on demand |
//! | `session` | [`Session`]: one connection, units of work, what it costs the server |
//! | `reader` | [`Reader`]: one read-only transaction |
//! | `facts` | [`ServerFacts`]: who we are there, and which server it is |
//! | [`statements`] | `pg_stat_statements`: snapshots and what ran between them |
//! | [`history`] | snapshots of them in a local file |
//! | [`activity`] | sessions, waits, who blocks whom, what holds back vacuum |
//! | [`catalog`] | what the database consists of, into [`crate::catalog`] |
//! | [`workload`] | statistics as an export of `pg_stat_statements`, which all views and rules can read |
//! | [`hypothetical`] | plans with indexes that aren't there, by HypoPG |
//! | `explain/` | plans of texts, after a check of what they call |
//!
//! # What a session does to a server
//!
//! Every unit of work is a transaction of its own: `BEGIN READ ONLY`, limits by `SET LOCAL`, the work, `ROLLBACK`.
//! Nothing is set for longer than a transaction, neither at the start of the connection nor later: behind a pooler
//! in transaction mode such a setting would stay on a connection that the application gets next. Statements are
//! unnamed for the same reason. There is one connection, and a second one for the moment of a cancellation.

pub mod activity;
mod cancel;
pub mod catalog;
mod classify;
mod connect;
mod environment;
mod error;
pub mod explain;
mod facts;
pub mod history;
pub mod hypothetical;
pub mod keyring;
mod passfile;
mod reader;
mod secret;
mod service;
mod session;
pub mod statements;
mod target;
pub mod url;
pub mod workload;
mod written;

pub use cancel::Canceller;
pub use environment::{Resolved, resolve};
pub use error::{LiveError, Trouble};
pub use facts::{Pooler, ServerFacts};
pub use reader::{Limits, Reader};
pub use secret::Secret;
pub use session::{Load, Session};
pub use target::{Target, Tls, TlsMode};
pub use written::Written;
