//! What a rule says: a finding with its cost, what a fix would save, proof and suggestions.

use crate::advice::Suggestion;
use crate::catalog::Name;
use crate::sql::Fingerprint;
use crate::workload::{Confidence, ExecutionId, QueryId, RequestId};

/// Something slow or wasteful, with proof and a fix.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule's name, as in [`super::RULES`].
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One plain sentence about the application, without a full stop: "books are loaded once per author".
    pub title: String,
    /// One sentence with the numbers behind the title.
    pub detail: String,
    /// What of a live server it speaks of; `None` for what was found in a capture.
    pub subject: Option<Subject>,
    /// The queries at fault, the main one first.
    pub queries: Vec<QueryId>,
    /// The query whose rows fed the main one.
    pub parent: Option<QueryId>,
    /// How sure it is that this is what happens.
    pub confidence: Confidence,
    /// What speaks for it and against it, a short sentence each without a full stop.
    pub reasons: Vec<String>,
    /// What it costs today.
    pub cost: Cost,
    /// What the fix is expected to save.
    pub saving: Saving,
    /// Where it was seen, in the order of the capture.
    pub sightings: Vec<Sighting>,
    /// Fixes, the best first.
    pub suggestions: Vec<Suggestion>,
}

/// What a finding about a live server speaks of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The server, or the database as a whole.
    Server,
    /// A table.
    Table(Name),
    /// An index.
    Index(Name),
    /// A column of a table.
    Column(Name, String),
    /// A sequence.
    Sequence(Name),
    /// A statement, by what names it in captures as well.
    Statement(Fingerprint),
    /// A session, by its process.
    Session(i32),
}

impl Subject {
    /// The name of a table, index, column or sequence with its schema: `public.orders`, `public.orders.note`.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let full = |name: &Name| format!("{}.{}", name.schema, name.name);
        match self {
            Self::Table(name) | Self::Index(name) | Self::Sequence(name) => Some(full(name)),
            Self::Column(table, column) => Some(format!("{}.{column}", full(table))),
            Self::Server | Self::Statement(_) | Self::Session(_) => None,
        }
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look when nothing else is left.
    Low,
    /// Worth fixing.
    Medium,
    /// Fix this first.
    High,
}

impl Severity {
    /// The word for it, in lower case.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a finding costs in this capture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Database time in microseconds.
    pub db_time: u64,
    /// Executions, each a round trip of the application.
    pub executions: u64,
    /// What those round trips take beside the database time, in microseconds, by the setting for one.
    pub round_trips: u64,
    /// Part of the capture's database time, 0 to 1.
    pub share: f64,
}

/// What a fix is expected to save, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saving {
    /// Database time in microseconds; `None` where the capture can't tell.
    pub db_time: Option<u64>,
    /// Executions that would not happen; `None` where the capture can't tell.
    pub executions: Option<u64>,
    /// Where the figures come from.
    pub known_by: KnownBy,
}

/// How a saving is known, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnownBy {
    /// The better form ran in this capture and was timed.
    Measured,
    /// The planner costed it.
    Planner,
    /// Worked out from counts and times.
    Estimate,
    /// No figure: good practice only.
    Advice,
}

impl KnownBy {
    /// The word for it, in lower case.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Planner => "planner",
            Self::Estimate => "estimate",
            Self::Advice => "advice",
        }
    }
}

/// One request in which a finding was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The request.
    pub request: RequestId,
    /// The query.
    pub query: QueryId,
    /// How many executions it is about there.
    pub executions: u32,
    /// The first of them.
    pub first: ExecutionId,
    /// The last of them.
    pub last: ExecutionId,
    /// Their database time in microseconds.
    pub db_time: u64,
}

impl Finding {
    /// Whether nothing is known of what it costs: it is about what will hurt, not about what ran.
    #[must_use]
    pub fn costs_nothing(&self) -> bool {
        self.cost.db_time == 0 && self.cost.executions == 0
    }

    /// How many requests it was seen in.
    #[must_use]
    pub fn requests(&self) -> usize {
        // A request in which several queries take part stands here several times in a row.
        self.sightings
            .chunk_by(|a, b| a.request == b.request)
            .count()
    }
}

/// A count for people, with a comma before every three digits.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_for_people() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
