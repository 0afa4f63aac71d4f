//! What frameworks write into comments: the route, the controller, the trace.
//!
//! Three forms are read: sqlcommenter (`key='url%2Dencoded'`, also without quotes, as Prisma wrote
//! `traceparent`), and marginalia with Rails' own query logs (`key:value,key:value`).

use crate::sql::lex::{Lexeme, Lexer};

/// The keys and values in the comments before and behind a statement, in the order of the text.
/// Empty when those are comments for people, or none.
#[must_use]
pub fn tags(sql: &[u8]) -> Vec<(String, String)> {
    let mut leading = Vec::new();
    let mut trailing = Vec::new();
    let mut solid = false;
    for lexed in Lexer::new(sql) {
        match lexed.lexeme {
            Lexeme::Space | Lexeme::Semicolon => {}
            Lexeme::Comment if solid => trailing.push(lexed.start..lexed.end),
            Lexeme::Comment => leading.push(lexed.start..lexed.end),
            _ => {
                solid = true;
                trailing.clear();
            }
        }
    }
    let mut tags = Vec::new();
    for range in leading.into_iter().chain(trailing) {
        let comment = String::from_utf8_lossy(sql.get(range).unwrap_or_default());
        tags.extend(comment_tags(body(&comment)).unwrap_or_default());
    }
    tags
}

/// A comment without its marks.
fn body(comment: &str) -> &str {
    match comment.strip_prefix("/*") {
        Some(inner) => inner.strip_suffix("*/").unwrap_or(inner).trim(),
        None => comment.trim_start_matches('-').trim(),
    }
}

/// The tags of a comment, when it holds nothing else.
fn comment_tags(body: &str) -> Option<Vec<(String, String)>> {
    let mut tags = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let (key, after) = key(rest)?;
        let (value, next) = match after.strip_prefix('=') {
            Some(value) => assigned(value)?,
            None => labelled(key, after.strip_prefix(':')?)?,
        };
        tags.push((decode(key), value));
        rest = next;
    }
    Some(tags)
}

fn key(text: &str) -> Option<(&str, &str)> {
    let is_key = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.' | '%');
    let end = text.find(|it| !is_key(it))?;
    let (key, rest) = text.split_at_checked(end)?;
    let begins = key.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    begins.then(|| (key, rest.trim_start()))
}

/// A value of sqlcommenter, and what follows its comma.
fn assigned(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let Some(quoted) = text.strip_prefix('\'') else {
        let end = text.find(',').unwrap_or(text.len());
        let (value, rest) = text.split_at_checked(end)?;
        let value = value.trim_end();
        let plain = !value.is_empty() && !value.contains([' ', '\'', '(', '=']);
        return if plain {
            Some((decode(value), after_comma(rest)?))
        } else {
            None
        };
    };
    let mut end = 0;
    let bytes = quoted.as_bytes();
    loop {
        match bytes.get(end)? {
            b'\\' => end += 2,
            b'\'' => break,
            _ => end += 1,
        }
    }
    let value = quoted.get(..end)?.replace("\\'", "'");
    let rest = after_comma(quoted.get(end + 1..)?)?;
    Some((decode(&value), rest))
}

/// A value of marginalia. It may hold colons, and for places in the source also spaces.
fn labelled<'a>(key: &str, text: &'a str) -> Option<(String, &'a str)> {
    let mut end = text.len();
    for (comma, _) in text.match_indices(',') {
        let next = text.get(comma + 1..).unwrap_or_default().trim_start();
        // A comma belongs to the value unless another key follows.
        if self::key(next).is_some_and(|(_, after)| after.starts_with(':')) {
            end = comma;
            break;
        }
    }
    let (value, rest) = text.split_at_checked(end)?;
    let spaced = value.contains(char::is_whitespace);
    // `pgloupe:ignore n-plus-one` is for us.
    let place = matches!(key, "line" | "source_location" | "caller" | "pgloupe");
    if value.is_empty() || value.starts_with("//") || (spaced && !place) {
        return None;
    }
    Some((value.trim_end().to_owned(), after_comma(rest)?))
}

/// What follows a comma; `None` when something else stands there.
fn after_comma(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix(',').map(str::trim_start)
}

/// Undoes URL encoding. Drivers that format with `%` have doubled the sign.
fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let [byte, rest @ ..] = bytes {
        let digits = match rest {
            [b'%', high, low, ..] => hex(*high, *low).map(|byte| (byte, 3)),
            [high, low, ..] => hex(*high, *low).map(|byte| (byte, 2)),
            _ => None,
        };
        let (decoded, taken) = match (byte, digits) {
            (b'%', Some(found)) => found,
            _ => (*byte, 0),
        };
        out.push(decoded);
        bytes = rest.get(taken..).unwrap_or_default();
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, want: &[(&str, &str)]) {
        let got = tags(sql.as_bytes());
        let got: Vec<_> = got.iter().map(|(key, value)| (&**key, &**value)).collect();
        assert_eq!(got, want, "{sql}");
    }

    #[test]
    fn sqlcommenter_is_read_and_decoded() {
        check(
            "SELECT 1 /*controller='x',framework='flask%3A3.1',route='/a',traceparent='00-ab-cd-01'*/",
            &[
                ("controller", "x"),
                ("framework", "flask:3.1"),
                ("route", "/a"),
                ("traceparent", "00-ab-cd-01"),
            ],
        );
        check(
            "/* a='1', b='it\\'s' */ SELECT 1;",
            &[("a", "1"), ("b", "it's")],
        );
        check(
            "SELECT 1 /* traceparent=00-ab-cd-01 */",
            &[("traceparent", "00-ab-cd-01")],
        );
        check("SELECT 1 /*route='%%2Fa'*/;", &[("route", "/a")]);
        check("/*a='1'*/ SELECT 1 /*b='2'*/", &[("a", "1"), ("b", "2")]);
        check("SELECT 1 /*a=''*/", &[("a", "")]);
        check("SELECT 1 -- a='1'", &[("a", "1")]);
    }

    #[test]
    fn marginalia_is_read() {
        check(
            "SELECT 1 /*application:ShopApp,controller:shop,action:detail*/",
            &[
                ("application", "ShopApp"),
                ("controller", "shop"),
                ("action", "detail"),
            ],
        );
        check(
            "/*action:index,line:/app/a.rb:12:in `block in x'*/ SELECT 1",
            &[
                ("action", "index"),
                ("line", "/app/a.rb:12:in `block in x'"),
            ],
        );
        check(
            "SELECT 1 /*controller_with_namespace:Api::V1::Books*/",
            &[("controller_with_namespace", "Api::V1::Books")],
        );
    }

    #[test]
    fn what_is_to_be_ignored() {
        check(
            "/* pgloupe:ignore n-plus-one */ SELECT 1",
            &[("pgloupe", "ignore n-plus-one")],
        );
    }

    #[test]
    fn comments_for_people_are_none() {
        for sql in [
            "SELECT 1",
            "SELECT 1 /* TODO: later */",
            "SELECT 1 /*, ... */",
            "SELECT 1 /* see https://example.org/x */",
            "SELECT 1 /* https://example.org/x */",
            "SELECT /* a='1' */ 1",
            "/*+ SeqScan(t) */ SELECT 1",
            "SELECT 1 /* a = b or c */",
            "SELECT 1 -- note:this one is slow",
            "SELECT '/* a=1 */'",
            "SELECT 1 /* a='cut off",
            "SELECT 1 /* 12:30 */",
            "SELECT 1 /**/",
        ] {
            check(sql, &[]);
        }
    }
}
