//! `log_line_prefix`: reading lines by it, and finding out which one a log was written with.

use super::error::CaptureError;
use super::time;

/// A `log_line_prefix`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(Vec<u8>),
    Field(Field),
    /// `%q`: processes without a session stop here.
    SessionOnly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Time,
    Epoch,
    ProcessId,
    SessionId,
    User,
    Database,
    Application,
    Transaction,
    /// A field of digits, perhaps signed or empty, that nothing here needs.
    Number,
    /// A field of any text that nothing here needs.
    Text,
}

/// What a line's prefix says, and where its message begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub time: Option<i64>,
    pub utc_offset: i32,
    pub process_id: &'a [u8],
    pub session_id: &'a [u8],
    pub user: &'a [u8],
    pub database: &'a [u8],
    pub application: &'a [u8],
    pub transaction: &'a [u8],
    /// `LOG`, `DETAIL`, …
    pub level: &'a [u8],
    /// What stands after the level, its colon and two spaces.
    pub message: &'a [u8],
}

/// The prefixes that are in use most, tried on logs whose prefix was not given.
///
/// PostgreSQL's default, Debian's, pgBadger's advice, and those of RDS, Azure, Cloud SQL and Heroku,
/// then variations of them that people build. The order matters only between equals.
const USUAL: &[&str] = &[
    "%m [%p] ",
    "%m [%p] %q%u@%d ",
    "%m [%p] %u@%d ",
    "%m [%p] %q[user=%u,db=%d,app=%a] ",
    "%m [%p] %l %v %a ",
    "%m [%p] %x %v %a ",
    "%m [%p] %q%u@%d/%a ",
    "%m [%p] %q%u@%d %a ",
    "%m [%p-%l] ",
    "%m [%p-%l] %q%u@%d ",
    "%m [%p] %q%a ",
    "%m [%p] %u %d ",
    "%m [%p] %u@%d %a %h ",
    "%m [%p] %u@%d %h ",
    "%m [%p] %r %u@%d ",
    "%m [%p]: ",
    "%m [%p]: [%l-1] ",
    "%m [%p]: [%l-1] %q%u@%d ",
    "%m [%p]: [%l-1] %u@%d ",
    "%m [%p]: [%l-1] db=%d,user=%u ",
    "%m [%p]: [%l-1] user=%u,db=%d ",
    "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
    "%m [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: db=%d,user=%u,app=%a,client=%h ",
    "%m [%p] user=%u,db=%d,app=%a,client=%h ",
    "%m [%p] db=%d,user=%u,app=%a,client=%h ",
    "%m:%r:%u@%d:[%p]:",
    "%m-%c-",
    "%m [%p] %c ",
    "%m [%p] %c %l %v %x %Q ",
    "%m [%p] %b ",
    "%m %p %u@%d ",
    "%m %u@%d ",
    "%m %u %d ",
    "%m %d %u %p ",
    "%m %c ",
    "%m ",
    "%n [%p] ",
    "%n [%p] %q%u@%d ",
    "%n [%p] %b ",
    "[%m] [%p] ",
    "[%m] [%p] %u@%d ",
    "[%m] %u@%d [%p] ",
    "<%m> [%p] ",
    "< %m > ",
    "<%m %u %d> ",
    "%p-%s-%c-%l-%h-%u-%d-%m ",
    "sql_error_code = %e time_ms=\"%m\" pid=\"%p\" proc_start_time=\"%s\" session_id=\"%c\" vtid=\"%v\" tid=\"%x\" log_line=\"%l\" database=\"%d\" connection_source=\"%r\" user=\"%u\" application_name=\"%a\" ",
    "[%p] ",
    "%c ",
    "",
];

impl Prefix {
    /// Takes a `log_line_prefix` apart.
    ///
    /// # Errors
    /// [`CaptureError::Prefix`] when it holds an escape that PostgreSQL doesn't have.
    pub fn parse(text: &str) -> Result<Self, CaptureError> {
        let mut parts = Vec::new();
        let mut literal = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '%' {
                literal.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            // `%-10u` and `%5p` pad; the padding is trimmed from what is read.
            let mut padded = false;
            while chars.next_if(|c| *c == '-' || c.is_ascii_digit()).is_some() {
                padded = true;
            }
            let escape = chars.next();
            if escape == Some('%') {
                literal.push(b'%');
                continue;
            }
            let part = part(escape, padded).ok_or_else(|| CaptureError::Prefix {
                prefix: text.to_owned(),
                why: format!(
                    "PostgreSQL has no escape '%{}'. Copy the value that SHOW log_line_prefix prints",
                    escape.map(String::from).unwrap_or_default()
                ),
            })?;
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(part);
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }

    /// The prefix as Postgres' setting has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Reads a line; `None` when it isn't the first line of a record or of one of its details.
    pub(super) fn line<'a>(&self, line: &'a [u8]) -> Option<Line<'a>> {
        let mut found = Line::default();
        rest(&self.parts, line, &mut found).then_some(found)
    }

    /// Whether records tell their session, without which statements can't be told apart by it.
    fn names_session(&self) -> bool {
        self.parts
            .iter()
            .any(|p| matches!(p, Part::Field(Field::ProcessId | Field::SessionId)))
    }

    fn fields(&self) -> usize {
        self.parts
            .iter()
            .filter(|p| matches!(p, Part::Field(_)))
            .count()
    }
}

/// Finds the prefix that explains the most of `lines`, and which share of them (0 to 1) it does.
pub(super) fn infer(lines: &[&[u8]]) -> Option<(Prefix, f64)> {
    let mut best: Option<(usize, bool, usize, Prefix)> = None;
    for text in USUAL {
        let Ok(prefix) = Prefix::parse(text) else {
            continue;
        };
        let hits = lines.iter().filter(|l| prefix.line(l).is_some()).count();
        // Among prefixes that explain as much, the one that names the session and takes more apart tells more.
        let rank = (hits, prefix.names_session(), prefix.fields());
        if hits > 0 && best.as_ref().is_none_or(|b| rank > (b.0, b.1, b.2)) {
            best = Some((rank.0, rank.1, rank.2, prefix));
        }
    }
    best.map(|(hits, _, _, prefix)| (prefix, hits as f64 / lines.len() as f64))
}

fn part(escape: Option<char>, padded: bool) -> Option<Part> {
    Some(Part::Field(match escape? {
        'q' => return Some(Part::SessionOnly),
        // Padding puts spaces around any field: only a field of text takes them.
        'a' => Field::Application,
        'u' => Field::User,
        'd' => Field::Database,
        't' | 'm' if !padded => Field::Time,
        'n' if !padded => Field::Epoch,
        'p' if !padded => Field::ProcessId,
        'c' if !padded => Field::SessionId,
        'v' if !padded => Field::Transaction,
        'l' | 'x' | 'P' | 'Q' if !padded => Field::Number,
        't' | 'm' | 'n' | 'p' | 'c' | 'v' | 'l' | 'x' | 'P' | 'Q' | 'r' | 'h' | 'L' | 'b' | 'i'
        | 'e' | 's' => Field::Text,
        _ => return None,
    }))
}

/// Matches the parts still to come against the text still to come.
fn rest<'a>(parts: &[Part], text: &'a [u8], found: &mut Line<'a>) -> bool {
    let Some((part, after)) = parts.split_first() else {
        return level(text, found);
    };
    match part {
        Part::Literal(literal) => text
            .strip_prefix(literal.as_slice())
            .is_some_and(|text| rest(after, text, found)),
        Part::SessionOnly => rest(after, text, found) || level(text, found),
        Part::Field(field) => self::field(*field, after, text, found),
    }
}

fn field<'a>(field: Field, after: &[Part], text: &'a [u8], found: &mut Line<'a>) -> bool {
    let taken = match field {
        Field::Time => {
            let Some(stamp) = time::stamp(text) else {
                return false;
            };
            (found.time, found.utc_offset) = (Some(stamp.micros), stamp.offset);
            stamp.len
        }
        Field::Epoch => {
            let Some((micros, taken)) = time::epoch(text) else {
                return false;
            };
            found.time = Some(micros);
            taken
        }
        Field::ProcessId => {
            let taken = run(text, u8::is_ascii_digit);
            found.process_id = text.get(..taken).unwrap_or_default();
            if taken == 0 {
                return false;
            }
            taken
        }
        Field::SessionId => {
            let taken = run(text, |b| b.is_ascii_hexdigit() || *b == b'.');
            found.session_id = text.get(..taken).unwrap_or_default();
            if !found.session_id.contains(&b'.') {
                return false;
            }
            taken
        }
        Field::Transaction => {
            let taken = run(text, |b| b.is_ascii_digit() || *b == b'/');
            found.transaction = text.get(..taken).unwrap_or_default();
            taken
        }
        Field::Number => {
            let sign = usize::from(text.first() == Some(&b'-'));
            sign + run(text.get(sign..).unwrap_or_default(), u8::is_ascii_digit)
        }
        Field::User | Field::Database | Field::Application | Field::Text => {
            return any_text(field, after, text, found);
        }
    };
    text.get(taken..)
        .is_some_and(|text| rest(after, text, found))
}

/// The longest text of a field: names have at most 63 bytes, hosts a few more.
const LONGEST_TEXT: usize = 512;

/// A field that may hold anything, even what the prefix has behind it: the shortest text that lets the rest match.
fn any_text<'a>(field: Field, after: &[Part], text: &'a [u8], found: &mut Line<'a>) -> bool {
    let window = text.get(..text.len().min(LONGEST_TEXT)).unwrap_or(text);
    // What comes next begins with a known byte, or else every length has to be tried.
    let first = after.iter().find_map(|part| match part {
        Part::Literal(literal) => Some(literal.first().copied()),
        Part::SessionOnly => None,
        Part::Field(_) => Some(None),
    });
    let mut ends: &mut dyn Iterator<Item = usize> = match first.flatten() {
        Some(byte) => &mut memchr::memchr_iter(byte, window),
        None => &mut (0..window.len()),
    };
    Iterator::any(&mut ends, |end| {
        let Some((value, tail)) = text.split_at_checked(end) else {
            return false;
        };
        if !rest(after, tail, found) {
            return false;
        }
        let value = value.trim_ascii();
        match field {
            Field::User => found.user = value,
            Field::Database => found.database = value,
            Field::Application => found.application = value,
            _ => {}
        }
        true
    })
}

/// `LOG:  ` and its like, right after the prefix.
fn level<'a>(text: &'a [u8], found: &mut Line<'a>) -> bool {
    let word = run(text, |b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let (Some(level), Some(message)) = (
        text.get(..word),
        text.get(word..).and_then(|t| t.strip_prefix(b":  ")),
    ) else {
        return false;
    };
    let known = super::record::severity(level).is_some() || is_detail(level);
    if known {
        (found.level, found.message) = (level, message);
    }
    known
}

/// Whether a line of this level adds to the record before it.
pub(super) fn is_detail(level: &[u8]) -> bool {
    matches!(
        level,
        b"DETAIL" | b"HINT" | b"CONTEXT" | b"STATEMENT" | b"QUERY" | b"LOCATION" | b"BACKTRACE"
    )
}

fn run(text: &[u8], is: impl Fn(&u8) -> bool) -> usize {
    text.iter().take_while(|b| is(b)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prefix: &str, line: &str, expected: Option<(&str, &str, &str, &str)>) {
        let prefix = Prefix::parse(prefix).unwrap();
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        let got = prefix.line(line.as_bytes()).map(|l| {
            (
                text(l.process_id),
                text(l.user),
                text(l.application),
                text(l.message),
            )
        });
        let expected =
            expected.map(|(p, u, a, m)| (p.to_owned(), u.to_owned(), a.to_owned(), m.to_owned()));
        assert_eq!(got, expected, "{line}");
    }

    #[test]
    fn usual_prefixes() {
        check(
            "%m [%p] ",
            "2026-11-21 04:44:37.926 UTC [29576] LOG:  x",
            Some(("29576", "", "", "x")),
        );
        check(
            "%m [%p] %q%u@%d ",
            "2026-11-21 04:44:41.800 UTC [29583] postgres@shop LOG:  x",
            Some(("29583", "postgres", "", "x")),
        );
        check(
            "%m [%p] %q%u@%d ",
            "2026-11-21 04:44:41.800 UTC [1] LOG:  checkpoint",
            Some(("1", "", "", "checkpoint")),
        );
        check(
            "%t:%r:%u@%d:[%p]:",
            "2026-11-21 04:44:48 UTC:127.0.0.1(60744):postgres@shop:[29596]:LOG:  x",
            Some(("29596", "postgres", "", "x")),
        );
        check(
            "%n [%p] %b ",
            "1795236297.278 [29611] client backend LOG:  x",
            Some(("29611", "", "", "x")),
        );
        check(
            "%-8u|%p ",
            "bob     |7 LOG:  x",
            Some(("7", "bob", "", "x")),
        );
        check("%m [%p] ", "\tFROM books", None);
        check(
            "%m [%p] ",
            "2026-11-21 04:44:37.926 UTC [29576] LOG: x",
            None,
        );
    }

    #[test]
    fn names_that_look_like_the_log() {
        check(
            "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
            "2026-11-21 04:44:45 UTC [2]: [1-1] user=o'neil,x=1 LOG,db=my db:x@y,app=LOG:  x,client=::1 LOG:  duration: 1.000 ms",
            Some(("2", "o'neil,x=1 LOG", "LOG:  x", "duration: 1.000 ms")),
        );
    }

    #[test]
    fn an_unknown_escape_is_an_error() {
        let error = Prefix::parse("%m %y").unwrap_err().to_string();
        assert!(error.contains("'%y'"), "{error}");
    }

    #[test]
    fn every_usual_prefix_parses() {
        for text in USUAL {
            assert!(Prefix::parse(text).is_ok(), "{text}");
        }
    }
}
