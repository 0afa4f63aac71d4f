//! The records of a block, whichever format it is in.

use super::detect::Format;
use super::record::Record;
use super::{csv, json, stderr};

/// Reads the records of a block that begins at a record's start. Offsets count from `base`. What can't be read goes to
/// `broken` with the reason.
pub(super) fn records(
    block: &[u8],
    base: u64,
    format: &Format,
    each: &mut dyn FnMut(Record<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    match format {
        Format::Stderr { prefix, tabbed, .. } => {
            let mut stray = |at| broken(at, "not a line of the log");
            stderr::records(block, base, prefix, *tabbed, each, &mut stray);
        }
        Format::Csv => csv::records(block, base, each, broken),
        Format::Json => json::records(block, base, each, broken),
        // These have no records of a server.
        Format::PgBouncer
        | Format::Totals(_)
        | Format::App(_)
        | Format::Trace(_)
        | Format::Served(_) => {}
    }
}
