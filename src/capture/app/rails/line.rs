//! The first line of a record of Rails' log.

use super::super::access::micros;
use super::super::clock;
use super::super::prefix::{Prefix, is_sound, near};
use super::super::regions::Head;
use super::super::words::is_statement;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `User Load (0.9ms)  SELECT …`
    Query {
        /// In microseconds.
        duration: Option<u64>,
        /// Whether Rails had the answer already.
        cached: bool,
    },
    /// `↳ app/models/book.rb:12:in 'map'`
    Source,
    /// `Started GET "/books" for 127.0.0.1 at 2026-11-21 04:41:47 +0000`
    Started,
    /// `Processing by ShopController#books as HTML`
    Processing,
    /// `Completed 200 OK in 241ms (…)`
    Completed,
    /// What else Rails writes, so that it is no part of a statement.
    Other,
}

/// Takes a line apart; `None` when it begins no record.
pub(super) fn head(line: &[u8]) -> Option<Head<'_, Kind>> {
    let (kind, at, body) = query(line)
        .or_else(|| marked(line, "\u{21b3} ", Kind::Source, |_| true))
        .or_else(|| {
            marked(line, "Started ", Kind::Started, |text| {
                started(text).is_some()
            })
        })
        .or_else(|| {
            marked(line, "Processing by ", Kind::Processing, |text| {
                handler(text).is_some()
            })
        })
        .or_else(|| {
            marked(line, "Completed ", Kind::Completed, |text| {
                completed(text).is_some()
            })
        })
        .or_else(|| {
            OTHERS
                .iter()
                .find_map(|start| marked(line, start, Kind::Other, |_| true))
        })?;
    let before = line.get(..at)?;
    if !is_sound(before) {
        return None;
    }
    let mut prefix = Prefix::read(before, b"");
    if kind == Kind::Started
        && prefix.time.is_none()
        && let Some(found) = clock_at_end(line)
    {
        prefix.time = Some(found.micros);
        prefix.utc_offset = found.offset;
        prefix.zone_unknown = !found.known;
    }
    Some(Head { kind, body, prefix })
}

const OTHERS: [&str; 8] = [
    "Parameters: {",
    "Rendering ",
    "Rendered ",
    "Redirected to ",
    "Filter chain halted ",
    "Sent ",
    "Unpermitted parameter",
    "Enqueued ",
];

/// A line with this word where a message begins, if what follows the word is right.
fn marked(
    line: &[u8],
    word: &str,
    kind: Kind,
    right: fn(&[u8]) -> bool,
) -> Option<(Kind, usize, usize)> {
    let at = memchr::memmem::find(near(line), word.as_bytes())?;
    let begins = match at.checked_sub(1).and_then(|before| line.get(before)) {
        None => true,
        Some(b' ') => {
            let before = line.get(..at)?.trim_ascii_end();
            matches!(before.last(), None | Some(b']' | b':' | b'|' | b'-'))
        }
        _ => false,
    };
    let text = line.get(at + word.len()..)?;
    (begins && right(text)).then_some((kind, at, at + word.len()))
}

/// `  User Load (0.9ms)  SELECT …`: also where the name begins, and the statement.
fn query(line: &[u8]) -> Option<(Kind, usize, usize)> {
    memchr::memmem::find_iter(near(line), b"ms)").find_map(|unit| {
        let number = line.get(..unit)?;
        let open = memchr::memrchr(b'(', number)?;
        let mut duration = micros(number.get(open + 1..)?, 1_000.0)?;
        let mut at = unit + 3;
        // Of a query in the background, the first time is how long it was waited for.
        if let Some(rest) = line.get(at..)?.strip_prefix(b" (db time ")
            && let Some(end) = memchr::memmem::find(near(rest), b"ms)")
        {
            duration = micros(rest.get(..end)?, 1_000.0)?;
            at += b" (db time ".len() + end + 3;
        }
        let blanks = memchr::memmem::rfind(line.get(..open)?, b"  ");
        let name_at = blanks.unwrap_or(0);
        let name = line.get(name_at..open)?.trim_ascii();
        let text = line.get(at..)?;
        // No name has quotes; a text that shows a query does.
        if memchr::memchr2(b'\'', b'"', name).is_some() {
            return None;
        }
        let begins = match text.strip_prefix(b"  ") {
            Some(text) => is_statement(text),
            // The statement begins in the next line.
            None => text.is_empty() && !name.starts_with(b"Rendered ") && blanks.is_some(),
        };
        let kind = Kind::Query {
            // Rounded to nothing, it isn't known.
            duration: (duration > 0).then_some(duration),
            cached: name.starts_with(b"CACHE"),
        };
        begins.then_some((kind, name_at, (at + 2).min(line.len())))
    })
}

/// `GET "/books" for …` as method and path.
pub(super) fn started(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = memchr::memchr(b' ', near(text))?;
    let (method, rest) = text.split_at_checked(space)?;
    let path = rest.strip_prefix(b" \"")?;
    let path = path.get(..memchr::memchr(b'"', path)?)?;
    let sound = !method.is_empty() && method.iter().all(u8::is_ascii_uppercase);
    sound.then_some((method, path))
}

fn clock_at_end(line: &[u8]) -> Option<clock::Clock> {
    let at = memchr::memmem::rfind(line, b" at ")?;
    clock::find(near(line.get(at..)?))
}

/// `ShopController#books as HTML` without its format.
pub(super) fn handler(text: &[u8]) -> Option<&[u8]> {
    let name = text.split(|byte| *byte == b' ').next()?;
    name.contains(&b'#').then_some(name)
}

/// `200 OK in 241ms (…)` as status and microseconds.
pub(super) fn completed(text: &[u8]) -> Option<(u16, Option<u64>)> {
    let (status, rest) = text.split_first_chunk::<3>()?;
    let status: u16 = std::str::from_utf8(status).ok()?.parse().ok()?;
    let text = near(rest);
    let number = text.get(memchr::memmem::find(text, b" in ")? + 4..)?;
    let number = number.get(..memchr::memmem::find(number, b"ms")?)?;
    Some((status, Some(micros(number, 1_000.0)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, kind: Option<Kind>, thread: &str, body: &str) {
        let head = head(line.as_bytes());
        assert_eq!(head.as_ref().map(|head| head.kind), kind, "{line}");
        if let Some(head) = head {
            assert_eq!(
                String::from_utf8_lossy(&head.prefix.thread),
                thread,
                "{line}"
            );
            assert_eq!(&line[head.body..], body, "{line}");
        }
    }

    #[test]
    fn lines_of_all_kinds() {
        let query = |duration, cached| Some(Kind::Query { duration, cached });
        let tag = "e8a5731b-1c2d-4e5f-8a9b-0c1d2e3f4a5b";
        check(
            "  User Load (0.9ms)  SELECT 1",
            query(Some(900), false),
            "",
            "SELECT 1",
        );
        check(
            &format!("[{tag}]   User Load (0.9ms)  SELECT 1"),
            query(Some(900), false),
            tag,
            "SELECT 1",
        );
        check(
            &format!("[10.0.0.1] [{tag}]    (12.3ms)  SELECT COUNT(*)"),
            query(Some(12_300), false),
            tag,
            "SELECT COUNT(*)",
        );
        check(
            "  CACHE Author Load (0.0ms)  SELECT 1",
            query(None, true),
            "",
            "SELECT 1",
        );
        check(
            "  ASYNC Book Load (0.1ms) (db time 4.5ms)  SELECT 1",
            query(Some(4_500), false),
            "",
            "SELECT 1",
        );
        check(
            "D, [2026-11-21T04:41:47.987000 #71] DEBUG -- :   Book Load (0.9ms)  SELECT 1",
            query(Some(900), false),
            "71",
            "SELECT 1",
        );
        check("  Book Load (0.9ms)", query(Some(900), false), "", "");
        check(
            "  Rendered books/index.html.erb (5.0ms)",
            Some(Kind::Other),
            "",
            "books/index.html.erb (5.0ms)",
        );
        check(
            "  \u{21b3} app/a.rb:2:in `map'",
            Some(Kind::Source),
            "",
            "app/a.rb:2:in `map'",
        );
        check(
            "Processing by ShopController#books as HTML",
            Some(Kind::Processing),
            "",
            "ShopController#books as HTML",
        );
        check(
            "Completed 200 OK in 241ms (Views: 1.0ms)",
            Some(Kind::Completed),
            "",
            "200 OK in 241ms (Views: 1.0ms)",
        );
        check("we Completed 200 OK in 241ms", None, "", "");
        check("Completed the work", None, "", "");
        check("took (0.9ms)  for nothing", None, "", "");
        check(
            "2026-11-21 04:10:19.987 UTC [7] LOG:  statement: SELECT ' (0.9ms)  SELECT 1'",
            None,
            "",
            "",
        );
    }

    #[test]
    fn times_of_requests() {
        let line = b"Started GET \"/books?a=1\" for 127.0.0.1 at 2026-11-21 05:10:19 +0100";
        let head = head(line).unwrap();
        assert_eq!(head.prefix.time, Some(1_795_234_219_000_000));
        assert_eq!(head.prefix.utc_offset, 3_600);
        assert_eq!(started(&line[8..]), Some((&b"GET"[..], &b"/books?a=1"[..])));
        assert_eq!(completed(b"302 Found in 12ms"), Some((302, Some(12_000))));
    }
}
