//! Captures: from the bytes of log files to events.
//!
//! | part | what it does |
//! |---|---|
//! | `source` | the bytes of a file at any offset: plain, packed, in an archive, from a pipe |
//! | `wrap`, `feed`, `origins` | takes away what lies around a log, and finds the way back |
//! | `detect`, `prefix` | which format it is, and with which `log_line_prefix` |
//! | `stderr`, `csv`, `json` | the records of a server's log |
//! | `phrases`, `interpret`, `explained`, `prepared`, `notable` | what a record says, in any language |
//! | `totals`, `pgbouncer` | what is no server's log |
//! | `app`, `trace`, `served`, `client` | the application's side: its own logs, traces, the requests that it served |
//! | `read`, `worker`, `follow` | all of it on all cores, in the order of the file |
//! | `sources`, `again` | single records again |
//!
//! [`read()`] hands over [`Batch`]es of events in the order of the file, however it was cut. A reader never fails on
//! content: what it can't read becomes a counted [`Warning`] with file and line. [`Sources`] reads single records again
//! for whoever wants to see their text.

mod again;
mod app;
mod batch;
mod client;
mod csv;
mod detect;
mod error;
mod explained;
mod feed;
mod follow;
mod interpret;
mod json;
mod notable;
mod origins;
mod pgbouncer;
mod phrases;
mod place;
mod prefix;
mod prepared;
mod read;
mod record;
mod records;
mod served;
mod source;
mod sources;
mod stderr;
#[cfg(test)]
mod tests;
mod time;
mod totals;
mod trace;
mod warning;
mod worker;
mod wrap;

pub use app::AppLog;
pub use batch::{
    Batch, Event, EventKind, NewQuery, QueryTotals, Ran, ServedEvent, SessionInfo, UNKNOWN_TIME,
};
pub use detect::Format;
pub use error::CaptureError;
pub use notable::{Class, Notable, Unit};
pub use place::Place;
pub use prefix::Prefix;
pub use read::{Cancelled, Options, Progress, Stage, read};
pub use served::ServedForm;
pub use sources::{Description, PlanText, Sources, Statement};
pub use trace::TraceForm;
pub use warning::{Warning, Warnings};
