//! The year that a file was last written in: some logs have none in their lines.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The year of a file's last change; this year where the file system keeps none.
pub(super) fn of_file(meta: &Metadata) -> i64 {
    of_time(meta.modified().unwrap_or_else(|_| SystemTime::now()))
}

/// This year.
pub(super) fn now() -> i64 {
    of_time(SystemTime::now())
}

/// The year of so many seconds since 1970, as archives keep them; `None` for what no file can have.
pub(super) fn of_seconds(seconds: u64) -> Option<i64> {
    let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    Timestamp::try_from(time).ok().map(year)
}

fn of_time(time: SystemTime) -> i64 {
    Timestamp::try_from(time).map_or(1970, year)
}

fn year(time: Timestamp) -> i64 {
    i64::from(time.to_zoned(TimeZone::UTC).year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_a_year() {
        assert_eq!(of_seconds(0), Some(1970));
        assert_eq!(of_seconds(1_795_219_200), Some(2026));
        assert_eq!(of_seconds(u64::MAX), None);
        assert!(now() >= 2026);
    }
}
