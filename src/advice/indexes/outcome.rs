//! What is advised.

use super::load::Load;
use super::write::WriteCost;
use crate::catalog::{Index, Name};

/// What is advised for a load.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advice {
    /// Indexes to make, the one that saves most first.
    pub proposals: Vec<Proposal>,
    /// What to do for statements that no index helps, or why there is nothing to do.
    pub hints: Vec<Hint>,
    /// The indexes that exist, in the order of their tables and names.
    pub existing: Vec<Existing>,
    /// Statements that could not be looked at, and why.
    pub warnings: Vec<Warning>,
    /// What the advice as a whole rests on, a sentence each without a full stop: no HypoPG, no statistics.
    pub notes: Vec<String>,
}

/// How what an index saves is known, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proof {
    /// The server's planner would use it.
    Planner,
    /// Worked out from statistics of the columns.
    Estimate,
    /// From the statement alone.
    Advice,
}

impl Proof {
    /// The word for it in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Planner => "planner",
            Self::Estimate => "estimate",
            Self::Advice => "advice",
        }
    }
}

/// An index to make.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The index, with the name that it should get.
    pub index: Index,
    /// Its short form: `orders(account_id,created_at)`.
    pub short: String,
    /// The statement that makes it, without a semicolon.
    pub ddl: String,
    /// The statements that it serves, the one that saves most first.
    pub serves: Vec<Served>,
    /// How that is known.
    pub proof: Proof,
    /// Its size when it is new; `None` where the size of the table isn't known.
    pub bytes: Option<u64>,
    /// Seconds that building it may take.
    pub build_seconds: Option<f64>,
    /// Why it is as it is, a sentence each without a full stop.
    pub reasons: Vec<String>,
    /// What keeping it up to date costs.
    pub write: WriteCost,
    /// Indexes that it makes needless.
    pub replaces: Vec<Name>,
}

impl Proposal {
    /// What it saves of the time that its statements took, in milliseconds: the part by which their cost falls. `None`
    /// where that time, or the size of the tables, isn't known.
    #[must_use]
    pub fn saved_ms(&self, load: &Load) -> Option<f64> {
        if self.proof == Proof::Advice {
            return None;
        }
        let saved = self.serves.iter().map(|served| {
            let took = load.statements.get(served.statement)?.total_ms?;
            Some(took * (1.0 - served.after / served.before.max(1e-9)).clamp(0.0, 1.0))
        });
        saved.sum()
    }

    /// What it saves in all calls, in units of the planner.
    #[must_use]
    pub fn saving(&self) -> f64 {
        let all = self.serves.iter();
        all.map(|s| s.calls * (s.before - s.after).max(0.0)).sum()
    }
}

/// What an index does for a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Served {
    /// The statement, by its position in the load.
    pub statement: usize,
    /// Its calls.
    pub calls: f64,
    /// What one call costs today, in units of the planner.
    pub before: f64,
    /// What it would cost with the proposed indexes.
    pub after: f64,
}

/// What helps where no index does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The statement, by its position in the load.
    pub statement: usize,
    /// A short name of the kind of advice: `param-type`, `cast-on-column`, `deep-offset`, `small-table`.
    pub rule: &'static str,
    /// What is the matter and what to do, one plain sentence without a full stop.
    pub title: String,
    /// Code to copy: the condition or statement written in another way. Empty where there is nothing to do.
    pub code: String,
    /// Whether it says that nothing is to be done.
    pub is_fine: bool,
}

/// What is thought of an index that exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Existing {
    /// Its name.
    pub name: Name,
    /// Its short form.
    pub short: String,
    /// What it is worth.
    pub verdict: Verdict,
    /// The index that does its work as well, where there is one.
    pub other: Option<Name>,
    /// What speaks for and against dropping it, a sentence each without a full stop.
    pub reasons: Vec<String>,
    /// Whether it can be dropped without a second thought.
    pub safe_to_drop: bool,
    /// The statement that drops or mends it, where one is advised.
    pub code: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
    /// Scans since the counters began.
    pub scans: Option<u64>,
    /// Statements of the load whose plans use it, by position.
    pub serves: Vec<usize>,
}

/// What an index that exists is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Queries use it.
    Used,
    /// A constraint, a key or replication needs it, whether queries use it or not.
    Needed,
    /// Nobody knows whether it is used.
    Unknown,
    /// Nothing uses it.
    Unused,
    /// Another one is the same.
    Duplicate,
    /// It is the beginning of another one.
    Redundant,
    /// Queries may not use it.
    Invalid,
    /// It is much larger than it would be if it were new.
    Bloated,
}

impl Verdict {
    /// The word for it in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Needed => "needed",
            Self::Unknown => "unknown",
            Self::Unused => "unused",
            Self::Duplicate => "duplicate",
            Self::Redundant => "redundant",
            Self::Invalid => "invalid",
            Self::Bloated => "bloated",
        }
    }
}

/// A statement that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The statement, by its position in the load.
    pub statement: usize,
    /// Why, a sentence without a full stop.
    pub what: String,
}
