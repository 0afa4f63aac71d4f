//! `log_line_prefix`: reading lines by it, and finding out which one a log was written with.

mod behaviour;
mod candidates;
mod columns;
mod field;
mod infer;
mod names;
mod numbers;
mod pieces;
mod read;
#[cfg(test)]
mod rendered;
mod template;
mod usual;

use super::error::CaptureError;
use super::phrases::Level;
use field::Part;
pub(super) use infer::infer;

/// A `log_line_prefix`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    text: String,
    parts: Vec<Part>,
    /// Where the prefix was inferred: how lines begin that hold what no line of the sample held. Empty for none.
    otherwise: Vec<Part>,
}

/// What a line's prefix says, and where its message begins.
#[expect(
    clippy::struct_field_names,
    reason = "PostgreSQL calls it the line number"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub time: Option<i64>,
    pub utc_offset: i32,
    /// Whether the time names a zone whose offset is known; where not, UTC was assumed.
    pub zone_known: bool,
    pub process_id: &'a [u8],
    pub session_id: &'a [u8],
    /// `%l`: counts the lines of a session from 1.
    pub line_number: Option<u64>,
    pub user: &'a [u8],
    pub database: &'a [u8],
    pub application: &'a [u8],
    /// The client's address or name, with its port in brackets where the prefix has `%r`.
    pub host: &'a [u8],
    pub transaction: &'a [u8],
    pub sqlstate: &'a [u8],
    /// `LOG`, `DETAIL`, …
    pub level: Level,
    /// What stands after the level, its colon and spaces.
    pub message: &'a [u8],
}

impl Prefix {
    /// Takes a `log_line_prefix` apart.
    ///
    /// # Errors
    /// [`CaptureError::Prefix`] when it holds an escape that PostgreSQL doesn't have.
    pub fn parse(text: &str) -> Result<Self, CaptureError> {
        let parts = field::parts(text).map_err(|escape| CaptureError::Prefix {
            prefix: text.to_owned(),
            why: format!(
                "PostgreSQL has no escape '%{escape}'. Copy the value that SHOW log_line_prefix prints"
            ),
        })?;
        Ok(Self {
            text: text.to_owned(),
            parts,
            otherwise: Vec::new(),
        })
    }

    /// The prefix as Postgres' setting has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Reads a line; `None` when it isn't the first line of a record or of one of its details.
    #[inline]
    pub(super) fn line<'a>(&self, line: &'a [u8]) -> Option<Line<'a>> {
        match read::line(&self.parts, line) {
            None if !self.otherwise.is_empty() => read::line(&self.otherwise, line),
            found => found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Process id, session id, user, database, application, message.
    type Read<'a> = [&'a str; 6];

    fn check(prefix: &str, line: &str, expected: Option<Read<'_>>) {
        let parsed = Prefix::parse(prefix).unwrap();
        let got = parsed.line(line.as_bytes()).map(|l| {
            [
                l.process_id,
                l.session_id,
                l.user,
                l.database,
                l.application,
                l.message,
            ]
            .map(|b| String::from_utf8_lossy(b).into_owned())
        });
        let expected = expected.map(|e| e.map(str::to_owned));
        assert_eq!(got, expected, "{prefix} {line}");
        for cut in 0..line.len() {
            let _ = parsed.line(&line.as_bytes()[..cut]);
        }
    }

    #[test]
    fn usual_prefixes() {
        for (prefix, line, expected) in [
            (
                "%m [%p] ",
                "2026-11-21 04:44:37.926 UTC [29576] LOG:  x",
                ["29576", "", "", "", "", "x"],
            ),
            (
                "%m [%p] %q%u@%d ",
                "2026-11-21 04:44:41.800 UTC [29583] postgres@shop LOG:  x",
                ["29583", "", "postgres", "shop", "", "x"],
            ),
            (
                "%m [%p] %q%u@%d ",
                "2026-11-21 04:44:41.800 UTC [1] LOG:  checkpoint",
                ["1", "", "", "", "", "checkpoint"],
            ),
            (
                "%t:%r:%u@%d:[%p]:",
                "2026-11-21 04:44:48 UTC:127.0.0.1(60744):postgres@shop:[29596]:LOG:  x",
                ["29596", "", "postgres", "shop", "", "x"],
            ),
            (
                "%t:%r:%u@%d:[%p]:",
                "2026-11-21 04:44:48 -03:::1(60744):postgres@shop:[29596]:LOG:  x",
                ["29596", "", "postgres", "shop", "", "x"],
            ),
            (
                "%m-%c-",
                "2026-11-21 04:44:48.001 UTC-6b0121c5.73a4-LOG:  x",
                ["", "6b0121c5.73a4", "", "", "", "x"],
            ),
            (
                "%n [%p] %b ",
                "1795236297.278 [29611] client backend LOG:  x",
                ["29611", "", "", "", "", "x"],
            ),
            ("", "LOG:  x", ["", "", "", "", "", "x"]),
        ] {
            check(prefix, line, Some(expected));
        }
        check("%m [%p] ", "\tFROM books", None);
        check(
            "%m [%p] ",
            "2026-11-21 04:44:37.926 UTC [29576] LOG: x",
            None,
        );
    }

    #[test]
    fn padding_and_glue() {
        for (prefix, line, expected) in [
            (
                "%-8u|%p ",
                "bob     |7 LOG:  x",
                ["7", "", "bob", "", "", "x"],
            ),
            (
                "%8u|%-5p|",
                "     bob|7    |LOG:  x",
                ["7", "", "bob", "", "", "x"],
            ),
            (
                "%8u|%5p|",
                "nine chars|    7|LOG:  x",
                ["7", "", "nine chars", "", "", "x"],
            ),
            (
                "%-30m[%6p]",
                "2026-11-21 04:44:37.926 UTC   [     7]LOG:  x",
                ["7", "", "", "", "", "x"],
            ),
            (
                "%m%u ",
                "2026-11-21 04:44:37.926 UTCbob LOG:  x",
                ["", "", "bob", "", "", "x"],
            ),
            (
                "%m",
                "2026-11-21 04:44:37.926 CESTLOG:  x",
                ["", "", "", "", "", "x"],
            ),
            ("%p1 ", "71 LOG:  x", ["7", "", "", "", "", "x"]),
            ("100%% %p%", "100% 7LOG:  x", ["7", "", "", "", "", "x"]),
            ("%v|%P|%x ", "||0 LOG:  x", ["", "", "", "", "", "x"]),
        ] {
            check(prefix, line, Some(expected));
        }
    }

    #[test]
    fn names_that_look_like_the_log() {
        check(
            "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
            "2026-11-21 04:44:45 UTC [2]: [1-1] user=o'neil,x=1 LOG,db=my db:x@y,app=LOG:  x,client=::1 LOG:  duration: 1.000 ms",
            Some([
                "2",
                "",
                "o'neil,x=1 LOG",
                "my db:x@y",
                "LOG:  x",
                "duration: 1.000 ms",
            ]),
        );
        check(
            "%q%a ",
            "LOG:  x LOG:  y",
            Some(["", "", "", "", "LOG:  x", "y"]),
        );
    }

    #[test]
    fn hosts_states_and_line_numbers() {
        let prefix = Prefix::parse("%h:%u %e %l ").unwrap();
        for host in [
            "10.0.0.1",
            "::1",
            "fe80::1%eth0",
            "[local]",
            "db.example.com",
            "???",
            "",
        ] {
            let text = format!("{host}:bob 42P01 17 ERROR:  x");
            let line = prefix.line(text.as_bytes()).unwrap();
            assert_eq!(line.host, host.as_bytes(), "{text}");
            assert_eq!(line.user, b"bob", "{text}");
            assert_eq!((line.sqlstate, line.line_number), (&b"42P01"[..], Some(17)));
        }
    }

    #[test]
    fn long_lines_that_fit_nothing_end_soon() {
        let prefix = Prefix::parse("%m [%p] %u %d [%x] %a %h %v %i ").unwrap();
        let line = format!(
            "2026-11-21 04:44:37.926 UTC [1] {}",
            "a [1] ".repeat(400_000)
        );
        assert_eq!(prefix.line(line.as_bytes()), None);
    }

    #[test]
    fn an_unknown_escape_is_an_error() {
        let error = Prefix::parse("%m %y").unwrap_err().to_string();
        assert!(error.contains("'%y'"), "{error}");
    }
}
