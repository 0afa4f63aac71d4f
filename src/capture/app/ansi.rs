//! The colours of a terminal, which loggers leave in files.

use std::borrow::Cow;

const ESCAPE: u8 = 0x1b;

/// `text` without its escape sequences (`ESC [ … m`).
pub(super) fn stripped(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(ESCAPE, text) else {
        return Cow::Borrowed(text);
    };
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    let mut next = Some(first);
    while let Some(escape) = next {
        plain.extend_from_slice(text.get(at..escape).unwrap_or_default());
        at = sequence_end(text, escape);
        next = text
            .get(at..)
            .and_then(|rest| memchr::memchr(ESCAPE, rest))
            .map(|n| at + n);
    }
    plain.extend_from_slice(text.get(at..).unwrap_or_default());
    Cow::Owned(plain)
}

/// Where the byte that has number `plain` in [`stripped`] stands in `text`.
pub(super) fn place(text: &[u8], plain: usize) -> usize {
    let (mut at, mut seen) = (0, 0);
    loop {
        if text.get(at) == Some(&ESCAPE) {
            at = sequence_end(text, at);
        } else if seen == plain || at >= text.len() {
            return at;
        } else {
            at += 1;
            seen += 1;
        }
    }
}

/// Whether the text is in colour up to its next escape sequence, judged by the one right before `at`.
pub(super) fn is_coloured(text: &[u8], at: usize) -> bool {
    let near = text.get(at.saturating_sub(LONGEST)..at).unwrap_or_default();
    memchr::memrchr(ESCAPE, near).is_some_and(|escape| {
        sequence_end(near, escape) == near.len()
            && near.get(escape..).is_some_and(|last| last != b"\x1b[0m")
    })
}

/// Where the next escape sequence at or behind `at` begins.
pub(super) fn next(text: &[u8], at: usize) -> Option<usize> {
    Some(at + memchr::memchr(ESCAPE, text.get(at..)?)?)
}

/// Longer than a sequence that sets a colour of 24 bits, and the background with it.
const LONGEST: usize = 48;

/// Where the sequence that begins at `at` ends.
fn sequence_end(text: &[u8], at: usize) -> usize {
    if text.get(at + 1) != Some(&b'[') {
        return at + 1;
    }
    let inner = text.get(at + 2..).unwrap_or_default();
    // Numbers and their separators; then a letter ends it.
    let numbers = inner
        .iter()
        .take_while(|byte| (0x20..0x40).contains(*byte))
        .count();
    let end = at + 2 + numbers;
    end + usize::from(
        text.get(end)
            .is_some_and(|byte| (0x40..0x7f).contains(byte)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_taken_away() {
        let text = b"  \x1b[1m\x1b[36mUser (0.3ms)\x1b[0m  \x1b[38;5;12mSELECT 1\x1b[0m x\x1b";
        assert_eq!(*stripped(text), *b"  User (0.3ms)  SELECT 1 x");
        assert_eq!(*stripped(b"plain"), *b"plain");
        let at = place(text, 16);
        assert!(text[at..].starts_with(b"SELECT 1"));
        assert!(is_coloured(text, at));
        assert!(!is_coloured(text, at - b"\x1b[38;5;12m".len()));
        assert_eq!(next(text, at), Some(at + 8));
        for cut in 0..text.len() {
            assert!(place(&text[..cut], 30) <= cut);
            assert!(!stripped(&text[..cut]).contains(&ESCAPE));
        }
    }
}
