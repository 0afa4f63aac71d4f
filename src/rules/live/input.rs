//! What the rules about a live server look at.

use super::LiveSettings;
use crate::catalog::Catalog;
use crate::live::activity::Activity;
use crate::live::statements::{Difference, Key, Snapshot, Sureness, Text, Texts, Values};

/// What is known of a server. Whatever could not be read is missing, and the rules about it are silent.
#[derive(Clone, Copy, Debug)]
pub struct LiveInput<'a> {
    /// Tables, indexes, settings and their counters; those of a file of definitions have no counters.
    pub catalog: Option<&'a Catalog>,
    /// What statements cost.
    pub statements: Option<&'a Statements<'a>>,
    /// What sessions do at this moment.
    pub activity: Option<&'a Activity>,
    /// The thresholds.
    pub settings: &'a LiveSettings,
}

/// What statements cost in some time.
#[derive(Clone, Debug, Default)]
pub struct Statements<'a> {
    /// The statements, the costliest first.
    pub rows: Vec<Statement<'a>>,
    /// Milliseconds of all statements, hidden ones included.
    pub total_ms: f64,
    /// The number of the database that the catalog is of; `None` when that isn't known. Statements of all databases are
    /// among the rows.
    pub database: Option<i64>,
    /// How far the numbers can be trusted as a whole, a sentence without a full stop; `None` when nothing is amiss.
    pub doubt: Option<String>,
}

/// What one statement cost.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// What names it on the server.
    pub key: Key,
    /// Its text; `None` where the server has lost it, or the role may not see it.
    pub text: Option<&'a Text>,
    /// Its numbers.
    pub values: &'a Values,
    /// How far they can be trusted.
    pub sureness: Sureness,
}

impl<'a> Statements<'a> {
    /// What ran between two snapshots.
    #[must_use]
    pub fn between(difference: &'a Difference, texts: &'a Texts) -> Self {
        let rows = difference.deltas.iter().map(|delta| Statement {
            key: delta.key,
            text: texts.get(delta.key),
            values: &delta.values,
            sureness: delta.sureness,
        });
        let seen: f64 = difference.deltas.iter().map(|d| d.values.cost()).sum();
        Self {
            rows: rows.collect(),
            total_ms: seen + difference.confidence.hidden.time,
            database: None,
            doubt: difference.confidence.line(),
        }
    }

    /// What ran since the counters were reset.
    #[must_use]
    pub fn since_reset(snapshot: &'a Snapshot, texts: &'a Texts) -> Self {
        let rows = snapshot.rows.iter().map(|row| Statement {
            key: row.key,
            text: texts.get(row.key),
            values: &row.values,
            sureness: Sureness::Exact,
        });
        let mut rows: Vec<Statement<'a>> = rows.collect();
        rows.sort_by(|a, b| {
            let cost = b.values.cost().total_cmp(&a.values.cost());
            cost.then(a.key.cmp(&b.key))
        });
        let hidden = snapshot.hidden;
        Self {
            rows,
            total_ms: snapshot.total_time(),
            database: None,
            doubt: (hidden.rows > 0).then(|| {
                format!(
                    "{} statements of other roles are hidden from this one; the role pg_read_all_stats shows them",
                    hidden.rows
                )
            }),
        }
    }

    /// The part of the time of all statements that one takes, 0 to 1.
    #[must_use]
    pub fn share(&self, statement: &Statement<'_>) -> f64 {
        if self.total_ms > 0.0 {
            (statement.values.cost() / self.total_ms).min(1.0)
        } else {
            0.0
        }
    }
}
