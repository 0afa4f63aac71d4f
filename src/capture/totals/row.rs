//! One row of `pg_stat_statements`.

use std::borrow::Cow;

use super::super::time;
use super::column::Column;

/// What one query cost since the counters were reset. `None` where the export doesn't say.
///
/// A query has a row for every user, database and `top_level`; a same text may have several query ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Totals<'a> {
    /// Where the row begins, in bytes from the start of the unpacked file.
    pub offset: u64,
    /// The normalised text. Empty when the export hides it or has none.
    pub query: Cow<'a, str>,
    pub query_id: Option<i64>,
    /// The user's name where it was joined, else the number of the role.
    pub user: Option<Cow<'a, str>>,
    /// The database's name where it was joined, else its number.
    pub database: Option<Cow<'a, str>>,
    /// False for statements inside functions.
    pub top_level: Option<bool>,
    pub calls: u64,
    /// Microseconds of execution in all calls together.
    pub total_us: Option<u64>,
    /// Microseconds of the quickest call. Like the next three, it says nothing about a difference of two exports.
    pub min_us: Option<u64>,
    /// Microseconds of the slowest call.
    pub max_us: Option<u64>,
    /// Microseconds of a call on average.
    pub mean_us: Option<u64>,
    /// The standard deviation of calls in microseconds.
    pub stddev_us: Option<u64>,
    /// How often it was planned; 0 as well where the server doesn't track planning.
    pub plans: Option<u64>,
    /// Microseconds of planning in all, with the same zero.
    pub plan_us: Option<u64>,
    /// Rows returned or changed in all calls together.
    pub rows: Option<u64>,
    /// Blocks of 8 KiB that were found in shared buffers.
    pub shared_hit: Option<u64>,
    /// Blocks that were not.
    pub shared_read: Option<u64>,
    pub shared_dirtied: Option<u64>,
    pub shared_written: Option<u64>,
    /// Blocks of temporary files, which sorts and hashes need beyond `work_mem`.
    pub temp_read: Option<u64>,
    pub temp_written: Option<u64>,
    /// Microseconds of reading blocks of tables and indexes; 0 as well where `track_io_timing` is off.
    pub read_us: Option<u64>,
    /// Microseconds of writing them, with the same zero.
    pub write_us: Option<u64>,
    pub wal_bytes: Option<u64>,
    /// Microseconds of compiling just in time.
    pub jit_us: Option<u64>,
    /// Since when the row counts, in microseconds since 1970-01-01 UTC.
    pub since: Option<i64>,
}

/// A row that is being put together.
#[derive(Default)]
pub(super) struct Builder<'a> {
    totals: Totals<'a>,
    calls: Option<u64>,
    user_id: Option<Cow<'a, str>>,
    database_id: Option<Cow<'a, str>>,
    unreadable: bool,
}

impl<'a> Builder<'a> {
    /// Takes a value in. One that isn't of the column's type is left out and remembered.
    pub(super) fn set(&mut self, column: Column, value: Cow<'a, str>) {
        if is_null(&value) {
            return;
        }
        let row = &mut self.totals;
        let read = match column {
            Column::Query => {
                if value != HIDDEN {
                    row.query = value;
                }
                true
            }
            Column::UserName => put(&mut row.user, Some(value)),
            Column::UserId => put(&mut self.user_id, Some(value)),
            Column::DatabaseName => put(&mut row.database, Some(value)),
            Column::DatabaseId => put(&mut self.database_id, Some(value)),
            Column::QueryId => put(&mut row.query_id, value.trim().parse().ok()),
            Column::TopLevel => put(&mut row.top_level, truth(value.trim())),
            Column::Since => put(&mut row.since, moment(value.trim())),
            Column::Calls => put(&mut self.calls, count(&value)),
            Column::Plans => put(&mut row.plans, count(&value)),
            Column::Rows => put(&mut row.rows, count(&value)),
            Column::SharedHit => put(&mut row.shared_hit, count(&value)),
            Column::SharedRead => put(&mut row.shared_read, count(&value)),
            Column::SharedDirtied => put(&mut row.shared_dirtied, count(&value)),
            Column::SharedWritten => put(&mut row.shared_written, count(&value)),
            Column::TempRead => put(&mut row.temp_read, count(&value)),
            Column::TempWritten => put(&mut row.temp_written, count(&value)),
            Column::WalBytes => put(&mut row.wal_bytes, count(&value)),
            Column::TotalTime => put(&mut row.total_us, micros(&value)),
            Column::MinTime => put(&mut row.min_us, micros(&value)),
            Column::MaxTime => put(&mut row.max_us, micros(&value)),
            Column::MeanTime => put(&mut row.mean_us, micros(&value)),
            Column::StddevTime => put(&mut row.stddev_us, micros(&value)),
            Column::PlanTime => put(&mut row.plan_us, micros(&value)),
            Column::ReadTime => add(&mut row.read_us, micros(&value)),
            Column::WriteTime => add(&mut row.write_us, micros(&value)),
            Column::JitTime => add(&mut row.jit_us, micros(&value)),
        };
        self.unreadable |= !read;
    }

    /// Hands the row over, or says why it is none.
    pub(super) fn finish(
        mut self,
        offset: u64,
        each: &mut dyn FnMut(Totals<'_>),
        broken: &mut dyn FnMut(u64, &'static str),
    ) {
        let Some(calls) = self.calls else {
            broken(
                offset,
                "a row of pg_stat_statements without its number of calls",
            );
            return;
        };
        if self.unreadable {
            broken(
                offset,
                "a value in a row of pg_stat_statements isn't of its column's type",
            );
        }
        let row = &mut self.totals;
        row.offset = offset;
        row.calls = calls;
        row.user = row.user.take().or(self.user_id);
        row.database = row.database.take().or(self.database_id);
        each(self.totals);
    }
}

/// What the server shows instead of other people's queries.
const HIDDEN: &str = "<insufficient privilege>";

/// Whether a value is how some program writes NULL.
fn is_null(value: &str) -> bool {
    let value = value.trim();
    value.is_empty()
        || ["null", "[null]", "<null>", "(null)", "\\N"]
            .iter()
            .any(|null| null.eq_ignore_ascii_case(value))
}

fn put<T>(field: &mut Option<T>, value: Option<T>) -> bool {
    let read = value.is_some();
    if read {
        *field = value;
    }
    read
}

fn add(field: &mut Option<u64>, value: Option<u64>) -> bool {
    let sum = value.map(|value| field.unwrap_or(0).saturating_add(value));
    put(field, sum)
}

fn truth(value: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    if is(&["t", "true", "1", "yes", "[v]"]) {
        Some(true)
    } else if is(&["f", "false", "0", "no", "[ ]"]) {
        Some(false)
    } else {
        None
    }
}

/// A count. Some programs write large ones as `1.5E7`.
fn count(value: &str) -> Option<u64> {
    let value = value.trim();
    value.parse().ok().or_else(|| rounded(value.parse().ok()?))
}

/// Milliseconds as microseconds.
fn micros(value: &str) -> Option<u64> {
    let milliseconds: f64 = value.trim().parse().ok()?;
    rounded(milliseconds * 1_000.0)
}

fn rounded(value: f64) -> Option<u64> {
    const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
    let value = value.round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "used within the range of u64 only"
    )]
    let whole = value as u64;
    (0.0..TWO_TO_64).contains(&value).then_some(whole)
}

/// A time stamp as SQL (`2026-11-21 04:10:19.773124+00`) or as JSON writes it, in microseconds since 1970.
fn moment(value: &str) -> Option<i64> {
    let mut text = value.replacen('T', " ", 1);
    if text.ends_with('Z') {
        text.pop();
    }
    // Logs have a space before the zone, values don't.
    if let Some(zone) = text.get(19..).and_then(|rest| rest.find(['+', '-'])) {
        let at = 19 + zone;
        if text.as_bytes().get(at - 1) != Some(&b' ') {
            text.insert(at, ' ');
        }
    }
    time::stamp(text.as_bytes()).map(|stamp| stamp.micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(values: &[(Column, &'static str)]) -> (Option<String>, usize) {
        let mut row = Builder::default();
        for (column, value) in values {
            row.set(*column, Cow::Borrowed(value));
        }
        let (mut totals, mut warnings) = (None, 0);
        row.finish(7, &mut |t| totals = Some(format!("{t:?}")), &mut |at, _| {
            assert_eq!(at, 7);
            warnings += 1;
        });
        (totals, warnings)
    }

    /// The row with these calls and what else is given, and how many warnings come with it.
    fn check(values: &[(Column, &'static str)], expected: Totals<'_>, warnings: usize) {
        let values: Vec<_> = [&[(Column::Calls, "3")], values].concat();
        let expected = Totals {
            offset: 7,
            calls: 3,
            ..expected
        };
        assert_eq!(
            build(&values),
            (Some(format!("{expected:?}")), warnings),
            "{values:?}"
        );
    }

    #[test]
    fn times_and_counts() {
        let us = |n| Totals {
            total_us: Some(n),
            ..Totals::default()
        };
        check(&[(Column::TotalTime, "21009.06302")], us(21_009_063), 0);
        check(&[(Column::TotalTime, "6e-05")], us(0), 0);
        check(&[(Column::TotalTime, "1.5E3")], us(1_500_000), 0);
        check(&[(Column::TotalTime, " 7 ")], us(7_000), 0);
        for bad in ["NaN", "inf", "-1", "1e300", "1,5", "x"] {
            check(&[(Column::TotalTime, bad)], Totals::default(), 1);
        }
        let wal = |n| Totals {
            wal_bytes: Some(n),
            ..Totals::default()
        };
        check(
            &[(Column::WalBytes, "18446744073709551615")],
            wal(u64::MAX),
            0,
        );
        check(&[(Column::WalBytes, "1.5E7")], wal(15_000_000), 0);
        check(
            &[(Column::WalBytes, "99999999999999999999999")],
            Totals::default(),
            1,
        );
        let jit = Totals {
            jit_us: Some(3_500),
            ..Totals::default()
        };
        check(&[(Column::JitTime, "1.5"), (Column::JitTime, "2")], jit, 0);
    }

    #[test]
    fn names_beat_numbers() {
        let named = || Totals {
            user: Some(Cow::Borrowed("app")),
            ..Totals::default()
        };
        check(
            &[(Column::UserName, "app"), (Column::UserId, "10")],
            named(),
            0,
        );
        check(
            &[(Column::UserId, "10"), (Column::UserName, "app")],
            named(),
            0,
        );
        check(
            &[(Column::UserId, "app"), (Column::UserName, "NULL")],
            named(),
            0,
        );
    }

    #[test]
    fn hidden_rows_have_no_text() {
        for text in [HIDDEN, "", "NULL", "<null>", "[NULL]", "\\N"] {
            check(&[(Column::Query, text)], Totals::default(), 0);
        }
    }

    #[test]
    fn truths_ids_and_moments() {
        for (text, expected) in [("t", true), ("TRUE", true), ("f", false), ("false", false)] {
            let top = Totals {
                top_level: Some(expected),
                ..Totals::default()
            };
            check(&[(Column::TopLevel, text)], top, 0);
        }
        let id = Totals {
            query_id: Some(-8_836_455_545_959_798_438),
            ..Totals::default()
        };
        check(&[(Column::QueryId, "-8836455545959798438")], id, 0);
        check(&[(Column::QueryId, "0x12")], Totals::default(), 1);
        for text in [
            "2026-11-21 04:10:19.773124+00",
            "2026-11-21T04:10:19.773124+00:00",
            "2026-11-21T04:10:19.773124Z",
            "2026-11-21 05:10:19.773124 +01:00",
            "2026-11-20 23:10:19.773124-05",
        ] {
            let since = Totals {
                since: Some(1_795_234_219_773_124),
                ..Totals::default()
            };
            check(&[(Column::Since, text)], since, 0);
        }
        check(&[(Column::Since, "yesterday")], Totals::default(), 1);
    }

    #[test]
    fn without_calls_there_is_no_row() {
        assert_eq!(build(&[(Column::Query, "SELECT 1")]), (None, 1));
        assert_eq!(build(&[(Column::Calls, "many")]), (None, 1));
    }
}
