//! Where in its statement a message stands: the text log has ` at character 22` behind the message.

use std::sync::LazyLock;

use super::{catalog, encoding};

/// The message without its position, `None` where it has none.
pub(super) fn strip(message: &[u8]) -> Option<&[u8]> {
    let message = message.trim_ascii_end();
    // Most messages have no number near their end.
    let near = message.len().saturating_sub(LONGEST_AFTER);
    let last = message
        .iter()
        .skip(near)
        .rposition(u8::is_ascii_digit)
        .map(|at| near + at + 1)?;
    let (numbered, after) = message.split_at_checked(last)?;
    let digits = numbered
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let before = numbered.get(..numbered.len().checked_sub(digits)?)?;
    POSITIONS
        .iter()
        .filter(|(_, words)| words == after)
        .find_map(|(words, _)| before.strip_suffix(words.as_slice()))
}

/// The most bytes that any language has behind the number.
const LONGEST_AFTER: usize = 32;

/// A text at the end of a message without the position that may follow it.
pub(super) fn stripped(text: &[u8]) -> &[u8] {
    strip(text).unwrap_or(text)
}

/// What stands before and behind the number, in every language.
static POSITIONS: LazyLock<Vec<(Vec<u8>, Vec<u8>)>> = LazyLock::new(|| {
    let mut positions = Vec::new();
    for entry in catalog::entries().filter(|entry| entry.key == "position") {
        if let Some((before, after)) = entry.template.split_once("{position}") {
            for encoding in encoding::encodings(entry.template) {
                positions.push((encoding.encode(before), encoding.encode(after.trim_end())));
            }
        }
    }
    positions
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_in_every_language() {
        let check = |message: &str, expected: Option<&str>| {
            let got = strip(message.as_bytes());
            assert_eq!(got, expected.map(str::as_bytes), "{message}");
        };
        check("after 100.223 ms at character 22", Some("after 100.223 ms"));
        check("après 100.223 ms au caractère 22", Some("après 100.223 ms"));
        check("ミリ秒後(22文字目)", Some("ミリ秒後"));
        check("x 22 karakterinde ", Some("x"));
        check("after 100 ms", None);
        check("at character 22", None);
        check("", None);
    }
}
