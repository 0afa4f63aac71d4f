//! Values as Python, Ruby and JavaScript print them, and as Postgres writes the same.

use super::python_time;

/// The text of a value; `None` is NULL.
pub(super) type Value = Option<String>;

/// Reads the value at `at`, and where it ends. `None` where a quote has no end.
pub(super) fn value(text: &[u8], at: usize) -> Option<(Value, usize)> {
    match *text.get(at)? {
        quote @ (b'\'' | b'"' | b'`') => {
            let (value, end) = string(text, at, quote)?;
            Some((Some(value), end))
        }
        b'[' => {
            let mut out = String::new();
            match array(text, at, 0, &mut out) {
                Some(end) => Some((Some(out), end)),
                None => Some(word(text, at)),
            }
        }
        _ => Some(word(text, at)),
    }
}

/// Reads what has no quotes: a number, a name, a call, or a list of another kind, which is kept as written.
fn word(text: &[u8], at: usize) -> (Value, usize) {
    let end = as_written(text, at);
    let written = text.get(at..end).unwrap_or_default().trim_ascii();
    let value = match written {
        b"None" | b"nil" | b"null" | b"undefined" | b"NULL" => None,
        b"True" => Some("true".to_owned()),
        b"False" => Some("false".to_owned()),
        _ => call(written)
            .or_else(|| python_time::written(written))
            .or_else(|| Some(String::from_utf8_lossy(written).into_owned())),
    };
    (value, end)
}

/// What Python wraps in a name and brackets though it is a plain value: `Decimal('1.5')`, `Int4(7)`.
fn call(written: &[u8]) -> Option<String> {
    const PLAIN: [&[u8]; 10] = [
        b"Decimal",
        b"UUID",
        b"Int2",
        b"Int4",
        b"Int8",
        b"IntNumeric",
        b"Float4",
        b"Float8",
        b"Oid",
        b"SafeString",
    ];
    let (name, rest) = written.split_at_checked(memchr::memchr(b'(', written)?)?;
    let inner = rest.strip_prefix(b"(")?.strip_suffix(b")")?;
    if !PLAIN.contains(&name) {
        return None;
    }
    match inner.first() {
        Some(quote @ (b'\'' | b'"')) => {
            let (value, end) = string(inner, 0, *quote)?;
            (end == inner.len()).then_some(value)
        }
        _ => Some(String::from_utf8_lossy(inner).into_owned()),
    }
}

/// Where the value at `at` ends: before the comma or bracket that follows it.
pub(super) fn as_written(text: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = at;
    while let Some(byte) = text.get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' | b',' if depth == 0 => return at,
            b')' | b']' | b'}' => depth -= 1,
            b'.' if depth == 0
                && at > 0
                && text.get(at - 1) == Some(&b' ')
                && text.get(at..).and_then(left_out).is_some() =>
            {
                return at;
            }
            quote @ (b'\'' | b'"') => {
                at = closing(text, at + 1, *quote).map_or(text.len(), |end| end + 1);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Where the list ends whose opening bracket is at `at`.
pub(super) fn bracketed(text: &[u8], at: usize) -> usize {
    let inner = as_written(text, at + 1);
    let mut at = inner;
    // Commas on the way separate its own values.
    while text.get(at) == Some(&b',') {
        at = as_written(text, at + 1);
    }
    (at + 1).min(text.len())
}

/// The length of `... 400 parameters truncated ... ` or `... 400 more items`, which a text begins with.
pub(super) fn left_out(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(b"... ")?;
    let digits = rest
        .iter()
        .take(12)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let behind = rest.get(digits..)?;
    let length = [
        &b" parameters truncated ... "[..],
        b" more items",
        b" more item",
    ]
    .iter()
    .find(|end| behind.starts_with(end))?
    .len();
    (digits > 0).then_some(4 + digits + length)
}

/// Where the quote is that ends a string whose first byte is at `at`.
fn closing(text: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    loop {
        at += memchr::memchr2(quote, b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&quote) {
            return Some(at);
        }
        at += 2;
    }
}

/// Reads the string whose opening quote is at `at`, and where it ends.
pub(super) fn string(text: &[u8], at: usize, quote: u8) -> Option<(String, usize)> {
    let end = closing(text, at + 1, quote)?;
    let inner = text.get(at + 1..end)?;
    Some((unescaped(inner), end + 1))
}

fn unescaped(inner: &[u8]) -> String {
    let Some(first) = memchr::memchr(b'\\', inner) else {
        return String::from_utf8_lossy(inner).into_owned();
    };
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    let mut next = Some(first);
    while let Some(at) = next
        && let Some((plain, escape)) = rest.split_at_checked(at)
    {
        out.extend_from_slice(plain);
        let taken = push_escape(escape, &mut out);
        rest = escape.get(taken..).unwrap_or_default();
        next = memchr::memchr(b'\\', rest);
    }
    out.extend_from_slice(rest);
    String::from_utf8_lossy(&out).into_owned()
}

/// Writes what the escape means that a text begins with. Returns how many bytes it takes.
fn push_escape(escape: &[u8], out: &mut Vec<u8>) -> usize {
    let plain = |byte: u8, out: &mut Vec<u8>| {
        out.push(byte);
        2
    };
    match escape.get(1) {
        Some(b'n') => plain(b'\n', out),
        Some(b'r') => plain(b'\r', out),
        Some(b't') => plain(b'\t', out),
        Some(b'a') => plain(7, out),
        Some(b'b') => plain(8, out),
        Some(b'f') => plain(12, out),
        Some(b'v') => plain(11, out),
        Some(b'e') => plain(27, out),
        Some(kind @ (b'x' | b'u' | b'U')) => {
            let Some((code, taken)) = code(escape, *kind) else {
                return plain(b'\\', out) - 1;
            };
            let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            taken
        }
        Some(letter) if !letter.is_ascii_alphanumeric() => plain(*letter, out),
        // None is known: the log has cut the string.
        _ => plain(b'\\', out) - 1,
    }
}

/// The letter that `\xe9`, `\u20ac`, `\u{1f600}`, `\U0001f600` or a pair of `\ud83d\ude00` stands for.
fn code(escape: &[u8], kind: u8) -> Option<(u32, usize)> {
    let hex = |from: usize, to: usize| -> Option<u32> {
        let digits = escape.get(from..to)?;
        let sound = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
        u32::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| sound)?, 16).ok()
    };
    if kind == b'u' && escape.get(2) == Some(&b'{') {
        let near = escape.get(..12).unwrap_or(escape);
        let end = memchr::memchr(b'}', near)?;
        return Some((hex(3, end)?, end + 1));
    }
    let end = 2 + match kind {
        b'x' => 2,
        b'u' => 4,
        _ => 8,
    };
    let code = hex(2, end)?;
    if (0xd800..0xdc00).contains(&code)
        && escape.get(end..end + 2) == Some(b"\\u")
        && let Some(low @ 0xdc00..0xe000) = hex(end + 2, end + 6)
    {
        return Some((0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00), end + 6));
    }
    Some((code, end))
}

/// Writes the list at `at` as Postgres writes an array: `{1,NULL,"a b"}`. Returns where it ends, or `None` when it is
/// no plain list.
fn array(text: &[u8], at: usize, depth: usize, out: &mut String) -> Option<usize> {
    if depth > DEEPEST {
        return None;
    }
    out.push('{');
    let mut at = at + 1;
    let mut separated = true;
    loop {
        match *text.get(at)? {
            b' ' | b'\n' => at += 1,
            b',' if !separated => {
                out.push(',');
                separated = true;
                at += 1;
            }
            b']' if !separated || out.ends_with('{') => {
                out.push('}');
                return Some(at + 1);
            }
            b'[' if separated => {
                at = array(text, at, depth + 1, out)?;
                separated = false;
            }
            b'{' | b'(' => return None,
            byte if separated => {
                let (value, end) = value(text, at)?;
                let is_quoted = matches!(byte, b'\'' | b'"');
                match value.as_deref() {
                    None => out.push_str("NULL"),
                    Some("true") if !is_quoted => out.push('t'),
                    Some("false") if !is_quoted => out.push('f'),
                    // An object of a kind that isn't known, or one whose middle is left out.
                    Some(plain)
                        if !is_quoted && (plain.contains(['(', '<']) || plain.contains("...")) =>
                    {
                        return None;
                    }
                    Some(element) => push_element(element, out),
                }
                at = end;
                separated = false;
            }
            _ => return None,
        }
    }
}

/// Postgres' own limit for dimensions.
const DEEPEST: usize = 6;

fn push_element(element: &str, out: &mut String) {
    let needs_quotes = element.is_empty()
        || element.eq_ignore_ascii_case("null")
        || element
            .contains(|letter: char| "{},\"\\".contains(letter) || letter.is_ascii_whitespace());
    if !needs_quotes {
        out.push_str(element);
        return;
    }
    out.push('"');
    for letter in element.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
}
