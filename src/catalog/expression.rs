//! The texts of expressions.

use crate::sql::tokens;

/// An expression without brackets around the whole of it, which the server and `pg_dump` write here and there.
#[must_use]
pub fn bare(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(inner) = inner(text) {
        text = inner.trim();
    }
    text
}

/// What stands in brackets, when the first of them closes at the very end.
fn inner(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_usize;
    for (_, range) in tokens(text) {
        match text.get(range.clone())? {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return (range.end == text.len()).then_some(inside);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn only_brackets_around_the_whole_go() {
        for (text, want) in [
            ("(a)", "a"),
            (" ((a > 1)) ", "a > 1"),
            ("(a) + (b)", "(a) + (b)"),
            ("((a) + (b))", "(a) + (b)"),
            ("(')' || a)", "')' || a"),
            ("(a", "(a"),
            ("()", ""),
            ("lower(a)", "lower(a)"),
        ] {
            assert_eq!(bare(text), want, "{text}");
        }
    }
}
