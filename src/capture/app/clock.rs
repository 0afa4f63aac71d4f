//! Time stamps as loggers of Python, Ruby and Node write them, anywhere in a line.

use super::super::time::{self, Bsd};

/// A time stamp, and where in the text it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    /// Microseconds since 1970-01-01 UTC.
    pub micros: i64,
    /// The zone's offset in seconds east of UTC.
    pub offset: i32,
    /// Whether it has a zone. Where not, UTC was assumed.
    pub known: bool,
    /// Its first byte, and the one behind its last.
    pub place: (usize, usize),
}

/// The first stamp in `text`: `2026-11-21 04:40:51,987`, with `T`, a dot or a zone as well,
/// or `21/Nov/2026:04:10:19 +0000`, with a blank in the middle as well.
pub(super) fn find(text: &[u8]) -> Option<Clock> {
    let mut before = b' ';
    for (at, byte) in text.iter().enumerate() {
        // A number's later digits begin no stamp.
        if byte.is_ascii_digit()
            && !before.is_ascii_alphanumeric()
            && let Some(rest) = text.get(at..)
            && let Some((local, length)) = iso(rest).or_else(|| apache(rest))
        {
            let (offset, zone_length) = rest.get(length..).map_or((None, 0), zone);
            let east = offset.unwrap_or(0);
            return Some(Clock {
                micros: local - i64::from(east) * SECOND,
                offset: east,
                known: offset.is_some(),
                place: (at, at + length + zone_length),
            });
        }
        before = *byte;
    }
    None
}

/// In microseconds.
const SECOND: i64 = 1_000_000;

/// `2026-11-21 04:40:51,987`: microseconds as if in UTC, and the bytes it takes.
fn iso(text: &[u8]) -> Option<(i64, usize)> {
    const LENGTH: usize = 19;
    let stamp = time::iso(text.get(..LENGTH)?)?;
    let Some((b',' | b'.', digits)) = text.get(LENGTH..)?.split_first() else {
        return Some((stamp.micros, LENGTH));
    };
    let count = digits
        .iter()
        .take(9)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if count == 0 {
        return Some((stamp.micros, LENGTH));
    }
    let micros = digits
        .iter()
        .take(count)
        .chain(b"000000")
        .take(6)
        .fold(0, |n, byte| n * 10 + i64::from(byte - b'0'));
    Some((stamp.micros + micros, LENGTH + 1 + count))
}

/// `21/Nov/2026:04:10:19`: microseconds as if in UTC, and the bytes it takes.
fn apache(text: &[u8]) -> Option<(i64, usize)> {
    let [
        d1,
        d2,
        b'/',
        m1,
        m2,
        m3,
        b'/',
        year @ ..,
        b':' | b' ',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
    ] = text.first_chunk::<20>()?
    else {
        return None;
    };
    let stamp: [u8; 15] = [
        *m1, *m2, *m3, b' ', *d1, *d2, b' ', *h1, *h2, b':', *n1, *n2, b':', *s1, *s2,
    ];
    let year = year.iter().try_fold(0, |n, byte| {
        byte.is_ascii_digit()
            .then(|| n * 10 + i64::from(byte - b'0'))
    })?;
    time::bsd(&stamp).map(|stamp: Bsd| (stamp.micros(year), 20))
}

/// `Z`, `+01:00`, `+0100`, ` +0100` or ` UTC`: seconds east of UTC, and the bytes it takes.
fn zone(text: &[u8]) -> (Option<i32>, usize) {
    let (blank, rest) = match text.strip_prefix(b" ") {
        Some(rest) => (1, rest),
        None => (0, text),
    };
    let ends = |length: usize| !rest.get(length).is_some_and(u8::is_ascii_alphanumeric);
    for name in [&b"UTC"[..], b"GMT", b"Z"] {
        if rest.starts_with(name) && ends(name.len()) {
            return (Some(0), blank + name.len());
        }
    }
    let two = |at: usize| match rest.get(at..at + 2) {
        Some([a @ b'0'..=b'9', b @ b'0'..=b'9']) => Some(i32::from((a - b'0') * 10 + b - b'0')),
        _ => None,
    };
    let sign = match rest.first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return (None, 0),
    };
    let colon = usize::from(rest.get(3) == Some(&b':'));
    let (hours, minutes, length) = match (two(1), two(3 + colon)) {
        (Some(hours), Some(minutes)) => (hours, minutes, 5 + colon),
        // `+01` alone is too little to tell from a number behind a blank.
        (Some(hours), None) if blank == 0 => (hours, 0, 3),
        _ => return (None, 0),
    };
    if hours > 15 || minutes > 59 || !ends(length) {
        return (None, 0);
    }
    (Some(sign * (hours * 3_600 + minutes * 60)), blank + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, i32, bool, &str)>) {
        let found = find(text.as_bytes()).map(|clock| {
            let time = jiff::Timestamp::from_microsecond(clock.micros).unwrap();
            let stamp = &text[clock.place.0..clock.place.1];
            (time.to_string(), clock.offset, clock.known, stamp)
        });
        let expected =
            expected.map(|(time, offset, known, stamp)| (time.to_owned(), offset, known, stamp));
        assert_eq!(found, expected, "{text}");
        for cut in 0..text.len() {
            let _ = find(&text.as_bytes()[..cut]);
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of cases")]
    fn stamps_of_many_loggers() {
        let whole = "2026-11-21T04:10:19Z";
        let part = "2026-11-21T04:10:19.987Z";
        for (text, time, offset, known, stamp) in [
            (
                "2026-11-21 04:10:19,987 INFO x",
                part,
                0,
                false,
                "2026-11-21 04:10:19,987",
            ),
            (
                "INFO [2026-11-21 04:10:19] x",
                whole,
                0,
                false,
                "2026-11-21 04:10:19",
            ),
            (
                "I, [2026-11-21T04:10:19.987000 #7] ",
                part,
                0,
                false,
                "2026-11-21T04:10:19.987000",
            ),
            (
                "[2026-11-21T04:10:19.987Z][QUERY]: ",
                part,
                0,
                true,
                "2026-11-21T04:10:19.987Z",
            ),
            (
                "[2026-11-21 05:10:19 +0100] [7] ",
                whole,
                3_600,
                true,
                "2026-11-21 05:10:19 +0100",
            ),
            (
                "at 2026-11-21 04:10:19 +0000",
                whole,
                0,
                true,
                "2026-11-21 04:10:19 +0000",
            ),
            (
                "2026-11-20T22:40:19-05:30 x",
                whole,
                -19_800,
                true,
                "2026-11-20T22:40:19-05:30",
            ),
            (
                "2026-11-21 04:10:19 UTC x",
                whole,
                0,
                true,
                "2026-11-21 04:10:19 UTC",
            ),
            (
                "2026-11-21 04:10:19 UTCx",
                whole,
                0,
                false,
                "2026-11-21 04:10:19",
            ),
            (
                "2026-11-21 04:10:19 - 12 - x",
                whole,
                0,
                false,
                "2026-11-21 04:10:19",
            ),
            (
                "2026-11-21 04:10:19 -12 x",
                whole,
                0,
                false,
                "2026-11-21 04:10:19",
            ),
            (
                "[21/Nov/2026 04:10:19] \"GET",
                whole,
                0,
                false,
                "21/Nov/2026 04:10:19",
            ),
            (
                "- - [21/Nov/2026:04:10:19 +0000]",
                whole,
                0,
                true,
                "21/Nov/2026:04:10:19 +0000",
            ),
            (
                "12 3 2026-11-21 04:10:19.",
                whole,
                0,
                false,
                "2026-11-21 04:10:19",
            ),
        ] {
            check(text, Some((time, offset, known, stamp)));
        }
        check("04:10:19,987 INFO x", None);
        check("x2026-11-21 04:10:19", None);
        check("2026-13-21 04:10:19", None);
        check("21/Nov/20x6 04:10:19", None);
    }
}
