//! Times in request logs: texts in many forms, and numbers whose size tells their unit.

use super::super::time::{self, Stamp};
use super::super::trace::loose::{Loose, rounded};

/// A time and what is known of its zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct When {
    /// Microseconds since 1970-01-01 UTC.
    pub(super) micros: i64,
    /// Seconds east of UTC.
    pub(super) offset: i32,
    pub(super) zone_unknown: bool,
}

impl From<Stamp> for When {
    fn from(stamp: Stamp) -> Self {
        Self {
            micros: stamp.micros,
            offset: stamp.offset,
            zone_unknown: !stamp.known,
        }
    }
}

/// The time that a value stands for; `None` where it stands for something else.
pub(super) fn when(value: &Loose<'_>) -> Option<When> {
    match value {
        Loose::Text(text) => text_of(text.trim()),
        Loose::Integer(number) => epoch(*number as f64, Some(*number)),
        Loose::Float(number) => epoch(*number, None),
        _ => None,
    }
}

fn text_of(text: &str) -> Option<When> {
    if let Ok(number) = text.parse::<f64>() {
        return epoch(number, text.parse().ok());
    }
    stamp(text).or_else(|| access(text.trim_start_matches('[')).map(|(when, _)| when))
}

/// `2026-11-21T04:10:19.773Z`, `2026-11-21 04:10:19,773`, `2026-11-21 04:10:19 +0100` at the start of a text.
pub(super) fn stamp(text: &str) -> Option<When> {
    /// As long as the date and the time of day.
    const SECONDS: usize = 19;
    // Python puts a comma before the milliseconds.
    if text.as_bytes().get(SECONDS) == Some(&b',') {
        let plain = text.replacen(',', ".", 1);
        return stamp(&plain);
    }
    let iso = time::iso(text.as_bytes());
    match iso {
        Some(stamp) if !stamp.known => {
            // Ruby puts a blank before the zone.
            let spaced = time::stamp(text.as_bytes()).filter(|stamp| stamp.known);
            Some(spaced.unwrap_or(stamp).into())
        }
        other => other.map(When::from),
    }
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, by how large the number is.
fn epoch(number: f64, exact: Option<i64>) -> Option<When> {
    let micros = match number {
        // 1973 to 5138 in seconds, and so on.
        1e8..1e11 => rounded(number * 1e6),
        1e11..1e14 => rounded(number * 1e3),
        1e14..1e17 => exact.or_else(|| rounded(number)),
        1e17..9e18 => exact
            .map(|nanos| nanos / 1_000)
            .or_else(|| rounded(number / 1e3)),
        _ => None,
    };
    Some(When {
        micros: micros?,
        offset: 0,
        zone_unknown: false,
    })
}

/// `21/Nov/2026:04:10:19 +0000` at the start of a text, and the bytes it takes. Servers for development put a blank
/// before the time of day and leave the zone out.
pub(super) fn access(text: &str) -> Option<(When, usize)> {
    /// As long as the date and the time of day.
    const LEN: usize = 20;
    let bytes = text.as_bytes();
    let (day, rest) = bytes.split_at_checked(2)?;
    let (month, year, gap) = (rest.get(1..4)?, rest.get(5..9)?, rest.get(9)?);
    if rest.first() != Some(&b'/') || rest.get(4) != Some(&b'/') || !matches!(gap, b':' | b' ') {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    // From here on it is like any other time.
    let mut plain = year.to_vec();
    plain.extend_from_slice(format!("-{month:02}-").as_bytes());
    plain.extend_from_slice(day);
    plain.push(b' ');
    plain.extend_from_slice(bytes.get(12..LEN)?);
    let zone = bytes.get(LEN..).unwrap_or_default();
    let zone = zone.get(..6).filter(|zone| {
        matches!(zone, [b' ', b'+' | b'-', digits @ ..] if digits.iter().all(u8::is_ascii_digit))
    });
    plain.extend_from_slice(zone.unwrap_or_default());
    let stamp = time::stamp(&plain)?;
    let whole = stamp.len == plain.len();
    whole.then_some((stamp.into(), LEN + zone.map_or(0, <[u8]>::len)))
}

const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_every_form() {
        let whole = 1_795_234_219_000_000;
        let parts = whole + 773_000;
        for (json, micros, offset, zone_unknown) in [
            (r#""2026-11-21T04:10:19.773Z""#, parts, 0, false),
            (r#""2026-11-21T05:10:19.773+01:00""#, parts, 3_600, false),
            (r#""2026-11-21 04:10:19,773""#, parts, 0, true),
            (r#""2026-11-21 04:10:19""#, whole, 0, true),
            (r#""2026-11-21 05:10:19 +0100""#, whole, 3_600, false),
            (r#""2026-11-21 04:10:19.773 UTC""#, parts, 0, false),
            (r#""21/Nov/2026:05:10:19 +0100""#, whole, 3_600, false),
            (r#""[21/Nov/2026:04:10:19 +0000]""#, whole, 0, false),
            (r#""21/Nov/2026 04:10:19""#, whole, 0, true),
            ("1795234219", whole, 0, false),
            ("1795234219.773", parts, 0, false),
            (r#""1795234219.773""#, parts, 0, false),
            ("1795234219773", parts, 0, false),
            ("1795234219773000", parts, 0, false),
            ("1795234219773000123", parts, 0, false),
        ] {
            let value: Loose<'_> = serde_json::from_str(json).unwrap();
            let expected = When {
                micros,
                offset,
                zone_unknown,
            };
            assert_eq!(when(&value), Some(expected), "{json}");
        }
        for json in [
            "12.5",
            "0",
            "-1795234219",
            "null",
            "true",
            "[1795234219]",
            r#""""#,
            r#""soon""#,
            r#""NaN""#,
            r#""31/Foo/2026:04:10:19 +0000""#,
            r#""2026-13-21T04:10:19Z""#,
        ] {
            let value: Loose<'_> = serde_json::from_str(json).unwrap();
            assert_eq!(when(&value), None, "{json}");
        }
    }
}
