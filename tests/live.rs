//! A real server: what is promised of connecting, reading and explaining holds against it.
//!
//! `PGLOUPE_TEST_PG` names a superuser on a server that may be played with; without it nothing is tested here, unless
//! `PGLOUPE_TEST_PG_REQUIRED=1` says that this is a failure. Servers with TLS, passwords or an early end are started
//! here, from the programs that belong to PostgreSQL.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that fails by panicking has done its work, and one that is left out says so"
)]

#[path = "live/attacks.rs"]
mod attacks;
#[path = "live/common.rs"]
mod common;
#[path = "live/lists.rs"]
mod lists;
#[path = "live/own.rs"]
mod own;
#[path = "live/pooler.rs"]
mod pooler;
#[path = "live/sessions.rs"]
mod sessions;
#[path = "live/tls.rs"]
mod tls;
