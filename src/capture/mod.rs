//! Captures: from the bytes of log files to events.
//!
//! One file a format; [`read()`] finds out which it is, cuts the file at record boundaries, reads
//! the pieces on all cores and hands over [`Batch`]es of events in the order of the file. A
//! reader never fails on content: what it can't read becomes a counted [`Warning`] with file and
//! line. [`Sources`] reads single records again for whoever wants to see their text.

mod again;
mod batch;
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
mod source;
mod sources;
mod stderr;
mod time;
mod totals;
mod warning;
mod worker;
mod wrap;

pub use batch::{Batch, Event, EventKind, NewQuery, QueryTotals, Ran, SessionInfo, UNKNOWN_TIME};
pub use detect::Format;
pub use error::CaptureError;
pub use notable::{Class, Notable, Unit};
pub use place::Place;
pub use prefix::Prefix;
pub use read::{Cancelled, Options, Progress, Stage, read};
pub use sources::{Description, Sources, Statement};
pub use warning::{Warning, Warnings};
