//! `kubectl logs --prefix` and stern's like: `[pod/shop-db-0/postgres] line` (kubernetes.io, "kubectl logs").

use super::entry::{Entry, Read, after_colours, chomp, split_once};

pub(super) fn read(line: Entry<'_>) -> Read<'_> {
    let text = chomp(line.text);
    if text.is_empty() {
        return Read::Nothing;
    }
    match parts(text) {
        Some((name, text)) => Read::Entry(line.inside(text).of(name)),
        None => Read::Further,
    }
}

/// Whether a line has this form.
pub(super) fn is_line(line: &[u8]) -> bool {
    parts(line).is_some()
}

fn parts(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, rest) = split_once(after_colours(text).strip_prefix(b"[")?, b']')?;
    let is_name = name.starts_with(b"pod/")
        && name.split(|b| *b == b'/').count() == 3
        && name
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'.' | b'_'));
    let rest = after_colours(rest);
    is_name.then_some((name, rest.strip_prefix(b" ").unwrap_or(rest)))
}
