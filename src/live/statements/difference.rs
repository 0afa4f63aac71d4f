//! What ran between two snapshots, as far as their counters can tell.
//!
//! The counters of a statement can begin anew between two looks: someone reset all or one of them, or the server
//! threw the statement out to make room and met it again. Such a difference is smaller than what truly ran. Where the
//! server says since when a row counts (1.11, PostgreSQL 17) that is seen for certain. Before, it shows where any
//! counter fell; one that has overtaken its old value meanwhile can't be told from one that went on, so that with
//! evictions in between such numbers are [`Sureness::About`].

use rustc_hash::FxHashMap;

use super::confidence::{Confidence, NotComparable, comparable};
use super::metric::{Metric, Nature};
use super::snapshot::{Key, Row, Snapshot, set_means};
use super::values::Values;

/// What ran between two snapshots.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// When the first was taken, in microseconds since 1970 UTC.
    pub from: i64,
    /// When the second was.
    pub to: i64,
    /// What each statement did; those that did nothing are left out. The costliest comes first.
    pub deltas: Vec<Delta>,
    /// How far the whole can be trusted.
    pub confidence: Confidence,
}

/// What one statement did.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    /// What names it.
    pub key: Key,
    /// Its numbers. Extremes and deviations are missing unless all that the row counts ran in between: two of them say
    /// nothing about the calls between.
    pub values: Values,
    /// How far they can be trusted.
    pub sureness: Sureness,
}

/// How far numbers can be trusted, and why not further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sureness {
    /// They are what ran.
    Exact,
    /// As much ran, or more.
    AtLeast(Why),
    /// About as much ran.
    About(Why),
    /// As much ran, or less.
    AtMost(Why),
}

/// Why numbers are not exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// All counters were reset in between.
    Reset,
    /// The statement's counters began anew in between.
    Replaced,
    /// The server threw out statements in between, perhaps this one.
    Evictions,
    /// The first snapshot was taken by a role that may not have seen it.
    NewlyVisible,
}

impl Sureness {
    /// What to say beside the number; `None` for exact ones.
    #[must_use]
    pub fn reason(self) -> Option<&'static str> {
        let (Self::AtLeast(why) | Self::About(why) | Self::AtMost(why)) = self else {
            return None;
        };
        Some(match why {
            Why::Reset => "the counters were reset in between: this is what ran since",
            Why::Replaced => "its counters began anew in between: this is what ran since",
            Why::Evictions => {
                "the server threw out statements in between, perhaps this one as well: some of what it did may be lost"
            }
            Why::NewlyVisible => {
                "the first snapshot may not have been allowed to see it: some of this may have run before"
            }
        })
    }

    /// What to write before the number: `≥`, `~`, `≤`, or nothing.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::AtLeast(_) => "≥",
            Self::About(_) => "~",
            Self::AtMost(_) => "≤",
        }
    }
}

/// What ran between two snapshots.
///
/// # Errors
/// When they are of different servers, or can't be compared for another reason.
pub fn difference(earlier: &Snapshot, later: &Snapshot) -> Result<Difference, NotComparable> {
    comparable(earlier, later)?;
    let before: FxHashMap<Key, &Row> = earlier.rows.iter().map(|row| (row.key, row)).collect();
    let mut confidence = Confidence::begin(earlier, later);
    let unseen = earlier
        .rows
        .iter()
        .filter(|row| later.row(row.key).is_none());
    confidence.gone = unseen.count();
    let fell = |row: &&Row| before.get(&row.key).is_some_and(|old| began_anew(old, row));
    confidence.replaced = if confidence.reset {
        0
    } else {
        later.rows.iter().filter(fell).count()
    };
    let mut deltas: Vec<Delta> = later
        .rows
        .iter()
        .map(|row| delta(before.get(&row.key).copied(), row, earlier, &confidence))
        .filter(|delta| did_something(&delta.values))
        .collect();
    deltas.sort_by(|a, b| {
        let cost = b.values.cost().total_cmp(&a.values.cost());
        cost.then(a.key.cmp(&b.key))
    });
    let seen: f64 = deltas.iter().map(|delta| delta.values.cost()).sum();
    confidence.share_unseen(seen);
    Ok(Difference {
        from: earlier.header.taken_at,
        to: later.header.taken_at,
        deltas,
        confidence,
    })
}

fn delta(before: Option<&Row>, row: &Row, earlier: &Snapshot, confidence: &Confidence) -> Delta {
    let (values, sureness) = if confidence.reset {
        (row.values, Sureness::AtLeast(Why::Reset))
    } else if let Some(old) = before {
        if began_anew(old, row) {
            (row.values, Sureness::AtLeast(Why::Replaced))
        } else {
            let certain = row.since.is_some() && old.since == row.since;
            let sureness = if certain || !confidence.disturbed() {
                Sureness::Exact
            } else {
                Sureness::About(Why::Evictions)
            };
            (subtract(&old.values, &row.values), sureness)
        }
    } else {
        let began_within = row.since.map(|at| at > earlier.header.taken_at);
        let sureness = if confidence.newly_visible && began_within != Some(true) {
            Sureness::AtMost(Why::NewlyVisible)
        } else if confidence.disturbed() {
            Sureness::AtLeast(Why::Evictions)
        } else {
            Sureness::Exact
        };
        (row.values, sureness)
    };
    Delta {
        key: row.key,
        values,
        sureness,
    }
}

/// Whether the counters of a row are not those that went on from its older ones.
fn began_anew(old: &Row, new: &Row) -> bool {
    let told = old.since.zip(new.since);
    told.is_some_and(|(old, new)| old != new) || Metric::all().any(|metric| fell(metric, old, new))
}

/// What sums of milliseconds may lose by being written and read.
const ROUNDING: f64 = 1e-6;

fn fell(metric: Metric, old: &Row, new: &Row) -> bool {
    let slack = match metric.nature() {
        Nature::Count => 0.0,
        Nature::Time => ROUNDING,
        Nature::Whole => return false,
    };
    let both = old.values.get(metric).zip(new.values.get(metric));
    both.is_some_and(|(old, new)| new < old - slack)
}

fn subtract(old: &Values, new: &Values) -> Values {
    let mut values = Values::default();
    for metric in Metric::all().filter(|m| m.nature() != Nature::Whole) {
        let both = old.get(metric).zip(new.get(metric));
        values.set(metric, both.map(|(old, new)| (new - old).max(0.0)));
    }
    set_means(&mut values);
    values
}

fn did_something(values: &Values) -> bool {
    Metric::all()
        .filter(|metric| metric.nature() != Nature::Whole)
        .any(|metric| values.get(metric).is_some_and(|value| value > 0.0))
}
