//! The lines of a web server among those of an application: they tell where requests end.

use super::prefix::{Prefix, is_sound, near};
use super::{AppEvent, AppRecord};

/// A request that has been answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Access<'a> {
    pub method: &'a [u8],
    pub path: &'a [u8],
    pub status: u16,
    /// In microseconds.
    pub elapsed: Option<u64>,
    /// Where it begins in the line.
    pub at: usize,
}

/// Reads `"GET /books/ HTTP/1.1" 200 12` (Django's and Flask's servers, Gunicorn, Uvicorn) or
/// `GET /books/ 200 12.3 ms - 12` (morgan, for Express).
pub(super) fn access(line: &[u8]) -> Option<Access<'_>> {
    // Few lines have three digits behind a method.
    let found = METHODS.iter().find_map(|method| {
        memchr::memmem::find_iter(near(line), method.as_bytes())
            .take(4)
            .find_map(|at| at_method(line, at, method.len()))
    })?;
    let before = line.get(..found.at)?;
    is_sound(before.strip_suffix(b"\"").unwrap_or(before)).then_some(found)
}

const METHODS: [&str; 7] = [
    "GET /",
    "POST /",
    "PUT /",
    "PATCH /",
    "DELETE /",
    "HEAD /",
    "OPTIONS /",
];

fn at_method(line: &[u8], at: usize, length: usize) -> Option<Access<'_>> {
    // The slash is the path's.
    let behind = line.get(at + length - 1..)?;
    let path = behind.get(..memchr::memchr(b' ', behind)?)?;
    let rest = behind.get(path.len() + 1..)?;
    let quoted = at.checked_sub(1).and_then(|before| line.get(before)) == Some(&b'"');
    let rest = if quoted {
        let version = rest.strip_prefix(b"HTTP/")?;
        version.get(memchr::memchr(b' ', version)? + 1..)?
    } else {
        rest
    };
    let (digits, rest) = rest.split_first_chunk::<3>()?;
    let sound = digits.iter().all(u8::is_ascii_digit) && rest.first().is_none_or(|b| *b == b' ');
    let elapsed = if quoted { None } else { milliseconds(rest) };
    // Without quotes, any prose could begin so.
    (sound && (quoted || elapsed.is_some())).then_some(Access {
        method: line.get(at..at + length - 2)?,
        path,
        status: std::str::from_utf8(digits).ok()?.parse().ok()?,
        elapsed,
        at,
    })
}

/// `12.345 ms` somewhere in the rest of a line, in microseconds.
fn milliseconds(rest: &[u8]) -> Option<u64> {
    let rest = near(rest);
    let before = rest.get(..memchr::memmem::find(rest, b" ms")?)?;
    let number = before.rsplit(|byte| *byte == b' ').next()?;
    micros(number, 1_000.0)
}

/// A decimal number of some unit as microseconds.
pub(super) fn micros(number: &[u8], unit: f64) -> Option<u64> {
    let plain = !number.is_empty()
        && number.len() <= 16
        && number
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let number: f64 = std::str::from_utf8(number)
        .ok()
        .filter(|_| plain)?
        .parse()
        .ok()?;
    let micros = (number * unit).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sixteen digits and no sign"
    )]
    (micros < 1e18).then_some(micros as u64)
}

impl Access<'_> {
    /// What it says, as a record.
    pub(super) fn tell(
        &self,
        prefix: &Prefix<'_>,
        offset: u64,
        each: &mut dyn FnMut(AppRecord<'_>),
    ) {
        let what = AppEvent::End {
            method: self.method.into(),
            path: self.path.into(),
            status: Some(self.status),
            elapsed: self.elapsed,
        };
        each(prefix.record(offset, what));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<(&str, &str, u16, Option<u64>)>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let found = access(line.as_bytes()).map(|found| {
            (
                text(found.method),
                text(found.path),
                found.status,
                found.elapsed,
            )
        });
        let expected = expected
            .map(|(method, path, status, elapsed)| (method.into(), path.into(), status, elapsed));
        assert_eq!(found, expected, "{line}");
        for cut in 0..line.len() {
            let _ = access(&line.as_bytes()[..cut]);
        }
    }

    #[test]
    fn lines_of_web_servers() {
        let books = |elapsed| Some(("GET", "/books/?a=1", 200, elapsed));
        check(
            r#"[21/Nov/2026 04:10:19] "GET /books/?a=1 HTTP/1.1" 200 12"#,
            books(None),
        );
        check(
            r#"INFO:     127.0.0.1:51874 - "GET /books/?a=1 HTTP/1.1" 200 OK"#,
            books(None),
        );
        check(
            r#"2026-11-21 04:10:19,987 INFO werkzeug: 10.0.0.1 - - [21/Nov/2026 04:10:19] "GET /books/?a=1 HTTP/1.1" 200 -"#,
            books(None),
        );
        check("GET /books/?a=1 200 12.345 ms - 12", books(Some(12_345)));
        check("GET /books/?a=1 200 12 - 3 ms", books(Some(3_000)));
        check(
            "GET /books/?a=1 304 - - 3.5 ms",
            Some(("GET", "/books/?a=1", 304, Some(3_500))),
        );
        check("we GET / 200 times", None);
        check(
            r#"INSERT INTO log VALUES ('"GET /books/ HTTP/1.1" 200 12')"#,
            None,
        );
        check(r#"{"message": "\"GET /books/ HTTP/1.1\" 200"}"#, None);
        check("Getting / 200", None);
    }
}
