//! What could not be read: counted, with file and line.

/// Warnings that are kept with their text; beyond it they are only counted.
const KEPT: usize = 1_000;

/// Something in a capture that could not be read, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The file, counted in the capture's own order.
    pub file: u16,
    /// The line of the unpacked file, counted from 1; `None` when it is about the whole file.
    pub line: Option<u64>,
    /// What happened, for people.
    pub what: String,
}

/// All warnings of a capture: every one counted, the first thousand kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    total: u64,
    first: Vec<Warning>,
}

impl Warnings {
    /// Counts a warning, and keeps it while there is room.
    pub fn push(&mut self, warning: Warning) {
        self.total += 1;
        if self.first.len() < KEPT {
            self.first.push(warning);
        }
    }

    /// Whether further ones are only counted.
    pub(super) fn is_full(&self) -> bool {
        self.first.len() >= KEPT
    }

    /// Adds another part's warnings behind these.
    pub fn append(&mut self, other: Self) {
        self.total += other.total;
        let room = KEPT.saturating_sub(self.first.len());
        self.first.extend(other.first.into_iter().take(room));
    }

    /// How many there were.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The first of them, in the order they were met.
    #[must_use]
    pub fn first(&self) -> &[Warning] {
        &self.first
    }
}
