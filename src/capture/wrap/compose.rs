//! `docker compose logs`: `db-1  | line`, the names of all services padded to the same width and perhaps coloured
//! (docs.docker.com, "docker compose logs"). Each service is a stream.

use super::entry::{Entry, Read, after_colours, chomp, split_once};

/// Docker's names have at most 63 letters, those of a project, a service and a number two more parts.
const LONGEST_NAME: usize = 200;

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

/// Whether a line has this form and was padded, as Compose does: a prefix of the log may hold a bar as well.
pub(super) fn is_line(line: &[u8]) -> bool {
    parts(line).is_some_and(|(name, _)| {
        let padded = split_once(line, b'|').is_some_and(|(head, _)| head.ends_with(b"  "));
        let numbered = name
            .rsplit(|b| matches!(b, b'-' | b'_'))
            .next()
            .is_some_and(|n| n.len() < name.len() && super::entry::number(n).is_some());
        padded || numbered
    })
}

fn parts(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = after_colours(text);
    let head = text.get(..text.len().min(LONGEST_NAME))?;
    let (name, _) = split_once(head, b'|')?;
    let rest = text.get(name.len() + 1..)?;
    let name = name.strip_suffix(b" ")?.trim_ascii_end();
    let is_name = !name.is_empty()
        && name
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if !matches!(rest.first(), Some(b' ' | 0x1b) | None) {
        return None;
    }
    let rest = after_colours(rest);
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    is_name.then_some((name, after_colours(rest)))
}
