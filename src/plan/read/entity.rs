//! Letters that XML and HTML write by name or number.

use std::borrow::Cow;

/// The text with its entities made plain; what is none stays.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        rest = behind;
        // The longest that we know is `&#x10ffff;`.
        let end = behind.bytes().take(10).position(|b| b == b';');
        let name = end.and_then(|end| behind.get(..end));
        match name.and_then(letter) {
            Some(letter) => {
                out.push(letter);
                rest = behind
                    .get(name.map_or(0, str::len) + 1..)
                    .unwrap_or_default();
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn letter(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}
