//! pgloupe opens a captured PostgreSQL query log and shows why a page is slow: ranked findings with proof that
//! leads back to a line of the capture, and a fix to copy.
//!
//! # The way of the data
//!
//! ```text
//! bytes ──capture──▶ events ──sql──▶ fingerprints ──▶ workload ──rules──▶ findings ──▶ report, app
//! ```
//!
//! One direction: a lower floor never names a higher one, and the pure floors name no window, no database driver
//! and no async runtime. `tests/floors.rs` holds that.
//!
//! | floor | room | what it knows |
//! |---|---|---|
//! | 7 | `main.rs`, [`cli`] | the command line |
//! | 6 | [`app`] | the window: commands, view state, views, widgets, theme |
//! | 6 | [`report`] | findings as JSON and text |
//! | 5 | [`rules`], [`analysis`], [`config`] | one rule, one file, one page; from files to findings in one call; what a team shares |
//! | 4 | [`advice`] | the fixes, in the words of each framework |
//! | 3 | [`live`] | a connected Postgres; the only room that names a database driver and its runtime |
//! | 3 | [`workload`] | queries, executions, sessions, requests, histograms |
//! | 2 | [`capture`] | one file a format, a detector, a parallel reader |
//! | 1 | [`sql`] | lexer, fingerprint, normalised text, facts from the syntax tree |

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test that fails by panicking has done its work"
    )
)]

pub mod advice;
pub mod analysis;
pub mod app;
pub mod capture;
pub mod cli;
pub mod config;
pub mod live;
pub mod plan;
pub mod report;
pub mod rules;
pub mod sql;
pub mod workload;
