//! Kubernetes' container runtime interface, as containerd and cri-o write it under `/var/log/pods`:
//! `2026-11-21T04:10:19.773124Z stderr F text` (kubernetes/design-proposals-archive, `kubelet-cri-logging.md`). `P`
//! marks a piece of a longer line, whose last piece has `F`.

use super::entry::{Entry, Read, chomp, split_once};
use crate::capture::time;

pub(super) fn read(line: Entry<'_>) -> Read<'_> {
    let text = chomp(line.text);
    if text.is_empty() {
        return Read::Nothing;
    }
    match parts(text) {
        Some(parts) => Read::Entry(Entry {
            partial: parts.tag.first() == Some(&b'P'),
            ..line
                .inside(parts.text)
                .at(Some(parts.time))
                .of(parts.stream)
        }),
        None => Read::Broken("not a line of a container runtime's log"),
    }
}

/// Whether a line has this form.
pub(super) fn is_line(line: &[u8]) -> bool {
    parts(line).is_some()
}

struct Parts<'a> {
    time: i64,
    stream: &'a [u8],
    tag: &'a [u8],
    text: &'a [u8],
}

fn parts(text: &[u8]) -> Option<Parts<'_>> {
    let stamp = time::iso(text)?;
    let rest = text.get(stamp.len..)?.strip_prefix(b" ")?;
    let (stream, rest) = split_once(rest, b' ')?;
    if !matches!(stream, b"stdout" | b"stderr") {
        return None;
    }
    // An empty line may have lost the space behind its tag.
    let (tag, rest) = split_once(rest, b' ').unwrap_or((rest, b""));
    // Further tags may follow behind colons.
    let known = matches!(tag.split(|b| *b == b':').next(), Some(b"F" | b"P"));
    known.then_some(Parts {
        time: stamp.micros,
        stream,
        tag,
        text: rest,
    })
}
