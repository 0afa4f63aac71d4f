//! Time stamps as Postgres writes them in its logs.

/// A time stamp and the zone it was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Microseconds since 1970-01-01 UTC.
    pub micros: i64,
    /// The zone's offset in seconds east of UTC.
    pub offset: i32,
    /// How many bytes of the text it takes.
    pub len: usize,
}

const DAY: i64 = 86_400;

/// Reads `2026-11-21 04:10:19.773 UTC` at the start of `text` (`%m`, `%t`, `%s`, csvlog and jsonlog alike).
///
/// The fraction may be missing. The zone is a name of letters, `+0545`, `-03` or `GMT+3`; a name that
/// isn't known counts as UTC. `None` when there is no time stamp.
pub(super) fn stamp(text: &[u8]) -> Option<Stamp> {
    let head = text.first_chunk::<19>()?;
    if head[4] != b'-'
        || head[7] != b'-'
        || head[10] != b' '
        || head[13] != b':'
        || head[16] != b':'
    {
        return None;
    }
    let year = digits(&head[0..4])?;
    let (month, day) = (digits(&head[5..7])?, digits(&head[8..10])?);
    let (hour, minute, second) = (
        digits(&head[11..13])?,
        digits(&head[14..16])?,
        digits(&head[17..19])?,
    );
    if !(1..=12).contains(&month)
        || !(1..=31).contains(&day)
        || hour > 24
        || minute > 59
        || second > 60
    {
        return None;
    }
    let mut len = head.len();
    let mut micros = 0;
    if let Some((fraction, taken)) = text.get(len..).and_then(fraction) {
        micros = fraction;
        len += taken;
    }
    let mut offset = 0;
    if let Some((zone, taken)) = text.get(len..).and_then(zone) {
        offset = zone;
        len += taken;
    }
    let seconds =
        days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second - i64::from(offset);
    Some(Stamp {
        micros: seconds * 1_000_000 + micros,
        offset,
        len,
    })
}

/// Reads seconds since 1970-01-01 with a fraction at the start of `text` (`%n`): microseconds and bytes taken.
pub(super) fn epoch(text: &[u8]) -> Option<(i64, usize)> {
    let whole = text.iter().take_while(|b| b.is_ascii_digit()).count();
    // Fewer digits than 1973 has are a process id or a line number, not a time.
    if !(9..=11).contains(&whole) {
        return None;
    }
    let seconds = digits(text.get(..whole)?)?;
    let (micros, taken) = text.get(whole..).and_then(fraction).unwrap_or((0, 0));
    Some((seconds * 1_000_000 + micros, whole + taken))
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0_i64, |n, b| {
        b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0'))
    })
}

/// `.773` or `.773124` as microseconds, and the bytes it takes.
fn fraction(text: &[u8]) -> Option<(i64, usize)> {
    let (b'.', rest) = text.split_first()? else {
        return None;
    };
    let count = rest
        .iter()
        .take(6)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let value = digits(rest.get(..count)?)?;
    let scale = 10_i64.pow(u32::try_from(6 - count).ok()?);
    (count > 0).then_some((value * scale, count + 1))
}

/// ` UTC`, ` +0545`, ` GMT+3` as seconds east of UTC, and the bytes it takes.
fn zone(text: &[u8]) -> Option<(i32, usize)> {
    let (b' ', rest) = text.split_first()? else {
        return None;
    };
    let name = rest
        .iter()
        .take(6)
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let signed = rest.get(name..)?;
    let numeric = match signed.first() {
        Some(b'+' | b'-') => {
            1 + signed
                .iter()
                .skip(1)
                .take(6)
                .take_while(|b| b.is_ascii_digit() || **b == b':')
                .count()
        }
        _ => 0,
    };
    if name + numeric < 2 {
        return None;
    }
    let named = named_zone(rest.get(..name)?);
    let shift = if numeric > 1 {
        numeric_zone(signed.get(..numeric)?)?
    } else {
        0
    };
    // `GMT+3` is POSIX notation, which counts west of Greenwich; a bare `+03` is ISO, which counts east.
    let offset = if name > 0 { named - shift } else { shift };
    Some((offset, 1 + name + numeric))
}

fn numeric_zone(text: &[u8]) -> Option<i32> {
    let (sign, rest) = text.split_first()?;
    let plain: Vec<u8> = rest.iter().copied().filter(u8::is_ascii_digit).collect();
    let hours = digits(plain.get(..plain.len().min(2))?)?;
    let minutes = plain.get(2..4).and_then(digits).unwrap_or(0);
    let seconds = i32::try_from(hours * 3_600 + minutes * 60).ok()?;
    Some(if *sign == b'-' { -seconds } else { seconds })
}

/// Seconds east of UTC of the abbreviations that `log_timezone` prints most; others count as UTC.
///
/// Several are ambiguous. `IST` is taken for India's and `CST` for America's, where most who write them are.
fn named_zone(name: &[u8]) -> i32 {
    let quarter_hours = match name {
        b"CET" | b"BST" | b"WEST" | b"WAT" | b"MEZ" => 4,
        b"CEST" | b"EET" | b"SAST" | b"CAT" | b"MESZ" => 8,
        b"EEST" | b"MSK" | b"EAT" | b"TRT" | b"IDT" => 12,
        b"GST" => 16,
        b"PKT" => 20,
        b"IST" => 22,
        b"NPT" => 23,
        b"ICT" | b"WIB" => 28,
        b"HKT" | b"SGT" | b"AWST" | b"PHT" => 32,
        b"JST" | b"KST" => 36,
        b"ACST" => 38,
        b"AEST" => 40,
        b"ACDT" => 42,
        b"AEDT" => 44,
        b"NZST" => 48,
        b"NZDT" => 52,
        b"NST" => -14,
        b"NDT" => -10,
        b"BRT" | b"ART" | b"ADT" => -12,
        b"AST" | b"EDT" => -16,
        b"EST" | b"CDT" => -20,
        b"CST" | b"MDT" => -24,
        b"MST" | b"PDT" => -28,
        b"PST" | b"AKDT" => -32,
        b"AKST" => -36,
        b"HST" => -40,
        _ => 0,
    };
    quarter_hours * 900
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

    fn check(text: &str, expected: Option<(&str, i32, usize)>) {
        let got = stamp(text.as_bytes()).map(|s| {
            (
                jiff::Timestamp::from_microsecond(s.micros)
                    .map(|t| t.to_string())
                    .unwrap_or_default(),
                s.offset,
                s.len,
            )
        });
        assert_eq!(
            got,
            expected.map(|(t, o, l)| (t.to_owned(), o, l)),
            "{text}"
        );
    }

    #[test]
    fn stamps_in_every_usual_zone() {
        check(
            "2026-11-21 04:10:19.773 UTC [6450]",
            Some(("2026-11-21T04:10:19.773Z", 0, 27)),
        );
        check(
            "2026-11-21 04:10:19 UTC:127.0.0.1",
            Some(("2026-11-21T04:10:19Z", 0, 23)),
        );
        check(
            "2024-02-29 23:59:60 CEST x",
            Some(("2024-02-29T22:00:00Z", 7_200, 24)),
        );
        check(
            "2026-01-01 00:00:00.5 +0545 [1]",
            Some(("2025-12-31T18:15:00.5Z", 20_700, 27)),
        );
        check(
            "2026-01-01 00:00:00 -03 [1]",
            Some(("2026-01-01T03:00:00Z", -10_800, 23)),
        );
        check(
            "2026-01-01 00:00:00 GMT+3 [1]",
            Some(("2026-01-01T03:00:00Z", -10_800, 25)),
        );
        check(
            "1969-12-31 23:59:59.999999 UTC",
            Some(("1969-12-31T23:59:59.999999Z", 0, 30)),
        );
        check("2026-13-01 00:00:00 UTC", None);
        check("2026-11-21T04:10:19", None);
        check("short", None);
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
