//! The rows of a snapshot as bytes, small.
//!
//! Column by column, and within a column first all lowest bytes, then all second lowest and so on: counters of many
//! statements are alike in their high bytes, which then stand together and pack to almost nothing. Numbers keep every
//! bit, since a sum that was rounded could look as if it had fallen.

use crate::live::statements::{Columns, Key, Row, Values};

/// The form of these bytes.
const FORM: u8 = 1;
/// The level of zstd: higher ones take longer and save little.
const LEVEL: i32 = 3;
/// Rows of which no snapshot has more; a number beyond is damage. A server's own limit is 2^31, a usual one 5,000.
const MOST_ROWS: usize = 1 << 22;
/// What stands for a missing moment.
const NEVER: i64 = i64::MIN;
/// Columns beside the metrics.
const FIXED: usize = 7;

/// A row and the number of its text in the file, 0 without.
pub(super) type Stored = (Row, i64);

/// Writes rows.
pub(super) fn write(columns: &Columns, rows: &[Stored]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(rows.len() * 8 * (FIXED + columns.metrics().count()) + 9);
    out.push(FORM);
    out.extend_from_slice(&(rows.len() as u64).to_le_bytes());
    let fixed: [fn(&Stored) -> i64; FIXED] = [
        |(_, text)| *text,
        |(row, _)| row.key.database,
        |(row, _)| row.key.user,
        |(row, _)| row.key.query,
        |(row, _)| i64::from(row.key.top_level),
        |(row, _)| row.since.unwrap_or(NEVER),
        |(row, _)| row.minmax_since.unwrap_or(NEVER),
    ];
    for of in fixed {
        column(&mut out, rows, |row| of(row).to_le_bytes());
    }
    for metric in columns.metrics() {
        let value = |row: &Stored| row.0.values.get(metric).unwrap_or(f64::NAN);
        column(&mut out, rows, |row| value(row).to_le_bytes());
    }
    zstd::encode_all(out.as_slice(), LEVEL)
}

fn column(out: &mut Vec<u8>, rows: &[Stored], of: impl Fn(&Stored) -> [u8; 8]) {
    for byte in 0..8 {
        out.extend(rows.iter().filter_map(|row| of(row).get(byte).copied()));
    }
}

/// Reads what [`write()`] wrote; `None` when it is damaged.
pub(super) fn read(columns: &Columns, bytes: &[u8]) -> Option<Vec<Stored>> {
    let bytes = zstd::decode_all(bytes).ok()?;
    let (form, rest) = bytes.split_first()?;
    let (count, mut rest) = rest.split_first_chunk::<8>()?;
    let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
    let wanted = FIXED + columns.metrics().count();
    if *form != FORM || count > MOST_ROWS || rest.len() != count * 8 * wanted {
        return None;
    }
    let mut next = || -> Option<Vec<[u8; 8]>> {
        let (column, behind) = rest.split_at_checked(count * 8)?;
        rest = behind;
        let mut values = vec![[0; 8]; count];
        for (byte, all) in column.chunks(count.max(1)).enumerate() {
            for (value, from) in values.iter_mut().zip(all) {
                *value.get_mut(byte)? = *from;
            }
        }
        Some(values)
    };
    let mut fixed = Vec::with_capacity(FIXED);
    for _ in 0..FIXED {
        let numbers: Vec<i64> = next()?.into_iter().map(i64::from_le_bytes).collect();
        fixed.push(numbers);
    }
    let mut all = vec![Values::default(); count];
    for metric in columns.metrics() {
        for (values, bytes) in all.iter_mut().zip(next()?) {
            values.set(metric, Some(f64::from_le_bytes(bytes)));
        }
    }
    let moment = |at: i64| Some(at).filter(|at| *at != NEVER);
    let at = |column: usize, row: usize| fixed.get(column)?.get(row).copied();
    let row = |(number, values)| {
        let key = Key {
            database: at(1, number)?,
            user: at(2, number)?,
            query: at(3, number)?,
            top_level: at(4, number)? != 0,
        };
        let row = Row {
            key,
            since: moment(at(5, number)?),
            minmax_since: moment(at(6, number)?),
            values,
        };
        Some((row, at(0, number)?))
    };
    all.into_iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::statements::Metric;

    #[test]
    fn rows_come_back_and_damage_shows() {
        let names = [
            "userid",
            "dbid",
            "queryid",
            "query",
            "calls",
            "total_exec_time",
        ];
        let columns = Columns::choose(&names.map(str::to_owned)).unwrap();
        let row = |n: i64| {
            let values = Values::default().with(Metric::TotalTime, 0.1 + n as f64);
            let row = Row {
                key: Key {
                    database: n,
                    user: -n,
                    query: n * 1_000_000_007,
                    top_level: n % 2 == 0,
                },
                since: (n == 1).then_some(n),
                minmax_since: None,
                values,
            };
            (row, n * 3)
        };
        for count in [0, 1, 1000] {
            let rows: Vec<Stored> = (0..count).map(row).collect();
            let bytes = write(&columns, &rows).unwrap();
            assert_eq!(read(&columns, &bytes), Some(rows));
            for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
                assert_eq!(read(&columns, &bytes[..cut]), None);
            }
            let mut other = zstd::decode_all(bytes.as_slice()).unwrap();
            other[0] = 9;
            let other = zstd::encode_all(other.as_slice(), 1).unwrap();
            assert_eq!(read(&columns, &other), None);
        }
    }
}
