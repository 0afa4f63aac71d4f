//! Prepared statements: their texts, and what SQL-level `PREPARE` and `EXECUTE` say of them.

use crate::sql;

/// The statement of a step of the extended protocol, without what is left of its name before it.
///
/// The name ends at a colon and a blank, and may hold such itself. But a step has one statement only: where the text
/// holds several, it begins behind a later colon.
pub(super) fn without_name(text: &[u8]) -> &[u8] {
    let several = |text: &[u8]| {
        let behind = memchr::memchr(b';', text).and_then(|at| text.get(at + 1..));
        behind.is_some_and(|rest| !rest.trim_ascii().is_empty()) && statements(text) > 1
    };
    if !several(text) {
        return text;
    }
    memchr::memmem::find_iter(text, b": ")
        .take(MOST_COLONS)
        .filter_map(|at| text.get(at + 2..))
        .find(|rest| !several(rest))
        .unwrap_or(text)
}

/// So many ends of a name are tried.
const MOST_COLONS: usize = 16;

fn statements(text: &[u8]) -> usize {
    sql::split(&String::from_utf8_lossy(text)).count()
}

/// The statement in `PREPARE name (types) AS statement`.
pub(super) fn body(prepare: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    let mut depth = 0_u32;
    while let Some(&byte) = prepare.get(at) {
        match byte {
            b'"' => at += 1 + memchr::memchr(b'"', prepare.get(at + 1..)?)?,
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'a' | b'A' if depth == 0 && at > 0 && is_word(prepare, at, b"as") => {
                return Some(prepare.get(at + 2..)?.trim_ascii_start());
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn is_word(text: &[u8], at: usize, word: &[u8]) -> bool {
    let plain = |b: Option<&u8>| {
        b.is_none_or(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'"') || *b > 127))
    };
    text.get(at..at + word.len())
        .is_some_and(|found| found.eq_ignore_ascii_case(word))
        && (at == 0 || plain(text.get(at - 1)))
        && plain(text.get(at + word.len()))
}

/// The arguments of `EXECUTE name (…)` in the form of a parameter list, `$1 = '5', $2 = NULL`.
pub(super) fn parameters(execute: &[u8]) -> Vec<u8> {
    let mut list = Vec::new();
    let Some(inside) = arguments(execute) else {
        return list;
    };
    for (number, argument) in (1..).zip(split(inside)) {
        if number > 1 {
            list.extend_from_slice(b", ");
        }
        list.extend_from_slice(format!("${number} = ").as_bytes());
        if is_literal(argument) || argument.eq_ignore_ascii_case(b"NULL") {
            list.extend_from_slice(argument);
        } else {
            list.push(b'\'');
            for byte in argument {
                list.extend(std::iter::repeat_n(
                    *byte,
                    if *byte == b'\'' { 2 } else { 1 },
                ));
            }
            list.push(b'\'');
        }
    }
    list
}

/// Whether it is nothing but `'…'`, in which quotes are doubled.
fn is_literal(text: &[u8]) -> bool {
    let inside = text
        .strip_prefix(b"'")
        .and_then(|rest| rest.strip_suffix(b"'"));
    inside.is_some_and(|inside| {
        let mut quotes = memchr::memchr_iter(b'\'', inside);
        while let Some(first) = quotes.next() {
            if quotes.next() != Some(first + 1) {
                return false;
            }
        }
        true
    })
}

/// What stands in the outermost parentheses.
fn arguments(text: &[u8]) -> Option<&[u8]> {
    let from = memchr::memchr(b'(', text)? + 1;
    let to = memchr::memrchr(b')', text)?;
    text.get(from..to)
}

/// Parts between commas that no quote or parenthesis holds.
fn split(text: &[u8]) -> Vec<&[u8]> {
    let (mut parts, mut from, mut depth, mut quoted) = (Vec::new(), 0, 0_i32, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'(' | b'[' if !quoted => depth += 1,
            b')' | b']' if !quoted => depth -= 1,
            b',' if !quoted && depth == 0 => {
                parts.push(text.get(from..at).unwrap_or_default().trim_ascii());
                from = at + 1;
            }
            _ => {}
        }
    }
    let last = text.get(from..).unwrap_or_default().trim_ascii();
    if !parts.is_empty() || !last.is_empty() {
        parts.push(last);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_one_statement() {
        for (text, expected) in [
            ("SELECT 9; /x0: SELECT $1::int + 3", "SELECT $1::int + 3"),
            ("SELECT 1;", "SELECT 1;"),
            ("SELECT 'a; b: c'", "SELECT 'a; b: c'"),
            ("SELECT 1; SELECT 2", "SELECT 1; SELECT 2"),
            ("", ""),
        ] {
            let got = without_name(text.as_bytes());
            assert_eq!(got, expected.as_bytes(), "{text}");
        }
    }

    #[test]
    fn bodies() {
        for (prepare, expected) in [
            (
                "PREPARE pp(int) AS SELECT * FROM t WHERE id = $1",
                Some("SELECT * FROM t WHERE id = $1"),
            ),
            (
                "prepare \"as as\" (numeric(4, 2), text)\n as\tUPDATE t SET a = $1",
                Some("UPDATE t SET a = $1"),
            ),
            ("PREPARE basic AS SELECT 1 AS one", Some("SELECT 1 AS one")),
            ("PREPARE p", None),
            ("PREPARE \"p", None),
            ("", None),
        ] {
            let got = body(prepare.as_bytes());
            assert_eq!(got, expected.map(str::as_bytes), "{prepare}");
        }
    }

    #[test]
    fn arguments_become_a_list() {
        for (execute, expected) in [
            ("EXECUTE pp(1)", "$1 = '1'"),
            (
                "EXECUTE pp ( 'a, ''b''', NULL, f(1, 2) )",
                "$1 = 'a, ''b''', $2 = NULL, $3 = 'f(1, 2)'",
            ),
            (
                "EXECUTE pp('x'::text || 'y')",
                "$1 = '''x''::text || ''y'''",
            ),
            ("EXECUTE pp", ""),
            ("EXECUTE pp()", ""),
            ("EXECUTE pp)(", ""),
        ] {
            assert_eq!(
                parameters(execute.as_bytes()),
                expected.as_bytes(),
                "{execute}"
            );
        }
    }
}
