//! What the view said at one moment.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::columns::Columns;
use super::metric::{Metric, Nature};
use super::values::Values;

/// What names a row. All of it is numbers of the server: [`super::Names`] has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The database.
    pub database: i64,
    /// The role.
    pub user: i64,
    /// The server's own identifier of the statement.
    pub query: i64,
    /// False for statements inside of functions; true too where the view (before 1.9) doesn't tell.
    pub top_level: bool,
}

/// A statement's counters, as they stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What names it.
    pub key: Key,
    /// Since when it counts, in microseconds since 1970 UTC (1.11 and later).
    pub since: Option<i64>,
    /// Since when its extremes count (1.11 and later).
    pub minmax_since: Option<i64>,
    /// The counters.
    pub values: Values,
}

/// Rows of other roles, of which a role outside of `pg_read_all_stats` sees neither text nor identifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hidden {
    /// How many.
    pub rows: u64,
    /// Their calls.
    pub calls: f64,
    /// Their milliseconds, execution and planning.
    pub time: f64,
}

/// Where and when a snapshot was taken. Moments are microseconds since 1970 UTC by the server's clock.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// When it was taken.
    pub taken_at: i64,
    /// Which server it is.
    pub server: ServerId,
    /// The role that read it.
    pub user: String,
    /// Whether the server tells of resets and evictions (1.9 and later).
    pub has_info: bool,
    /// When all was reset last; `None` when never, or where the server doesn't tell.
    pub reset_at: Option<i64>,
    /// How often the server threw out the least used statements to make room, since that reset.
    pub evictions: Option<i64>,
    /// How many statements the server keeps.
    pub max: Option<u64>,
    /// Whether it measures the time of reading and writing; where not, those times are 0.
    pub track_io_timing: Option<bool>,
    /// Whether it counts planning; where not, plans and their times are 0.
    pub track_planning: Option<bool>,
}

/// What tells one server from another behind the same name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerId {
    /// When it was started. To the microsecond, no two are alike.
    pub started_at: i64,
    /// The identifier of its data, which standbys share; `None` where the role may not ask.
    pub system: Option<i64>,
    /// The address that it was reached at; `None` by a socket.
    pub address: Option<String>,
}

/// All statements at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Where and when.
    pub header: Header,
    /// What the view has.
    pub columns: Columns,
    /// The statements that may be seen, in the order of their keys.
    pub rows: Vec<Row>,
    /// Those that may not.
    pub hidden: Hidden,
}

/// A row as the server sends it.
#[derive(Clone, Debug, Default)]
pub(in crate::live) struct Raw {
    pub database: i64,
    pub user: i64,
    /// NULL where the role may not see it, and before the server could compute one.
    pub query: Option<i64>,
    pub top_level: Option<bool>,
    pub since: Option<i64>,
    pub minmax_since: Option<i64>,
    /// In the order of [`Columns::metrics`].
    pub numbers: Vec<Option<f64>>,
}

impl Snapshot {
    /// Puts together what was read.
    pub(in crate::live) fn new(
        header: Header,
        columns: Columns,
        raw: impl IntoIterator<Item = Raw>,
    ) -> Self {
        let mut hidden = Hidden::default();
        let mut rows: Vec<Row> = Vec::new();
        // Without `toplevel` (before 1.9) a later server has two rows that look the same.
        let mut seen: FxHashMap<Key, usize> = FxHashMap::default();
        for raw in raw {
            let mut values = Values::default();
            for (metric, number) in columns.metrics().zip(raw.numbers) {
                values.set(metric, number);
            }
            let Some(query) = raw.query else {
                hidden.rows += 1;
                hidden.calls += values.calls();
                hidden.time += values.cost();
                continue;
            };
            let key = Key {
                database: raw.database,
                user: raw.user,
                query,
                top_level: raw.top_level.unwrap_or(true),
            };
            if let Some(row) = seen.get(&key).and_then(|at| rows.get_mut(*at)) {
                row.values = together(&row.values, &values);
                continue;
            }
            seen.insert(key, rows.len());
            rows.push(Row {
                key,
                since: raw.since,
                minmax_since: raw.minmax_since,
                values,
            });
        }
        rows.sort_unstable_by_key(|row| row.key);
        Self {
            header,
            columns,
            rows,
            hidden,
        }
    }

    /// The row of that key.
    #[must_use]
    pub fn row(&self, key: Key) -> Option<&Row> {
        let at = self.rows.binary_search_by_key(&key, |row| row.key).ok()?;
        self.rows.get(at)
    }

    /// Milliseconds of all statements, hidden ones included.
    #[must_use]
    pub fn total_time(&self) -> f64 {
        let seen: f64 = self.rows.iter().map(|row| row.values.cost()).sum();
        seen + self.hidden.time
    }
}

/// Two rows of one statement as one.
fn together(one: &Values, other: &Values) -> Values {
    let mut sum = Values::default();
    for metric in Metric::all() {
        let both = one.get(metric).zip(other.get(metric));
        let value = match (metric.nature(), metric) {
            (Nature::Count | Nature::Time, _) => both.map(|(a, b)| a + b),
            (_, Metric::MinTime | Metric::MinPlanTime) => both.map(|(a, b)| a.min(b)),
            (_, Metric::MaxTime | Metric::MaxPlanTime) => both.map(|(a, b)| a.max(b)),
            _ => None,
        };
        sum.set(metric, value);
    }
    set_means(&mut sum);
    sum
}

/// Sets the means by what they are means of.
pub(super) fn set_means(values: &mut Values) {
    let mean = |total, count: Option<f64>| {
        let count = count.filter(|count| *count > 0.0)?;
        values.get(total).map(|total| total / count)
    };
    let execution = mean(Metric::TotalTime, values.get(Metric::Calls));
    let planning = mean(Metric::PlanTime, values.get(Metric::Plans));
    values.set(Metric::MeanTime, execution);
    values.set(Metric::MeanPlanTime, planning);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::statements::columns::tests::names;

    fn raw(query: Option<i64>, calls: f64, total: f64) -> Raw {
        Raw {
            database: 1,
            user: 2,
            query,
            numbers: vec![Some(calls), Some(total), Some(total), Some(total)],
            ..Raw::default()
        }
    }

    #[test]
    fn hidden_rows_are_counted_and_twins_added() {
        let columns = Columns::choose(&names("1.6")).unwrap();
        let rows = [
            raw(Some(9), 1.0, 10.0),
            raw(None, 5.0, 7.0),
            raw(Some(3), 2.0, 4.0),
            raw(Some(9), 3.0, 2.0),
            raw(None, 1.0, 1.0),
        ];
        let snapshot = Snapshot::new(Header::default(), columns, rows);
        assert_eq!(
            snapshot.hidden,
            Hidden {
                rows: 2,
                calls: 6.0,
                time: 8.0
            }
        );
        let key = |query| Key {
            database: 1,
            user: 2,
            query,
            top_level: true,
        };
        let keys: Vec<_> = snapshot.rows.iter().map(|r| r.key).collect();
        assert_eq!(keys, [key(3), key(9)]);
        let both = snapshot.row(key(9)).unwrap().values;
        let numbers = [
            Metric::Calls,
            Metric::TotalTime,
            Metric::MinTime,
            Metric::MaxTime,
        ]
        .map(|m| both.get(m));
        assert_eq!(numbers, [4.0, 12.0, 2.0, 10.0].map(Some));
        assert_eq!(both.get(Metric::MeanTime), Some(3.0));
        assert_eq!(both.get(Metric::StddevTime), None);
        assert!((snapshot.total_time() - 24.0).abs() < 1e-9);
        assert_eq!(snapshot.row(key(4)), None);
    }
}
