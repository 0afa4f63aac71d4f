//! How many lines a statement takes. A logger writes it as it is, and other programs print right behind it.

use super::clock;
use super::prefix::LEVELS;
use super::scan::outside;
use super::words::is_clause;

/// How far a statement reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Behind its last byte.
    pub end: usize,
    /// Whether it ends inside a quote: it is cut off, or no statement.
    pub open: bool,
}

/// What a further line must be to belong to a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// No other program's record.
    Anything,
    /// Inside brackets, indented, or begun with a word that statements go on with.
    LikeSql,
}

/// How far the statement reaches that `text` begins with.
pub(super) fn extent(text: &[u8], rule: Rule) -> Extent {
    let end = text.trim_ascii_end().len();
    let mut bytes = outside(text.get(..end).unwrap_or_default());
    let mut depth = 0_usize;
    for (at, byte) in bytes.by_ref() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' if !goes_on(text, at, depth, rule) => {
                let end = text.get(..at).unwrap_or_default().trim_ascii_end().len();
                return Extent { end, open: false };
            }
            _ => {}
        }
    }
    if bytes.open && rule == Rule::Anything {
        // Who logs whole records never cuts a statement: it is the quote that wasn't understood.
        return Extent {
            end: first_other(text, end),
            open: true,
        };
    }
    Extent {
        end,
        open: bytes.open,
    }
}

/// Whether the line behind the newline at `at` belongs to the statement.
fn goes_on(text: &[u8], at: usize, depth: usize, rule: Rule) -> bool {
    let rest = text.get(at + 1..).unwrap_or_default();
    let line = near(rest);
    // A blank line is decided with the next.
    if line.trim_ascii().is_empty() {
        return true;
    }
    if is_other_program(line) {
        return false;
    }
    match rule {
        Rule::Anything => true,
        Rule::LikeSql => {
            let before = text.get(..at).unwrap_or_default().trim_ascii_end();
            let indented = line.first().is_some_and(u8::is_ascii_whitespace)
                // Node's stack, below an error
                && !line.trim_ascii_start().starts_with(b"at ");
            match before.last() {
                _ if depth > 0 => true,
                Some(b';') => false,
                Some(b',' | b'=' | b'|') | None => true,
                Some(_) => indented || is_clause(line),
            }
        }
    }
}

/// The end of the lines before the first that is another program's.
fn first_other(text: &[u8], end: usize) -> usize {
    memchr::memchr_iter(b'\n', text.get(..end).unwrap_or_default())
        .find(|at| is_other_program(near(text.get(at + 1..).unwrap_or_default())))
        .unwrap_or(end)
}

/// As much of a line as tells who wrote it.
fn near(text: &[u8]) -> &[u8] {
    const ENOUGH: usize = 64;
    let text = text.get(..ENOUGH).unwrap_or(text);
    memchr::memchr(b'\n', text)
        .and_then(|end| text.get(..end))
        .unwrap_or(text)
}

/// Whether a line is surely no part of a statement: it begins with a time, a level, an address or as JSON does.
fn is_other_program(line: &[u8]) -> bool {
    let trimmed = line.trim_ascii_start();
    if trimmed.starts_with(b"{\"") || trimmed.starts_with(b"Traceback (") {
        return true;
    }
    if clock::find(trimmed).is_some_and(|found| found.place.0 <= 1) {
        return true;
    }
    // `[tag] ` and `[nodemon] `, but no array.
    if let [b'[', next, ..] = trimmed
        && next.is_ascii_alphanumeric()
        && memchr::memmem::find(trimmed, b"] ").is_some()
    {
        return true;
    }
    let word = trimmed
        .split(|byte| matches!(byte, b' ' | b':' | b']' | b'|'))
        .next()
        .unwrap_or_default();
    let is_level = word.len() < trimmed.len()
        && word.iter().all(u8::is_ascii_uppercase)
        && LEVELS.iter().any(|level| level.as_bytes() == word);
    let is_address = memchr::memchr_iter(b'.', word).count() == 3
        && word
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.');
    is_level || is_address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, rule: Rule, expected: &str) {
        let found = extent(text.as_bytes(), rule);
        assert_eq!(&text[..found.end], expected, "{text}");
        for cut in 0..text.len() {
            assert!(extent(&text.as_bytes()[..cut], rule).end <= cut);
        }
    }

    #[test]
    fn statements_of_many_lines() {
        let all = Rule::Anything;
        check(
            "SELECT 1\nFROM a\n\nWHERE x\n\n",
            all,
            "SELECT 1\nFROM a\n\nWHERE x",
        );
        check("SELECT 1\nFROM a\nINFO:app:done", all, "SELECT 1\nFROM a");
        check(
            "SELECT '\nINFO:app:x' \n{\"a\": 1}\n",
            all,
            "SELECT '\nINFO:app:x'",
        );
        check("SELECT 'a\nb\n127.0.0.1 - - x", all, "SELECT 'a\nb");
        let like = Rule::LikeSql;
        check("SELECT 1;\nServer is up", like, "SELECT 1;");
        check("SELECT 1\nServer is up", like, "SELECT 1");
        check("SELECT 1;\n    at Query (a.js:1)", like, "SELECT 1;");
        check(
            "SELECT (\n1\n)\nFROM b\n\n  WHERE x\nok",
            like,
            "SELECT (\n1\n)\nFROM b\n\n  WHERE x",
        );
        check(
            "\n   SELECT 1\n   FROM b\nok",
            like,
            "\n   SELECT 1\n   FROM b",
        );
        check("SELECT 'a\nb'\nok", like, "SELECT 'a\nb'");
        assert!(extent(b"SELECT 'a\nb", like).open);
    }
}
