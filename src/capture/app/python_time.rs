//! Python's dates and times, as Postgres writes them.

use std::fmt::Write as _;

/// `datetime.datetime(2026, 1, 2, 3, 4)` as `2026-01-02 03:04:00`, and the like for `date` and `time`; `None` for
/// anything else, and for zones that have a name only.
pub(super) fn written(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text.get(..LONGEST).unwrap_or(text)).ok()?;
    let text = text.strip_prefix("datetime.").unwrap_or(text);
    let (kind, rest) = text.split_once('(')?;
    if !["datetime", "date", "time"].contains(&kind) {
        return None;
    }
    let inner = rest.strip_suffix(')')?;
    let (numbers, zone) = match inner.split_once("tzinfo=") {
        Some((numbers, zone)) => (numbers, Some(zone)),
        None => (inner, None),
    };
    let mut parts: Vec<u32> = Vec::new();
    for part in numbers.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        // Summer time twice over.
        if part != "fold=1" {
            parts.push(part.parse().ok()?);
        }
    }
    let mut out = String::new();
    let mut parts = &*parts;
    if kind != "time" {
        let [year, month, day, rest @ ..] = parts else {
            return None;
        };
        write!(out, "{year:04}-{month:02}-{day:02}").ok()?;
        parts = rest;
    }
    if kind == "datetime" {
        out.push(' ');
    }
    if kind != "date" {
        push_time(parts, &mut out)?;
        if let Some(zone) = zone {
            push_zone(zone, &mut out)?;
        }
    }
    Some(out)
}

/// A stamp with its zone is shorter.
const LONGEST: usize = 200;

fn push_time(parts: &[u32], out: &mut String) -> Option<()> {
    let [hour, minute, rest @ ..] = parts else {
        return None;
    };
    let second = rest.first().copied().unwrap_or(0);
    write!(out, "{hour:02}:{minute:02}:{second:02}").ok()?;
    if let Some(micros) = rest.get(1).filter(|micros| **micros > 0) {
        let digits = format!("{micros:06}");
        write!(out, ".{}", digits.trim_end_matches('0')).ok()?;
    }
    Some(())
}

/// `datetime.timezone.utc`, or `datetime.timezone(datetime.timedelta(days=-1, seconds=68400))`.
fn push_zone(zone: &str, out: &mut String) -> Option<()> {
    let zone = zone.trim_end_matches(',').trim();
    if zone.ends_with("timezone.utc") || zone == "UTC" || zone.contains("ZoneInfo(key='UTC')") {
        out.push_str("+00");
        return Some(());
    }
    let (_, delta) = zone.split_once("timedelta(")?;
    let number = |name: &str| -> Option<i64> {
        let Some((_, rest)) = delta.split_once(name) else {
            return Some(0);
        };
        let length = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'-')
            .count();
        rest.get(..length)?.parse().ok()
    };
    let east = number("days=")?
        .checked_mul(86_400)?
        .checked_add(number("seconds=")?)?;
    if east.abs() >= 86_400 {
        return None;
    }
    let (sign, size) = (if east < 0 { '-' } else { '+' }, east.abs());
    write!(out, "{sign}{:02}", size / 3_600).ok()?;
    if size % 3_600 != 0 {
        write!(out, ":{:02}", size % 3_600 / 60).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times() {
        for (text, expected) in [
            (
                "datetime.datetime(2026, 1, 2, 3, 4)",
                Some("2026-01-02 03:04:00"),
            ),
            (
                "datetime.datetime(2026, 1, 2, 3, 4, 5, 60700)",
                Some("2026-01-02 03:04:05.0607"),
            ),
            ("datetime.date(2026, 11, 21)", Some("2026-11-21")),
            ("datetime.time(4, 10, 19)", Some("04:10:19")),
            (
                "datetime(2026, 1, 2, 3, 4, fold=1)",
                Some("2026-01-02 03:04:00"),
            ),
            (
                "datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)",
                Some("2026-01-02 03:04:00+00"),
            ),
            (
                "datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone(datetime.timedelta(seconds=19800)))",
                Some("2026-01-02 03:04:00+05:30"),
            ),
            (
                "datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=75600)))",
                Some("2026-01-02 03:04:00-03"),
            ),
            (
                "datetime.datetime(2026, 1, 2, 3, 4, tzinfo=zoneinfo.ZoneInfo(key='Asia/Tokyo'))",
                None,
            ),
            ("datetime.timedelta(days=1)", None),
            ("datetime.date(2026, 11)", None),
            ("datetime.date(x, 1, 2)", None),
            ("datetime.datetime(2026, 1, 2, 3, 4", None),
        ] {
            assert_eq!(written(text.as_bytes()).as_deref(), expected, "{text}");
        }
    }
}
