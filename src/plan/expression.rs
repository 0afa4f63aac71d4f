//! Conditions as the server writes them: what they ask without their constants, and what they are made of.

/// A condition without its constants and their types: `(total > '5'::numeric)` and `(total > $1)` ask the same.
pub(super) fn skeleton(text: &str) -> String {
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let is_word =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80;
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < bytes.len() {
        let start = i;
        match at(i) {
            b'\'' => {
                i = quoted(bytes, i);
                out.push('?');
                i = cast(bytes, i);
                continue;
            }
            b'"' => i = quoted(bytes, i),
            b'0'..=b'9' | b'$' => {
                let number = |byte: u8| is_word(byte) || byte == b'.';
                i += 1 + bytes.iter().skip(i + 1).take_while(|b| number(**b)).count();
                out.push('?');
                i = cast(bytes, i);
                continue;
            }
            byte if is_word(byte) => i += bytes.iter().skip(i).take_while(|b| is_word(**b)).count(),
            _ => i += 1,
        }
        out.push_str(text.get(start..i).unwrap_or_default());
    }
    out
}

/// The place behind a text in quotes; a doubled quote is part of it.
fn quoted(bytes: &[u8], start: usize) -> usize {
    let quote = bytes.get(start).copied();
    let mut i = start + 1;
    while i < bytes.len() {
        if bytes.get(i).copied() == quote {
            if bytes.get(i + 1).copied() != quote {
                return i + 1;
            }
            i += 1;
        }
        i += 1;
    }
    bytes.len()
}

/// The place behind a cast: `::timestamp without time zone`, `::numeric(10,2)`, `::text[]`. Keywords of conditions are in
/// capitals, names of types aren't.
fn cast(bytes: &[u8], start: usize) -> usize {
    if bytes.get(start..start + 2) != Some(b"::") {
        return start;
    }
    let name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_. \"".contains(&byte);
    let mut i = start + 2;
    i += bytes.iter().skip(i).take_while(|b| name(**b)).count();
    let back = bytes.get(start..i).unwrap_or_default();
    i -= back.iter().rev().take_while(|b| **b == b' ').count();
    if bytes.get(i) == Some(&b'(') {
        i += bytes.iter().skip(i).take_while(|b| **b != b')').count() + 1;
    }
    while bytes.get(i..i + 2) == Some(b"[]") {
        i += 2;
    }
    i.min(bytes.len())
}

/// The conditions that are joined by `AND`: `((a = 1) AND (b = 2))` are `(a = 1)` and `(b = 2)`.
pub(super) fn conjuncts(text: &str) -> Vec<&str> {
    let text = text.trim();
    let inner = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(text);
    let parts = split(inner);
    if parts.len() > 1 { parts } else { vec![text] }
}

/// Parts a text at each `AND` that is in no brackets. Gives nothing if brackets close that were never opened: those
/// around the text were two pairs then.
fn split(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut parts, mut from, mut depth, mut i) = (Vec::new(), 0, 0_usize, 0);
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'\'' | b'"' => {
                i = quoted(bytes, i);
                continue;
            }
            b'(' | b'[' => depth += 1,
            b')' | b']' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Vec::new(),
            },
            b' ' if depth == 0 && bytes.get(i..i + 5) == Some(b" AND ") => {
                parts.extend(text.get(from..i));
                from = i + 5;
                i += 5;
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    parts.extend(text.get(from..));
    parts
}

#[cfg(test)]
mod tests {
    use super::{conjuncts, skeleton};

    #[test]
    fn constants_and_their_types_do_not_count() {
        let check = |text: &str, expected: &str| assert_eq!(skeleton(text), expected);
        check("(total > '5'::numeric)", "(total > ?)");
        check("(total > $1)", "(total > ?)");
        check("(c2 = 17) AND (x.y1 = 2.5)", "(c2 = ?) AND (x.y1 = ?)");
        check("(t > '2024-01-01'::timestamp without time zone)", "(t > ?)");
        check("(a = 'it''s'::text) AND b", "(a = ?) AND b");
        check("(id = ANY ('{1,2}'::integer[]))", "(id = ANY (?))");
        check("(price < '1'::numeric(10,2))", "(price < ?)");
        check("(\"Odd 1\" = 1)", "(\"Odd 1\" = ?)");
        check("((note)::text ~~ '%x'::text)", "((note)::text ~~ ?)");
        check("naïve_1 = '", "naïve_1 = ?");
        check("x = 1::", "x = ?");
    }

    #[test]
    fn conditions_are_parted_at_and() {
        let check = |text: &str, expected: &[&str]| assert_eq!(conjuncts(text), expected);
        check("(a = 1)", &["(a = 1)"]);
        check("((a = 1) AND (b = 2))", &["(a = 1)", "(b = 2)"]);
        check(
            "((a = 1) AND ((b = 2) OR ((c = 3) AND d)))",
            &["(a = 1)", "((b = 2) OR ((c = 3) AND d))"],
        );
        check(
            "((a = ' AND ') AND (\" AND (\" = 1))",
            &["(a = ' AND ')", "(\" AND (\" = 1)"],
        );
        check("(a) OR (b)", &["(a) OR (b)"]);
        check("(a AND b", &["(a AND b"]);
        check("", &[""]);
    }
}
