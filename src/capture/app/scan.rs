//! Where the quotes and comments of a statement are.

/// Walks over the bytes of a statement, from the start of a quoted text or a comment right behind its end: each item
/// is a byte and its place. The first byte of a quote (`'`, `"`, `$`) or comment (`-`, `/`) is one of them.
pub(super) struct Outside<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether the text ended inside a quote or a block comment.
    pub(super) open: bool,
}

/// Walks over a statement from its start.
pub(super) fn outside(text: &[u8]) -> Outside<'_> {
    Outside {
        text,
        at: 0,
        open: false,
    }
}

impl Iterator for Outside<'_> {
    type Item = (usize, u8);

    fn next(&mut self) -> Option<(usize, u8)> {
        let at = self.at;
        let byte = *self.text.get(at)?;
        let end = match byte {
            b'\'' => quoted(self.text, at, b'\'', is_escaped(self.text, at)),
            b'"' => quoted(self.text, at, b'"', false),
            b'$' => dollar_quoted(self.text, at),
            b'-' if self.text.get(at + 1) == Some(&b'-') => Some(
                memchr::memchr(b'\n', self.text.get(at..)?)
                    .map_or(self.text.len(), |length| at + length),
            ),
            b'/' if self.text.get(at + 1) == Some(&b'*') => comment_end(self.text, at),
            _ => Some(at + 1),
        };
        self.open = end.is_none();
        self.at = end.unwrap_or(self.text.len());
        Some((at, byte))
    }
}

/// Whether backslashes count in the literal whose quote is at `at`: `E'…'`.
fn is_escaped(text: &[u8], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| text.get(at));
    matches!(before(1), Some(b'e' | b'E')) && !before(2).is_some_and(|byte| is_of_name(*byte))
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..)
}

/// Behind the closing quote. A doubled quote closes one text and opens the next.
fn quoted(text: &[u8], at: usize, quote: u8, escapes: bool) -> Option<usize> {
    let mut at = at + 1;
    if !escapes {
        return Some(at + memchr::memchr(quote, text.get(at..)?)? + 1);
    }
    loop {
        at += memchr::memchr2(quote, b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&b'\\') {
            at += 2;
        } else if text.get(at + 1) == Some(&quote) {
            // The second half of a doubled quote has no E before it.
            at += 2;
        } else {
            return Some(at + 1);
        }
    }
}

/// Behind the closing `$tag$`; the next byte where `$` begins none.
fn dollar_quoted(text: &[u8], at: usize) -> Option<usize> {
    let plain = Some(at + 1);
    let in_name = at
        .checked_sub(1)
        .and_then(|before| text.get(before))
        .is_some_and(|byte| is_of_name(*byte));
    let rest = text.get(at + 1..)?;
    let name = rest
        .iter()
        .take(LONGEST_TAG)
        .take_while(|byte| **byte != b'$' && is_of_name(**byte))
        .count();
    let is_tag = rest.get(name) == Some(&b'$') && !rest.first().is_some_and(u8::is_ascii_digit);
    if in_name || !is_tag {
        return plain;
    }
    let tag = text.get(at..at + name + 2)?;
    let inner = text.get(at + tag.len()..)?;
    Some(at + 2 * tag.len() + memchr::memmem::find(inner, tag)?)
}

/// Longer than a name in Postgres.
const LONGEST_TAG: usize = 64;

/// Behind the end of a block comment. They nest.
fn comment_end(text: &[u8], at: usize) -> Option<usize> {
    let (mut at, mut depth) = (at + 2, 1_usize);
    while depth > 0 {
        at += memchr::memchr2(b'*', b'/', text.get(at..)?)?;
        match (text.get(at), text.get(at + 1)) {
            (Some(b'*'), Some(b'/')) => {
                depth -= 1;
                at += 2;
            }
            (Some(b'/'), Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, open: bool) {
        let mut bytes = outside(text.as_bytes());
        let seen: Vec<u8> = bytes.by_ref().map(|(_, byte)| byte).collect();
        assert_eq!(String::from_utf8(seen).unwrap(), expected, "{text}");
        assert_eq!(bytes.open, open, "{text}");
        for cut in 0..text.len() {
            outside(&text.as_bytes()[..cut]).for_each(drop);
        }
    }

    #[test]
    fn quotes_and_comments_are_stepped_over() {
        check("a 'b''c' d", "a '' d", false);
        check(r"a E'b\'c' d 'e\' f", "a E' d ' f", false);
        check(r"a E'b''\'c' d", "a E' d", false);
        check(r#"a "b'c" d"#, r#"a " d"#, false);
        check("a $1 $$b'$$ $x$c$$d$x$ e$f$ g", "a $1 $ $ e$f$ g", false);
        check("a -- b'\nc", "a -\nc", false);
        check("a - b / c", "a - b / c", false);
        check("a /* b /* ' */ */ c", "a / c", false);
        check("a 'b", "a '", true);
        check("a /* b", "a /", true);
        check("a $x$ b", "a $", true);
    }
}
