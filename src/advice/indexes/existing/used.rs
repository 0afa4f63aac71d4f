//! How often an index is used, and how far that can be trusted.

use std::collections::BTreeMap;

use super::likeness::is_identity;
use crate::catalog::{Catalog, Index, Name};
use crate::workload::Confidence;

/// The parts of each index of a partitioned table.
pub(crate) type Parts<'a> = BTreeMap<Name, Vec<&'a Index>>;

/// An index of a partitioned table is used when one of its parts is.
pub(crate) fn parts(catalog: &Catalog) -> Parts<'_> {
    let mut parts: Parts<'_> = BTreeMap::new();
    for index in &catalog.indexes {
        if let Some(whole) = &index.partition_of {
            parts.entry(whole.clone()).or_default().push(index);
        }
    }
    parts
}

/// How often an index was scanned, and how large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    /// Scans since the counters began.
    pub(crate) scans: u64,
    /// Its size.
    pub(crate) bytes: u64,
}

/// How often an index and its parts were scanned, and how large they are; `None` where that isn't known of all.
pub(crate) fn used(parts: &Parts<'_>, index: &Index) -> Option<Used> {
    let own = parts.get(&index.full_name());
    let Some(own) = own else {
        return Some(Used {
            scans: index.counters.as_ref()?.scans,
            bytes: index.bytes?,
        });
    };
    let mut sum = Used { scans: 0, bytes: 0 };
    for part in own {
        let part = used(parts, part)?;
        sum.scans = sum.scans.saturating_add(part.scans);
        sum.bytes = sum.bytes.saturating_add(part.bytes);
    }
    Some(sum)
}

/// Whether nothing but reading needs the index.
pub(crate) fn may_go(catalog: &Catalog, index: &Index) -> bool {
    index.valid
        && !index.unique
        && !index.primary
        && !index.exclusion
        && index.constraint.is_none()
        && !is_identity(catalog, index)
}

/// How sure it is that an index without a scan isn't needed, and why. Counters have to run for `enough` days.
pub(crate) fn trust(catalog: &Catalog, index: &Index, enough: f64) -> (Confidence, Vec<String>) {
    let mut confidence = Confidence::High;
    let mut reasons = Vec::new();
    let mut say = |to: Confidence, why: String| {
        confidence = confidence.min(to);
        reasons.push(why);
    };
    match counted_days(catalog) {
        Some(days) if days < enough => say(
            Confidence::Low,
            format!("its scans were counted for {days:.1} days only; a monthly job may need it"),
        ),
        Some(days) => say(
            Confidence::High,
            format!("its scans were counted for {days:.0} days"),
        ),
        None => say(
            Confidence::Medium,
            "since when its scans are counted isn't known".to_owned(),
        ),
    }
    let server = &catalog.server;
    match (server.standby, server.standbys) {
        (Some(true), _) => say(
            Confidence::Low,
            "this is a standby: what the primary reads is counted there".to_owned(),
        ),
        (_, Some(0)) => {}
        (_, Some(n)) => say(
            Confidence::Low,
            format!("what {n} standbys read is counted there, and was not looked at"),
        ),
        (_, None) => say(
            Confidence::Medium,
            "whether standbys read by it can't be seen from here".to_owned(),
        ),
    }
    let first = index.keys.first().and_then(|key| key.as_column());
    let key = catalog
        .foreign_keys_of(&index.table)
        .iter()
        .find(|key| first.is_some_and(|first| key.columns.iter().any(|c| c == first)));
    if let Some(key) = key {
        say(
            Confidence::Low,
            format!(
                "the foreign key {} needs it when rows of {} are deleted",
                key.name, key.references
            ),
        );
    }
    (confidence, reasons)
}

/// Days for which the database's counters have been running; `None` where they were never reset, or it isn't known.
pub(crate) fn counted_days(catalog: &Catalog) -> Option<f64> {
    let micros = catalog
        .taken_at?
        .checked_sub(catalog.database.counted_since?)?;
    Some(micros as f64 / 86_400e6)
}
