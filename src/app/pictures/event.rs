//! One event: its lines in the file.

use super::Record;
use crate::analysis::Analysis;

/// What the detail of an event shows beyond what it is.
#[derive(Debug, Default)]
pub(crate) struct EventPicture {
    /// Its record; `None` without an event.
    pub(crate) record: Option<Record>,
}

impl EventPicture {
    /// Looks at the event at position `at`.
    pub(crate) fn new(analysis: &Analysis, at: u32) -> Self {
        let occurrence = analysis.workload.occurrences.get(at as usize);
        Self {
            record: occurrence.map(|o| Record::read(analysis, o.place)),
        }
    }
}
