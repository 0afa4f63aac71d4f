//! Time stamps as Postgres, and those who pass its logs on, write them.

mod zones;

use zones::{numeric_zone, plain_zone, zone};

/// A time stamp and the zone it was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Microseconds since 1970-01-01 UTC.
    pub micros: i64,
    /// The zone's offset in seconds east of UTC.
    pub offset: i32,
    /// How many bytes of the text it takes.
    pub len: usize,
    /// Whether it names a zone whose offset is known. Where not, UTC was assumed.
    pub known: bool,
}

/// The time that syslog writes: it has neither a year nor a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bsd {
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    /// How many bytes of the text it takes.
    pub len: usize,
}

impl Bsd {
    /// Microseconds since 1970-01-01 if it was written in this year, in UTC.
    pub(super) fn micros(self, year: i64) -> i64 {
        let [month, day, hour, minute, second] =
            [self.month, self.day, self.hour, self.minute, self.second].map(i64::from);
        seconds(year, month, day, hour, minute, second) * SECOND
    }
}

const DAY: i64 = 86_400;
/// In microseconds.
const SECOND: i64 = 1_000_000;

/// Reads `2026-11-21 04:10:19.773 UTC` at the start of `text` (`%m`, `%t`, `%s`, csvlog and jsonlog alike).
///
/// The fraction may be missing. The zone is a name of letters, `+0545`, `-03` or `GMT+3`; a name that
/// isn't known counts as UTC. `None` when there is no time stamp.
pub(super) fn stamp(text: &[u8]) -> Option<Stamp> {
    let local = local(text, b' ')?;
    Some(local.in_zone(text.get(local.len..).and_then(zone)))
}

/// As [`stamp`], for text in which the byte after the stamp may look as if it belonged to the zone: `UTC-6b01` and
/// `-03:10` hold the zones `UTC` and `-03`.
pub(super) fn stamp_in_plain_zone(text: &[u8]) -> Option<Stamp> {
    let local = local(text, b' ')?;
    Some(local.in_zone(text.get(local.len..).and_then(plain_zone)))
}

/// As [`stamp`], without its zone: in `04:10:19 LOG:  ` the word is none.
pub(super) fn stamp_without_zone(text: &[u8]) -> Option<Stamp> {
    Some(local(text, b' ')?.in_zone(None))
}

/// Reads `2026-11-21T04:10:19.773124Z` at the start of `text`, as programs that pass logs on write it.
///
/// The `T` may be a blank, the fraction may have up to nine digits (microseconds are kept), and the zone is `Z`,
/// `+01:00`, `+0100` or `+01`. Without a zone it counts as UTC. `None` when there is no time stamp.
pub(super) fn iso(text: &[u8]) -> Option<Stamp> {
    let mut local = local(text, b'T')
        .or_else(|| local(text, b't'))
        .or_else(|| local(text, b' '))?;
    local.len += text
        .get(local.len..)?
        .iter()
        .take(if local.fraction { 3 } else { 0 })
        .take_while(|b| b.is_ascii_digit())
        .count();
    let rest = text.get(local.len..)?;
    Some(local.in_zone(match rest.first() {
        Some(b'Z' | b'z') => Some((0, 1, true)),
        Some(b'+' | b'-') => numeric_zone(rest, true),
        _ => None,
    }))
}

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// Reads `Nov 21 04:10:19` or `Nov  1 04:10:19` at the start of `text`. `None` when there is no such time.
pub(super) fn bsd(text: &[u8]) -> Option<Bsd> {
    let [
        a,
        b,
        c,
        b' ',
        d1,
        d2,
        b' ',
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
    ] = *text.first_chunk()?
    else {
        return None;
    };
    let month = MONTHS.iter().zip(1..).find(|(m, _)| ***m == [a, b, c])?.1;
    let pair = |tens, ones| u8::try_from(number(&[tens, ones])?).ok();
    let day = pair(if d1 == b' ' { b'0' } else { d1 }, d2)?;
    let (hour, minute, second) = (pair(h1, h2)?, pair(m1, m2)?, pair(s1, s2)?);
    let sound = (1..=31).contains(&day) && hour <= 24 && minute <= 59 && second <= 60;
    sound.then_some(Bsd {
        month,
        day,
        hour,
        minute,
        second,
        len: 15,
    })
}

/// Reads seconds since 1970-01-01 with a fraction at the start of `text` (`%n`): microseconds and bytes taken.
pub(super) fn epoch(text: &[u8]) -> Option<(i64, usize)> {
    let whole = text.iter().take_while(|b| b.is_ascii_digit()).count();
    // Fewer digits than 1973 has are a process id or a line number, not a time.
    if !(9..=11).contains(&whole) {
        return None;
    }
    let seconds = number(text.get(..whole)?)?;
    let (micros, taken) = text.get(whole..).and_then(fraction).unwrap_or((0, 0));
    Some((seconds * SECOND + micros, whole + taken))
}

/// A date and a time of day somewhere on Earth.
#[derive(Clone, Copy)]
struct Local {
    micros: i64,
    len: usize,
    fraction: bool,
}

impl Local {
    /// The stamp with this zone: its offset, the bytes it takes, and whether it is known.
    fn in_zone(self, zone: Option<(i32, usize, bool)>) -> Stamp {
        let (offset, taken, known) = zone.unwrap_or((0, 0, false));
        Stamp {
            micros: self.micros - i64::from(offset) * SECOND,
            offset,
            len: self.len + taken,
            known,
        }
    }
}

/// Reads a date, `between`, and a time of day with up to six digits of a fraction.
fn local(text: &[u8], between: u8) -> Option<Local> {
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        o1,
        o2,
        b'-',
        d1,
        d2,
        gap,
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
    ] = *text.first_chunk::<19>()?
    else {
        return None;
    };
    let digits =
        [y1, y2, y3, y4, o1, o2, d1, d2, h1, h2, m1, m2, s1, s2].map(|b| b.wrapping_sub(b'0'));
    if digits.iter().any(|digit| *digit > 9) {
        return None;
    }
    let [y1, y2, y3, y4, o1, o2, d1, d2, h1, h2, m1, m2, s1, s2] = digits.map(i64::from);
    let year = (y1 * 10 + y2) * 100 + y3 * 10 + y4;
    let (month, day) = (o1 * 10 + o2, d1 * 10 + d2);
    let (hour, minute, second) = (h1 * 10 + h2, m1 * 10 + m2, s1 * 10 + s2);
    if gap != between
        || !(1..=12).contains(&month)
        || !(1..=31).contains(&day)
        || hour > 24
        || minute > 59
        || second > 60
    {
        return None;
    }
    let part = text.get(19..).and_then(fraction);
    let (micros, taken) = part.unwrap_or((0, 0));
    Some(Local {
        micros: seconds(year, month, day, hour, minute, second) * SECOND + micros,
        len: 19 + taken,
        fraction: part.is_some(),
    })
}

fn number(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0_i64, |n, b| {
        b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0'))
    })
}

/// `.773` or `.773124` as microseconds, and the bytes it takes.
fn fraction(text: &[u8]) -> Option<(i64, usize)> {
    // Postgres writes three digits: these need no loop.
    if let [b'.', a, b, c, next, ..] = *text
        && !next.is_ascii_digit()
        && let Some(millis) = number(&[a, b, c])
    {
        return Some((millis * 1_000, 4));
    }
    let (b'.', rest) = text.split_first()? else {
        return None;
    };
    let digits = rest.iter().take(6).take_while(|b| b.is_ascii_digit());
    let (value, count) = digits.fold((0, 0), |(n, count), b| {
        (n * 10 + i64::from(b - b'0'), count + 1)
    });
    (count > 0).then_some((value * 10_i64.pow(6 - count), count as usize + 1))
}

/// Seconds since 1970-01-01 of a time of day.
fn seconds(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> i64 {
    days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March put the leap day last (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(stamp: Option<Stamp>) -> Option<(String, i32, usize, bool)> {
        stamp.map(|s| {
            let time = jiff::Timestamp::from_microsecond(s.micros).unwrap();
            (time.to_string(), s.offset, s.len, s.known)
        })
    }

    fn check(
        read: fn(&[u8]) -> Option<Stamp>,
        text: &str,
        expected: Option<(&str, i32, usize, bool)>,
    ) {
        let got = shown(read(text.as_bytes()));
        let expected = expected.map(|(t, o, l, k)| (t.to_owned(), o, l, k));
        assert_eq!(got, expected, "{text}");
        for cut in 0..text.len() {
            let _ = read(&text.as_bytes()[..cut]);
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of cases")]
    fn stamps_in_every_form_of_zone() {
        for (text, time, offset, len) in [
            (
                "2026-11-21 04:10:19.773 UTC [6450]",
                "2026-11-21T04:10:19.773Z",
                0,
                27,
            ),
            (
                "2026-11-21 04:10:19 UTC:127.0.0.1",
                "2026-11-21T04:10:19Z",
                0,
                23,
            ),
            (
                "2024-02-29 23:59:60 CEST x",
                "2024-02-29T22:00:00Z",
                7_200,
                24,
            ),
            (
                "2024-02-29 23:59:59 CET x",
                "2024-02-29T22:59:59Z",
                3_600,
                23,
            ),
            (
                "2026-01-01 00:00:00.5 +0545 [1]",
                "2025-12-31T18:15:00.5Z",
                20_700,
                27,
            ),
            (
                "2026-01-01 00:00:00.500 +1245 [1]",
                "2025-12-31T11:15:00.5Z",
                45_900,
                29,
            ),
            (
                "2026-01-01 00:00:00 -03 [1]",
                "2026-01-01T03:00:00Z",
                -10_800,
                23,
            ),
            (
                "2026-01-01 00:00:00 +05:30 [1]",
                "2025-12-31T18:30:00Z",
                19_800,
                26,
            ),
            (
                "2026-01-01 00:00:00 -03:10.0.0.1",
                "2026-01-01T03:10:00Z",
                -11_400,
                26,
            ),
            (
                "2026-01-01 00:00:00 -03:1234:",
                "2026-01-01T03:00:00Z",
                -10_800,
                23,
            ),
            (
                "2026-01-01 00:00:00 GMT+3 [1]",
                "2026-01-01T03:00:00Z",
                -10_800,
                25,
            ),
            (
                "2026-01-01 00:00:00 cet [1]",
                "2025-12-31T23:00:00Z",
                3_600,
                23,
            ),
            (
                "2026-01-01 10:00:00 ChST [1]",
                "2026-01-01T00:00:00Z",
                36_000,
                24,
            ),
            (
                "2026-01-01 00:00:00 UTCpostgres",
                "2026-01-01T00:00:00Z",
                0,
                23,
            ),
            (
                "2026-01-01 00:00:00 CETLOG:  x",
                "2025-12-31T23:00:00Z",
                3_600,
                23,
            ),
            (
                "1969-12-31 23:59:59.999999 UTC",
                "1969-12-31T23:59:59.999999Z",
                0,
                30,
            ),
        ] {
            check(stamp, text, Some((time, offset, len, true)));
        }
        check(
            stamp,
            "2026-01-01 00:00:00 XYZT [1]",
            Some(("2026-01-01T00:00:00Z", 0, 24, false)),
        );
        check(
            stamp,
            "2026-01-01 00:00:00 [1]",
            Some(("2026-01-01T00:00:00Z", 0, 19, false)),
        );
        check(stamp, "2026-13-01 00:00:00 UTC", None);
        check(stamp, "2026-11-21T04:10:19", None);
        check(stamp, "short", None);
    }

    #[test]
    fn zones_before_a_sign() {
        let midnight = "2026-01-01T00:00:00Z";
        check(
            stamp_in_plain_zone,
            "2026-01-01 00:00:00 UTC-6b01",
            Some((midnight, 0, 23, true)),
        );
        check(
            stamp_in_plain_zone,
            "2025-12-31 21:00:00 -03:10.0.0.1",
            Some((midnight, -10_800, 23, true)),
        );
        check(
            stamp_without_zone,
            "2026-01-01 00:00:00 LOG:  x",
            Some((midnight, 0, 19, false)),
        );
    }

    #[test]
    fn stamps_of_other_programs() {
        let time = "2026-11-21T04:10:19.773124Z";
        for (text, offset, len) in [
            ("2026-11-21T04:10:19.773124Z stderr", 0, 27),
            ("2026-11-21T04:10:19.773124987z", 0, 30),
            ("2026-11-21 05:10:19.773124+01:00 x", 3_600, 32),
            ("2026-11-21T05:10:19.773124+0100 x", 3_600, 31),
            ("2026-11-20T22:40:19.773124-05:30", -19_800, 32),
        ] {
            check(iso, text, Some((time, offset, len, true)));
        }
        check(
            iso,
            "2026-11-21T04:10:19Z",
            Some(("2026-11-21T04:10:19Z", 0, 20, true)),
        );
        check(
            iso,
            "2026-11-21 04:10:19 x",
            Some(("2026-11-21T04:10:19Z", 0, 19, false)),
        );
        check(iso, "Nov 21 04:10:19", None);
    }

    #[test]
    fn times_of_syslog() {
        for (text, expected) in [
            ("Nov 21 04:10:19 host", Some("2026-11-21T04:10:19Z")),
            ("Nov  1 04:10:19 host", Some("2026-11-01T04:10:19Z")),
            ("Nov 01 04:10:19", Some("2026-11-01T04:10:19Z")),
            ("Nov 32 04:10:19", None),
            ("nov  1 04:10:19", None),
            ("Nov 1 04:10:19", None),
        ] {
            let got = bsd(text.as_bytes()).map(|b| {
                assert_eq!(b.len, 15);
                jiff::Timestamp::from_microsecond(b.micros(2026))
                    .unwrap()
                    .to_string()
            });
            assert_eq!(got.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn epochs() {
        assert_eq!(
            epoch(b"1795236297.278 [29611]"),
            Some((1_795_236_297_278_000, 14))
        );
        assert_eq!(epoch(b"29611 x"), None);
    }
}
