//! What pgloupe promises about a server that it reads, tried on a real one. Without one (`tests/server run …`) the
//! tests say so and pass, unless `PGLOUPE_TEST_PG_REQUIRED` is set.

#![allow(
    clippy::expect_used,
    clippy::format_push_string,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work, and none is a hot path"
)]

#[path = "promises/admin.rs"]
mod admin;
#[path = "promises/hostile_names.rs"]
mod hostile_names;
#[path = "promises/no_network.rs"]
mod no_network;
#[path = "promises/no_secret.rs"]
mod no_secret;
#[path = "promises/nothing_left.rs"]
mod nothing_left;
#[path = "promises/nothing_written.rs"]
mod nothing_written;
#[path = "promises/sources.rs"]
mod sources;
#[path = "promises/visitor.rs"]
mod visitor;
