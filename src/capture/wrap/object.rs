//! JSON objects without a tree: their fields as slices. Bytes in another encoding than UTF-8 are no harm.

/// A field of an object: its key and its value as they are written, the key without its quotes.
pub(super) struct Field<'a> {
    pub key: &'a [u8],
    pub value: &'a [u8],
}

/// The fields of the object that `text` is, up to where it can't be read on.
pub(super) fn fields(text: &[u8]) -> Fields<'_> {
    Fields {
        rest: text.trim_ascii().strip_prefix(b"{").unwrap_or_default(),
    }
}

pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let rest = self.rest.trim_ascii_start();
        let rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
        let key_end = string_end(rest)?;
        let (key, after) = rest.split_at_checked(key_end)?;
        let after = after
            .trim_ascii_start()
            .strip_prefix(b":")?
            .trim_ascii_start();
        let (value, after) = after.split_at_checked(value_end(after)?)?;
        self.rest = after;
        Some(Field {
            key: inner(key)?,
            value,
        })
    }
}

/// The value of a key of the object that `text` is.
pub(super) fn get<'a>(text: &'a [u8], key: &str) -> Option<&'a [u8]> {
    fields(text)
        .find(|f| f.key == key.as_bytes())
        .map(|f| f.value)
}

/// The first value of the array that `text` is.
pub(super) fn first(text: &[u8]) -> Option<&[u8]> {
    let rest = text.trim_ascii().strip_prefix(b"[")?.trim_ascii_start();
    rest.get(..value_end(rest)?)
}

/// What stands between the quotes of a string; `None` when the value is none.
pub(super) fn inner(value: &[u8]) -> Option<&[u8]> {
    value.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

/// Adds the text of a string (without quotes) to `into`.
pub(super) fn unescape(mut text: &[u8], into: &mut Vec<u8>) {
    while let Some(at) = memchr::memchr(b'\\', text) {
        into.extend_from_slice(text.get(..at).unwrap_or_default());
        let Some((escape, after)) = text.get(at + 1..).and_then(<[u8]>::split_first) else {
            return;
        };
        text = after;
        match escape {
            b'n' => into.push(b'\n'),
            b't' => into.push(b'\t'),
            b'r' => into.push(b'\r'),
            b'b' => into.push(8),
            b'f' => into.push(12),
            b'u' => text = unescape_unicode(after, into),
            other => into.push(*other),
        }
    }
    into.extend_from_slice(text);
}

/// The text of a string value; any other value as it is written. `scratch` holds it if it had escapes.
pub(super) fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let Some(text) = inner(value) else {
        return value;
    };
    if memchr::memchr(b'\\', text).is_none() {
        return text;
    }
    scratch.clear();
    unescape(text, scratch);
    scratch
}

/// Adds `text` as a JSON string with its quotes to `into`.
pub(super) fn quote(text: &[u8], into: &mut Vec<u8>) {
    into.push(b'"');
    for byte in text {
        match byte {
            b'"' | b'\\' => into.extend_from_slice(&[b'\\', *byte]),
            b'\n' => into.extend_from_slice(b"\\n"),
            b'\r' => into.extend_from_slice(b"\\r"),
            b'\t' => into.extend_from_slice(b"\\t"),
            0..=31 => {
                let hex = b"0123456789abcdef";
                into.extend_from_slice(b"\\u00");
                into.extend(hex.get(usize::from(byte >> 4)));
                into.extend(hex.get(usize::from(byte & 15)));
            }
            _ => into.push(*byte),
        }
    }
    into.push(b'"');
}

/// What follows `\uXXXX` (the digits first), whose character goes to `into`.
fn unescape_unicode<'a>(text: &'a [u8], into: &mut Vec<u8>) -> &'a [u8] {
    let Some((code, mut rest)) = hex4(text) else {
        return text;
    };
    let mut code = code;
    // Characters past 16 bits are two escapes.
    if (0xd800..0xdc00).contains(&code)
        && let Some((low, after)) = rest.strip_prefix(b"\\u").and_then(hex4)
        && (0xdc00..0xe000).contains(&low)
    {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        rest = after;
    }
    let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    into.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    rest
}

fn hex4(text: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(4)?;
    let code = digits.iter().try_fold(0_u32, |code, b| {
        char::from(*b).to_digit(16).map(|d| code << 4 | d)
    })?;
    Some((code, rest))
}

/// Where the string at the start of `text` ends, behind its closing quote.
fn string_end(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Where the value at the start of `text` ends.
fn value_end(text: &[u8]) -> Option<usize> {
    match text.first()? {
        b'"' => string_end(text),
        b'{' | b'[' => {
            let mut depth = 0_usize;
            let mut at = 0;
            loop {
                match text.get(at)? {
                    b'"' => at += string_end(text.get(at..)?)?,
                    b'{' | b'[' => {
                        depth += 1;
                        at += 1;
                    }
                    b'}' | b']' => {
                        depth -= 1;
                        at += 1;
                        if depth == 0 {
                            return Some(at);
                        }
                    }
                    _ => at += 1,
                }
            }
        }
        _ => {
            let end = text
                .iter()
                .position(|b| matches!(b, b',' | b'}' | b']') || b.is_ascii_whitespace())
                .unwrap_or(text.len());
            (end > 0).then_some(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_and_texts_unescaped() {
        let object =
            br#" {"a":"x\n\"\u00e9\ud83d\ude00\u12", "b" : {"c":["}",{}]} ,"d":-1.5e3,"e":null}"#;
        let all: Vec<_> = fields(object)
            .map(|f| {
                format!(
                    "{}={}",
                    String::from_utf8_lossy(f.key),
                    String::from_utf8_lossy(f.value)
                )
            })
            .collect();
        assert_eq!(
            all,
            [
                r#"a="x\n\"\u00e9\ud83d\ude00\u12""#,
                r#"b={"c":["}",{}]}"#,
                "d=-1.5e3",
                "e=null"
            ]
        );
        let mut scratch = Vec::new();
        assert_eq!(
            text(get(object, "a").unwrap(), &mut scratch),
            "x\n\"é😀12".as_bytes()
        );
        assert_eq!(
            get(get(object, "b").unwrap(), "c").and_then(first),
            Some(&b"\"}\""[..])
        );
    }

    #[test]
    fn damage_ends_the_fields() {
        for text in [
            "",
            "{",
            "{\"",
            "{\"a",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":\"x",
            "{\"a\":[{",
            "{\"a\\",
            "x",
        ] {
            assert_eq!(fields(text.as_bytes()).count(), 0, "{text}");
        }
    }

    #[test]
    fn quoting_is_undone_by_unescaping() {
        let odd = b"a\"\\\n\r\t\x01\x1f\xe9";
        let mut quoted = Vec::new();
        quote(odd, &mut quoted);
        assert_eq!(quoted, b"\"a\\\"\\\\\\n\\r\\t\\u0001\\u001f\xe9\"");
        assert_eq!(text(&quoted, &mut Vec::new()), odd);
    }
}
