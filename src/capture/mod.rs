//! Captures: from the bytes of log files to events.
//!
//! One file a format; [`read()`] finds out which it is, cuts the file at record boundaries, reads
//! the pieces on all cores and hands over [`Batch`]es of events in the order of the file. A
//! reader never fails on content: what it can't read becomes a counted [`Warning`] with file and
//! line. [`Sources`] reads single records again for whoever wants to see their text.

mod batch;
mod csv;
mod detect;
mod error;
mod interpret;
mod json;
mod place;
mod prefix;
mod read;
mod record;
mod source;
mod sources;
mod stderr;
mod time;
mod warning;
mod worker;

pub use batch::{Batch, Event, EventKind, NewQuery, SessionInfo};
pub use detect::Format;
pub use error::CaptureError;
pub use place::Place;
pub use prefix::Prefix;
pub use read::{Cancelled, Options, Progress, Stage, read};
pub use sources::{Sources, Statement};
pub use warning::{Warning, Warnings};
